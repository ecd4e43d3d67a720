"""Elements that have to fit others of their model: classes, layers, columns, categories."""

from __future__ import annotations

import re
from typing import Final

from modelaudit.core.errors import Fields
from modelaudit.formats.pmml import vocabulary
from modelaudit.formats.pmml.classes import TARGETS
from modelaudit.formats.pmml.document import Model, Place
from modelaudit.formats.pmml.reader import Attributes, Leave
from modelaudit.formats.pmml.state import Handler, Pass, here, innermost, pairs
from modelaudit.formats.pmml.tallies import Level, Part, Tally
from modelaudit.formats.pmml.types import check_category, kind_of

_BOUND: Final = re.compile(r"[-+]?(?:\d{1,40}(?:\.\d{0,40})?(?:[eE][-+]?\d{1,4})?|Infinity)")
_OF_TASK: Final = (
    ("normalizationMethod", frozenset({"exp"}), False),
    ("modelType", frozenset({"multinomialLogistic", "ordinalMultinomial"}), True),
    ("modelType", frozenset({"regression", "generalLinear"}), False),
)
"""Values of an attribute, and whether they go with classification or with every other task."""
_SIMILARITIES: Final = frozenset({"simpleMatching", "jaccard", "tanimoto", "binarySimilarity"})
"""Measures that compare zeros and ones."""
_PREDICATES: Final = frozenset(
    {"SimplePredicate", "CompoundPredicate", "SimpleSetPredicate", "True", "False"}
)
_INNER: Final = frozenset({"Node", "Regression", "DecisionTree"})
_FIELDS: Final = frozenset({"FieldRef", "CategoricalPredictor"})
MOST_VALUES: Final = 200_000
"""Values of one field that are remembered."""


def remember(state: Pass, names: dict[str, Place], name: str, place: Place) -> None:
    if len(names) < MOST_VALUES:
        names.setdefault(name, place)
    else:
        state.document.reach("values of one field", MOST_VALUES)


def table(state: Pass, tally: Tally, attributes: Attributes) -> None:
    model = innermost(state)
    category = pairs(attributes).get("targetCategory")
    if model is not None and category is not None:
        remember(state, model.categories, category, here(state, tally))
    part_of_class(state, tally, attributes)


def part_of_class(state: Pass, tally: Tally, attributes: Attributes) -> None:
    model = innermost(state)
    if model is None or model.later:
        return
    classes = model.task == "classification"
    if not classes and (tally.name != "RegressionTable" or model.task == "regression"):
        return
    fields: Fields = {"part": tally.name, "element": model.element}
    if "targetCategory" not in attributes[::2]:
        state.document.report("no-target-category", fields, here(state, tally))
    elif model.pairwise and "alternateTargetCategory" not in attributes[::2]:
        state.document.report("no-alternate-category", {}, here(state, tally))


def interval(state: Pass, tally: Tally, attributes: Attributes) -> None:
    """An interval of a field's valid values that contains none makes every value invalid."""
    given = pairs(attributes)
    left, right = given.get("leftMargin", ""), given.get("rightMargin", "")
    numbers = all(_BOUND.fullmatch(margin) for margin in (left, right))
    empty = numbers and float(left) > float(right)
    if tally.parent == "DiscretizeBin" and empty:
        fields: Fields = {"left": left, "right": right, "treatment": "bin"}
        state.document.report("empty-interval", fields, here(state, tally))
    unbounded = "leftMargin" not in given and "rightMargin" not in given
    if tally.parent == "DiscretizeBin" and unbounded:
        owner = state.reader.part.owner
        state.collector.when_used(owner, "interval-without-margins", {}, here(state, tally))
    if tally.parent != "DataField":
        return
    state.document.intervals.add(state.data_field)
    if empty or unbounded:
        state.document.empty[state.data_field] = (left, right, here(state, tally))


def rules(state: Pass, tally: Tally, attributes: Attributes) -> None:
    model, score = innermost(state), pairs(attributes).get("defaultScore")
    if model is not None and model.task == "classification" and score is not None:
        model.scores.setdefault(score, here(state, tally))


def category(state: Pass, tally: Tally, attributes: Attributes) -> None:
    """A category that is computed with is one of its field's values, where those are listed."""
    given, model = pairs(attributes), innermost(state)
    name = state.bayes_field if tally.name == "PairCounts" else given.get("name", "")
    known, value = state.document.values.get(name), given.get("value")
    derived = model is None or name in model.derived or model.later
    if value is not None and model is not None and not model.later and _is_checked(state, tally):
        kind = kind_of(state.document, model, name)
        if derived and kind == "integer" and model.derived[name].optype != "continuous":
            kind = ""
        check_category(state.document, name, kind, value, here(state, tally))
    if known and value is not None and value not in known and not derived:
        fields: Fields = {"value": value[:60], "name": name[:60]}
        state.document.report("value-unknown", fields, here(state, tally))


