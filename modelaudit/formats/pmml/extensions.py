"""What the standard leaves to vendors: extensions, foreign elements, addresses and code in them."""

from __future__ import annotations

import re
from typing import Final

from modelaudit.core.digest import measured
from modelaudit.core.facts import Code
from modelaudit.formats.pmml.document import Place
from modelaudit.formats.pmml.reader import Attributes, Leave
from modelaudit.formats.pmml.state import Handler, Pass, collect_text, here, pairs, stop_text
from modelaudit.formats.pmml.tallies import Tally

_SCRIPT: Final = re.compile(
    r"script|groovy|python|jython|beanshell|\bcode\b|lambda|\.class\b|classname", re.IGNORECASE
)
_URI: Final = re.compile(
    r"\s*(?:[a-z][a-z0-9+.-]{1,20}:)?//\S|\s*(?:jndi|jdbc|file|jar):\S", re.IGNORECASE
)
_SCHEMA_LOCATION: Final = re.compile(r"(?:\w+:)?(?:noNamespaceS|s)chemaLocation$")
_XINCLUDE: Final = "{http://www.w3.org/2001/XInclude}"


def extension(state: Pass, tally: Tally, attributes: Attributes) -> None:
    given = pairs(attributes)
    place = here(state, tally, given.get("name", ""))
    state.collector.extension(given, place)
    _look_at_values(state, tally, given)
    label = " ".join((given.get("name", ""), given.get("extender", ""))).strip()
    if _SCRIPT.search(label) and given.get("value"):
        _code(state, label, given["value"], place)


def foreign(state: Pass, tally: Tally, attributes: Attributes) -> Leave | None:
    """An element of another namespace, as extensions have them."""
    given = pairs(attributes)
    _look_at_values(state, tally, given)
    local = tally.name.rpartition("}")[2].rpartition(":")[2]
    place = here(state, tally)
    if tally.name.startswith(_XINCLUDE):
        state.collector.reference("xinclude", given.get("href", ""), place)
    if not _SCRIPT.fullmatch(local):
        return None
    text = collect_text(state)

    def leave() -> None:
        language = given.get("language") or given.get("type") or local
        _code(state, language, stop_text(state, text), place)

    return leave


def look_at_schema_location(state: Pass, tally: Tally, given: dict[str, str]) -> None:
    for name, value in given.items():
        if _SCHEMA_LOCATION.search(name):
            state.collector.reference("schema-location", value, here(state, tally))


def _code(state: Pass, language: str, text: str, place: Place) -> None:
    where = state.collector.at(place)
    whole = measured(text.encode("utf-8", "surrogatepass"))
    code = Code(language[:60], "Extension", (), text[:2000], where, "", *whole)
    state.collector.facts.append(code)


def _look_at_values(state: Pass, tally: Tally, given: dict[str, str]) -> None:
    look_at_schema_location(state, tally, given)
    for name, value in given.items():
        namespace = name.startswith("xmlns") or _SCHEMA_LOCATION.search(name)
        if not namespace and _URI.match(value):
            state.collector.reference("uri", value, here(state, tally))


HANDLERS: Final[dict[str, Handler]] = {"Extension": extension}
