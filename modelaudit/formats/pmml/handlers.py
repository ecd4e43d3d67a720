"""What is done for the elements that define something, apply something or open a scope."""

from __future__ import annotations

import re
from typing import Final

from modelaudit.formats.pmml import vocabulary
from modelaudit.formats.pmml.document import Derived, Function, Model, Owner, Place, Use
from modelaudit.formats.pmml.extensions import pairs
from modelaudit.formats.pmml.facts import Collector
from modelaudit.formats.pmml.reader import Attributes, Leave, Reader
from modelaudit.formats.pmml.related import MOST_VALUES, Related
from modelaudit.formats.pmml.resolve import close_model
from modelaudit.formats.pmml.tallies import Tally

_NUMERIC: Final = frozenset({"integer", "float", "double"})
_DICTIONARIES: Final = frozenset({"TransformationDictionary", "LocalTransformations"})
_NO_EXPRESSIONS: Final = frozenset({"Extension", "Value", "Interval"})
_SIMILARITIES: Final = frozenset({"simpleMatching", "jaccard", "tanimoto", "binarySimilarity"})
"""Measures of what is there or not."""


class Handlers(Related):
    """The handlers of one pass, which share its reader and where facts go."""

    def __init__(self, reader: Reader, collector: Collector) -> None:
        super().__init__(reader, collector)
        self._field = ""
        self._points = 0
        reader.specials |= {
            "PMML": self.root,
            "Header": self.header,
            "Application": self.application,
            "DataDictionary": self.dictionary,
            "DataField": self.data_field,
            "Value": self.value,
            "DerivedField": self.derived_field,
            "DefineFunction": self.function,
            "ParameterField": self.parameter,
            "MiningSchema": self.mining_schema,
            "MiningField": self.mining_field,
            "OutputField": self.output_field,
            "Segmentation": self.segmentation,
            "Segment": self.segment,
            "NormContinuous": self.norm,
            "LinearNorm": self.point,
            "Target": self.target,
            "Apply": self.apply,
            "Constant": self.constant,
            "ModelVerification": self.verification,
            "row": self.row,
            **dict.fromkeys(vocabulary.MODELS | vocabulary.EMBEDDED, self.model),
        }
        reader.finished = collector.part
        self._rows = 0

    def root(self, tally: Tally, attributes: Attributes) -> Leave | None:
        given = pairs(attributes)
        if len(self.reader.stack) > 1:
            return None
        place = self._here(tally)
        self.collector.root(given, place)
        self.collector.metadata("pmml-namespace", self.reader.namespace, place)
        if "version" in given:
            self.collector.metadata("pmml-version", given["version"], place)
            self._compare(given["version"], place)
        self._locations(tally, given)
        return None

    def _compare(self, version: str, place: Place) -> None:
        """The version against that of the namespace, where both are one."""
        told = re.match(r"(\d)\.(\d)", version)
        space = re.fullmatch(r"http://www\.dmg\.org/PMML-(\d)_(\d)", self.reader.namespace)
        if told and space and told.groups() != space.groups():
            detail = f'version="{version[:20]}" stands in the namespace {self.reader.namespace}'
            self.document.report("version-contradicts-namespace", detail, place)

    def header(self, _tally: Tally, _attributes: Attributes) -> None:
        self.document.header = True

    def application(self, tally: Tally, attributes: Attributes) -> None:
        given = pairs(attributes)
        self.collector.producer(given.get("name", ""), given.get("version", ""), self._here(tally))

    def dictionary(self, tally: Tally, _attributes: Attributes) -> None:
        self.document.dictionary = True
        if self.document.complete:
            self.document.report("dictionary-after-model", "PMML", self._here(tally))

    def segmentation(self, _tally: Tally, attributes: Attributes) -> None:
        model = self._innermost()
        if model is not None:
            model.method = pairs(attributes).get("multipleModelMethod", "")

    def data_field(self, tally: Tally, attributes: Attributes) -> None:
        given = pairs(attributes)
        name = given.get("name", "")
        place = self._here(tally, name)
        if name in self.document.data:
            self.document.report("duplicate-data-field", repr(name), place)
        self.document.data[name] = given.get("dataType", "")
        self._field = name
        self.collector.defined("DataField", name, place)

    def value(self, tally: Tally, attributes: Attributes) -> None:
        given = pairs(attributes)
        if tally.parent == "DataField" and given.get("property", "valid") == "valid":
            values = self.document.values.setdefault(self._field, set())
            if len(values) < MOST_VALUES:
                values.add(given.get("value", ""))

    def derived_field(self, tally: Tally, attributes: Attributes) -> Leave | None:
        if tally.parent not in _DICTIONARIES:
            return None
        given = pairs(attributes)
        name = given.get("name", "")
        place = self._here(tally, name)
        local = tally.parent == "LocalTransformations" and bool(self.reader.models)
        fields = self.reader.models[-1].derived if local else self.document.derived
        if "name" not in given:
            self.document.report("derived-field-without-name", "a DerivedField", place)
        if name in fields:
            self.document.report("duplicate-derived-field", repr(name), place)
        numeric = given.get("dataType", "") in _NUMERIC
        derived = Derived(place, name=name, order=len(fields), numeric=numeric)
        fields[name] = derived
        self.collector.defined("DerivedField", name, place)
        self.reader.begin(derived)
        part = self.reader.part

        def leave() -> None:
            if not set(part.level("DerivedField").names()) - _NO_EXPRESSIONS:
                detail = f"the derived field {name!r}"
                self.collector.when_used(derived, "no-expression", detail, place)

        return leave

    def function(self, tally: Tally, attributes: Attributes) -> Leave:
        name = pairs(attributes).get("name", "")
        place = self._here(tally, name)
        if name in self.document.functions:
            self.document.report("duplicate-function", repr(name), place)
        function = Function(place, name=name)
        self.document.functions[name] = function
        self.collector.defined("DefineFunction", name, place)
        self.reader.begin(function)
        part = self.reader.part

        def leave() -> None:
            inside = set(part.level("DefineFunction").names())
            if not inside - _NO_EXPRESSIONS - {"ParameterField"}:
                detail = f"the function {name!r}"
                self.collector.when_used(function, "no-function-expression", detail, place)

        return leave

    def parameter(self, tally: Tally, attributes: Attributes) -> None:
        owner = self.reader.part.owner
        if isinstance(owner, Function):
            name = pairs(attributes).get("name", "")
            owner.parameters[name] = self._here(tally, name)

    def model(self, tally: Tally, attributes: Attributes) -> Leave:
        given = pairs(attributes)
        parent = self.reader.models[-1] if self.reader.models else None
        model = Model(self._here(tally), element=tally.name, task=given.get("functionName", ""))
        model.parent = parent
        model.embedded = tally.name in vocabulary.EMBEDDED
        model.later = self.document.complete > 0
        model.activation, model.width = given.get("activationFunction", ""), "width" in given
        if "instanceIdVariable" in given:
            model.named["instance field", False] = {given["instanceIdVariable"]: model.place}
        self._check_task(model, given)
        if parent is None:
            self.collector.model(tally.name, given.get("isScorable", "true"), model.place)
        self.reader.models.append(model)
        self.reader.begin(model)
        part = self.reader.part

        def leave() -> None:
            self.reader.models.pop()
            if not model.later:
                self._check_columns(model, part)
            measures = _SIMILARITIES.intersection(part.level("ComparisonMeasure").names())
            if model.real and measures and not model.later:
                self.document.report("similarity-of-numbers", min(measures), model.place)
            needed = close_model(self.document, model)
            self.collector.close(model, needed)
            if parent is None:
                self.document.complete += 1

        return leave

    def mining_schema(self, _tally: Tally, _attributes: Attributes) -> None:
        model = self._innermost()
        if model is not None:
            model.schema = True

    def mining_field(self, tally: Tally, attributes: Attributes) -> None:
        model = self._innermost()
        if model is None:
            return
        given = pairs(attributes)
        name = given.get("name", "")
        place = self._here(tally, name)
        if name in model.mining:
            self.document.report("duplicate-mining-field", repr(name), place)
        model.mining[name] = given.get("usageType", "active")
        model.places[name] = place

    def output_field(self, tally: Tally, attributes: Attributes) -> Leave | None:
        model = self._innermost()
        if model is None:
            return None
        given = pairs(attributes)
        name = given.get("name", "")
        place = self._here(tally, name)
        if name in model.outputs:
            self.document.report("duplicate-output-field", repr(name), place)
        model.outputs[name] = place
        if given.get("dataType") in _NUMERIC:
            model.labels.append((name, given.get("feature", "predictedValue"), place))
        self.collector.defined("OutputField", name, place)
        # What it refers to is told apart from what the model does; what it applies is not.
        self.reader.begin(Owner(place, model.output_refs, model.uses, model.times))
        part = self.reader.part

        def leave() -> None:
            inside = set(part.level("OutputField").names()) - _NO_EXPRESSIONS
            feature = given.get("feature", "predictedValue")
            self.collector.output(model, feature, place)
            if feature in ("transformedValue", "decision") and not inside:
                kind = "no-output-expression" if feature != "decision" else "no-decision"
                self.document.report(kind, f"the output {name!r}", place)

        return leave

    def segment(self, tally: Tally, attributes: Attributes) -> None:
        model = self._innermost()
        name = pairs(attributes).get("id", "")
        if model is None or not name:
            return
        place = self._here(tally)
        if name in model.segments:
            self.document.report("duplicate-segment", repr(name), place)
        model.segments[name] = place

    def norm(self, tally: Tally, _attributes: Attributes) -> Leave:
        place, owner = self._here(tally), self.reader.part.owner
        self._points = 0

        def leave() -> None:
            if self._points < 2:
                detail = f"{self._points} LinearNorm in a NormContinuous"
                self.collector.when_used(owner, "too-few-points", detail, place)

        return leave

    def point(self, _tally: Tally, _attributes: Attributes) -> None:
        self._points += 1

    def target(self, _tally: Tally, attributes: Attributes) -> None:
        model = self._innermost()
        if model is not None and "castInteger" in attributes[::2]:
            model.casts = True

    def apply(self, tally: Tally, attributes: Attributes) -> Leave:
        name = pairs(attributes).get("function", "")
        place = self._here(tally)
        owner = self.reader.part.owner
        self.reader.applies.append(0)
        self.reader.most_applies = max(self.reader.most_applies, len(self.reader.applies))

        def leave() -> None:
            owner.apply(Use(name, self.reader.applies.pop()), place)

        return leave

    def constant(self, tally: Tally, attributes: Attributes) -> Leave:
        given = pairs(attributes)
        place = self._here(tally)
        text = self._collect()

        def leave() -> None:
            self.reader.parser.CharacterDataHandler = None
            found = "".join(text).strip()
            kind, owner = given.get("dataType"), self.reader.part.owner
            if given.get("missing") == "true" and tally.parent == "DerivedField":
                self.collector.when_used(owner, "constant-missing", "a DerivedField", place)
            if kind not in _NUMERIC or given.get("missing") == "true":
                return
            if found == "" or vocabulary.PLAIN[vocabulary.NUMBER].fullmatch(found + " ") is None:
                self.collector.when_used(owner, "constant", repr(found[:60]), place)
            elif kind == "integer" and not found.lstrip("+-").isdigit():
                self.collector.when_used(owner, "constant-fraction", repr(found[:60]), place)

        return leave

    def verification(self, tally: Tally, attributes: Attributes) -> Leave:
        given = pairs(attributes)
        place = self._here(tally)
        self._rows = 0

        def leave() -> None:
            self.collector.verification(given.get("recordCount", ""), self._rows, place)

        return leave

    def row(self, _tally: Tally, _attributes: Attributes) -> None:
        self._rows += 1
