"""Fields that a model takes in or predicts, and what their definitions lack.

https://dmg.org/pmml/v4-4-1/DataDictionary.html, https://dmg.org/pmml/v4-4-1/MiningSchema.html
"""

from __future__ import annotations

from collections.abc import Container
from typing import Final

from modelaudit.core.errors import Fields
from modelaudit.formats.pmml import vocabulary
from modelaudit.formats.pmml.classes import TARGETS
from modelaudit.formats.pmml.document import Document, Model, Place
from modelaudit.formats.pmml.types import group_of

_INPUTS: Final = frozenset({"active", "supplementary", "group", "order", "frequencyWeight"})
_LIMITED: Final = frozenset({"asMissingValues", "asExtremeValues"})
"""Treatments of outliers, which need to know what an outlier is."""


def check_definitions(document: Document, model: Model, needed: Container[str]) -> None:
    """Whether the DataFields that a model predicts, and one at the top takes in, are complete."""
    referred = {**model.refs, **dict.fromkeys(model.inner, model.place)}
    for derived in (*model.derived.values(), *document.derived.values()):
        if derived.name in needed:
            referred = derived.refs | referred
    for name, usage in model.mining.items():
        taken = usage in _INPUTS and model.parent is None
        role = "target" if usage in TARGETS else "input" if taken else ""
        if not role or name not in document.data:
            continue
        kind, optype = document.data[name], document.optypes[name]
        for attribute, given, known in (
            ("dataType", kind, kind in vocabulary.DATA_TYPES or group_of(kind) == "temporal"),
            ("optype", optype, optype in vocabulary.OPTYPES),
        ):
            if not known:
                fields: Fields = {
                    "name": name, "attribute": attribute, "role": role, "element": model.element,
                    "task": model.task, "state": "unknown" if given else "absent",
                    "by": referred[name].element if name in referred else "",
                    "used": name in referred, "listed": bool(document.values.get(name)),
                    "fallback": model.falls_back,
                }  # fmt: skip
                document.report("field-incomplete", fields, model.places[name])


def note_optype(document: Document, model: Model, name: str, optype: str, element: str) -> None:
    """Note an optype that a model gives one of its fields; of a target, a Target's comes first."""
    if not optype:
        return
    if model.mining.get(name) in TARGETS:
        model.declared[name] = (optype, element)
    elif document.data.get(name, "boolean") != "boolean":
        (document.categories.add if optype == "categorical" else document.categories.discard)(name)


def check_optypes(document: Document, model: Model) -> None:
    """Whether a model gives its target another optype than the DataField has."""
    for name, (optype, element) in model.declared.items():
        if optype != document.optypes.get(name, optype):
            fields: Fields = {
                "element": model.element, "task": model.task, "name": name[:60], "optype": optype,
                "part": element, "method": model.method or model.variant,
            }  # fmt: skip
            document.report("target-optype", fields, model.place)


def check_segments(document: Document, model: Model) -> None:
    """Whether any segment can ever apply."""
    if model.total and model.never == model.total:
        fields: Fields = {
            "element": model.element, "part": "Segment", "nested": model.parent is not None,
        }  # fmt: skip
        document.report("never-true", fields, model.place)


def check_outliers(document: Document, model: Model, given: dict[str, str], place: Place) -> None:
    """Whether a MiningField that treats outliers says which values are some."""
    treatment, name = given.get("outliers", "asIs"), given.get("name", "")
    if treatment not in _LIMITED or model.later or given.get("usageType", "") in TARGETS:
        return
    nested = model.parent is not None
    optype = given.get("optype", document.optypes.get(name, ""))
    if optype in ("categorical", "ordinal"):
        about: Fields = {"name": name[:60], "treatment": treatment, "nested": nested}
        document.report("outliers-of-categories", about, place)
    low, high = given.get("lowValue"), given.get("highValue")
    limits = "none" if low is None and high is None else "one"
    if low is not None and high is not None:
        numbers = vocabulary.is_finite(low.strip()) and vocabulary.is_finite(high.strip())
        limits = "reversed" if numbers and float(low) > float(high) else "both"
    if limits != "both":
        fields: Fields = {
            "treatment": treatment, "limits": limits, "nested": nested,
            "low": low or "", "high": high or "",
        }  # fmt: skip
        document.report("outlier-limits", fields, place)
