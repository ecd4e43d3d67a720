"""From what a pass met to facts: counted constructs, functions, names, and contradictions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from modelaudit.core.errors import Fields
from modelaudit.core.facts import (
    Anomaly,
    Element,
    Fact,
    Identity,
    Metadata,
    Operator,
    Producer,
    Reference,
)
from modelaudit.core.location import Location
from modelaudit.core.source import Source
from modelaudit.formats.pmml.completeness import lacking, unequal
from modelaudit.formats.pmml.document import (
    MOST_NAMES,
    MOST_SHOWN,
    Demand,
    Derived,
    Document,
    Function,
    Model,
    Owner,
    Place,
    Use,
)
from modelaudit.formats.pmml.reader import MOST_ATTRIBUTES
from modelaudit.formats.pmml.resolve import reached_functions
from modelaudit.formats.pmml.tallies import Part, Tally

MOST_DEFINED: Final = 500
"""Names of one kind of definition that become facts."""

_Key = tuple[str, str, tuple[str, ...], tuple[str, ...], bool]
_Value = tuple[str, str, str, str, bool]


class Collector:
    """Counts until the end of the document what becomes one fact for all of it."""

    def __init__(self, source: Source, document: Document) -> None:
        self.source = source
        self.document = document
        self.facts: list[Fact] = []
        self._shapes: dict[_Key, tuple[int, Place]] = {}
        self._values: dict[_Value, Place] = {}
        self._uses: dict[tuple[Use, bool], tuple[int, Place]] = {}
        self._pending: dict[int, list[Tally]] = {}
        self._defined: dict[str, int] = {}
        self._dormant: list[tuple[Owner, str, Fields, Place]] = []
        self._demands: dict[Demand, Place] = {}
        self._models: list[tuple[str, str, Place]] = []
        self._unused: list[Owner] = []

    def at(self, place: Place) -> Location:
        path = place.path
        return Location(self.source.path, self.source.members, None, place.line, path)

    def root(self, given: dict[str, str], place: Place) -> None:
        self.facts.append(Identity("pmml", given.get("version", "")[:MOST_SHOWN], self.at(place)))

    def producer(self, name: str, version: str, place: Place) -> None:
        self.facts.append(Producer(name[:MOST_SHOWN], version[:MOST_SHOWN], self.at(place)))

    def metadata(self, key: str, value: str, place: Place, number: int = -1) -> None:
        self.facts.append(Metadata(key, value[:MOST_SHOWN], number, self.at(place)))

    def reference(self, kind: str, target: str, place: Place) -> None:
        # All of these lead out of the document's own directory, or may.
        self.facts.append(Reference(kind, target[:MOST_SHOWN], leaves=True, where=self.at(place)))

    def defined(self, kind: str, name: str, place: Place) -> None:
        count = self._defined[kind] = self._defined.get(kind, 0) + 1
        if count <= MOST_DEFINED:
            self._values.setdefault((kind, "", "name", name, True), place)

    def model(self, element: str, scorable: str, place: Place) -> None:
        self._models.append((element, scorable, place))

    def when_used(self, owner: Owner, kind: str, fields: Fields, place: Place) -> None:
        """A contradiction that gets its field ``used`` at the end, when that is known."""
        if len(self._dormant) < MOST_NAMES:
            self._dormant.append((owner, kind, fields, place))
        else:
            self.document.reach("contradictions", MOST_NAMES)

    def demand(self, demand: Demand, place: Place) -> None:
        self._demands.setdefault(demand, place)

    def extension(self, given: dict[str, str], place: Place) -> None:
        for attribute in ("extender", "name"):
            if attribute in given:
                self._values.setdefault(
                    ("Extension", "", attribute, given[attribute][:MOST_SHOWN], True), place
                )

    def part(self, part: Part) -> None:
        """A part has ended; whether a derived field is used shows later."""
        if isinstance(part.owner, Derived | Function):
            self._pending.setdefault(id(part.owner), []).extend(part.tallies)
        else:
            self._merge(part.tallies, used=True)

    def close(self, model: Model, needed: set[str]) -> None:
        """A model has ended, and its derived fields were used or not."""
        self._apply(model, used=not model.later)
        for derived in model.derived.values():
            self.derived(derived, used=derived.name in needed and not model.later)

    def derived(self, owner: Owner, *, used: bool) -> None:
        self._merge(self._pending.pop(id(owner), []), used=used)
        self._apply(owner, used=used)
        if not used:
            self._unused.append(owner)

    def _apply(self, owner: Owner, *, used: bool) -> None:
        for use, places in owner.uses.items():
            count, place = self._uses.get((use, used), (0, places[0]))
            self._uses[use, used] = (count + owner.times[use], place)

    def _check_children(self, tallies: list[Tally]) -> None:
        for tally, fields in lacking(tallies):
            self.document.report("child-missing", fields, tally.place)
        for tally, fields in unequal(tallies):
            self.document.report("count-mismatch", fields, tally.place)

    def _merge(self, tallies: list[Tally], *, used: bool) -> None:
        if used:
            self._check_children([tally for tally in tallies if not tally.later])
        for tally in tallies:
            used = used and not tally.later
            for index, children in enumerate(sorted(tally.contents) or [tally.inside.names()]):
                key = (tally.parent, tally.name, tally.attributes, children, used)
                count, place = self._shapes.get(key, (0, tally.place))
                self._shapes[key] = (count + (0 if index else tally.count), place)
            self._check_predicate(tally)
            for attribute, values in tally.words.items():
                for value, where in values.items():
                    shown = (tally.name, tally.parent, attribute, value[:MOST_SHOWN], used)
                    self._values.setdefault(shown, where)

    def _check_predicate(self, tally: Tally) -> None:
        if tally.name == "SimplePredicate" and "value" not in tally.attributes:
            for word, place in tally.words.get("operator", {}).items():
                if word not in ("isMissing", "isNotMissing") and not tally.later:
                    fields: Fields = {"operator": word[:60]}
                    self.document.report("predicate-without-value", fields, place)

    def end(self) -> None:
        """The document has ended, and with it is known what is used."""
        document = self.document
        for derived in document.derived.values():
            self.derived(derived, used=derived.name in document.needed)
        owners = [Owner(Place(0, ""), uses={use: [] for use, used in self._uses if used})]
        reached = reached_functions(document, owners)
        for function in document.functions.values():
            self.derived(function, used=function.name in reached)
        unused = {id(owner) for owner in self._unused}
        for owner, kind, fields, place in self._dormant:
            document.report(kind, {**fields, "used": id(owner) not in unused}, place)
        for (use, used), (_, place) in self._uses.items():
            self._check_arguments(use, place, used=used)

    def _check_arguments(self, use: Use, place: Place, *, used: bool) -> None:
        function = self.document.functions.get(use.function)
        if function is None or use.arguments == len(function.parameters):
            return
        parameters = len(function.parameters)
        fields: Fields = {
            "function": use.function, "parameters": parameters, "given": use.arguments,
            "difference": "fewer" if use.arguments < parameters else "more", "used": used,
        }  # fmt: skip
        self.document.report("argument-count", fields, place)

    def all_facts(self) -> Iterator[Fact]:
        """In the order of the document where that is known, then what was counted."""
        yield from self.facts
        yield from self._model_facts()
        yield from self._element_facts()
        yield from self._operator_facts()
        for trouble in self.document.troubles:
            yield Anomaly(trouble.kind, trouble.fields, self.at(trouble.place))

    def _model_facts(self) -> Iterator[Fact]:
        for number, (element, scorable, place) in enumerate(self._models):
            where = self.at(place)
            off = scorable in ("false", "0")
            if number == 0:
                yield Metadata("pmml-model", element, number, where)
                if off:
                    yield Metadata("pmml-model-not-scorable", element, number, where)
            else:
                yield Metadata("pmml-other-model", element, number, where)
                if off:
                    yield Metadata("pmml-other-model-not-scorable", element, number, where)

    def _element_facts(self) -> Iterator[Fact]:
        for (parent, name, attributes, children, used), (count, place) in self._shapes.items():
            where = self.at(place)
            some = attributes[:MOST_ATTRIBUTES]
            yield Element(name, "", "", count, where, parent, some, children, used)
        for (name, parent, attribute, value, used), place in self._values.items():
            yield Element(name, attribute, value, 1, self.at(place), parent, (), (), used)

    def _operator_facts(self) -> Iterator[Fact]:
        """Functions that are applied, and what is asked of kinds of models."""
        for (use, used), (count, place) in self._uses.items():
            domain = "document" if use.function in self.document.functions else ""
            via, name = "reached" if used else "unreached", use.function[:MOST_SHOWN]
            where = self.at(place)
            yield Operator(domain, name, "", -1, via, "", count, where, given=use.arguments)
        for demand, place in self._demands.items():
            via, element, task, name = (text[:MOST_SHOWN] for text in demand[:4])
            where, given = self.at(place), demand.given
            yield Operator(element, name, task, -1, via, "", 1, where, given=given)
