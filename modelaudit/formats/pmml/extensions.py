"""What stands beside the standard: extensions, foreign elements, addresses, and code in them."""

from __future__ import annotations

import re
from typing import Final

from modelaudit.core.facts import Code
from modelaudit.formats.pmml.document import Place
from modelaudit.formats.pmml.facts import Collector
from modelaudit.formats.pmml.reader import MOST_TEXT, Attributes, Leave, Reader
from modelaudit.formats.pmml.tallies import Tally

_SCRIPT: Final = re.compile(
    r"script|groovy|python|jython|beanshell|\bcode\b|lambda|\.class\b|classname", re.IGNORECASE
)
_URI: Final = re.compile(
    r"\s*(?:[a-z][a-z0-9+.-]{1,20}:)?//\S|\s*(?:jndi|jdbc|file|jar):\S", re.IGNORECASE
)
_SCHEMA_LOCATION: Final = re.compile(r"(?:\w+:)?(?:noNamespaceS|s)chemaLocation$")


def pairs(attributes: Attributes) -> dict[str, str]:
    return dict(zip(attributes[::2], attributes[1::2], strict=True))


class Extensions:
    """Handlers of what no version of PMML defines; others build on them."""

    def __init__(self, reader: Reader, collector: Collector) -> None:
        self.reader = reader
        self.document = reader.document
        self.collector = collector
        reader.specials["Extension"] = self.extension
        reader.foreign = self.foreign

    def _here(self, tally: Tally, name: str = "") -> Place:
        place = self.reader.place(tally.name)
        return place._replace(path=f"{place.path}[@name='{name[:60]}']") if name else place

    def _collect(self) -> list[str]:
        """Text that is met from here on, up to a bound."""
        text: list[str] = []
        length = 0

        def add(data: str) -> None:
            nonlocal length
            if length < MOST_TEXT:
                length += len(data)
                text.append(data)

        self.reader.parser.CharacterDataHandler = add
        return text

    def extension(self, tally: Tally, attributes: Attributes) -> None:
        given = pairs(attributes)
        place = self._here(tally, given.get("name", ""))
        self.collector.extension(given, place)
        self._look_at_values(tally, given)
        told = " ".join((given.get("name", ""), given.get("extender", "")))
        if _SCRIPT.search(told) and given.get("value"):
            self._code(told.strip(), given["value"], place)

    def foreign(self, tally: Tally, attributes: Attributes) -> Leave | None:
        """An element of another namespace, as extensions hold them."""
        given = pairs(attributes)
        self._look_at_values(tally, given)
        local = tally.name.rpartition("}")[2].rpartition(":")[2]
        place = self._here(tally)
        if tally.name.startswith("{http://www.w3.org/2001/XInclude}"):
            self.collector.reference("xinclude", given.get("href", ""), place)
        if not _SCRIPT.fullmatch(local):
            return None
        text = self._collect()

        def leave() -> None:
            self.reader.parser.CharacterDataHandler = None
            told = given.get("language") or given.get("type") or local
            self._code(told, "".join(text), place)

        return leave

    def _code(self, language: str, text: str, place: Place) -> None:
        where = self.collector.at(place)
        self.collector.facts.append(Code(language[:60], "Extension", (), text[:2000], where))

    def _locations(self, tally: Tally, given: dict[str, str]) -> None:
        for name, value in given.items():
            if _SCHEMA_LOCATION.search(name):
                self.collector.reference("schema-location", value, self._here(tally))

    def _look_at_values(self, tally: Tally, given: dict[str, str]) -> None:
        self._locations(tally, given)
        for name, value in given.items():
            told = name.startswith("xmlns") or _SCHEMA_LOCATION.search(name)
            if not told and _URI.match(value):
                self.collector.reference("uri", value, self._here(tally))
