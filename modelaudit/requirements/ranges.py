"""Which releases of a package an artifact loads with, as a range of versions.

Every release that the tables are made of is judged by the rules that say what breaks loading, so a
range says what a scan with such a target says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from modelaudit.core.facts import Fact, Identity, Import
from modelaudit.core.findings import PLATFORM, Finding, Target
from modelaudit.core.inspection import Inspection
from modelaudit.formats import INSPECTORS
from modelaudit.judge.catalogue import load
from modelaudit.judge.evaluate import Subject, judge
from modelaudit.judge.rule import ABSENT, Rule
from modelaudit.knowledge.coverage import sampled
from modelaudit.knowledge.distributions import distribution_of
from modelaudit.targets.versions import version_of

_BREAKS: Final = "breaks-load"


class Bound(msgspec.Struct, frozen=True):
    """One end of a range: ``>=1.26.1`` or ``<2.0``, and why the release beyond it is left out."""

    package: str
    specifier: str
    why: str


def bounds(inspection: Inspection, packages: Iterable[str]) -> Iterator[Bound]:
    """The ends of the newest run of releases of each package, for each thing that breaks others.

    None for what breaks all releases that are known.
    """
    imported = {distribution_of(f.module) for f in inspection.facts if isinstance(f, Import)}
    releases = {name: sampled(name, names=name in imported) for name in packages}
    targets = [Target(name, one, "") for name, found in releases.items() for one in found]
    broken: dict[tuple[str, str, str], dict[str, str]] = {}
    for finding in _findings(inspection, targets):
        if finding.target is not None:
            cause = finding.target.name, finding.rule, finding.subject
            broken.setdefault(cause, {})[finding.target.version] = finding.message
    for (name, _, _), messages in broken.items():
        yield from _ends(name, releases[name], messages)


def _findings(inspection: Inspection, targets: Sequence[Target]) -> list[Finding]:
    if not targets:
        return []
    formats = {fact.format for fact in inspection.facts if isinstance(fact, Identity)}
    known = {inspection.format, *formats} & set(INSPECTORS)
    topics = frozenset(topic for name in known for topic in INSPECTORS[name].topics)
    catalogue = load(topics)
    path = inspection.path
    facts: tuple[Fact, ...] = inspection.facts
    subject = Subject(path, path, inspection.format, inspection.size, facts)
    rules = [rule for rule in catalogue.rules.values() if _is_asked(rule)]
    return judge(subject, rules, catalogue, targets, {}).findings


def _is_asked(rule: Rule) -> bool:
    return rule.effect == _BREAKS and rule.against not in (None, ABSENT, PLATFORM)


def _ends(name: str, releases: Sequence[str], broken: Mapping[str, str]) -> Iterator[Bound]:
    last = next((at for at in reversed(range(len(releases))) if releases[at] not in broken), None)
    if last is None:
        return
    first = last
    while first and releases[first - 1] not in broken:
        first -= 1
    if first:
        release = releases[first]
        short = release.removesuffix(".0") if release.count(".") > 1 else release
        yield Bound(name, f">={short}", broken[releases[first - 1]])
    if last + 1 < len(releases):
        after = releases[last + 1]
        yield Bound(name, f"<{_beyond(releases[last], after)}", broken[after])


def _beyond(last: str, broken: str) -> str:
    """Where a range ends: the minor series of the release that breaks, unless both are of one."""
    found, other = version_of(last), version_of(broken)
    series = f"{other.major}.{other.minor}"
    return broken if series == f"{found.major}.{found.minor}" else series
