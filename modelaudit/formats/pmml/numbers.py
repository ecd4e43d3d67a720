"""Where a document computes with numbers: text that is used as one, fractions kept as integers.

https://dmg.org/pmml/v4-4-1/Transformations.html
"""

from __future__ import annotations

from typing import Final

from modelaudit.core.errors import Fields
from modelaudit.formats.pmml import types, vocabulary
from modelaudit.formats.pmml.document import MOST_NAMES, Derived, Function
from modelaudit.formats.pmml.reader import Attributes
from modelaudit.formats.pmml.state import Handler, Pass, here, pairs
from modelaudit.formats.pmml.tallies import Tally

FRACTIONS: Final = frozenset(
    {
        "/",
        "ln",
        "log10",
        "exp",
        "sqrt",
        "sin",
        "cos",
        "tan",
        "asin",
        "acos",
        "atan",
        "expm1",
        "ln1p",
    }
)
"""Functions that hardly ever give whole numbers."""
ARITHMETIC: Final = FRACTIONS | frozenset(
    {
        "+", "-", "*", "pow", "abs", "floor", "ceil", "round", "rint", "threshold", "modulo", "min",
        "max", "sum", "avg", "product",
    }
)  # fmt: skip
COUNTS: Final = frozenset(
    {"dateDaysSinceYear", "dateSecondsSinceYear", "dateSecondsSinceMidnight", "stringLength"}
)
"""Functions that give whole numbers."""
TEXTS: Final = frozenset(
    {
        "concat", "uppercase", "lowercase", "substring", "trimBlanks", "replace", "formatNumber",
        "formatDatetime",
    }
)  # fmt: skip
"""Functions that give texts."""
_SUMS: Final = frozenset({"+", "-", "*", "/"})
CONDITIONS: Final = frozenset(
    {
        "and", "or", "not", "equal", "notEqual", "lessThan", "lessOrEqual", "greaterThan",
        "greaterOrEqual", "isIn", "isNotIn", "isMissing", "isNotMissing", "isValid", "isNotValid",
    }
)  # fmt: skip
"""Functions that give true or false."""
_COMPUTING: Final = frozenset({"PredictorTerm", "VectorFields"})
"""Elements whose FieldRefs are numbers."""


def uses_number(state: Pass, tally: Tally, attributes: Attributes) -> None:
    """Note a field that an expression or a predictor computes with."""
    name = next((value for key, value in pairs(attributes).items() if key in ("field", "name")), "")
    numbers = state.reader.part.owner.numbers
    place = here(state, tally)
    if tally.parent == "Apply" and state.functions and state.functions[-1] in _SUMS:
        place = place._replace(element="Apply")
    elif tally.name == "FieldRef" and "/NeuralInput/" in place.path:
        place = place._replace(element="NeuralInput")
    if name and len(numbers) < MOST_NAMES:
        numbers.setdefault(name, place)
    elif name and name not in numbers:
        state.document.reach("fields that are numbers", MOST_NAMES)


def field_ref(state: Pass, tally: Tally, attributes: Attributes) -> None:
    owner = state.reader.part.owner
    source = types.group_of(state.document.data.get(pairs(attributes).get("field", ""), ""))
    if source in ("number", "boolean"):
        outermost(state, tally, source)
    applied = tally.parent == "Apply" and bool(state.functions)
    if applied and _is_condition(state, state.functions[-1]):
        if len(owner.conditions) < MOST_NAMES:
            owner.conditions.setdefault(pairs(attributes).get("field", ""), here(state, tally))
        else:
            state.document.reach("fields that are conditions", MOST_NAMES)
    if (
        tally.parent in _COMPUTING
        or (applied and _takes_number(state))
        or (tally.parent == "DerivedField" and state.derived_in == "NeuralInput")
        or (applied and state.functions[-1] in ARITHMETIC)
        or (tally.parent == "DerivedField" and isinstance(owner, Derived) and owner.numeric)
    ):
        uses_number(state, tally, attributes)


def text_index(state: Pass, tally: Tally, _attributes: Attributes) -> None:
    outermost(state, tally, "number")


def _is_condition(state: Pass, function: str) -> bool:
    """Whether the argument that begins is one that is true or false."""
    first = bool(state.reader.applies) and state.reader.applies[-1] == 1
    return function in ("and", "or", "not") or (function == "if" and first)


