"""What importing a module imports besides: rules/tables/imports.json."""

from __future__ import annotations

from msgspec import Struct

from modelaudit.knowledge.tables import load


class Imports(Struct):
    """By the first part of a module's name, the first parts of all that it loads."""

    imports: dict[str, list[str]]


def brought(top: str) -> list[str]:
    """The first parts of the modules that importing ``top`` loads; none for an unknown one."""
    return load("imports", Imports).imports.get(top, [])
