"""Data types: whether texts are values of them, and whether results can be.

https://dmg.org/pmml/v4-4-1/DataDictionary.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from typing import Final

from modelaudit.core.errors import Fields
from modelaudit.formats.pmml import vocabulary
from modelaudit.formats.pmml.document import Document, Model, Place
from modelaudit.formats.pmml.tallies import Tally

_DATE: Final = r"[-+]?\d{4,}-\d\d-\d\d"
_TIME: Final = r"\d\d:\d\d(?::\d\d(?:\.\d+)?)?"
_SHAPES: Final = {
    "boolean": re.compile(r"true|false", re.IGNORECASE),
    "date": re.compile(_DATE),
    "time": re.compile(_TIME),
    "timeSeconds": re.compile(_TIME),
    "dateTime": re.compile(f"{_DATE}T{_TIME}"),
}
_ORDERS: Final = frozenset({"lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual"})
_INTEGER: Final = re.compile(r"[-+]?\d+(?:\.0*)?")
_TARGETS: Final = frozenset({"target", "predicted"})
_NUMBERS: Final = frozenset(
    {
        "probability", "confidence", "affinity", "entityAffinity", "clusterAffinity",
        "standardError", "support", "lift", "leverage",
    }
)  # fmt: skip
"""Features of an output that are numbers whatever the model is."""
_TRUTHS: Final = frozenset({"0", "1", "true", "false"})
"""Texts that readers take for numbers, and for true and false."""
_LABELS: Final = frozenset({"entityId", "clusterId", "predictedDisplayValue", "reasonCode"})
_TEXT_SCORES: Final = frozenset({"TreeModel", "RuleSetModel", "NearestNeighborModel"})
"""Models whose results may be texts that stand for true or false."""


def group_of(kind: str) -> str:
    """``number``, ``text``, ``boolean`` or ``temporal``; empty for what the standard lacks."""
    if kind in vocabulary.NUMERIC:
        return "number"
    if kind in ("boolean", "string"):
        return "text" if kind == "string" else kind
    dated = kind.removeprefix("x-").startswith(("dateDaysSince[", "dateTimeSecondsSince["))
    return "temporal" if kind in _SHAPES or dated else ""


def family(kind: str) -> str:
    """The group of a data type; ``vendor`` for dates that count from a year of no standard."""
    return "vendor" if kind.startswith("x-") and group_of(kind) else group_of(kind)


def fits(text: str, kind: str) -> bool:
    """Whether a text is a value of a data type; what is not known fits."""
    plain = kind.removeprefix("x-")
    shape = _SHAPES.get(plain)
    if plain.startswith("dateDaysSince["):
        shape = _SHAPES["date"]
    elif plain.startswith("dateTimeSecondsSince["):
        shape = _SHAPES["dateTime"]
    if shape is not None:
        return shape.fullmatch(text.strip()) is not None
    if kind == "integer":
        return _INTEGER.fullmatch(text.strip()) is not None
    return kind not in vocabulary.NUMERIC or vocabulary.is_number(text)


def note_value(document: Document, name: str, text: str, place: Place, *, valid: bool) -> None:
    """Note a Value of a DataField that is not of the field's type."""
    kind = document.data.get(name, "")
    if kind not in ("", "string") and not fits(text, kind) and (valid or kind == "boolean"):
        known = document.odd.get(name)
        if known is None or (valid and not known[2]):
            document.odd[name] = (text, place, valid)


def check_values(document: Document) -> None:
    """Report the values that are not of their field's type, once the document has ended."""
    for name, (text, place, valid) in document.odd.items():
        kind = document.data.get(name, "")
        fields: Fields = {
            "name": name[:60], "type": kind, "value": text[:60],
            "used": valid and name in document.taken and text not in _TRUTHS,
            "active": name in document.active,
            "optype": document.optypes.get(name, ""),
            "element": document.active.get(name, ""),
            "whole": not any(fits(one, kind) for one in document.values.get(name, ())),
        }  # fmt: skip
        document.report("value-of-other-type", fields, place)


def check_types(document: Document, model: Model, needed: Container[str]) -> None:
    check_results(document, model)
    check_inputs(document, model, needed)
    if model.parent is None:
        _check_limited(document, model)


def _check_limited(document: Document, model: Model) -> None:
    """Fields that list their values in a type that only some readers know."""
    for name, usage in model.mining.items():
        kind = document.data.get(name, "")
        listed = bool(document.values.get(name)) or name in document.intervals
        if family(kind) == "vendor" and listed and usage == "active":
            fields: Fields = {
                "name": name[:60], "type": kind, "treatment": model.treatments.get(name, ""),
            }  # fmt: skip
            document.report("values-of-vendor-type", fields, model.places[name])