def _is_checked(state: Pass, tally: Tally) -> bool:
    """Whether a category has to be of its field's type; counts of pairs may be of ranges."""
    return tally.name == "CategoricalPredictor" or state.derived_in != "BayesInput"


def check_task(state: Pass, model: Model, given: dict[str, str]) -> None:
    """Attributes that go with one of the tasks only."""
    classes = model.task == "classification"
    target = next((name for name, usage in model.mining.items() if usage in TARGETS), "")
    for name, words, fitting in _OF_TASK:
        value = given.get(name, "")
        if value in words and classes is not fitting and not model.later:
            fields: Fields = {
                "attribute": name, "value": value, "element": model.element, "task": model.task,
                "type": state.document.data.get(target, ""),
            }  # fmt: skip
            state.document.report("attribute-of-other-task", fields, model.place)


def class_cell(state: Pass, tally: Tally, attributes: Attributes) -> None:
    """A cell of a GeneralRegressionModel: the class that it is for."""
    model = innermost(state)
    if model is not None and model.variant in ("generalizedLinear", "multinomialLogistic"):
        part_of_class(state, tally, attributes)


def predictor(state: Pass, tally: Tally, attributes: Attributes) -> None:
    model = innermost(state)
    name = pairs(attributes).get("name", "")
    if model is None:
        return
    if tally.parent == "FactorList":
        model.factors.add(name)
    elif name not in model.factors:
        model.covariates.add(name)
        model.measured.setdefault(name, here(state, tally))


def exponent(state: Pass, tally: Tally, attributes: Attributes) -> None:
    """The value of a cell is an exponent where its predictor is a number."""
    model, given = innermost(state), pairs(attributes)
    value = given.get("value", "").strip()
    if model is None or model.later or given.get("predictorName") not in model.covariates:
        return
    kind = state.document.data.get(given.get("predictorName", ""), "")
    if kind == "boolean":
        typed: Fields = {"name": given.get("predictorName", "")[:60], "type": kind}
        state.document.report("covariate-type", typed, here(state, tally))
    if value and vocabulary.NUMERAL.fullmatch(value) is None:
        fields: Fields = {
            "name": given.get("predictorName", "")[:60], "value": value[:60],
            "form": vocabulary.form(value),
        }  # fmt: skip
        state.document.report("covariate-exponent", fields, here(state, tally))


def has_own(children: frozenset[str], part: str) -> Handler:
    """What to do for elements that each need a child: the counts of children tell them apart."""

    def handle(state: Pass, tally: Tally, _attributes: Attributes) -> Leave:
        level = state.reader.part.level(tally.name)
        before, place = _count(level, children), here(state, tally)

        def leave() -> None:
            if _count(level, children) == before:
                fields: Fields = {"element": tally.name, "part": part, "parent": tally.parent}
                state.document.report("child-missing", fields, place)

        return leave

    return handle


def compound(state: Pass, tally: Tally, _attributes: Attributes) -> Leave:
    """A CompoundPredicate has two predicates or more; those of others inside it are not its own."""
    level = state.reader.part.level(tally.name)
    place, before = here(state, tally), _count(level, _PREDICATES)
    state.compounds.append(0)

    def leave() -> None:
        inside = _count(level, _PREDICATES) - before
        own = inside - state.compounds.pop()
        if state.compounds:
            state.compounds[-1] += inside
        if own < 2:
            state.document.report("compound-of-few", {"count": own}, place)

    return leave


def _count(level: Level, names: frozenset[str]) -> int:
    return sum(one.count for one in level.values() if one.name in names)


def leaf(state: Pass, tally: Tally, attributes: Attributes) -> Leave | None:
    """A Node without a score that no other Node or model is in."""
    model, level = innermost(state), state.reader.part.level(tally.name)
    if model is None or model.later or "score" in attributes[::2]:
        return None
    if tally.parent == "TreeModel" and not model.default_child:
        model.falls_back = False  # what is above all other nodes has nothing to give
    place, inner = here(state, tally), _count(level, _INNER)

    def leave() -> None:
        if _count(level, _INNER) == inner:
            state.document.report("leaf-without-score", {}, place)

    return leave


