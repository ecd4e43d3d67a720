"""Other names of packages."""

from __future__ import annotations

from modelaudit.core.findings import ALIASES


def runtime_of(name: str) -> str:
    """The package whose releases a distribution's releases are."""
    return ALIASES.get(name, name)
