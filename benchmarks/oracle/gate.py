"""Whether a scan gates a file, told as fast as it can be: a long run asks it of a million files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

import modelaudit
from modelaudit.core.facts import Identity
from modelaudit.core.inspection import Inspection
from modelaudit.core.limits import Limits
from modelaudit.core.source import Source
from modelaudit.discovery.discover import Found
from modelaudit.discovery.identify import claimed
from modelaudit.engine import GENERAL, _inspect_source
from modelaudit.formats import INSPECTORS
from modelaudit.judge.catalogue import Catalogue, load
from modelaudit.judge.evaluate import Subject, judge
from modelaudit.judge.rule import Rule

GATES: Final = ("medium", "high", "critical")
OFTEN: Final = (("PKL102",), ("PKL101", "PKL103"))
"""What most files gate by: a dangerous name, and a call of one."""
_LIMITS: Final = Limits()


def gates(data: bytes, name: str) -> bool:
    """Whether a scan of a file of this name has a finding at medium or above.

    A rule that matches gates whatever the others say, so those that match most are asked first.
    Only a file that none matches takes a scan, whose answer it is.
    """
    inspection = _inspect_source(Source(data, name), Found(name, len(data)), _LIMITS, beside=False)
    if inspection is not None and _is_found(inspection):
        return True
    report = modelaudit.scan_bytes(data, name)
    return any(finding.severity in GATES for finding in report.findings)


def _is_found(inspection: Inspection) -> bool:
    formats = {claimed(inspection.path)}
    formats |= {fact.format for fact in inspection.facts if isinstance(fact, Identity)}
    topics = {topic for name in formats & set(INSPECTORS) for topic in INSPECTORS[name].topics}
    catalogue = load(frozenset({GENERAL, *topics}))
    path = inspection.path
    subject = Subject(path, path, inspection.format, inspection.size, inspection.facts)
    rules = _rules(frozenset(topics))
    return any(judge(subject, part, catalogue, (), {}).findings for part in rules)


@cache
def _rules(topics: frozenset[str]) -> tuple[Sequence[Rule], ...]:
    """The rules that gate by themselves: those that match most, and then the others."""
    return tuple(_parted(load(frozenset({GENERAL, *topics}))))


def _parted(catalogue: Catalogue) -> Iterator[Sequence[Rule]]:
    rules = [
        rule
        for rule in catalogue.rules.values()
        if rule.against is None and rule.severity in GATES and rule.profile in (None, "default")
    ]
    for ids in OFTEN:
        yield [rule for rule in rules if rule.id in ids]
    yield [rule for rule in rules if all(rule.id not in ids for ids in OFTEN)]
