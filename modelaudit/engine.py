"""One artifact through: identify, inspect, recurse, judge. Only here is what breaks caught."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import msgspec

from modelaudit.config.model import Authority
from modelaudit.core.embedded import Embedded
from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Anomaly, Fact, Identity, Metadata, Unreadable
from modelaudit.core.findings import Target
from modelaudit.core.inspection import Inspection
from modelaudit.core.limits import Bounds, Limits
from modelaudit.core.location import Location
from modelaudit.core.report import Outcome
from modelaudit.core.source import Source, open_file
from modelaudit.described import with_outline, with_requirements
from modelaudit.discovery.discover import Found
from modelaudit.discovery.identify import (
    COMPRESSIONS,
    MOST_POINTER,
    POINTER,
    UNKNOWN,
    VAGUE,
    candidate_formats,
    claimed,
    claims_weakly,
    contradicts,
)
from modelaudit.discovery.loaded_by import loaded_by
from modelaudit.discovery.shadows import shadows
from modelaudit.formats import INSPECTORS, Inspector
from modelaudit.formats.candidates import formats_of
from modelaudit.formats.mistaken import are_words, is_mistaken
from modelaudit.judge.conclude import conclude

GENERAL: Final = "general"
"""The topic of rules that judge facts of every format."""
TARGETS: Final = "targets"
"""The topic of rules about what an artifact has to load with."""

_EMPTY: Final = Source(b"", "")
"""Takes the place of bytes that are inspected already."""


class Task(msgspec.Struct, frozen=True):
    """One artifact to look at, and what it is judged by.

    ``cache`` is the directory of inspections that were made before; empty where none are wanted.
    ``requires`` asks for the packages that loading takes, ``facts`` for what was read, and
    ``outline`` for that in outline.
    """

    found: Found
    authority: Authority
    targets: tuple[Target, ...]
    cache: str = ""
    requires: bool = False
    facts: bool = False
    outline: bool = False


def audit(task: Task) -> Outcome:
    """Inspect one file and judge it. Raises UsageError for a rule that does not load."""
    started = time.monotonic()
    inspection = inspect_artifact(task.found, task.authority.limits, task.cache)
    if inspection is None:
        return Outcome(None)
    outcome = _conclude(inspection, task.authority, task.targets, started)
    if task.facts:
        outcome = msgspec.structs.replace(outcome, facts=inspection.facts)
    if task.requires:
        outcome = with_requirements(outcome, inspection)
    return with_outline(outcome, inspection) if task.outline else outcome


def audit_bytes(
    data: bytes, found: Found, authority: Authority, targets: tuple[Target, ...]
) -> Outcome:
    """Inspect bytes under a name and judge them. Raises UsageError like ``audit``."""
    started = time.monotonic()
    source = Source(data, found.path)
    inspection = _inspect_source(source, found, authority.limits, beside=False)
    if inspection is None:
        return Outcome(None)
    return _conclude(inspection, authority, targets, started)


def lost(task: Task, reason: str, code: int | None) -> Outcome:
    """The outcome for a file whose reader was killed (``timeout``) or died with an exit code."""
    found = task.found
    fields = {"seconds": str(task.authority.limits.timeout)} if code is None else {"code": code}
    fact = Unreadable(reason, fields, Location(found.path))
    format_ = found.format or claimed(found.path) or UNKNOWN
    inspection = Inspection(found.path, format_, found.size, (fact,))
    return _conclude(inspection, task.authority, task.targets, time.monotonic())


def judge_file(path: str, facts: Sequence[Unreadable | Anomaly], authority: Authority) -> Outcome:
    """The outcome about a file that is no artifact, such as a damaged requirement file."""
    inspection = Inspection(path, UNKNOWN, 0, tuple(facts))
    outcome = _conclude(inspection, authority, (), time.monotonic())
    return msgspec.structs.replace(outcome, artifact=None)


def _conclude(
    inspection: Inspection, authority: Authority, targets: Sequence[Target], started: float
) -> Outcome:
    """Judge what was read by the rules of all formats that the artifact is or claims to be."""
    # A loader that goes by the name may refuse what the content is, so claims are judged too.
    formats = {claimed(inspection.path)}
    formats |= {fact.format for fact in inspection.facts if isinstance(fact, Identity)}
    topics = {GENERAL, TARGETS}
    for name in formats & set(INSPECTORS):
        topics.update(INSPECTORS[name].topics)
    concerned = _concerned(inspection, targets) if targets else frozenset()
    outcome = conclude(inspection, frozenset(topics), authority, targets, concerned, started)
    if outcome.artifact is None or not _is_packed(inspection.facts):
        return outcome
    artifact = msgspec.structs.replace(outcome.artifact, packed=True)
    return msgspec.structs.replace(outcome, artifact=artifact)


def _is_packed(facts: Sequence[Fact]) -> bool:
    """Whether a file as a whole is compressed, so that places count decompressed bytes."""
    return any(
        isinstance(fact, Identity) and fact.format in COMPRESSIONS and not fact.where.members
        for fact in facts
    )


def _concerned(inspection: Inspection, targets: Sequence[Target]) -> frozenset[str]:
    from modelaudit.requirements.loaders import loaders_of  # noqa: PLC0415  only with targets

    return loaders_of(inspection, {target.name for target in targets if not target.installed})


def inspect_artifact(found: Found, limits: Limits, cache: str = "") -> Inspection | None:
    """The facts of one file; None for one that is no model and does not claim to be."""
    claim = claimed(found.path)
    where = Location(found.path)
    if found.problem:
        problem = Unreadable("not-a-file", {"problem": found.problem}, where)
        return Inspection(found.path, claim or UNKNOWN, found.size, (problem,))
    if found.pointer:
        elsewhere = Unreadable("pointer", {"system": found.pointer}, where)
        return Inspection(found.path, claim or UNKNOWN, found.size, (elsewhere,))
    return _inspect_folder(found, limits) if found.format else _inspect_file(found, limits, cache)


def _inspect_file(found: Found, limits: Limits, cache: str) -> Inspection | None:
    try:
        with open_file(found.path, found.stored) as source:
            stored = _object(found, source) if found.size <= MOST_POINTER else None
            if stored is not None:
                return _inspect_file(stored, limits, cache)
            return _inspect_source(source, found, limits, cache=cache)
    except OSError as error:
        claim = claimed(found.path)
        if not claim:
            return None
        fields = {"problem": error.strerror or str(error)}
        problem = Unreadable("cannot-open", fields, Location(found.path))
        return Inspection(found.path, claim, found.size, (problem,))


def _inspect_source(
    source: Source, found: Found, limits: Limits, *, beside: bool = True, cache: str = ""
) -> Inspection | None:
    """The facts of bytes; with ``beside`` also what lies beside them and takes part in loading."""
    claim = claimed(found.path)
    bounds = Bounds.starting_now(limits, source.size)
    formats = formats_of(source, bounds)
    if formats == [UNKNOWN] and not claim:
        if not _is_unmarked_pickle(source, bounds):
            return None
        formats = ["pickle"]
    facts = _content(source, formats, bounds, cache)
    if beside:
        facts += (*shadows(found, facts), *loaded_by(found, facts))
    if claim in {"", *COMPRESSIONS} and _is_only_packed(facts):
        return None
    return Inspection(found.path, _main_format(facts, formats[0], claim), found.size, facts)


def _content(
    source: Source, formats: Sequence[str], bounds: Bounds, cache: str
) -> tuple[Fact, ...]:
    """The facts that the bytes and their name give."""
    entry = None
    if cache:
        from modelaudit.cache import Entry  # noqa: PLC0415  only where it is asked for

        entry = Entry(cache, source, bounds.limits)
        if (kept := entry.load()) is not None:
            return kept
    facts = tuple(_inspect_as(source, formats, claimed(source.path), bounds, 0))
    if entry is not None:
        entry.save(facts)
    return facts


def _object(found: Found, source: Source) -> Found | None:
    """What a pointer of Git LFS stands for, where its bytes are on this machine."""
    if found.stored or candidate_formats(source)[0] != POINTER:
        return None
    from modelaudit.discovery.pointers import lfs_object  # noqa: PLC0415  few come here

    stored = lfs_object(found.path, source.read(0, MOST_POINTER + 1))
    if not stored:
        return None
    size = Path(stored).stat().st_size
    return msgspec.structs.replace(found, stored=stored, size=size)


def _inspect_folder(found: Found, limits: Limits) -> Inspection:
    """The facts of a directory that is one artifact, by each format that it has the files of."""
    from modelaudit.discovery.directory import Folder  # noqa: PLC0415  few artifacts are one
    from modelaudit.discovery.folders import folders_of  # noqa: PLC0415

    bounds = Bounds.starting_now(limits, found.size)
    facts: tuple[Fact, ...] = ()
    for format_ in dict.fromkeys((found.format, *(one.format for one in folders_of(found.path)))):
        folder = Folder(found.path, format_, limits.max_members)
        yielded = INSPECTORS[format_].load_folder()(folder, bounds)
        facts += tuple(_guarded(yielded, Source(b"", found.path), format_, "", bounds, 0))
    facts += tuple(shadows(found, facts))
    return Inspection(found.path, found.format, found.size, facts)


def _without_framing(source: Source, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    from modelaudit.formats.pickle.embedded import without_framing  # noqa: PLC0415  few come here

    return without_framing(source, facts)


def _is_unmarked_pickle(source: Source, bounds: Bounds) -> bool:
    """Whether unrecognised bytes act as a pickle. What breaks here breaks again under the net."""
    from modelaudit.formats.pickle.streams import unmarked  # noqa: PLC0415  few files come here

    try:
        return unmarked(source, bounds)
    except Exception:  # noqa: BLE001  a limit or a defect, which inspecting the file reports
        return True


def _is_only_packed(facts: Sequence[Fact]) -> bool:
    """Whether a compressed file was read to its end, and holds nothing that is a model."""
    return all(
        isinstance(fact, Metadata | Embedded)
        or (isinstance(fact, Identity) and fact.format in COMPRESSIONS)
        for fact in facts
    )


def _main_format(facts: Sequence[Fact], format_: str, claim: str) -> str:
    """What to call the artifact: what a compressed file holds rather than its compression."""
    named = [fact.format for fact in facts if isinstance(fact, Identity)]
    contents = [name for name in named if name not in COMPRESSIONS]
    return next(iter(contents or named), format_ if format_ != UNKNOWN else claim)


def _inspect_as(
    source: Source, formats: Sequence[str], claim: str, bounds: Bounds, depth: int
) -> Iterator[Fact]:
    """All facts about a source by each of its formats."""
    facts = _by_each(source, formats, claim, bounds, depth)
    if formats[0] == "pickle" and len(formats) > 1:
        facts = iter(_without_framing(source, tuple(facts)))
    yield from facts


def _by_each(
    source: Source, formats: Sequence[str], claim: str, bounds: Bounds, depth: int
) -> Iterator[Fact]:
    for place, name in enumerate(formats):
        read = source.again() if place else source
        facts = _inspect(read, name, claim, bounds, depth)
        if name in VAGUE and "safetensors" in formats:
            known = tuple(facts)
            facts = iter(() if is_mistaken(known) else known)
        yield from facts


def _inspect(
    source: Source, format_: str, claim: str, bounds: Bounds, depth: int
) -> Iterator[Fact]:
    """All facts about a source, those of artifacts inside it included."""
    if format_ == UNKNOWN and not source.size:
        if not depth or claim not in {"", *COMPRESSIONS}:
            yield Unreadable("empty", {}, source.at())
        return
    doubtful = format_ == UNKNOWN or (format_ == "pickle" and source.read(0, 1) in (b"c", b"i"))
    if doubtful and (not claim or claims_weakly(_name(source))):
        yield from _perhaps(source, format_, claim, bounds, depth)
        return
    inspector = _choose(format_, claim)
    if inspector is None:
        yield from _not_inspected(source, format_, claim)
        return
    facts = _facts(inspector, source, bounds)
    yield from _guarded(facts, source, format_, claim, bounds, depth)


def _name(source: Source) -> str:
    return source.members[-1] if source.members else source.path


def _perhaps(
    source: Source, format_: str, claim: str, bounds: Bounds, depth: int
) -> Iterator[Fact]:
    """Unknown bytes under a name that says little: what acts as a model, or that nothing does."""
    inspector = _choose(format_, "pickle" if not claim or claim in COMPRESSIONS else claim)
    if inspector is not None:
        yielded = _facts(inspector, source, bounds)
        facts = tuple(_guarded(yielded, source, format_, claim, bounds, depth))
        if not is_mistaken(facts) and not are_words(facts):
            yield from facts
            return
    # What is compressed may be anything, and so may a text without a claim.
    if claim and (not depth or claim not in COMPRESSIONS):
        yield Identity(UNKNOWN, "", source.at())
        yield Unreadable("not-known", {}, source.at())


def _facts(inspector: Inspector, source: Source, bounds: Bounds) -> Iterator[Fact]:
    """A generator, so that an inspector that fails when it is loaded or called is caught too."""
    yield from inspector.load()(source, bounds)


def _guarded(
    facts: Iterator[Fact], source: Source, format_: str, claim: str, bounds: Bounds, depth: int
) -> Iterator[Fact]:
    """What an inspector yields, with artifacts inside inspected in turn, until it breaks."""
    try:
        kinds: set[str] = set()
        for fact in facts:
            if isinstance(fact, Identity):
                kinds.add(fact.format)
            if isinstance(fact, Embedded):
                yield from _descend(fact, claim, bounds, depth)
            else:
                yield fact
        for kind in kinds:
            if contradicts(claim, kind):
                fields = {"claimed": claim, "format": kind}
                yield Anomaly("name-contradicts-content", fields, source.at())
    except Malformed as problem:
        yield Unreadable(problem.reason, problem.fields, source.at(problem.position))
    except Exception as error:  # noqa: BLE001  the one net: a reader's defect is a finding too
        fields = {"format": format_, "error": type(error).__name__, "problem": str(error)}
        yield Unreadable("inspector-failed", fields, source.at())


def _choose(format_: str, claim: str) -> Inspector | None:
    """The inspector of a format; unknown bytes are read as the name's loader would take them."""
    if format_ != UNKNOWN:
        return INSPECTORS.get(format_)
    inspector = INSPECTORS.get("pickle" if claim == "pytorch" else claim)
    return None if inspector is None or inspector.zipped else inspector


