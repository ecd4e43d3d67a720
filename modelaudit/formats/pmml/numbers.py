"""Where a document computes with numbers: text that is used as one, fractions kept as integers.

https://dmg.org/pmml/v4-4-1/Transformations.html
"""

from __future__ import annotations

from typing import Final

from modelaudit.formats.pmml.document import MOST_NAMES, Derived
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
_ARITHMETIC: Final = FRACTIONS | frozenset(
    {
        "+", "-", "*", "pow", "abs", "floor", "ceil", "round", "rint", "threshold", "modulo", "min",
        "max", "sum", "avg", "product",
    }
)  # fmt: skip
_COMPUTING: Final = frozenset({"PredictorTerm", "VectorFields"})
"""Elements whose FieldRefs are numbers."""


def uses_number(state: Pass, tally: Tally, attributes: Attributes) -> None:
    """Note a field that an expression or a predictor computes with."""
    name = next((value for key, value in pairs(attributes).items() if key in ("field", "name")), "")
    numbers = state.reader.part.owner.numbers
    if name and len(numbers) < MOST_NAMES:
        numbers.setdefault(name, here(state, tally))


def field_ref(state: Pass, tally: Tally, attributes: Attributes) -> None:
    owner = state.reader.part.owner
    applied = tally.parent == "Apply" and bool(state.functions)
    if (
        tally.parent in _COMPUTING
        or (applied and state.functions[-1] in _ARITHMETIC)
        or (tally.parent == "DerivedField" and isinstance(owner, Derived) and owner.numeric)
    ):
        uses_number(state, tally, attributes)


HANDLERS: Final[dict[str, Handler]] = {
    "FieldRef": field_ref,
    **dict.fromkeys(("NumericPredictor", "Discretize"), uses_number),
}
