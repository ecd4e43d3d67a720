"""What is done for elements that have to fit others: classes, layers, columns, categories."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from modelaudit.formats.pmml.arrays import Arrays
from modelaudit.formats.pmml.document import Model
from modelaudit.formats.pmml.extensions import pairs
from modelaudit.formats.pmml.facts import Collector
from modelaudit.formats.pmml.reader import Attributes, Leave, Reader
from modelaudit.formats.pmml.tallies import Part, Tally

_BOUND: Final = re.compile(r"[-+]?(?:\d{1,40}(?:\.\d{0,40})?(?:[eE][-+]?\d{1,4})?|Infinity)")
_OF_TASK: Final = (
    ("normalizationMethod", frozenset({"exp"}), False),
    ("modelType", frozenset({"multinomialLogistic", "ordinalMultinomial"}), True),
)
"""Words of an attribute, and whether they go with classification or with nothing else."""
MOST_VALUES: Final = 10_000
"""Values of one field that are remembered."""


class Related(Arrays):
    """Handlers that compare an element with its model; others build on them."""

    def __init__(self, reader: Reader, collector: Collector) -> None:
        super().__init__(reader, collector)
        self._input = ""
        """the field of the BayesInput that is open"""
        self._columns: list[str] = []
        """of the MapValues that is open"""
        reader.specials |= {
            "RegressionTable": self.table,
            "SupportVectorMachine": self.part_of_class,
            "NeuralLayer": self.layer,
            "InstanceField": self.instance,
            "Interval": self.interval,
            "RuleSet": self.rules,
            "BayesInput": self.bayes,
            **dict.fromkeys(("CategoricalPredictor", "PairCounts"), self.category),
            "MapValues": self.map,
            "FieldColumnPair": self.column,
        }

    def table(self, tally: Tally, attributes: Attributes) -> None:
        model = self._innermost()
        category = pairs(attributes).get("targetCategory")
        if model is not None and category is not None and len(model.categories) < MOST_VALUES:
            model.categories.setdefault(category, self._here(tally))
        self.part_of_class(tally, attributes)

    def part_of_class(self, tally: Tally, attributes: Attributes) -> None:
        model = self._innermost()
        if model is None or model.task != "classification" or model.later:
            return
        if "targetCategory" not in attributes[::2]:
            detail = f"{model.element} for {model.task}"
            what = "table" if tally.name == "RegressionTable" else "machine"
            self.document.report(f"{what}-without-category", detail, self._here(tally))

    def layer(self, tally: Tally, attributes: Attributes) -> None:
        """A layer of radial bases has a width, or the network has."""
        model, given = self._innermost(), pairs(attributes)
        if model is None or model.later or model.width or "width" in given:
            return
        if given.get("activationFunction", model.activation) == "radialBasis":
            self.document.report("layer-without-width", "NeuralLayer", self._here(tally))

    def interval(self, tally: Tally, attributes: Attributes) -> None:
        """An interval of a field's values that holds none: every value is invalid."""
        given = pairs(attributes)
        left, right = given.get("leftMargin", ""), given.get("rightMargin", "")
        numbers = all(_BOUND.fullmatch(margin) for margin in (left, right))
        if tally.parent == "DataField" and numbers and float(left) > float(right):
            self.document.report("empty-interval", f"{left} to {right}", self._here(tally))

    def instance(self, tally: Tally, attributes: Attributes) -> None:
        model, column = self._innermost(), pairs(attributes).get("column", "")
        if model is not None and column and len(model.columns) < MOST_VALUES:
            model.columns[column.rpartition(":")[2]] = self._here(tally)

    def _check_columns(self, model: Model, part: Part) -> None:
        """Whether each row of the training instances has all of its columns."""
        if not model.columns or "ModelVerification" in part.level(model.element).names():
            return
        rows = sum(tally.count for tally in part.level("InlineTable").values())
        held: Counter[str] = Counter()
        for tally in part.level("row").values():
            held[tally.name.rpartition("}")[2]] += tally.count
        for column, place in model.columns.items():
            if held[column] < rows:
                self.document.report("instance-column", repr(column[:60]), place)
                return

    def rules(self, tally: Tally, attributes: Attributes) -> None:
        model, score = self._innermost(), pairs(attributes).get("defaultScore")
        if model is not None and model.task == "classification" and score is not None:
            model.scores.setdefault(score, self._here(tally))

    def bayes(self, _tally: Tally, attributes: Attributes) -> None:
        self._input = pairs(attributes).get("fieldName", "")

    def category(self, tally: Tally, attributes: Attributes) -> None:
        """A category that is computed with is one of its field's values, where those are listed."""
        given, model = pairs(attributes), self._innermost()
        name = self._input if tally.name == "PairCounts" else given.get("name", "")
        known, value = self.document.values.get(name), given.get("value")
        derived = model is None or name in model.derived or model.later
        if known and value is not None and value not in known and not derived:
            detail = f"{value[:60]!r} is no value of {name[:60]!r}"
            self.document.report("value-unknown", detail, self._here(tally))

    def map(self, tally: Tally, attributes: Attributes) -> Leave:
        place, owner = self._here(tally), self.reader.part.owner
        part = self.reader.part
        self._columns = [pairs(attributes).get("outputColumn", "")]

        def leave() -> None:
            held = {name.rpartition("}")[2] for name in part.level("row").names()}
            lacking = [name for name in self._columns if name.rpartition(":")[2] not in held]
            if held and lacking:
                self.collector.when_used(owner, "map-column", repr(lacking[0][:60]), place)

        return leave

    def column(self, tally: Tally, attributes: Attributes) -> None:
        if tally.parent == "MapValues":
            self._columns.append(pairs(attributes).get("column", ""))

    def _check_task(self, model: Model, given: dict[str, str]) -> None:
        """Attributes that only go with one of the tasks."""
        classes = model.task == "classification"
        for name, words, fits in _OF_TASK:
            told = given.get(name, "")
            if told in words and classes is not fits and not model.later:
                detail = f'{name}="{told}" of {model.element} for {model.task}'
                self.document.report("attribute-of-other-task", detail, model.place)
