"""The texts of a configuration: paths, addresses, names of functions, words like ``valid``.

All are facts alike. Which key of which class is opened as a file, or names a function, is for the
rules and their table ``keras_settings`` to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from modelaudit.core.errors import Fields
from modelaudit.core.facts import Fact, Setting, Unreadable
from modelaudit.core.location import Location
from modelaudit.formats.archives.members import leaves
from modelaudit.formats.keras.walk import MOST_NAME, Json, Node

MOST_SETTINGS: Final = 4000
"""Different texts of one configuration that become facts."""
MOST_VALUE: Final = 1000
"""Characters of one text."""
_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_PLAIN_NAME: Final = re.compile(r"(?!.*\.\.)[\w .-]*", re.ASCII)
_STRUCTURE: Final = frozenset({"class_name", "module", "registered_name", "name"})
"""Keys that say what an object is: ``Layer`` has them."""


class Settings:
    """Collects the texts of one configuration, each counted once for its object's class and key."""

    def __init__(self) -> None:
        self._facts: dict[tuple[str, str, str, str], Setting] = {}
        self._beyond: Location | None = None

    def text(self, node: Node, where: Location) -> None:
        """A text somewhere in the configuration. Of those in lists, which may be vocabularies of
        any length, and of those that say what an object is, only addresses are of interest.
        """
        if not isinstance(node.value, str) or not node.value:
            return
        if (node.role and node.role not in _STRUCTURE) or _ADDRESS.match(node.value):
            self._add(node.owner, node.role, node.value, node.owner_role, where)

    def name(self, class_name: str, name: Json, role: str, where: Location) -> None:
        """The name of an object, unless it is plain, as the names of most layers are: letters,
        digits, spaces, ``_``, ``-`` and ``.``, without two dots in a row.
        """
        if isinstance(name, str) and not _PLAIN_NAME.fullmatch(name):
            self._add(class_name, "name", name, role, where)

    def _add(self, owner: str, key: str, value: str, role: str, where: Location) -> None:
        value = value[:MOST_VALUE]
        ident = (owner[:MOST_NAME], key[:MOST_NAME], value, role[:MOST_NAME])
        known = self._facts.get(ident)
        if known is not None:
            self._facts[ident] = replace(known, count=known.count + 1)
        elif len(self._facts) < MOST_SETTINGS:
            outside = leaves(value) or _ADDRESS.match(value) is not None
            self._facts[ident] = Setting(*ident, leaves=outside, count=1, where=where)
        elif self._beyond is None:
            self._beyond = where

    def finish(self) -> Iterator[Fact]:
        yield from self._facts.values()
        if self._beyond is not None:
            limit: Fields = {"limit": "texts of one configuration", "most": MOST_SETTINGS}
            yield Unreadable("limit", limit, self._beyond)
