"""One artifact through: identify, inspect, recurse, judge. Only here is what breaks caught."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import msgspec

from modelaudit.config.model import Config
from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Anomaly, Embedded, Fact, Identity, Import, Inspection, Unreadable
from modelaudit.core.findings import Artifact, Finding, Suppressed, Target
from modelaudit.core.kinds import sentence
from modelaudit.core.limits import Bounds, Limits
from modelaudit.core.location import Location
from modelaudit.core.source import Source, open_file
from modelaudit.discovery.discover import Found
from modelaudit.discovery.identify import (
    COMPRESSIONS,
    POINTER,
    UNKNOWN,
    VAGUE,
    claimed,
    contradicts,
    readings,
)
from modelaudit.formats import INSPECTORS, Inspector
from modelaudit.judge import catalogue, policy
from modelaudit.judge.evaluate import Subject, judge

MISTAKEN: Final = frozenset(
    {"not-a-pickle", "broken-stream", "broken-message", "not-recognised", "damaged-compression"}
)
"""Why bytes that only looked like an artifact are none."""
GENERAL: Final = "general"
"""The topic of rules that judge facts of every format."""
TARGETS: Final = "targets"
"""The topic of rules about what an artifact has to load with."""

_GONE: Final = Source(b"", "")


class Outcome(msgspec.Struct, frozen=True):
    """One artifact and its findings; ``artifact`` is None for a file that is no model."""

    artifact: Artifact | None
    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()


class Task(msgspec.Struct, frozen=True):
    """One artifact to look at, and what it is judged by."""

    found: Found
    config: Config
    targets: tuple[Target, ...]


def audit(task: Task) -> Outcome:
    """Inspect one file and judge it. Raises UsageError for a rule that does not load."""
    inspection = look(task.found, task.config.limits)
    if inspection is None:
        return Outcome(None)
    return _conclude(inspection, task.config, task.targets)


def lost(task: Task, reason: str, code: int | None) -> Outcome:
    """The outcome for a file whose reader was killed (``timeout``) or died with an exit code."""
    found = task.found
    detail = (
        "the reader did not end in time"
        if code is None
        else f"the reader's process ended with {code}"
    )
    fact = Unreadable(reason, detail, Location(found.path))
    format_ = found.format or claimed(found.path) or UNKNOWN
    inspection = Inspection(found.path, format_, found.size, (fact,))
    return _conclude(inspection, task.config, task.targets)


def remark(fact: Unreadable, config: Config) -> Outcome:
    """The outcome about something that is no artifact: a requirement file that is broken."""
    inspection = Inspection(fact.where.path, UNKNOWN, 0, (fact,))
    return msgspec.structs.replace(_conclude(inspection, config, ()), artifact=None)


def _conclude(inspection: Inspection, config: Config, targets: Sequence[Target]) -> Outcome:
    """Judge what was read, under the configuration's policy."""
    path, facts = inspection.path, inspection.facts
    # What a name claims is judged too: a loader that goes by it may refuse what the content is.
    formats = {claimed(path), *(fact.format for fact in facts if isinstance(fact, Identity))}
    topics = {GENERAL, TARGETS} | {
        t for f in formats if f in INSPECTORS for t in INSPECTORS[f].topics
    }
    rules = catalogue.load(frozenset(topics), tuple(config.packs))
    params = {name: override.params for name, override in config.rules.items()}
    chosen = list(policy.in_force(config, rules.rules.values()))
    subject = Subject(path, inspection.format, inspection.size, facts)
    verdict = judge(subject, chosen, rules, targets, params)
    # What a defective rule looks for was not looked for: that is a fact for the other rules.
    defects = msgspec.structs.replace(subject, facts=verdict.defects)
    about = [rule for rule in chosen if rule.for_ == Unreadable.__name__]
    findings = verdict.findings + judge(defects, about, rules, targets, params).findings
    findings = policy.fold_ends(findings)
    rated = policy.rate(config, findings)
    kept, accepted = policy.suppress(config, path, rated, datetime.date.today())
    lacking = [fact for fact in (*facts, *verdict.defects) if isinstance(fact, Unreadable)]
    unread = tuple(f"{fact.where}: {sentence(fact)}" for fact in lacking)
    artifact = Artifact(path, inspection.format, inspection.size, unread)
    return Outcome(artifact, tuple(kept), tuple(accepted))


def look(found: Found, limits: Limits) -> Inspection | None:
    """The facts of one file; None for one that is no model and does not claim to be."""
    claim = claimed(found.path)
    where = Location(found.path)
    if found.problem:
        problem = Unreadable("not-a-file", found.problem, where)
        return Inspection(found.path, claim or UNKNOWN, found.size, (problem,))
    if found.format:
        return _look_into(found, limits)
    try:
        with open_file(found.path) as source:
            bounds = Bounds.starting_now(limits)
            formats = readings(source)
            if formats == [UNKNOWN] and not claim:
                if not _is_unmarked_pickle(source, bounds):
                    return None
                formats = ["pickle"]
            facts = tuple(f for name in formats for f in _inspect(source, name, claim, bounds, 0))
    except OSError as error:
        if not claim:
            return None
        problem = Unreadable("cannot-open", error.strerror or str(error), where)
        return Inspection(found.path, claim, found.size, (problem,))
    return Inspection(found.path, _main_format(facts, formats[0], claim), found.size, facts)


