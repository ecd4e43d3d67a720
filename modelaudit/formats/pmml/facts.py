"""From what a pass found to facts: counted constructs, functions, names, and contradictions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

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
    Derived,
    Document,
    Function,
    Model,
    Owner,
    Place,
    Use,
)
from modelaudit.formats.pmml.resolve import defined, reached_functions
from modelaudit.formats.pmml.tallies import Part, Tally

MOST_DEFINED: Final = 500
"""Names of one kind of definition that are told."""
_USED: Final = True
MOST_SHOWN: Final = 200
"""Characters of a text that are told."""

_Key = tuple[str, str, tuple[str, ...], tuple[str, ...], bool]
_Value = tuple[str, str, str, str, bool]


class Collector:
    """Counts until the end of the document what is told once for all of it."""

    def __init__(self, source: Source, document: Document) -> None:
        self.source = source
        self.document = document
        self.facts: list[Fact] = []
        self._shapes: dict[_Key, tuple[int, Place]] = {}
        self._values: dict[_Value, Place] = {}
        self._uses: dict[tuple[Use, bool], tuple[int, Place]] = {}
        self._pending: dict[int, list[Tally]] = {}
        self._defined: dict[str, int] = {}
        self._dormant: list[tuple[Owner, str, str, Place]] = []
        self._outputs: dict[str, Place] = {}
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
            key = (kind, "", "name", name, _USED)
            self._values.setdefault(key, place)

    def model(self, element: str, scorable: str, place: Place) -> None:
        self._models.append((element, scorable, place))

    def when_used(self, owner: Owner, kind: str, detail: str, place: Place) -> None:
        """A contradiction that matters where its owner is used, which shows later."""
        if len(self._dormant) < MOST_NAMES:
            self._dormant.append((owner, kind, detail, place))

    def output(self, model: Model, feature: str, place: Place) -> None:
        self._outputs.setdefault(f"{model.element} {model.task} {feature}"[:MOST_SHOWN], place)

    def extension(self, given: dict[str, str], place: Place) -> None:
        for attribute in ("extender", "name"):
            if attribute in given:
                self._values.setdefault(
                    ("Extension", "", attribute, given[attribute][:MOST_SHOWN], True), place
                )

    def verification(self, told: str, rows: int, place: Place) -> None:
        self.metadata("pmml-verification", told, place, rows)
        if told.strip().isdigit() and int(told) != rows:
            self.document.report("verification-count", f"{told[:20]} told, {rows} rows", place)

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
        for tally, what in lacking(tallies):
            self.document.report("child-missing", what, tally.place)
        for tally, what in unequal(tallies):
            self.document.report("count-mismatch", what, tally.place)

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
                    told = (tally.name, tally.parent, attribute, value[:MOST_SHOWN], used)
                    self._values.setdefault(told, where)

    def _check_predicate(self, tally: Tally) -> None:
        if tally.name == "SimplePredicate" and "value" not in tally.attributes:
            for word, place in tally.words.get("operator", {}).items():
                if word not in ("isMissing", "isNotMissing") and not tally.later:
                    self.document.report("predicate-without-value", word[:60], place)

    def end(self) -> None:
        """The document has ended: what was kept back can be told."""
        document = self.document
        for derived in document.derived.values():
            self.derived(derived, used=derived.name in document.needed)
        owners = [Owner(Place(0, ""), uses={use: [] for use, used in self._uses if used})]
        reached = reached_functions(document, owners)
        for function in document.functions.values():
            self.derived(function, used=function.name in reached)
        unused = {id(owner) for owner in self._unused}
        for owner, kind, detail, place in self._dormant:
            suffix = "-unused" if id(owner) in unused else ""
            document.report(f"{kind}{suffix}", detail, place)
        for told, place in self._outputs.items():
            self.metadata("pmml-output", told, place)

    def told(self) -> Iterator[Fact]:
        """Every fact, those that were counted last."""
        yield from self.facts
        for number, (element, scorable, place) in enumerate(self._models):
            key = "pmml-model" if number == 0 else "pmml-other-model"
            yield Metadata(key, element, number, self.at(place))
            if scorable in ("false", "0"):
                yield Metadata(f"{key}-not-scorable", element, number, self.at(place))
        for (parent, name, attributes, children, used), (count, place) in self._shapes.items():
            where = self.at(place)
            yield Element(name, "", "", count, where, parent, attributes, children, used)
        for (name, parent, attribute, value, used), place in self._values.items():
            where = self.at(place)
            yield Element(name, attribute, value, 1, where, parent, (), (), used)
        for (use, used), (count, place) in self._uses.items():
            kind = defined(self.document, use)
            via = "reached" if used else "unreached"
            arguments = str(use.arguments)
            yield Operator(
                kind, use.function[:MOST_SHOWN], "", -1, via, arguments, count, self.at(place)
            )
        for trouble in self.document.troubles:
            yield Anomaly(trouble.kind, trouble.detail, self.at(trouble.place))
