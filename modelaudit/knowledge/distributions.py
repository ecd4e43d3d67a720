"""Which distribution installs a module: rules/tables/distributions.json."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from modelaudit.knowledge.tables import lookup, table

TABLE: Final = "distributions"


@cache
def distribution_of(module: str) -> str | None:
    """The distribution that installs a module, empty for the standard library, None if unknown."""
    modules = table(TABLE)["modules"]
    parts = module.split(".", _deepest())  # a file may name a module of a megabyte
    if isinstance(modules, Mapping):
        for length in range(min(len(parts), _deepest()), 0, -1):
            found = modules.get(".".join(parts[:length]))
            if isinstance(found, str):
                return found
    return "" if parts[0] in _library() else None


@cache
def _deepest() -> int:
    """Parts of the longest name of a module in the table."""
    modules = table(TABLE)["modules"]
    names = map(str, modules) if isinstance(modules, Mapping) else ()
    return max((name.count(".") + 1 for name in names), default=1)


@cache
def distributions() -> frozenset[str]:
    """Every distribution that the table knows to install modules or to read a format."""
    both = (table(TABLE)["modules"], table(TABLE)["formats"])
    values = (value for part in both if isinstance(part, Mapping) for value in part.values())
    return frozenset(map(str, values))


@cache
def top_modules() -> dict[str, frozenset[str]]:
    """The first parts of the modules that each distribution installs."""
    modules = table(TABLE)["modules"]
    found: dict[str, set[str]] = {}
    for module, name in modules.items() if isinstance(modules, Mapping) else ():
        found.setdefault(str(name), set()).add(module.partition(".")[0])
    return {name: frozenset(tops) for name, tops in found.items()}


def brings(name: str) -> list[str]:
    """What some distributions are known to bring along, in whichever release."""
    found = lookup(TABLE, "brings", name)
    return [str(item) for item in found] if isinstance(found, list) else []


@cache
def _library() -> frozenset[str]:
    names = table(TABLE)["library"]
    return frozenset(map(str, names)) if isinstance(names, list) else frozenset()


def distribution(module: str) -> str:
    """The same for a rule: empty too where no known distribution installs the module."""
    return distribution_of(module) or ""
