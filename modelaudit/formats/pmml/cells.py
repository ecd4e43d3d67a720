"""Tables inside a document: training instances, records to verify, and values to map.

A table names its columns before its rows, whose cells are elements of those names.
https://dmg.org/pmml/v4-4-1/Taxonomy.html#xsdElement_InlineTable
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final

from modelaudit.core.errors import Fields
from modelaudit.formats.pmml import vocabulary
from modelaudit.formats.pmml.classes import TARGETS
from modelaudit.formats.pmml.consistency import remember
from modelaudit.formats.pmml.document import Derived, Document, Model, Place
from modelaudit.formats.pmml.numbers import outermost
from modelaudit.formats.pmml.reader import Attributes, Leave
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
from modelaudit.formats.pmml.tallies import Part, Tally
from modelaudit.formats.pmml.types import fits, group_of, kind_of

_LENIENT: Final = frozenset({"asIs", "asMissing", "asValue"})
"""Treatments of invalid values that let a row with one pass."""
_Check = Callable[[str, Place], bool]
"""Looks at the text of a cell; true where no further cell of the column has to be looked at."""


def _watch(state: Pass, column: str, check: _Check) -> None:
    done = False

    def cell(tally: Tally, _attributes: Attributes) -> Leave | None:
        if done or is_collecting(state):
            return None
        place = here(state, tally)
        text = collect_text(state)

        def leave() -> None:
            nonlocal done
            done = check(stop_text(state, text).strip(), place)

        return leave

    state.reader.cells[column.rpartition(":")[2]] = cell


def _form(text: str, kind: str, known: set[str]) -> str:
    """How a text fails to be a value of a type, or one of those that are known."""
    group = group_of(kind)
    if text.lower() in ("true", "false") and group in ("number", "boolean"):
        return ""
    if group == "boolean":
        return "digit" if text in ("0", "1") else "text"
    if group == "number":
        if not vocabulary.is_finite(text):
            return "nan" if text.lower() == "nan" else "text"
        return "fraction" if kind == "integer" and not float(text).is_integer() else ""
    if group == "temporal":
        return "" if fits(text, kind) else "text"
    return "unlisted" if known and text not in known else ""


def _values(document: Document, model: Model, name: str) -> set[str]:
    """The values that a field may have, where one that it lacks is refused."""
    lenient = model.treatments.get(name, "") in _LENIENT
    return set() if lenient or name in model.derived else document.values.get(name, set())


def instance(state: Pass, tally: Tally, attributes: Attributes) -> None:
    model, column = innermost(state), pairs(attributes).get("column", "")
    if model is not None and column:
        remember(state, model.columns, column.rpartition(":")[2], here(state, tally))
        name = pairs(attributes).get("field", "")
        _watch(state, column, _training(state, model, name))


def _training(state: Pass, model: Model, name: str) -> _Check:
    target = model.mining.get(name) in TARGETS
    document = state.document

    def check(text: str, place: Place) -> bool:
        # Derived fields of the document precede the model, its own need not.
        kind = kind_of(document, model, name)
        known = _values(document, model, name)
        form = _form(text, kind, known)
        if form not in ("", "digit") and not model.later:
            fields: Fields = {
                "name": name[:60], "type": kind, "value": text[:60], "form": form,
                "role": "target" if target else "input", "task": model.task,
            }  # fmt: skip
            document.report("training-cell", fields, place)
        return form not in ("", "digit")

    return check


def check_instances(state: Pass, model: Model, part: Part) -> None:
    """Whether each row of the training instances has all of its columns."""
    if not model.columns or "ModelVerification" in part.level(model.element).names():
        return
    rows = sum(tally.count for tally in part.level("InlineTable").values())
    present: Counter[str] = Counter()
    for tally in part.level("row").values():
        present[tally.name.rpartition("}")[2]] += tally.count
    most = max((present[name] for name in model.columns), default=0)
    for name, place in model.columns.items():
        if present[name] < rows:
            fields: Fields = {"column": name[:60], "whole": present[name] == most}
            state.document.report("instance-column", fields, place)
            return


def verified(state: Pass, _tally: Tally, attributes: Attributes) -> None:
    """A field of the records that a model is verified with."""
    given, model = pairs(attributes), innermost(state)
    name = given.get("field", "")
    if model is None or model.later:
        return
    document = state.document
    numeric = any(name == output for output, _, _ in model.labels)
    role = "output" if name in model.outputs else "input"
    role = "target" if model.mining.get(name) in TARGETS else role
    kind = "double" if role == "output" and numeric else document.data.get(name, "")
    if role == "target" and group_of(kind) != "number":
        return

    def check(text: str, place: Place) -> bool:
        known = _values(document, model, name) if role == "input" else set()
        form = _form(text, kind, known)
        if form in ("", "digit", "fraction"):
            return False
        fields: Fields = {
            "name": name[:60], "type": kind, "value": text[:60], "form": form, "role": role,
        }  # fmt: skip
        document.report("verification-cell", fields, place)
        return True

    _watch(state, given.get("column", name), check)


def _spelled(spelled: str, cell: Tally) -> str:
    return spelled if cell.name.startswith("{") else cell.name


def map_values(state: Pass, tally: Tally, attributes: Attributes) -> Leave:
    place, owner = here(state, tally), state.reader.part.owner
    part = state.reader.part
    state.map_columns = [pairs(attributes).get("outputColumn", "")]

    kind = pairs(attributes).get("dataType", "")
    if group_of(kind) == "number":
        outermost(state, tally, "number")
    if state.map_columns[0]:
        _watch(state, state.map_columns[0], _mapped(state, kind, place))

    def leave() -> None:
        state.reader.cells.clear()
        # Elements of PMML's own namespace go by their local names.
        spelled = {_spelled(shape[0], cell) for shape, cell in part.level("row").items()}
        local = {name.rpartition(":")[2] for name in spelled}
        for name in state.map_columns:
            if spelled and name not in spelled:
                other = name.rpartition(":")[2] in local
                fields: Fields = {"column": name[:60], "difference": "prefix" if other else "name"}
                state.collector.when_used(owner, "map-column", fields, place)
                return
        rows = sum(tally.count for tally in part.level("InlineTable").values())
        cells: Counter[str] = Counter()
        for shape, cell in part.level("row").items():
            cells[_spelled(shape[0], cell)] += cell.count
        short = next((name for name in state.map_columns if cells[name] < rows), None)
        if short is not None and spelled:
            gap: Fields = {"column": short[:60], "difference": "row"}
            state.collector.when_used(owner, "map-column", gap, place)

    return leave


def column(state: Pass, tally: Tally, attributes: Attributes) -> None:
    if tally.parent != "MapValues":
        return
    given = pairs(attributes)
    state.map_columns.append(given.get("column", ""))
    model = innermost(state)
    kind = kind_of(state.document, model, given.get("field", ""))
    owner = state.reader.part.owner

    def check(text: str, place: Place) -> bool:
        form = _form(text, kind, set())
        if form:
            fields: Fields = {
                "column": given.get("column", "")[:60], "type": kind, "value": text[:60],
                "form": form, "role": "input", "given": True,
            }  # fmt: skip
            state.collector.when_used(owner, "map-cell", fields, place)
        return bool(form)

    if group_of(kind) == "boolean":
        _watch(state, given.get("column", ""), check)


def _mapped(state: Pass, given: str, where: Place) -> _Check:
    """What a MapValues gives: of its own type, or of that of the derived field that it is."""
    owner, column = state.reader.part.owner, state.map_columns[0]
    alone = where.path.endswith("/MapValues") and isinstance(owner, Derived)
    kind = given or (owner.kind if alone and isinstance(owner, Derived) else "")

    def check(text: str, place: Place) -> bool:
        form = _form(text, kind, set())
        if form:
            fields: Fields = {
                "column": column[:60], "type": kind, "value": text[:60], "form": form,
                "role": "output", "given": bool(given),
            }  # fmt: skip
            state.collector.when_used(owner, "map-cell", fields, place)
        return bool(form)

    return check


HANDLERS: Final[dict[str, Handler]] = {
    "InstanceField": instance,
    "VerificationField": verified,
    "MapValues": map_values,
    "FieldColumnPair": column,
}
