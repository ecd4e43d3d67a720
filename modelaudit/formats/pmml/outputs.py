"""What a model is asked for: the fields of its Output.

https://dmg.org/pmml/v4-4-1/Output.html
"""

from __future__ import annotations

from typing import Final

from modelaudit.core.errors import Fields
from modelaudit.formats.pmml import vocabulary
from modelaudit.formats.pmml.document import MOST_NAMES, Model, Owner, Place
from modelaudit.formats.pmml.reader import Attributes, Leave
from modelaudit.formats.pmml.state import Handler, Pass, here, innermost, pairs
from modelaudit.formats.pmml.tallies import Tally

_NO_EXPRESSIONS: Final = frozenset({"Extension", "Value", "Interval", "Decisions"})
_FRACTIONS: Final = frozenset(
    ["probability", "confidence", "affinity", "entityAffinity", "clusterAffinity", "standardError"]
)
"""Features that hardly ever are whole numbers."""


def output(state: Pass, _tally: Tally, _attributes: Attributes) -> None:
    model = innermost(state)
    if model is not None:
        model.outputs.clear()  # readers take the last one


def output_field(state: Pass, tally: Tally, attributes: Attributes) -> Leave | None:
    model = innermost(state)
    if model is None:
        return None
    given = pairs(attributes)
    name, feature = given.get("name", ""), given.get("feature", "predictedValue")
    place = here(state, tally, name)
    if name in model.outputs:
        fields: Fields = {
            "what": tally.name, "name": name, "within": model.element,
            "nested": model.parent is not None,
        }  # fmt: skip
        state.document.report("defined-twice", fields, place)
    model.outputs[name] = place
    _note(state, model, given, place)
    state.collector.defined(tally.name, name, place)
    state.output = (name, given.get("dataType", ""))
    # Its references are kept apart from those of the model; the functions it applies are not.
    owner = Owner(place, {}, model.uses, model.times)
    state.reader.begin(owner)
    part = state.reader.part

    def leave() -> None:
        inside = set(part.level("OutputField").names()) - _NO_EXPRESSIONS
        model.asked.setdefault(feature, place)
        if feature in ("transformedValue", "decision") and not inside:
            about: Fields = {"name": name, "feature": feature}
            state.document.report("no-output-expression", about, place)
        for ref, where in owner.refs.items():
            if ref not in model.outputs or ref == name:
                if len(model.early) < MOST_NAMES:
                    model.early.append((name, ref, where))
                else:
                    state.document.reach("references of outputs", MOST_NAMES)
            model.output_refs.setdefault(ref, where)

    return leave


def _note(state: Pass, model: Model, given: dict[str, str], place: Place) -> None:
    """What an output's attributes say about the result."""
    name, feature = given.get("name", ""), given.get("feature", "predictedValue")
    kind = given.get("dataType")
    if kind in vocabulary.NUMERIC:
        model.labels.append((name, feature, place))
    if kind not in (None, "string"):
        model.typed.append((name, feature, kind or "", place))
    if "segmentId" in given and model.element != "MiningModel":
        segmented: Fields = {"name": name[:60], "element": model.element}
        state.document.report("segment-output", segmented, place)
    model.features.add(feature)
    if "value" in given:
        model.output_values.append((name, feature, given["value"], place))
    if model.element == "Scorecard" and feature == "reasonCode":
        reason: Fields = {"name": name, "feature": feature}
        if kind in vocabulary.NUMERIC:
            state.document.report("label-as-number", reason, place)
        if not model.reasons:
            state.document.report("reason-codes-off", {"name": name}, place)
    targets = {field for field, usage in model.mining.items() if usage in ("target", "predicted")}
    if targets and given.get("targetField", "") not in {"", *targets}:
        other: Fields = {"name": name, "field": given["targetField"][:60]}
        state.document.report("output-target", other, place)
    rank = given.get("rank", "1").strip()
    if rank.lstrip("+-").isdigit() and int(rank) < 1:
        about: Fields = {"name": name, "feature": feature, "rank": rank[:20]}
        state.document.report("output-rank", about, place)
    fraction = feature in _FRACTIONS or (feature == "predictedValue" and _is_real(state, model))
    if kind == "integer" and fraction:
        what: Fields = {"what": "OutputField", "name": name, "part": feature, "used": True}
        state.document.report("fraction-as-integer", what, place)


def _is_real(state: Pass, model: Model) -> bool:
    """Whether a model predicts a number that nothing makes a whole one."""
    targets = [name for name, usage in model.mining.items() if usage in ("target", "predicted")]
    kinds = {state.document.data.get(name, "double") for name in targets} or {"double"}
    computed = model.element not in ("TreeModel", "RuleSetModel", "Scorecard", "MiningModel")
    return model.task == "regression" and computed and not kinds & {"integer", "string", ""}


HANDLERS: Final[dict[str, Handler]] = {"Output": output, "OutputField": output_field}
