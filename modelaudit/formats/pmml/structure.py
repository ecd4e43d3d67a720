"""The frame of a document: its root, header and dictionary, and its models with their schemas.

https://dmg.org/pmml/v4-4-1/GeneralStructure.html, https://dmg.org/pmml/v4-4-1/MiningSchema.html
"""

from __future__ import annotations

import re
from typing import Final

from modelaudit.core.errors import Fields
from modelaudit.formats.pmml import vocabulary
from modelaudit.formats.pmml.cells import check_instances
from modelaudit.formats.pmml.consistency import (
    check_centers,
    check_measure,
    check_neighbors,
    check_task,
    check_vectors,
)
from modelaudit.formats.pmml.document import Demand, Model, Place
from modelaudit.formats.pmml.extensions import look_at_schema_location
from modelaudit.formats.pmml.fields import check_outliers, check_segments, note_optype
from modelaudit.formats.pmml.networks import check_network
from modelaudit.formats.pmml.reader import Attributes, Leave
from modelaudit.formats.pmml.resolve import close_model, note_absent
from modelaudit.formats.pmml.state import Handler, Pass, here, innermost, pairs
from modelaudit.formats.pmml.tallies import Tally
from modelaudit.formats.pmml.types import fits, group_of

_BEFORE_SCHEMA: Final = frozenset({"Extension", "MiningSchema"})
_COMBINING: Final = frozenset(
    {
        "average", "max", "median", "majorityVote", "sum", "weightedAverage",
        "weightedMajorityVote", "weightedMedian", "weightedSum", "x-weightedSum",
    }
)  # fmt: skip
"""Methods that make one result of those of all segments."""


def root(state: Pass, tally: Tally, attributes: Attributes) -> None:
    if len(state.reader.stack) > 1:
        return
    given = pairs(attributes)
    place = here(state, tally)
    state.collector.root(given, place)
    state.collector.metadata("pmml-namespace", state.reader.namespace, place)
    if "version" in given:
        state.collector.metadata("pmml-version", given["version"], place)
        _compare(state, given["version"], place)
    look_at_schema_location(state, tally, given)


def _compare(state: Pass, version: str, place: Place) -> None:
    """The version against that of the namespace, where both are versions of PMML."""
    namespace = state.reader.namespace
    number = re.match(r"(\d)\.(\d)", version)
    space = re.fullmatch(r"http://www\.dmg\.org/PMML-(\d)_(\d)", namespace)
    if number and space and number.groups() != space.groups():
        fields: Fields = {"version": version[:20], "namespace": namespace}
        state.document.report("version-contradicts-namespace", fields, place)


def header(state: Pass, tally: Tally, _attributes: Attributes) -> None:
    if state.document.complete:
        state.document.report("header-later", {}, here(state, tally))
    state.document.header = True


def application(state: Pass, tally: Tally, attributes: Attributes) -> None:
    given = pairs(attributes)
    place = here(state, tally)
    state.collector.producer(given.get("name", ""), given.get("version", ""), place)


def dictionary(state: Pass, tally: Tally, _attributes: Attributes) -> None:
    state.document.data.clear()  # readers take the last one
    state.document.dictionary = True
    if state.document.complete:
        state.document.report("dictionary-after-model", {}, here(state, tally))