def _takes_number(state: Pass) -> bool:
    """Whether the argument that begins is one that a DefineFunction computes with."""
    function = state.document.functions.get(state.functions[-1])
    at = state.reader.applies[-1] - 1 if state.reader.applies else -1
    names = list(function.parameters) if function is not None else []
    return function is not None and 0 <= at < len(names) and names[at] in function.numbers


def discretize_bin(state: Pass, tally: Tally, attributes: Attributes) -> None:
    _check_value(state, tally, pairs(attributes).get("binValue", "0"))


def _check_value(state: Pass, tally: Tally, value: str) -> None:
    """A value of a derived field that is to be a number."""
    owner = state.reader.part.owner
    if isinstance(owner, Derived) and types.group_of(owner.kind) in ("boolean", "temporal"):
        if not types.fits(value, owner.kind):
            _clash(state, tally, owner, "text")
        return
    if not isinstance(owner, Derived) or not owner.numeric:
        return
    if vocabulary.form(value) == "text" and not vocabulary.is_finite(value.strip()):
        fields: Fields = {"element": tally.name, "name": owner.name[:60], "value": value[:60]}
        state.collector.when_used(owner, "value-not-a-number", fields, here(state, tally))


def _clash(state: Pass, tally: Tally, owner: Derived, result: str) -> None:
    """A derived field whose expression gives values of another type."""
    fields: Fields = {
        "name": owner.name[:60], "type": owner.kind[:60], "part": tally.name, "result": result,
        "group": types.group_of(owner.kind),
    }  # fmt: skip
    state.collector.when_used(owner, "derived-type", fields, here(state, tally))


def outermost(state: Pass, tally: Tally, result: str) -> None:
    """Compare what an expression gives with the type of the derived field that it is all of."""
    owner = state.reader.part.owner
    if tally.parent == "DefineFunction" and isinstance(owner, Function):
        owner.result = result
        if _differs(owner.kind, result):
            about: Fields = {"name": owner.name[:60], "type": owner.kind[:60], "result": result}
            state.collector.when_used(owner, "function-type", about, here(state, tally))
    elif tally.parent == "DerivedField" and isinstance(owner, Derived):
        if _differs(owner.kind, result):
            _clash(state, tally, owner, result)
    elif tally.parent == "OutputField":
        _check_output(state, tally, result)
    elif tally.parent == "DerivedField" and state.derived_in == "NeuralInput":
        kind = state.derived_kind
        if kind == "integer" and result == "number" and tally.name != "FieldRef":
            what: Fields = {
                "what": "DerivedField", "name": tally.parent, "part": tally.name, "used": True,
            }  # fmt: skip
            state.document.report("fraction-as-integer", what, here(state, tally))
        if types.group_of(kind) == "boolean" and _differs(kind, result):
            _clash(state, tally, Derived(owner.place, kind=kind), result)


def _check_output(state: Pass, tally: Tally, result: str) -> None:
    name, kind = state.output
    if _differs(kind, result):
        given: Fields = {
            "name": name[:60], "feature": "transformedValue", "type": kind[:60], "result": result,
            "group": types.family(kind),
        }  # fmt: skip
        state.document.report("output-type", given, here(state, tally))


def _differs(kind: str, result: str) -> bool:
    """Whether a value of a type cannot be what an expression gives."""
    group = types.group_of(kind)
    if group == "number":
        return result == "text"
    return group == "temporal" or (group == "boolean" and result in ("number", "text"))


def chosen_constant(state: Pass, tally: Tally, value: str) -> None:
    """A Constant that an outermost ``if`` may give as the value of a derived field."""
    branch = bool(state.reader.applies) and state.reader.applies[-1] > 1
    if state.functions == ["if"] and branch and state.reader.stack[-2].name == "OutputField":
        if not types.fits(value, state.output[1]):
            _check_output(state, tally, "text")
        return
    if state.functions == ["if"] and branch and tally.parent == "Apply":
        _check_value(state, tally, value)


HANDLERS: Final[dict[str, Handler]] = {
    "FieldRef": field_ref,
    "DiscretizeBin": discretize_bin,
    "TextIndex": text_index,
    **dict.fromkeys(("NumericPredictor", "Discretize"), uses_number),
}
