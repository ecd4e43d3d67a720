"""Which releases of which packages the tables cover."""

from __future__ import annotations

from typing import Literal

import msgspec

State = Literal["covered", "between", "newer", "older", "no-table"]


class Coverage(msgspec.Struct, frozen=True):
    """What is known of one release. ``oldest`` and ``newest`` are the ends of the table."""

    state: State
    oldest: str = ""
    newest: str = ""
    speak: tuple[str, ...] = ()
    """the releases that speak for it: one, or the two that it lies between"""


def coverage(package: str, version: str) -> Coverage:
    """What the tables know of a release."""
    return Coverage("covered", speak=(version,))


def has_name(package: str, module: str, name: str) -> bool:
    """Whether the tables of a package know a name."""
    return True
