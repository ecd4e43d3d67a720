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
_NUMBERS: Final = frozenset({"Cluster", "VectorInstance"})
"""Elements whose arrays are of real numbers."""
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
        if tally.parent in vocabulary.STATISTICS:
            return
        if not declared and "n" in given and content.strip():
            # JPMML reads a blank number as 0.
            blank: Fields = {"declared": "0", "items": len(content.split()), "reading": "split"}
            state.document.report("array-length", blank, place)
        kind = given.get("type", "")
        if tally.parent in _NUMBERS and kind in ("string", "int"):
            about: Fields = {"type": kind, "element": tally.parent}
            state.document.report("array-type", about, place)
        if texts:
            _check_length(state, declared, len(_ITEM.findall(content)), content, place)
            return
        items = content.split()
        _check_length(state, declared, len(items), content, place)
        model = innermost(state)
        if tally.parent == "Cluster" and model is not None:
            model.real |= not _BINARY.issuperset(items)
            model.centers.setdefault(len(items), place)
            model.clusters += 1
        if tally.parent == "VectorInstance" and model is not None:
            model.vectors.setdefault(len(items), place)
        if vocabulary.PLAIN[vocabulary.NUMBER].fullmatch(" ".join([*items, ""])) is None:
            _check_items(state, tally, items, place)
        elif kind == "int" and any("." in item or "e" in item.lower() for item in items):
            item = next(item for item in items if not item.lstrip("+-").isdigit())
            fraction: Fields = {
                "item": item[:60], "form": "fraction", "parent": tally.parent, "whole": False,
            }  # fmt: skip
            state.document.report("array-number", fraction, place)

    return leave


def _check_items(state: Pass, tally: Tally, items: list[str], place: Place) -> None:
    """Items that are no plain numbers; how many clusters have them shows when the model ends."""
    model = innermost(state)
    for form, item in _forms(items).items():
        if tally.parent == "Cluster" and model is not None:
            count, first, where = model.spoiled.get(form, (0, item[:60], place))
            model.spoiled[form] = (count + 1, first, where)
            continue
        fields: Fields = {
            "item": item[:60], "form": form, "parent": tally.parent, "whole": False,
        }  # fmt: skip
        state.document.report("array-number", fields, place)


def _check_length(state: Pass, declared: str, split: int, content: str, place: Place) -> None:
    """Count items as either reader does; they differ where quotes or line breaks are unusual."""
    if not declared.isdigit():
        return
    joined = _joined(content) if '"' in content or "\n" in content else split
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


def _forms(items: list[str]) -> dict[str, str]:
    """The first item of each form that is not a plain number."""
    return {
        vocabulary.form(item): item
        for item in reversed(items)
        if vocabulary.PLAIN[vocabulary.NUMBER].fullmatch(item + " ") is None
        and not vocabulary.is_finite(item)
    }


def sparse(state: Pass, tally: Tally, attributes: Attributes) -> Leave:
    place = here(state, tally)
    state.lengths, state.indices = [], []
    declared = pairs(attributes).get("n", "").strip()
    size = int(declared) if declared.isdigit() else -1

    def leave() -> None:
        lengths, model = state.lengths, innermost(state)
        outside = [index for index in state.indices if not 0 < index <= size]
        if outside and size >= 0:
            beyond: Fields = {"index": outside[0], "size": size}
            state.document.report("sparse-index", beyond, place)
        if tally.parent == "VectorInstance" and model is not None and size >= 0:
            model.vectors.setdefault(size, place)
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
        if tally.name == "Indices":
            state.indices = [int(item) for item in items if item.isdigit()]
        if vocabulary.PLAIN[vocabulary.NUMBER].fullmatch(" ".join([*items, ""])) is None:
            for form, item in _forms(items).items():
                fields: Fields = {"item": item[:60], "form": form}
                state.document.report("sparse-number", fields, here(state, tally))

    return leave


HANDLERS: Final[dict[str, Handler]] = {
    "Array": array,
    **dict.fromkeys(("Indices", "REAL-Entries", "INT-Entries"), entries),
    **dict.fromkeys(("REAL-SparseArray", "INT-SparseArray"), sparse),
}
