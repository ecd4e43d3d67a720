"""Arrays of PMML: whether they have as many items as they declare, and numbers where they must.

https://dmg.org/pmml/v4-4-1/GeneralStructure.html#xsdGroup_ARRAY
"""

from __future__ import annotations

import re
from typing import Final

from modelaudit.core.errors import Fields
from modelaudit.formats.pmml import vocabulary
from modelaudit.formats.pmml.reader import MOST_TEXT, Attributes, Leave
from modelaudit.formats.pmml.state import (
    Handler,
    Pass,
    collect_text,
    here,
    innermost,
    is_collecting,
    pairs,
    stop_text,
)
from modelaudit.formats.pmml.tallies import Tally

_ITEM: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\S+', re.DOTALL)
"""A text of an array; one with blanks is in quotes."""
_BINARY: Final = frozenset({"0", "1", "0.0", "1.0", "true", "false"})


def array(state: Pass, tally: Tally, attributes: Attributes) -> Leave | None:
    given = pairs(attributes)
    if is_collecting(state):
        return None
    place = here(state, tally)
    texts = given.get("type") == "string"
    text = collect_text(state)

    def leave() -> None:
        content = stop_text(state, text)
        if len(content) >= MOST_TEXT:
            return
        items = _ITEM.findall(content) if texts else content.split()
        declared = given.get("n", "").strip()
        if declared.isdigit() and int(declared) != len(items):
            fields: Fields = {"declared": declared, "items": len(items)}
            state.document.report("array-length", fields, place)
        if texts:
            return
        model = innermost(state)
        if tally.parent == "Cluster" and model is not None:
            model.real |= not _BINARY.issuperset(items)
        if vocabulary.PLAIN[vocabulary.NUMBER].fullmatch(" ".join([*items, ""])) is None:
            wrong = [item for item in items if vocabulary.NUMERAL.fullmatch(item) is None]
            if wrong:
                state.document.report("array-number", {"item": wrong[0][:60]}, place)

    return leave


def sparse(state: Pass, tally: Tally, _attributes: Attributes) -> Leave:
    place = here(state, tally)
    state.lengths = []

    def leave() -> None:
        lengths = state.lengths
        if len(lengths) == 2 and lengths[0] != lengths[1]:
            fields: Fields = {"indices": lengths[0], "entries": lengths[1]}
            state.document.report("sparse-length", fields, place)

    return leave


def entries(state: Pass, _tally: Tally, _attributes: Attributes) -> Leave:
    text = collect_text(state)

    def leave() -> None:
        content = stop_text(state, text)
        if len(content) < MOST_TEXT:
            state.lengths.append(len(content.split()))

    return leave


HANDLERS: Final[dict[str, Handler]] = {
    "Array": array,
    **dict.fromkeys(("Indices", "REAL-Entries", "INT-Entries"), entries),
    **dict.fromkeys(("REAL-SparseArray", "INT-SparseArray"), sparse),
}