def check_inputs(document: Document, model: Model, needed: Container[str]) -> None:
    """Fields of dates or of true and false that are computed with as numbers."""
    found = [model.measured, model.numbers]
    found += [derived.numbers for derived in model.derived.values() if derived.name in needed]
    found += [derived.numbers for derived in document.derived.values() if derived.name in needed]
    for name, place in [one for places in found for one in places.items()]:
        # A target that is normalised back is no input.
        taken = model.mining.get(name, "target") not in _TARGETS
        kind = document.data.get(name, "") if taken else ""
        group = group_of(kind)
        if group == "temporal" or (group == "boolean" and place.element in ("KNNInput", "Apply")):
            fields: Fields = {
                "element": place.element, "name": name[:60], "type": kind, "group": group,
                "replaced": name in model.replaced, "of": model.element,
            }  # fmt: skip
            document.report("type-as-number", fields, place)


def check_results(document: Document, model: Model) -> None:
    """Whether the target and the outputs can take what the model gives."""
    document.taken |= model.refs.keys() & document.odd.keys()
    if model.parent is None:
        document.active |= {
            name: model.element
            for name in model.mining.keys() & document.odd.keys()
            if model.mining[name] == "active"
            and model.treatments.get(name, "") in ("", "returnInvalid")
        }
    targets = [name for name, usage in model.mining.items() if usage in _TARGETS]
    if model.task == "classification":
        document.taken.update(targets)
    for name in targets:
        kind = document.data.get(name, "")
        if (
            model.task == "regression"
            and model.parent is None
            and group_of(kind) in ("boolean", "temporal")
        ):
            fields: Fields = {"name": name[:60], "type": kind, "element": model.element}
            document.report("target-type", fields, model.place)
    known = [value for name in targets for value in document.values.get(name, ())]
    for name, feature, kind, place in model.typed:
        result = _result(model, feature)
        if not result or not _clashes(model, result, kind, known, feature):
            continue
        about: Fields = {
            "name": name[:60], "feature": feature, "type": kind[:60], "result": result,
            "group": family(kind),
        }  # fmt: skip
        document.report("output-type", about, place)


def _result(model: Model, feature: str) -> str:
    """What an output gives: a ``number``, a ``label``, or nothing that is known here."""
    if feature in _NUMBERS:
        return "number"
    if feature in _LABELS:
        return "label"
    if feature != "predictedValue":
        return ""
    return {"regression": "number", "classification": "label", "clustering": "label"}.get(
        model.task, ""
    )


def _clashes(model: Model, result: str, kind: str, known: list[str], feature: str) -> bool:
    group = group_of(kind)
    if group == "temporal":
        return True
    if group != "boolean":
        return False
    if result == "number":
        return feature != "predictedValue" or model.element not in _TEXT_SCORES
    named = feature == "predictedValue" and model.task == "classification"
    return named and bool(known) and not any(fits(value, kind) for value in known)


def check_compared(
    document: Document,
    fields: list[str],
    values: list[str],
    tally: Tally,
    line_of: Callable[[str], int],
    element: str,
    *,
    fallback: bool,
) -> None:
    """Whether what fields that are neither numbers nor texts are compared with is of their type."""
    for field, value in {*zip(fields, values, strict=True)}:
        kind = document.data.get(field, "")
        # A boolean that is continuous is compared as a number.
        listed = kind != "boolean" or document.optypes.get(field) != "continuous"
        if field in document.untyped and listed and not fits(value, kind):
            about: Fields = {
                "name": field[:60], "type": kind, "value": value[:60],
                "form": _form(value),
                "group": family(kind), "fallback": fallback,
            }  # fmt: skip
            place = Place(line_of(value), tally.place.path)
            document.report("predicate-type", about, place)
        elif group_of(kind) == "temporal":
            dated: Fields = {
                "name": field[:60], "type": kind, "element": element, "fallback": fallback,
            }  # fmt: skip
            document.report("date-compared", dated, tally.place)


def _form(value: str) -> str:
    if value in ("0", "1"):
        return "digit"
    return "number" if vocabulary.NUMERAL.fullmatch(value.strip()) is not None else "text"


def check_order(document: Document, fields: list[str], operators: list[str], tally: Tally) -> None:
    """Whether only fields that have an order are compared by it."""
    for field, operator in {*zip(fields, operators, strict=True)}:
        if operator in _ORDERS and field in document.categories:
            about: Fields = {"name": field[:60], "operator": operator}
            document.report("order-of-categories", about, tally.place)


def kind_of(document: Document, model: Model | None, name: str) -> str:
    """The type of a field, which may be a derived one."""
    derived = model.derived.get(name) if model is not None else None
    derived = derived or document.derived.get(name)
    return document.data.get(name, "") if derived is None else derived.kind


def check_category(document: Document, name: str, kind: str, value: str, place: Place) -> None:
    """Whether a category that is computed with is of its field's type."""
    if not fits(value, kind):
        form = "digit" if value in ("0", "1") else vocabulary.form(value)
        fields: Fields = {
            "name": name[:60], "type": kind, "value": value[:60],
            "form": form if form in ("digit", "boolean") else "text", "group": family(kind),
            "part": place.element, "listed": bool(document.values.get(name)),
        }  # fmt: skip
        document.report("category-type", fields, place)