def _look_into(found: Found, limits: Limits) -> Inspection:
    """The facts of a directory that is one artifact."""
    from modelaudit.discovery.directory import Folder  # noqa: PLC0415  few artifacts are one

    bounds = Bounds.starting_now(limits)
    folder = Folder(found.path, found.format, limits.max_members)
    told = INSPECTORS[found.format].load_folder()(folder, bounds)
    facts = tuple(_guarded(told, Source(b"", found.path), "", bounds, 0))
    return Inspection(found.path, found.format, found.size, facts)


def _is_unmarked_pickle(source: Source, bounds: Bounds) -> bool:
    """Whether unrecognised bytes act as a pickle. What breaks here breaks again under the net."""
    from modelaudit.formats.pickle.streams import unmarked  # noqa: PLC0415  few files come here

    try:
        return unmarked(source, bounds)
    except Exception:  # noqa: BLE001  a limit or a defect: inspecting the file tells of it
        return True


def _main_format(facts: Sequence[Fact], format_: str, claim: str) -> str:
    """What to call the artifact: what a compressed file holds rather than its compression."""
    named = [fact.format for fact in facts if isinstance(fact, Identity)]
    telling = [name for name in named if name not in COMPRESSIONS]
    return next(iter(telling or named), format_ if format_ != UNKNOWN else claim)


def _inspect(
    source: Source, format_: str, claim: str, bounds: Bounds, depth: int
) -> Iterator[Fact]:
    """All facts about a source, those of artifacts inside it included."""
    if format_ == UNKNOWN and not source.size:
        yield Unreadable("empty", "the file is empty", source.at())
        return
    inspector = _choose(format_, claim)
    if inspector is None:
        yield from _not_inspected(source, format_, claim)
        return
    yield from _guarded(inspector.load()(source, bounds), source, claim, bounds, depth)


def _guarded(
    facts: Iterator[Fact], source: Source, claim: str, bounds: Bounds, depth: int
) -> Iterator[Fact]:
    """What an inspector yields, artifacts inside inspected in turn, and what it breaks with."""
    try:
        kinds: set[str] = set()
        for fact in facts:
            if isinstance(fact, Identity):
                kinds.add(fact.format)
            if isinstance(fact, Embedded):
                yield from _descend(fact, claim, bounds, depth)
            else:
                yield fact
        yield from (
            _contradiction(source, claim, kind) for kind in kinds if contradicts(claim, kind)
        )
    except Malformed as problem:
        yield Unreadable(problem.reason, problem.fields, source.at(problem.position))
    except Exception as error:  # noqa: BLE001  the one net: a reader's defect is a finding too
        detail = f"the inspector failed: {type(error).__name__}: {error}"
        yield Unreadable("inspector-failed", detail, source.at())


def _choose(format_: str, claim: str) -> Inspector | None:
    """The inspector of a format; unknown bytes are read as the name's loader would take them."""
    if format_ != UNKNOWN:
        return INSPECTORS.get(format_)
    return INSPECTORS.get("pickle" if claim == "pytorch" else claim)


def _not_inspected(source: Source, format_: str, claim: str) -> Iterator[Fact]:
    if format_ == POINTER:
        detail = "a Git LFS pointer stands in for the model: run git lfs pull"
        yield Unreadable("pointer", detail, source.at())
        return
    yield Identity(format_ if format_ != UNKNOWN else claim, "", source.at())
    if format_ == UNKNOWN:
        detail = f"the name claims {claim} and the content is nothing that is recognised"
        yield Unreadable("not-recognised", detail, source.at())
    else:
        detail = f"{format_} is recognised and not inspected by this version"
        yield Unreadable("not-supported", detail, source.at())


def _contradiction(source: Source, claim: str, kind: str) -> Fact:
    detail = f"the name claims {claim} and the content is {kind}"
    return Anomaly("name-contradicts-content", detail, source.at())


def _descend(fact: Embedded, claim: str, bounds: Bounds, depth: int) -> Iterator[Fact]:
    """An artifact inside another one. A value that only looked like one leaves no trace."""
    if depth >= bounds.limits.max_depth:
        yield replace(fact, source=_GONE)
        detail = f"max-depth ({bounds.limits.max_depth}) reached"
        yield Unreadable("limit", detail, fact.where)
        return
    if fact.role == "stream":
        for name in readings(fact.source):
            yield from _inspect(fact.source, name, claim, bounds, depth + 1)
        return
    is_member = fact.role == "member"
    claim = claimed(fact.where.members[-1]) if is_member else ""
    formats = readings(fact.source) if is_member else [fact.format]
    facts = [f for name in formats for f in _inspect(fact.source, name, claim, bounds, depth + 1)]
    unsure = fact.format in VAGUE and (fact.role == "value" or not claim)
    if unsure and any(isinstance(f, Unreadable) and f.reason in MISTAKEN for f in facts):
        facts = facts if any(isinstance(inner, Import) for inner in facts) else []
    if facts:
        yield replace(fact, source=_GONE)  # its bytes need not be kept until the end
        yield from facts
