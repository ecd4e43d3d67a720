"""Elements that have to fit others of their model: classes, layers, columns, categories."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from modelaudit.core.errors import Fields
from modelaudit.formats.pmml.classes import TARGETS
from modelaudit.formats.pmml.document import Model
from modelaudit.formats.pmml.reader import Attributes, Leave
from modelaudit.formats.pmml.state import Handler, Pass, here, innermost, pairs
from modelaudit.formats.pmml.tallies import Part, Tally

_BOUND: Final = re.compile(r"[-+]?(?:\d{1,40}(?:\.\d{0,40})?(?:[eE][-+]?\d{1,4})?|Infinity)")
_OF_TASK: Final = (
    ("normalizationMethod", frozenset({"exp"}), False),
    ("modelType", frozenset({"multinomialLogistic", "ordinalMultinomial"}), True),
)
"""Values of an attribute, and whether they go with classification or with every other task."""
_SIMILARITIES: Final = frozenset({"simpleMatching", "jaccard", "tanimoto", "binarySimilarity"})
"""Measures that compare zeros and ones."""
MOST_VALUES: Final = 10_000
"""Values of one field that are remembered."""


def table(state: Pass, tally: Tally, attributes: Attributes) -> None:
    model = innermost(state)
    category = pairs(attributes).get("targetCategory")
    if model is not None and category is not None and len(model.categories) < MOST_VALUES:
        model.categories.setdefault(category, here(state, tally))
    part_of_class(state, tally, attributes)


def part_of_class(state: Pass, tally: Tally, attributes: Attributes) -> None:
    model = innermost(state)
    if model is None or model.task != "classification" or model.later:
        return
    if "targetCategory" not in attributes[::2]:
        fields: Fields = {"part": tally.name, "element": model.element}
        state.document.report("no-target-category", fields, here(state, tally))


def interval(state: Pass, tally: Tally, attributes: Attributes) -> None:
    """An interval of a field's valid values that contains none makes every value invalid."""
    if tally.parent != "DataField":
        return
    state.document.intervals.add(state.data_field)
    given = pairs(attributes)
    left, right = given.get("leftMargin", ""), given.get("rightMargin", "")
    numbers = all(_BOUND.fullmatch(margin) for margin in (left, right))
    if numbers and float(left) > float(right):
        state.document.empty[state.data_field] = (left, right, here(state, tally))


def instance(state: Pass, tally: Tally, attributes: Attributes) -> None:
    model, column = innermost(state), pairs(attributes).get("column", "")
    if model is not None and column and len(model.columns) < MOST_VALUES:
        model.columns[column.rpartition(":")[2]] = here(state, tally)


def rules(state: Pass, tally: Tally, attributes: Attributes) -> None:
    model, score = innermost(state), pairs(attributes).get("defaultScore")
    if model is not None and model.task == "classification" and score is not None:
        model.scores.setdefault(score, here(state, tally))


def bayes(state: Pass, _tally: Tally, attributes: Attributes) -> None:
    state.bayes_field = pairs(attributes).get("fieldName", "")


def category(state: Pass, tally: Tally, attributes: Attributes) -> None:
    """A category that is computed with is one of its field's values, where those are listed."""
    given, model = pairs(attributes), innermost(state)
    name = state.bayes_field if tally.name == "PairCounts" else given.get("name", "")
    known, value = state.document.values.get(name), given.get("value")
    derived = model is None or name in model.derived or model.later
    if known and value is not None and value not in known and not derived:
        fields: Fields = {"value": value[:60], "name": name[:60]}
        state.document.report("value-unknown", fields, here(state, tally))


def map_values(state: Pass, tally: Tally, attributes: Attributes) -> Leave:
    place, owner = here(state, tally), state.reader.part.owner
    part = state.reader.part
    state.map_columns = [pairs(attributes).get("outputColumn", "")]

    def leave() -> None:
        spelled = {shape[0] for shape in part.level("row")}
        local = {name.rpartition(":")[2] for name in spelled}
        for name in state.map_columns:
            if spelled and name not in spelled:
                other = name.rpartition(":")[2] in local
                fields: Fields = {"column": name[:60], "difference": "prefix" if other else "name"}
                state.collector.when_used(owner, "map-column", fields, place)
                return

    return leave


def column(state: Pass, tally: Tally, attributes: Attributes) -> None:
    if tally.parent == "MapValues":
        state.map_columns.append(pairs(attributes).get("column", ""))


def check_task(state: Pass, model: Model, given: dict[str, str]) -> None:
    """Attributes that go with one of the tasks only."""
    classes = model.task == "classification"
    target = next((name for name, usage in model.mining.items() if usage in TARGETS), "")
    for name, words, fits in _OF_TASK:
        value = given.get(name, "")
        if value in words and classes is not fits and not model.later:
            fields: Fields = {
                "attribute": name, "value": value, "element": model.element, "task": model.task,
                "type": state.document.data.get(target, ""),
            }  # fmt: skip
            state.document.report("attribute-of-other-task", fields, model.place)


def check_instances(state: Pass, model: Model, part: Part) -> None:
    """Whether each row of the training instances has all of its columns."""
    if not model.columns or "ModelVerification" in part.level(model.element).names():
        return
    rows = sum(tally.count for tally in part.level("InlineTable").values())
    present: Counter[str] = Counter()
    for tally in part.level("row").values():
        present[tally.name.rpartition("}")[2]] += tally.count
    for name, place in model.columns.items():
        if present[name] < rows:
            state.document.report("instance-column", {"column": name[:60]}, place)
            return


def check_measure(state: Pass, model: Model, part: Part) -> None:
    """Whether clusters that are compared by what is there or not are at zeros and ones."""
    measures = _SIMILARITIES.intersection(part.level("ComparisonMeasure").names())
    if model.real and measures:
        fields: Fields = {"measure": min(measures)}
        state.document.report("similarity-of-numbers", fields, model.place)


def coordinate(state: Pass, _tally: Tally, attributes: Attributes) -> None:
    model = innermost(state)
    if model is not None and pairs(attributes).get("isCenterField", "true") != "false":
        model.dimensions += 1


def check_centers(state: Pass, model: Model) -> None:
    """Whether the center of each cluster has a coordinate for each field, and plain numbers."""
    for form, (count, item, place) in model.spoiled.items():
        spoiled: Fields = {
            "item": item, "form": form, "parent": "Cluster", "whole": count == model.clusters,
        }  # fmt: skip
        state.document.report("array-number", spoiled, place)
    if not model.dimensions:
        return
    for count, place in model.centers.items():
        if count != model.dimensions:
            fields: Fields = {
                "count": count, "fields": model.dimensions,
                "difference": "fewer" if count < model.dimensions else "more",
            }  # fmt: skip
            state.document.report("center-length", fields, place)


HANDLERS: Final[dict[str, Handler]] = {
    "ClusteringField": coordinate,
    "RegressionTable": table,
    "SupportVectorMachine": part_of_class,
    "InstanceField": instance,
    "Interval": interval,
    "RuleSet": rules,
    "BayesInput": bayes,
    **dict.fromkeys(("CategoricalPredictor", "PairCounts"), category),
    "MapValues": map_values,
    "FieldColumnPair": column,
}
