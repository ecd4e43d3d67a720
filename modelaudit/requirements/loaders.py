"""Which packages and runtimes loading one artifact takes: what its loading is judged for."""

from __future__ import annotations

from typing import Final

from modelaudit.core.facts import Identity, Layer
from modelaudit.core.inspection import Inspection
from modelaudit.knowledge.tables import lookup
from modelaudit.requirements.needs import packages_of

RUNTIMES: Final = "runtimes"
"""The table of loaders by format."""


def loaders_of(inspection: Inspection) -> frozenset[str]:
    """Names of targets: what the artifact needs installed, and what loads its formats."""
    names = set(packages_of(inspection).by_name)
    formats = {fact.format for fact in inspection.facts if isinstance(fact, Identity)}
    for format_ in {inspection.format, *formats}:
        loaders = lookup(RUNTIMES, "formats", format_)
        names.update(map(str, loaders) if isinstance(loaders, list) else ())
    if any(isinstance(fact, Layer) for fact in inspection.facts):
        names.add("keras")
    return frozenset(names)
