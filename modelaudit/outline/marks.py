"""Which facts the findings are about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from modelaudit.core.facts import Call, Fact, Import
from modelaudit.core.findings import Finding, Suppressed
from modelaudit.core.location import Location
from modelaudit.core.outline import Mark
from modelaudit.outline.trees import worse

Subject = tuple[tuple[str, ...], str]
"""The members that lead to a fact, and the name that it is about."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The worst security finding by the place and by the name that it is about."""

    places: dict[Location, Mark]
    names: dict[Subject, Mark]

    def of(self, fact: Fact) -> Mark | None:
        """The mark of a fact: of its place, and for what a pickle names that of the name too.

        A finding names its first places alone, so that for other places the name has to tell.
        """
        where = fact.where
        exact = (where.offset, where.line, where.object) != (None, None, None)
        found = self.places.get(where) if exact else None
        if isinstance(fact, Call | Import):
            dotted = f"{fact.module}.{fact.name}"
            names = (dotted, fact.resolves) if isinstance(fact, Call) else (dotted, fact.spelled)
            for name in names:
                found = worse(found, self.names.get((where.members, name)))
        return found


def marks_of(findings: Iterable[Finding], suppressed: Iterable[Suppressed]) -> Marks:
    """The marks that the security findings of one artifact make."""
    marks = Marks({}, {})
    pairs = [(one, False) for one in findings] + [(one.finding, True) for one in suppressed]
    for finding, accepted in pairs:
        if finding.category != "security":
            continue
        mark = Mark(finding.severity, finding.rule, finding.fingerprint, accepted)
        for place in (finding.where, *finding.places):
            marks.places[place] = worse(marks.places.get(place), mark) or mark
        subject = finding.where.members, finding.subject
        marks.names[subject] = worse(marks.names.get(subject), mark) or mark
    return marks
