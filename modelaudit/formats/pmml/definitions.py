"""Elements that define fields and functions, and the expressions inside them.

https://dmg.org/pmml/v4-4-1/Transformations.html, https://dmg.org/pmml/v4-4-1/Functions.html
"""

from __future__ import annotations

from typing import Final

from modelaudit.core.errors import Fields
from modelaudit.formats.pmml import types, vocabulary
from modelaudit.formats.pmml.consistency import MOST_VALUES
from modelaudit.formats.pmml.document import Derived, Function, Model, Use
from modelaudit.formats.pmml.numbers import (
    ARITHMETIC,
    CONDITIONS,
    COUNTS,
    FRACTIONS,
    TEXTS,
    chosen_constant,
    outermost,
    uses_number,
)
from modelaudit.formats.pmml.reader import Attributes, Leave
from modelaudit.formats.pmml.state import (
    Handler,
    Pass,
    collect_text,
    here,
    innermost,
    pairs,
    stop_text,
)
from modelaudit.formats.pmml.tallies import Tally

_DICTIONARIES: Final = frozenset({"TransformationDictionary", "LocalTransformations"})
_INPUTS: Final = frozenset({"NeuralInput", "BayesInput"})
"""Elements whose derived fields are numbers or categories."""
_NO_EXPRESSIONS: Final = frozenset({"Extension", "Value", "Interval"})


def data_field(state: Pass, tally: Tally, attributes: Attributes) -> None:
    given = pairs(attributes)
    name = given.get("name", "")
    place = here(state, tally, name)
    if name in state.document.data:
        state.document.report("defined-twice", _twice(tally, name, tally.parent), place)
    state.document.data[name] = given.get("dataType", "")
    state.document.optypes[name] = given.get("optype", "")
    state.data_field = name
    if types.group_of(given.get("dataType", "")) in ("boolean", "temporal"):
        state.document.untyped.add(name)
    if given.get("optype") == "categorical" and given.get("dataType") != "boolean":
        state.document.categories.add(name)
    state.collector.defined(tally.name, name, place)


def value(state: Pass, tally: Tally, attributes: Attributes) -> None:
    given = pairs(attributes)
    if tally.parent != "DataField":
        return
    text, place = given.get("value", ""), here(state, tally)
    valid = given.get("property") not in ("invalid", "missing")
    types.note_value(state.document, state.data_field, text, place, valid=valid)
    if valid:
        values = state.document.values.setdefault(state.data_field, set())
        if len(values) < MOST_VALUES:
            values.add(text)
        else:
            state.document.reach("values of one field", MOST_VALUES)


def derived_field(state: Pass, tally: Tally, attributes: Attributes) -> Leave | None:
    given = pairs(attributes)
    state.derived_in, state.derived_kind = tally.parent, given.get("dataType", "")
    if tally.parent in _INPUTS and types.group_of(given.get("dataType", "")) == "temporal":
        typed: Fields = {
            "name": given.get("name", ""), "type": given.get("dataType", ""), "part": tally.parent,
            "result": "number", "group": "temporal", "used": True,
        }  # fmt: skip
        state.document.report("derived-type", typed, here(state, tally))
    if tally.parent not in _DICTIONARIES:
        return None
    name = given.get("name", "")
    place = here(state, tally, name)
    model = innermost(state) if tally.parent == "LocalTransformations" else None
    fields = state.document.derived if model is None else model.derived
    if "name" not in given:
        state.document.report("derived-field-without-name", {}, place)
    if name in fields:
        state.document.report("defined-twice", _twice(tally, name, tally.parent), place)
    numeric = given.get("dataType", "") in vocabulary.NUMERIC
    kind = given.get("dataType", "")
    derived = Derived(place, name=name, order=len(fields), numeric=numeric, kind=kind)
    derived.optype = given.get("optype", "")
    whole = given.get("dataType") == "integer"
    fields[name] = derived
    state.collector.defined(tally.name, name, place)
    state.reader.begin(derived)
    part = state.reader.part

    def leave() -> None:
        if not set(part.level("DerivedField").names()) - _NO_EXPRESSIONS:
            about: Fields = {"what": "DerivedField", "name": name}
            state.collector.when_used(derived, "no-expression", about, place)
        if whole and derived.gives:
            what: Fields = {"what": "DerivedField", "name": name, "part": derived.gives}
            state.collector.when_used(derived, "fraction-as-integer", what, place)

    return leave


def transformations(state: Pass, _tally: Tally, _attributes: Attributes) -> None:
    current = innermost(state)
    if current is not None:
        current.derived.clear()  # readers take the last ones


