"""Fields that a model takes in or predicts, and what their definitions lack.

https://dmg.org/pmml/v4-4-1/DataDictionary.html, https://dmg.org/pmml/v4-4-1/MiningSchema.html
"""

from __future__ import annotations

from typing import Final

from modelaudit.core.errors import Fields
from modelaudit.formats.pmml import vocabulary
from modelaudit.formats.pmml.classes import TARGETS
from modelaudit.formats.pmml.document import Document, Model, Place
from modelaudit.formats.pmml.types import group_of

_INPUTS: Final = frozenset({"active", "supplementary", "group", "order", "frequencyWeight"})
_LIMITED: Final = frozenset({"asMissingValues", "asExtremeValues"})
"""Treatments of outliers, which need to know what an outlier is."""


def check_definitions(document: Document, model: Model) -> None:
    """Whether the DataFields that a model predicts, and one at the top takes in, are complete."""
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
                }  # fmt: skip
                document.report("field-incomplete", fields, model.places[name])


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
