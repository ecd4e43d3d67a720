"""Weights that a configuration takes from somewhere else: an address, a name, or another place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from modelaudit.core.facts import Reference
from modelaudit.core.location import Location
from modelaudit.formats.archives.members import leaves

KIND: Final = "base-model"
_SHOWN: Final = 200
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def origin(target: str, where: Location, *, named: bool = False) -> Iterator[Reference]:
    """One fact, unless the target lies in the artifact's own directory.

    With ``named`` a target that is no path is the name of another model.
    """
    away = leaves(target) or _ADDRESS.match(target) is not None
    if target and (away or named):
        yield Reference(KIND, target[:_SHOWN], leaves=True, where=where)