def model(state: Pass, tally: Tally, attributes: Attributes) -> Leave:
    given = pairs(attributes)
    reader, parent = state.reader, innermost(state)
    opened = Model(here(state, tally), element=tally.name, task=given.get("functionName", ""))
    opened.parent = parent
    opened.embedded = tally.name in vocabulary.EMBEDDED
    opened.later = state.document.complete > 0
    opened.activation, opened.width = given.get("activationFunction", ""), "width" in given
    if "instanceIdVariable" in given:
        opened.named["instance field", False] = {given["instanceIdVariable"]: opened.place}
        opened.identifier = given["instanceIdVariable"]
    opened.neighbors = given.get("numberOfNeighbors", "").strip()
    opened.pairwise = given.get("classificationMethod") == "OneAgainstOne"
    _note_fields(opened, given)
    opened.variant = given.get("modelType", "")
    if tally.name == "RegressionModel":
        opened.variant = given.get("normalizationMethod", "none")
    opened.falls_back = (
        given.get("missingValueStrategy", "") in ("defaultChild", "lastPrediction")
        or given.get("noTrueChildStrategy", "") == "returnLastPrediction"
    )
    opened.default_child = given.get("missingValueStrategy", "") == "defaultChild"
    opened.reference = given.get("targetReferenceCategory", "")
    opened.reasons = given.get("useReasonCodes", "true") not in ("false", "0")
    opened.baseline = "baselineScore" in given
    if parent is None:
        state.collector.model(tally.name, given.get("isScorable", "true"), opened.place)
    reader.models.append(opened)
    reader.begin(opened)
    part = reader.part

    def leave() -> None:
        reader.models.pop()
        if not opened.later:
            check_instances(state, opened, part)
            check_measure(state, opened, part)
            check_centers(state, opened)
            check_network(state, opened, part)
            check_neighbors(state, opened, part)
            check_vectors(state, opened)
            check_task(state, opened, given)
            check_segments(state.document, opened)
        _demand_outputs(state, opened)
        needed = close_model(state.document, opened)
        state.collector.close(opened, needed)
        if parent is None:
            state.document.complete += 1
        else:
            parent.last = opened
            if parent.method in _COMBINING or (
                parent.method == "selectFirst" and parent.task != "mixed"
            ):
                _compare_tasks(state, parent, opened)
        if opened.last is not None and opened.method == "modelChain" and opened.task != "mixed":
            _compare_tasks(state, opened, opened.last)

    return leave


def _note_fields(opened: Model, given: dict[str, str]) -> None:
    """Note the fields that attributes of a model name."""
    for attribute in given.keys() & vocabulary.FIELDS_OF_MODEL.keys():
        read = given.get("modelType") in vocabulary.FIELDS_OF_MODEL[attribute]
        (opened.refs if read else opened.idle)[given[attribute]] = opened.place


def _compare_tasks(state: Pass, outer: Model, inner: Model) -> None:
    if inner.task != outer.task:
        fields: Fields = {
            "element": inner.element, "task": inner.task, "outer": outer.task,
            "method": outer.method,
        }  # fmt: skip
        state.document.report("segment-task", fields, inner.place)


def _demand_outputs(state: Pass, model: Model) -> None:
    """Say which outputs are asked for; a displayed value is one that the Targets give."""
    for feature, place in model.asked.items():
        if model.element == "MiningModel" and model.method in _COMBINING:
            fields: Fields = {"feature": feature[:60], "method": model.method}
            state.document.report("output-of-segments", fields, place)
        given = model.displays if feature == "predictedDisplayValue" else -1
        demand = Demand("output", model.element, model.task, feature, min(given, 1))
        state.collector.demand(demand, place)


def mining_schema(state: Pass, tally: Tally, _attributes: Attributes) -> Leave | None:
    current = innermost(state)
    if current is None:
        return None
    if current.schema:
        current.mining.clear()  # readers take the last one
    current.schema = True
    before = {*state.reader.part.level(current.element).names()} - _BEFORE_SCHEMA
    if before:
        fields: Fields = {"element": current.element, "before": min(before)}
        state.document.report("schema-later", fields, here(state, tally))
    return lambda: note_absent(state.document, current)


def mining_field(state: Pass, tally: Tally, attributes: Attributes) -> None:
    current = innermost(state)
    if current is None:
        return
    given = pairs(attributes)
    name = given.get("name", "")
    place = here(state, tally, name)
    if name in current.mining:
        fields: Fields = {
            "what": tally.name, "name": name, "within": current.element,
            "nested": current.parent is not None,
        }  # fmt: skip
        state.document.report("defined-twice", fields, place)
    current.mining.setdefault(name, given.get("usageType", "active"))
    current.places[name] = place
    if "missingValueReplacement" in given:
        current.replaced.add(name)
    current.treatments[name] = given.get("invalidValueTreatment", "")
    note_optype(state.document, current, name, given.get("optype", ""), tally.name)
    check_outliers(state.document, current, given, place)


def segmentation(state: Pass, tally: Tally, attributes: Attributes) -> None:
    current = innermost(state)
    if current is not None:
        method = current.method = pairs(attributes).get("multipleModelMethod", "")
        demand = Demand("ensemble", current.element, current.task, method)
        state.collector.demand(demand, here(state, tally))


