"""Findings in the order in which people want to see them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from modelaudit.core.findings import SEVERITIES

if TYPE_CHECKING:
    from modelaudit.core.findings import Finding


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """What gates, then by severity; within one severity in the order of the run."""
    return sorted(findings, key=lambda f: (not f.gates, SEVERITIES.index(f.severity)))