def define_function(state: Pass, tally: Tally, attributes: Attributes) -> Leave:
    name = pairs(attributes).get("name", "")
    place = here(state, tally, name)
    if name in state.document.functions:
        state.document.report("defined-twice", _twice(tally, name, tally.parent), place)
    if name in state.document.applied:
        later: Fields = {
            "what": "DefineFunction", "name": state.document.applied[name], "other": name,
        }  # fmt: skip
        state.document.report("defined-later", later, place)
    function = Function(place, name=name, kind=pairs(attributes).get("dataType", ""))
    state.document.functions[name] = function
    state.collector.defined(tally.name, name, place)
    state.reader.begin(function)
    part = state.reader.part

    def leave() -> None:
        inside = set(part.level("DefineFunction").names())
        if not inside - _NO_EXPRESSIONS - {"ParameterField"}:
            about: Fields = {"what": "DefineFunction", "name": name}
            state.collector.when_used(function, "no-expression", about, place)

    return leave


def parameter(state: Pass, tally: Tally, attributes: Attributes) -> None:
    owner = state.reader.part.owner
    if isinstance(owner, Function):
        name = pairs(attributes).get("name", "")
        owner.parameters[name] = here(state, tally, name)


def norm(state: Pass, tally: Tally, attributes: Attributes) -> Leave:
    place, owner = here(state, tally), state.reader.part.owner
    state.points = 0
    if tally.parent == "DerivedField" and isinstance(owner, Derived):
        owner.gives = tally.name
    uses_number(state, tally, attributes)
    outermost(state, tally, "number")

    def leave() -> None:
        if state.points < 2:
            state.collector.when_used(owner, "too-few-points", {"count": state.points}, place)

    return leave


def point(state: Pass, _tally: Tally, _attributes: Attributes) -> None:
    state.points += 1


def apply(state: Pass, tally: Tally, attributes: Attributes) -> Leave:
    name = pairs(attributes).get("function", "")
    place = here(state, tally)
    reader = state.reader
    owner = reader.part.owner
    if tally.parent == "DerivedField" and isinstance(owner, Derived) and name in FRACTIONS:
        owner.gives = name
    if name in ARITHMETIC:
        outermost(state, tally, "number")
    elif name in CONDITIONS:
        outermost(state, tally, "boolean")
    elif name in COUNTS:
        outermost(state, tally, "number")
    elif name in TEXTS:
        outermost(state, tally, "text")
    elif name in state.document.functions and state.document.functions[name].result:
        outermost(state, tally, state.document.functions[name].result)
    state.functions.append(name)
    if len(state.document.applied) >= MOST_VALUES:
        state.document.reach("functions that are applied", MOST_VALUES)
    else:
        named = owner.name if isinstance(owner, Derived | Function) else tally.parent
        state.document.applied.setdefault(name, named)
    reader.applies.append(0)
    reader.most_applies = max(reader.most_applies, len(reader.applies))

    def leave() -> None:
        state.functions.pop()
        owner.apply(Use(name, reader.applies.pop()), place)

    return leave


def constant(state: Pass, tally: Tally, attributes: Attributes) -> Leave:
    given = pairs(attributes)
    place = here(state, tally)
    text = collect_text(state)

    def leave() -> None:
        content = stop_text(state, text).strip()
        chosen_constant(state, tally, content)
        kind, owner = given.get("dataType"), state.reader.part.owner
        missing = given.get("missing") == "true"
        if missing and tally.parent == "DerivedField":
            state.collector.when_used(owner, "constant-missing", {}, place)
        output = not isinstance(owner, Model | Derived | Function)
        if kind == "string" and tally.parent == "Apply" and state.functions[-1] in ARITHMETIC:
            typed: Fields = {"value": content[:60], "form": "string", "output": output}
            state.collector.when_used(owner, "constant-not-a-number", typed, place)
        if (
            types.group_of(kind or "") in ("boolean", "temporal")
            and not missing
            and not types.fits(content, kind or "")
        ):
            form = "digit" if content in ("0", "1") else "text"
            other: Fields = {
                "value": content[:60],
                "type": (kind or "")[:60],
                "form": form,
                "output": output,
            }
            state.collector.when_used(owner, "constant-type", other, place)
        if kind not in vocabulary.NUMERIC or missing:
            return
        about: Fields = {
            "value": content[:60], "form": vocabulary.form(content), "output": output,
        }  # fmt: skip
        if not vocabulary.is_finite(content):
            state.collector.when_used(owner, "constant-not-a-number", about, place)
        elif kind == "integer" and not float(content).is_integer():
            state.collector.when_used(owner, "constant-fraction", about, place)

    return leave


def _twice(tally: Tally, name: str, within: str) -> Fields:
    return {"what": tally.name, "name": name, "within": within, "nested": False}


HANDLERS: Final[dict[str, Handler]] = {
    "DataField": data_field,
    "Value": value,
    "DerivedField": derived_field,
    "LocalTransformations": transformations,
    "DefineFunction": define_function,
    "ParameterField": parameter,
    "NormContinuous": norm,
    "LinearNorm": point,
    "Apply": apply,
    "Constant": constant,
}
