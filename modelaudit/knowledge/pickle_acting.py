"""Classes whose instances call what their state brings: ``rules/tables/pickle_acting.json``."""

from __future__ import annotations

import msgspec

from modelaudit.knowledge.pickle_globals import resolve
from modelaudit.knowledge.tables import load


class Acting(msgspec.Struct):
    """The table: by module and class, the methods that act."""

    classes: dict[str, dict[str, str]]


def acts(module: str, name: str) -> tuple[str, ...]:
    """The special methods of a class that call what an attribute of the instance holds."""
    module, name = resolve(module, name)
    return tuple(load("pickle_acting", Acting).classes.get(module, {}).get(name, "").split())