def _not_inspected(source: Source, format_: str, claim: str) -> Iterator[Fact]:
    if format_ == POINTER:
        yield Unreadable("pointer", {"system": "Git LFS"}, source.at())
        return
    yield Identity(format_ if format_ != UNKNOWN else claim, "", source.at())
    if format_ == UNKNOWN:
        yield Unreadable("not-recognised", {"claimed": claim}, source.at())
    else:
        yield Unreadable("not-supported", {"what": format_}, source.at())


def _descend(fact: Embedded, claim: str, bounds: Bounds, depth: int) -> Iterator[Fact]:
    """An artifact inside another one. A value that only looked like one leaves no trace."""
    if depth >= bounds.limits.max_depth:
        yield replace(fact, source=_EMPTY)
        most = bounds.limits.max_depth
        yield Unreadable("limit", {"limit": "max-depth", "most": most}, fact.where)
        return
    if fact.role == "stream":
        formats = formats_of(fact.source, bounds)
        yield from _inspect_as(fact.source, formats, claim, bounds, depth + 1)
        return
    is_member = fact.role == "member"
    claim = claimed(fact.where.members[-1]) if is_member else ""
    formats = formats_of(fact.source, bounds) if is_member else [fact.format]
    if formats == [UNKNOWN]:
        formats = [fact.format]  # a pickle that nothing marks
    facts = list(_inspect_as(fact.source, formats, claim, bounds, depth + 1))
    fact.source.release()
    unsure = fact.format in VAGUE and (fact.role == "value" or not claim)
    if facts and not (unsure and is_mistaken(facts)):
        yield replace(fact, source=_EMPTY)  # its bytes need not be kept until the end
        yield from facts