def segment(state: Pass, tally: Tally, attributes: Attributes) -> None:
    current = innermost(state)
    name = pairs(attributes).get("id", "")
    if current is None:
        return
    current.total += 1
    if not name:
        return
    place = here(state, tally)
    if name in current.segments:
        fields: Fields = {
            "what": tally.name, "name": name, "within": current.element,
            "nested": current.parent is not None,
        }  # fmt: skip
        state.document.report("defined-twice", fields, place)
    current.segments[name] = place


def true(state: Pass, _tally: Tally, _attributes: Attributes) -> None:
    """The predicate of a node that takes what the others leave."""
    current, stack = innermost(state), state.reader.stack
    if current is not None and len(stack) > 1 and stack[-1].name == stack[-2].name == "Node":
        current.falls_back = True


def false(state: Pass, tally: Tally, _attributes: Attributes) -> None:
    """The predicate that shuts out a segment, or all of a tree."""
    current, stack = innermost(state), state.reader.stack
    if current is None or current.later:
        return
    if tally.parent == "Segment":
        current.never += 1
    elif len(stack) > 1 and stack[-1].name == "Node" and stack[-2].name == "TreeModel":
        fields: Fields = {
            "element": current.element, "part": "Node", "nested": current.parent is not None,
        }  # fmt: skip
        state.document.report("never-true", fields, here(state, tally))


def target(state: Pass, tally: Tally, attributes: Attributes) -> Leave | None:
    current, given = innermost(state), pairs(attributes)
    if current is None:
        return None
    name = given.get("field", "")
    note_optype(state.document, current, name, given.get("optype", ""), tally.name)
    current.casts |= bool(name) and "castInteger" in given
    targets = {field for field, usage in current.mining.items() if usage in ("target", "predicted")}
    if targets and name not in targets and not current.later:
        fields: Fields = {
            "element": current.element, "task": current.task, "name": name[:60],
            "declared": name in state.document.data, "outputs": min(len(current.outputs), 1),
        }  # fmt: skip
        state.document.report("target-of-other-field", fields, here(state, tally))
    place, level = here(state, tally), state.reader.part.level(tally.name)
    before = sum(one.count for one in level.values())

    def leave() -> None:
        if sum(one.count for one in level.values()) == before and not current.later:
            about: Fields = {"element": current.element, "name": name[:60]}
            state.document.report("target-without-values", about, place)

    return leave


def verification(state: Pass, tally: Tally, attributes: Attributes) -> Leave:
    declared = pairs(attributes).get("recordCount", "")
    place = here(state, tally)
    state.rows = 0

    def leave() -> None:
        state.collector.metadata("pmml-verification", declared, place, state.rows)
        if declared.strip().isdigit() and int(declared) != state.rows:
            fields: Fields = {"declared": declared[:20], "rows": state.rows}
            state.document.report("verification-count", fields, place)

    return leave


def row(state: Pass, _tally: Tally, _attributes: Attributes) -> None:
    state.rows += 1


def target_value(state: Pass, tally: Tally, attributes: Attributes) -> None:
    """A value of a target: one to be displayed, or one that is to be of the target's type."""
    current, given = innermost(state), pairs(attributes)
    if current is None or current.later:
        return
    current.displays += "displayValue" in given
    targets = [name for name, usage in current.mining.items() if usage == "target"]
    kinds = {state.document.data.get(name, "") for name in targets}
    kind = next((kind for kind in kinds if group_of(kind) in ("number", "boolean")), "")
    value = given.get("value", "")
    if value and kind and len(kinds) == 1 and not fits(value, kind):
        fields: Fields = {"value": value[:60], "type": kind}
        state.document.report("target-value", fields, here(state, tally))


HANDLERS: Final[dict[str, Handler]] = {
    "PMML": root,
    "Header": header,
    "Application": application,
    "DataDictionary": dictionary,
    **dict.fromkeys(vocabulary.MODELS | vocabulary.EMBEDDED, model),
    "MiningSchema": mining_schema,
    "MiningField": mining_field,
    "Segmentation": segmentation,
    "Segment": segment,
    "Target": target,
    "False": false,
    "True": true,
    "TargetValue": target_value,
    "ModelVerification": verification,
    "row": row,
}
