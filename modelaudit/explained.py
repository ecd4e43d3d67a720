"""One finding with all that it rests on: the place, the rule, and which releases say otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from msgspec.structs import replace

from modelaudit.core.errors import UsageError
from modelaudit.core.facts import Fact
from modelaudit.core.findings import SEVERITIES, Finding, Suppressed, Target
from modelaudit.core.location import Location
from modelaudit.core.project import path_from
from modelaudit.core.report import Artifact, Outcome
from modelaudit.core.verdicts import LoadingVerdict
from modelaudit.discovery.digest import digest_of
from modelaudit.excerpt.around import Excerpt, excerpt_of
from modelaudit.judge.catalogue import load
from modelaudit.judge.policy import is_protected
from modelaudit.judge.rule import ABSENT, ANY, Rule
from modelaudit.judge.selectors import NOT, chosen, fit
from modelaudit.knowledge.coverage import sampled
from modelaudit.run import Job, Run

SHOWN: Final = 3
"""Findings that are explained at length; of others the fingerprints are given."""
MOST_FACTS: Final = 10
"""Facts at one place."""
_FINGERPRINT: Final = re.compile("[0-9a-f]{6,32}(:[0-9]+)?")
_ASKED: Final = "modelaudit explain"


class Explained(msgspec.Struct, frozen=True):
    """A finding, and what would change what is said of it.

    ``accepted`` is how it is suppressed, None where it counts. ``facts`` are those at its place.
    ``releases`` are verdicts on the artifact by release of the finding's target, oldest first.
    ``path`` is the artifact's from the project's root, ``sha256`` its digest, empty where it cannot
    be read. ``unnamed`` is true where a suppression of it holds only in a configuration that is
    named, and none is.
    """

    finding: Finding
    accepted: Suppressed | None
    rule: Rule
    artifact: Artifact | None
    facts: tuple[Fact, ...]
    excerpt: Excerpt
    releases: tuple[LoadingVerdict, ...]
    path: str
    sha256: str
    unnamed: bool


class Explanation(msgspec.Struct, frozen=True):
    """The findings that fit, worst first: some at length, and the rest."""

    explained: tuple[Explained, ...]
    others: tuple[Finding, ...]


_Candidate = tuple[Outcome, Finding, Suppressed | None]


def explain(job: Job, wanted: str, *, named: bool) -> Explanation:
    """The findings of a run that a rule or the beginning of a fingerprint stands for.

    ``named`` is whether the configuration was named, and so holds for every finding.
    Raises UsageError where it stands for no rule, and where nothing fits.
    """
    rules = load(None, tuple(job.authority.config.packs)).rules
    asked = [] if is_fingerprint(wanted) else chosen(wanted, rules.values())
    run = Run(replace(job, facts=True))
    outcomes = list(run.each())
    found = [one for outcome in outcomes for one in _candidates(outcome)]
    fitting = [one for one in found if _fits(wanted, one[1], rules[one[1].rule])]
    if not fitting:
        text = _nothing(wanted, ", ".join(job.paths), found)
        raise UsageError(text + _without_target(job, asked, outcomes))
    fitting.sort(key=lambda one: (one[2] is not None, SEVERITIES.index(one[1].severity)))
    shown = [_explained(job, *one, rules[one[1].rule], named=named) for one in fitting[:SHOWN]]
    return Explanation(tuple(shown), tuple(finding for _, finding, _ in fitting[SHOWN:]))


def _candidates(outcome: Outcome) -> Iterator[_Candidate]:
    for finding in outcome.findings:
        yield outcome, finding, None
    for entry in outcome.suppressed:
        yield outcome, entry.finding, entry


def is_fingerprint(text: str) -> bool:
    """Whether a text can be (the beginning of) a fingerprint and no id of a rule."""
    return _FINGERPRINT.fullmatch(text) is not None


def _fits(wanted: str, finding: Finding, rule: Rule) -> bool:
    if is_fingerprint(wanted):
        return finding.fingerprint.startswith(wanted)
    return fit(wanted, rule) > NOT


def _nothing(wanted: str, path: str, found: Sequence[_Candidate]) -> str:
    rules = ", ".join(sorted({finding.rule for _, finding, _ in found}))
    there = f"; there are findings of {rules}" if rules else ", nor of any other rule"
    return f"{path}: no finding of {wanted}{there}"


def _without_target(job: Job, rules: Sequence[Rule], outcomes: Sequence[Outcome]) -> str:
    """What to name where all these rules are judged against one package, and none was judged."""
    package, *others = {rule.against for rule in rules} or {None}
    artifacts = [outcome.artifact for outcome in outcomes if outcome.artifact is not None]
    judged = {one.target.name for artifact in artifacts for one in artifact.loading}
    named = {target.name for target in job.targets}
    if package in {None, ANY, ABSENT} or others or package in judged | named:
        return ""
    return (
        f"; it is judged against releases of {package}, and none is a target here: give"
        f" --target {package}==VERSION"
    )


def _explained(
    job: Job,
    outcome: Outcome,
    finding: Finding,
    accepted: Suppressed | None,
    rule: Rule,
    *,
    named: bool,
) -> Explained:
    artifact, facts = outcome.artifact, outcome.facts or ()
    where = finding.where
    path = path_from(job.authority.root, where.path)
    limits = job.authority.limits
    return Explained(
        finding=finding,
        accepted=accepted,
        rule=rule,
        artifact=artifact,
        facts=tuple(_at(where, facts)),
        excerpt=excerpt_of(where, artifact.format if artifact else "", facts, limits),
        releases=tuple(_releases(job, finding)),
        path=path,
        sha256=digest_of(where.path),
        unnamed=is_protected(rule) and not named,
    )


def _at(where: Location, facts: Sequence[Fact]) -> list[Fact]:
    """The facts at a place; of one that is the whole artifact, none."""
    if (where.offset, where.line, where.object) == (None, None, None):
        return []
    return [fact for fact in facts if fact.where == where][:MOST_FACTS]


def _releases(job: Job, finding: Finding) -> list[LoadingVerdict]:
    """What is said of loading with each release of the finding's target that was sampled."""
    target = finding.target
    if target is None or not target.version or finding.effect in {None, "advice"}:
        return []
    versions = sampled(target.name)
    if not versions:
        return []
    asked = [Target(target.name, version, _ASKED) for version in versions]
    run = Run(replace(job, paths=[finding.where.path], targets=asked, facts=False))
    wanted = {(one.name, one.version) for one in asked}
    return [
        verdict
        for outcome in run.each()
        if outcome.artifact is not None
        for verdict in outcome.artifact.loading
        if (verdict.target.name, verdict.target.version) in wanted
    ]
