"""Arrays of PMML: whether they have as many items as they declare, and numbers where they must.

https://dmg.org/pmml/v4-4-1/GeneralStructure.html#xsdGroup_ARRAY
"""

from __future__ import annotations

import re
from typing import Final

from modelaudit.core.errors import Fields
from modelaudit.formats.pmml import vocabulary
from modelaudit.formats.pmml.document import Place
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

_ITEM: Final = re.compile(r'"(?:\\"|[^"])*"?|[^\s"]+', re.ASCII)
"""A text of an array as JPMML reads it: every quote begins or ends one."""
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
        declared = given.get("n", "").strip()
        if not declared and "n" in given and content.strip():
            # JPMML reads a blank number as 0.
            blank: Fields = {"declared": "0", "items": len(content.split()), "reading": "split"}
            state.document.report("array-length", blank, place)
        if texts:
            _check_texts(state, content, declared, place)
            return
        items = content.split()
        if declared.isdigit() and int(declared) != len(items):
            fields: Fields = {"declared": declared, "items": len(items), "reading": "any"}
            state.document.report("array-length", fields, place)
        model = innermost(state)
        if tally.parent == "Cluster" and model is not None:
            model.real |= not _BINARY.issuperset(items)
            model.centers.setdefault(len(items), place)
        if vocabulary.PLAIN[vocabulary.NUMBER].fullmatch(" ".join([*items, ""])) is None:
            _check_numbers(state, items, place, "array-number")

    return leave


def _check_texts(state: Pass, content: str, declared: str, place: Place) -> None:
    """Count the texts of an array as either reader does; they differ where quotes are unusual."""
    if not declared.isdigit():
        return
    split, joined = len(_ITEM.findall(content)), _joined(content)
    readings = {"any": split} if split == joined else {"split": split, "joined": joined}
    for reading, items in readings.items():
        if items != int(declared):
            fields: Fields = {"declared": declared, "items": items, "reading": reading}
            state.document.report("array-length", fields, place)


def _joined(content: str) -> int:
    """How many texts PMML4S finds: a quote inside a text does not end it, what directly follows the
    closing quote is lost, and so is a line break, which separates nothing.
    """
    count, state, before = 0, "between", ""
    for character in content:
        if state == "closed":
            state = "between"
        elif character == '"' and before != "\\":
            count += state == "quoted"
            state = "closed" if state == "quoted" else "quoted"
        elif state != "quoted" and character in " \t":
            count += state == "bare"
            state = "between"
        elif state != "quoted" and character != "\n":
            state = "bare"
        before = character
    return count + (state == "quoted" or (state == "bare" and before not in ('"', "\n")))


def _check_numbers(state: Pass, items: list[str], place: Place, kind: str) -> None:
    """Report the first item of each form that is not a plain number."""
    forms = {
        vocabulary.form(item): item
        for item in reversed(items)
        if vocabulary.PLAIN[vocabulary.NUMBER].fullmatch(item + " ") is None
        and not vocabulary.is_finite(item)
    }
    for form, item in forms.items():
        state.document.report(kind, {"item": item[:60], "form": form}, place)


def sparse(state: Pass, tally: Tally, _attributes: Attributes) -> Leave:
    place = here(state, tally)
    state.lengths = []

    def leave() -> None:
        lengths = state.lengths
        if len(lengths) == 2 and lengths[0] != lengths[1]:
            fields: Fields = {"indices": lengths[0], "entries": lengths[1]}
            state.document.report("sparse-length", fields, place)

    return leave


def entries(state: Pass, tally: Tally, _attributes: Attributes) -> Leave:
    text = collect_text(state)

    def leave() -> None:
        content = stop_text(state, text)
        if len(content) >= MOST_TEXT:
            return
        items = content.split()
        state.lengths.append(len(items))
        if vocabulary.PLAIN[vocabulary.NUMBER].fullmatch(" ".join([*items, ""])) is None:
            _check_numbers(state, items, here(state, tally), "sparse-number")

    return leave


HANDLERS: Final[dict[str, Handler]] = {
    "Array": array,
    **dict.fromkeys(("Indices", "REAL-Entries", "INT-Entries"), entries),
    **dict.fromkeys(("REAL-SparseArray", "INT-SparseArray"), sparse),
}
