"""Which packages and runtimes loading one artifact takes: what its loading is judged for."""

from __future__ import annotations

from collections.abc import Set
from typing import Final

from modelaudit.core.facts import Identity, Layer
from modelaudit.core.inspection import Inspection
from modelaudit.knowledge.tables import lookup
from modelaudit.requirements.needs import PYTHON, packages_of

RUNTIMES: Final = "runtimes"
"""The table of loaders by format."""


def loaders_of(inspection: Inspection, missing: Set[str] = frozenset()) -> frozenset[str]:
    """Names of targets: what the artifact needs installed, and what loads its formats.

    Of several that load a format those that are ``missing`` from an environment are none.
    """
    names = set(packages_of(inspection).by_name)
    formats = {fact.format for fact in inspection.facts if isinstance(fact, Identity)}
    for format_ in {inspection.format, *formats}:
        loaders = lookup(RUNTIMES, "formats", format_)
        found = [str(one) for one in loaders] if isinstance(loaders, list) else []
        several = sum(one != PYTHON for one in found) > 1
        names.update(one for one in found if not several or one not in missing)
    if any(isinstance(fact, Layer) for fact in inspection.facts):
        names.add("keras")
    return frozenset(names)