def check_neighbors(state: Pass, model: Model, part: Part) -> None:
    """Whether there are as many training instances as neighbours, and the column of their ids."""
    if model.element != "NearestNeighborModel":
        return
    rows = sum(tally.count for tally in part.level("InlineTable").values())
    count = model.neighbors
    if count.isdigit() and not 0 < int(count) <= rows:
        fit = "none" if int(count) == 0 else "more"
        fields: Fields = {"declared": count[:20], "rows": rows, "fit": fit}
        state.document.report("neighbors", fields, model.place)
    if model.identifier and model.identifier not in model.columns:
        about: Fields = {"name": model.identifier[:60]}
        state.document.report("identifier-column", about, model.place)


def vector_fields(state: Pass, tally: Tally, attributes: Attributes) -> Leave | None:
    """The number of fields that vectors have a coordinate for."""
    model = innermost(state)
    if model is None:
        return None
    level = state.reader.part.level(tally.name)

    def leave() -> None:
        model.vector_fields = _count(level, _FIELDS)
        _compare_count(state, tally, attributes, "numberOfFields", model.vector_fields)

    return leave


def vectors(state: Pass, tally: Tally, attributes: Attributes) -> Leave:
    level = state.reader.part.level(tally.name)

    def leave() -> None:
        count = _count(level, frozenset({"VectorInstance"}))
        _compare_count(state, tally, attributes, "numberOfVectors", count)

    return leave


def support_vectors(state: Pass, tally: Tally, attributes: Attributes) -> Leave:
    level = state.reader.part.level(tally.name)
    own = frozenset({tally.name.removesuffix("s")})
    before = _count(level, own)

    def leave() -> None:
        count = _count(level, own) - before
        _compare_count(state, tally, attributes, f"numberOf{tally.name}", count)

    return leave


def _compare_count(
    state: Pass, tally: Tally, attributes: Attributes, attribute: str, count: int
) -> None:
    declared = pairs(attributes).get(attribute, "").strip()
    if declared.isdigit() and int(declared) != count:
        fields: Fields = {
            "element": tally.name, "attribute": attribute, "declared": declared[:20],
            "count": count,
        }  # fmt: skip
        state.document.report("declared-count", fields, here(state, tally))


def check_vectors(state: Pass, model: Model) -> None:
    """Whether each vector has a coordinate for each field."""
    for count, place in model.vectors.items():
        if model.vector_fields and count != model.vector_fields:
            fields: Fields = {"count": count, "fields": model.vector_fields}
            state.document.report("vector-length", fields, place)


def check_measure(state: Pass, model: Model, part: Part) -> None:
    """Whether clusters that are compared by what is there or not are at zeros and ones."""
    measures = _SIMILARITIES.intersection(part.level("ComparisonMeasure").names())
    if model.real and measures:
        fields: Fields = {"measure": min(measures)}
        state.document.report("similarity-of-numbers", fields, model.place)


def coordinate(state: Pass, tally: Tally, attributes: Attributes) -> None:
    model = innermost(state)
    measured(state, tally, attributes)
    if model is not None and pairs(attributes).get("isCenterField", "true") != "false":
        model.dimensions += 1


def measured(state: Pass, tally: Tally, attributes: Attributes) -> None:
    model = innermost(state)
    if model is not None and len(model.measured) < MOST_VALUES:
        model.measured.setdefault(pairs(attributes).get("field", ""), here(state, tally))
    elif model is not None:
        state.document.reach("fields that are numbers", MOST_VALUES)


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
    "KNNInput": measured,
    "RegressionTable": table,
    "SupportVectorMachine": part_of_class,
    "Interval": interval,
    "RuleSet": rules,
    **dict.fromkeys(("CategoricalPredictor", "PairCounts"), category),
    "CompoundPredicate": compound,
    "Node": leaf,
    "MissingValueWeights": has_own(frozenset({"Array"}), "array"),
    "VectorFields": vector_fields,
    **dict.fromkeys(("SupportVectors", "Coefficients"), support_vectors),
    "VectorDictionary": vectors,
    "PCell": class_cell,
    "Predictor": predictor,
    "PPCell": exponent,
    "Neuron": has_own(frozenset({"Con"}), "connection"),
    "TargetValueCounts": has_own(frozenset({"TargetValueCount"}), "count"),
    "InlineTable": has_own(frozenset({"row"}), "row"),
    "ParamMatrix": has_own(frozenset({"PCell"}), "cell"),
}
