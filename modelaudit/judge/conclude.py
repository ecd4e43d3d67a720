"""From the facts of one artifact to its findings and verdicts, under the configuration's policy."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import structs

from modelaudit.config.model import Authority
from modelaudit.core.facts import Fact, Producer, Unjudged, Unreadable
from modelaudit.core.findings import PLATFORM, PLATFORMS, Finding, Target
from modelaudit.core.inspection import Inspection
from modelaudit.core.kinds import sentence
from modelaudit.core.limits import Bounds, Expansion, Limits
from modelaudit.core.location import Location
from modelaudit.core.project import path_from
from modelaudit.core.report import Artifact, Outcome
from modelaudit.core.verdicts import LoadingVerdict, safety_of
from modelaudit.judge import policy
from modelaudit.judge.accepted import Review
from modelaudit.judge.catalogue import Catalogue, load
from modelaudit.judge.evaluate import Subject, Verdict, judge
from modelaudit.judge.fingerprint import Fingerprints
from modelaudit.judge.rule import Rule

LEAST: Final = 4.0
"""Seconds that judging may take where reading has used up the timeout."""
PRODUCERS: Final = 3
"""Producers of one artifact that its report names."""


class Bench(msgspec.Struct, frozen=True):
    """What every judgement of one artifact shares. ``rules`` are those of its profile."""

    subject: Subject
    catalogue: Catalogue
    rules: Sequence[Rule]
    authority: Authority

    def judge(self, targets: Sequence[Target], bounds: Bounds) -> Verdict:
        """The findings about the artifact. Raises UsageError for a rule that does not load."""
        params = policy.params(self.authority, self.rules)
        return judge(self.subject, self.rules, self.catalogue, targets, params, bounds)

    def about(self, facts: Sequence[Fact]) -> list[Finding]:
        """The findings about facts that judging itself brought up, and about these alone."""
        if not facts:
            return []
        kinds = {type(fact).__name__ for fact in facts}
        rules = [rule for rule in self.rules if rule.for_ in kinds]
        params = policy.params(self.authority, rules)
        subject = structs.replace(self.subject, facts=facts)
        return judge(subject, rules, self.catalogue, (), params).findings


def conclude(
    inspection: Inspection,
    topics: frozenset[str],
    authority: Authority,
    targets: Sequence[Target],
    concerned: frozenset[str],
    started: float,
) -> Outcome:
    """Judge what was read of an artifact by the rules of some topics.

    ``concerned`` are the packages and runtimes that loading it takes. The artifact's timeout runs
    from ``started``, by the monotonic clock. Raises UsageError for a rule that does not load.
    """
    catalogue = load(topics, tuple(authority.config.packs))
    rules = catalogue.rules
    targets = _on_a_platform(targets)
    path = path_from(authority.root, inspection.path)
    authority = authority.at(path)
    subject = Subject(inspection.path, path, inspection.format, inspection.size, inspection.facts)
    selection = catalogue.selection(authority)
    bench = Bench(subject, catalogue, selection.considered, authority)
    bounds = _bounds(authority.limits, started)
    verdict = bench.judge(targets, bounds)
    # What a defective rule looks for was not looked for, which the other rules judge as a fact.
    findings = verdict.findings + bench.about(verdict.defects)
    unread = [f for f in (*inspection.facts, *verdict.defects) if isinstance(f, Unreadable)]
    review = Review(authority, path, inspection.path, rules)
    kept, accepted = review.suppress(findings)
    loading = _loading(bench, kept, targets, concerned, bounds, complete=not unread)
    unjudged = bench.about(_unjudged(inspection.path, loading))
    more, accepted_too = review.suppress(unjudged)
    kept, accepted = kept + more, accepted + accepted_too
    artifact = Artifact(
        path=inspection.path,
        format=inspection.format,
        size=inspection.size,
        unread=tuple(f"{fact.where}: {sentence(fact)}" for fact in unread),
        safety=safety_of(kept, complete=not unread),
        loading=loading,
        producers=_producers(inspection.facts),
    )
    chosen = selection.chosen
    shown = policy.fold_ends((one for one in kept if one.rule in chosen), targets)
    names = Fingerprints(path)
    counted, known = review.known(names.given_to(policy.rate(authority, rules, shown)))
    accepted = [entry for entry in accepted if entry.finding.rule in chosen]
    marked = names.given_to(entry.finding for entry in accepted)
    return Outcome(
        artifact,
        tuple(counted),
        (*(structs.replace(e, finding=f) for e, f in zip(accepted, marked, strict=True)), *known),
        gates=policy.gates(authority, rules, counted),
        spared=review.spared(counted),
        uses=tuple(sorted(review.uses.items())),
        returned=review.returned,
    )


def _bounds(limits: Limits, started: float) -> Bounds:
    """Until when to judge. What reading found has to be judged, even if it took all of the time."""
    deadline = max(started + limits.timeout, time.monotonic() + LEAST)
    return Bounds(limits, deadline, Expansion(0))


def _on_a_platform(targets: Sequence[Target]) -> Sequence[Target]:
    """The targets, and Linux where they name no platform."""
    if not any(target.version for target in targets):
        return targets
    if any(target.name == PLATFORM for target in targets):
        return targets
    return (*targets, Target(PLATFORM, PLATFORMS[0], "where none is named"))


def _loading(
    bench: Bench,
    findings: Sequence[Finding],
    targets: Sequence[Target],
    concerned: frozenset[str],
    bounds: Bounds,
    *,
    complete: bool,
) -> tuple[LoadingVerdict, ...]:
    missing = frozenset(target.name for target in targets if not target.installed)
    if not missing and all(target.required and not target.version for target in targets):
        return ()
    from modelaudit.judge.verdicts import Case, loading  # noqa: PLC0415  only with targets

    def ask(target: Target) -> list[Finding]:
        verdict = bench.judge([target], bounds)
        late.extend(verdict.defects)
        return verdict.findings

    late: list[Unreadable] = []
    case = Case(bench.subject.facts, findings, complete, concerned, missing, ask)
    verdicts = loading(case, targets)
    # What there was no time to ask leaves them open, as what was not read does.
    return (
        loading(structs.replace(case, complete=False), targets) if late and complete else verdicts
    )


def _unjudged(path: str, loading: Sequence[LoadingVerdict]) -> list[Fact]:
    where = Location(path)
    return [
        Unjudged(entry.target.name, entry.target.version, entry.because, where)
        for entry in loading
        if entry.verdict == "not-judged"
    ]


def _producers(facts: Sequence[Fact]) -> tuple[str, ...]:
    named = dict.fromkeys(
        f"{fact.name} {fact.version}".strip() for fact in facts if isinstance(fact, Producer)
    )
    return tuple(list(named)[:PRODUCERS])
