"""One run: paths into artifacts, artifacts into outcomes, and those into a report."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from modelaudit.config.model import Authority, Config
from modelaudit.core.facts import Anomaly, Unreadable
from modelaudit.core.findings import PLACES, Finding, Target
from modelaudit.core.report import Artifact, Interrupted, Outcome, Report, Skipped
from modelaudit.core.source import MAPPED_FROM
from modelaudit.discovery.changed import Changes, Tracked, is_below
from modelaudit.discovery.discover import Found, discover
from modelaudit.discovery.exclude import Exclusion
from modelaudit.engine import Task, audit, audit_bytes, judge_file, lost
from modelaudit.inforce import settings_of
from modelaudit.remarks import counted, fixed_entries, remarks
from modelaudit.targets.nearby import kind_of
from modelaudit.targets.surroundings import Surroundings

if TYPE_CHECKING:
    from modelaudit.baseline import file as known

Progress = Callable[[int, int, str], None]
"""Called with the files done, the files in all, and the path of the file just done."""
NO_TARGET = (
    "loading was not judged, since no target is known: give --target NAME==VERSION (environment"
    " for what is installed here), targets: in modelaudit.yaml, or requirement files beside the"
    " artifacts"
)


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What a run looks at, and by what it judges.

    ``targets`` take precedence over those of the configuration. ``jobs`` is the number of
    processes, None for as many as the work is worth; with 1 everything is read in this one, which
    the system ends where a large file is cut shorter while it is read. ``digest`` asks for the
    SHA-256 of every artifact, ``gitignore`` to leave out what ``.gitignore`` files name, and
    ``changed_since`` names a commit: only what is not as it was there is looked at, and what has
    other targets since. With ``tracked`` only what git tracks is, by itself or through a file of
    DVC.
    ``configuration`` is the path of the configuration in force, ``cache`` a directory of earlier
    inspections. ``requires`` asks for the packages that loading each artifact takes, ``facts`` for
    what was read of it, and ``outline`` for that in outline.
    """

    paths: Sequence[str]
    authority: Authority
    targets: Sequence[Target] = ()
    jobs: int | None = None
    digest: bool = False
    gitignore: bool = False
    changed_since: str = ""
    tracked: bool = False
    configuration: str = ""
    cache: str = ""
    requires: bool = False
    facts: bool = False
    outline: bool = False


class Run:
    """A run under way. Raises UsageError where it cannot begin.

    ``outcomes`` is what it found so far, and complete after ``each()`` has come to its end.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        config = job.authority.config
        _check(config, job.configuration)
        chosen, self._notes = _targets(job.targets, config)
        self._surroundings = Surroundings(job.paths, config, chosen)
        self._skipped: list[Skipped] = []
        self._unchanged = 0
        self.found = list(discover(job.paths, self._skipped, _exclusion(job)))
        if job.tracked:
            tracked = Tracked()
            self.found = [item for item in self.found if tracked.has(item.path)]
        if job.changed_since:
            self._leave_unchanged(Changes(job.changed_since))
        self.outcomes: list[Outcome] = []

    def _leave_unchanged(self, changes: Changes) -> None:
        """Drop what is as it was, unless what it is judged by changed."""
        config = self._job.authority.config
        watched = [self._job.configuration, *config.packs]
        if any(path and not changes.is_same(path) for path in watched):
            return
        found = [item for item in self.found if self._has_changed(item, changes)]
        files, since = counted(len(self.found), "file"), self._job.changed_since
        if found:
            note = f"{len(found)} of {files} changed since {since}, or what they have to load with"
            note += " did; the others were not looked at"
        else:
            note = f"nothing changed since {since}, in {files} or in what they have to load with"
        self._notes = (*self._notes, note)
        self._unchanged = len(self.found) - len(found)
        self.found = found

    def _has_changed(self, item: Found, changes: Changes) -> bool:
        if not changes.is_same(item.path):
            return True
        asked = self._surroundings.files_of(item.path)
        return bool(asked & changes.files) or any(
            kind_of(os.path.basename(file))  # noqa: PTH119
            and is_below(item.path, os.path.dirname(file))  # noqa: PTH120
            for file in changes.files
        )

    def each(self) -> Generator[Outcome]:
        """The outcome of every artifact in order, and then of what is no artifact.

        A finding about all artifacts is with the first of them.
        """
        lacked: set[tuple[str, Target]] = set()
        for found, outcome in zip(self.found, self._audited(), strict=True):
            done = self._left_out(found) if found.doubted and not outcome.findings else outcome
            done = _digested(done) if self._job.digest else done
            self.outcomes.append(done)
            yield replace(done, findings=tuple(_first(done.findings, lacked)))
        problems: dict[str, list[Unreadable | Anomaly]] = {}
        for problem in self._surroundings.problems():
            problems.setdefault(problem.where.path, []).append(problem)
        for path, facts in problems.items():
            self.outcomes.append(judge_file(path, facts, self._job.authority))
            yield self.outcomes[-1]

    def judge_bytes(self, data: bytes, name: str) -> None:
        """Add the outcome of bytes that lie nowhere."""
        self.found.append(Found(name, len(data)))
        targets = self._surroundings.fixed
        self.outcomes.append(audit_bytes(data, self.found[-1], self._job.authority, targets))

    def _left_out(self, found: Found) -> Outcome:
        self._skipped.append(Skipped(found.path, found.doubted))
        return Outcome(None)

    def _audited(self) -> Iterator[Outcome]:
        from modelaudit.sandbox.workers import worth  # noqa: PLC0415

        authority, found = self._job.authority, self.found
        around = self._surroundings
        severe = replace(authority, config=replace(authority.config, select=[]))
        tasks = (
            Task(
                item,
                severe if item.doubted else authority,
                tuple(around.targets_of(item.path)),
                self._job.cache,
                self._job.requires,
                self._job.facts,
                self._job.outline,
            )
            for item in found
        )
        jobs, limit = self._job.jobs, authority.limits.timeout
        count = jobs if jobs is not None else worth([item.size for item in found])
        if count > 1 and len(found) > 1:
            from modelaudit.sandbox.batches import run_batches  # noqa: PLC0415

            sizes = [item.size for item in found]
            yield from run_batches(
                audit, lost, zip(tasks, sizes, strict=True),
                jobs=count, timeout=limit, mapped=max(sizes),
            )  # fmt: skip
        elif jobs == 1:
            yield from map(audit, tasks)
        else:
            yield from (_audited_alone(task, limit) for task in tasks)

    def fixed(self) -> list[tuple[known.Artifact, known.Known]]:
        """The entries of the baseline that were looked for and not found again."""
        paths = [item.path for item in self.found]
        return fixed_entries(self._job.authority, paths, self.outcomes)

    def report(self, *, interrupted: bool = False) -> Report:
        """What the outcomes come to; of a run that was ``interrupted``, those so far."""
        outcomes = self.outcomes
        missed = len(self.found) - len(outcomes) if interrupted else 0
        stopped = _interruption(missed, len(self.found)) if interrupted else ()
        artifacts = tuple(o.artifact for o in outcomes if o.artifact is not None)
        judged = self._surroundings.gave_targets or not artifacts
        others = tuple(
            found.path
            for found, outcome in zip(self.found, outcomes, strict=False)
            if outcome.artifact is None and not found.doubted
        )
        return Report(
            artifacts=artifacts,
            findings=tuple(_together(outcomes)),
            suppressed=tuple(entry for outcome in outcomes for entry in outcome.suppressed),
            other=len(others),
            notes=(
                *stopped,
                *self._notes,
                *(() if judged else (NO_TARGET,)),
                *self._surroundings.remarks(),
                *remarks(self._job.authority, self.found, outcomes, self._of_all()),
            ),
            skipped=tuple(self._skipped),
            gates=any(outcome.gates for outcome in outcomes),
            configuration=self._job.configuration,
            root=self._job.authority.root,
            unchanged=self._unchanged,
            missed=max(missed, 0),
            targeted=judged,
            settings=settings_of(self._job.authority),
            spared=sum(outcome.spared for outcome in outcomes),
            others=others,
        )

    def _of_all(self) -> list[Skipped] | None:
        """What was passed over; None for a run that did not look at the whole project."""
        job = self._job
        whole = any(os.path.abspath(path) == job.authority.root for path in job.paths)  # noqa: PTH100
        return self._skipped if whole and not (job.tracked or job.changed_since) else None


def _audited_alone(task: Task, limit: float) -> Outcome:
    """The outcome of one artifact; one that may be mapped is read in a process of its own."""
    size = task.found.size
    if size <= MAPPED_FROM:
        return audit(task)
    from modelaudit.sandbox.apart import run_apart  # noqa: PLC0415  few files are so large

    return run_apart(audit, lost, task, timeout=limit, mapped=size)


def judge_bytes(job: Job, data: bytes, name: str) -> Report:
    """Judge bytes alone; the job's paths play no part. Raises UsageError."""
    run = Run(job)
    run.judge_bytes(data, name)
    return run.report()


def execute(
    job: Job,
    progress: Progress | None = None,
    each: Callable[[Outcome], None] | None = None,
) -> Report:
    """Run to the end; ``each`` is called with every outcome as it is known.

    Raises UsageError where the run cannot begin, and Interrupted for KeyboardInterrupt.
    """
    run = Run(job)
    outcomes = run.each()
    try:
        for number, outcome in enumerate(outcomes):
            if each is not None:
                each(outcome)
            if progress is not None and number < len(run.found):
                progress(number + 1, len(run.found), run.found[number].path)
    except KeyboardInterrupt as cause:
        outcomes.close()
        raise Interrupted(run.report(interrupted=True)) from cause
    return run.report()


def _interruption(missed: int, files: int) -> tuple[str, ...]:
    done = f"{max(files - missed, 0)} of {counted(files, 'file')}"
    return (f"the scan was interrupted: it looked at {done}, and this report is about them alone",)


def _about_all(finding: Finding) -> tuple[str, Target] | None:
    """What a finding is about that concerns all artifacts: a package that requirements lack."""
    target = finding.target
    return None if target is None or target.required else (finding.rule, target)


def _first(findings: Sequence[Finding], seen: set[tuple[str, Target]]) -> Iterator[Finding]:
    """The findings without those about all artifacts that were seen; others are added to them."""
    for finding in findings:
        about = _about_all(finding)
        if about is None or about not in seen:
            yield finding
        if about is not None:
            seen.add(about)


def _together(outcomes: Sequence[Outcome]) -> Iterator[Finding]:
    """The findings; of a package that a set of requirements lacks one, for all artifacts."""
    lacked: dict[tuple[str, Target], list[Finding]] = {}
    for finding in (finding for outcome in outcomes for finding in outcome.findings):
        about = _about_all(finding)
        if about is None:
            yield finding
        else:
            lacked.setdefault(about, []).append(finding)
    for found in lacked.values():
        places = tuple(finding.where for finding in found[:PLACES])
        yield replace(found[0], count=len(found), places=places)


def _exclusion(job: Job) -> Exclusion:
    authority = job.authority
    named = authority.trusted.exclude
    doubted = [] if authority.config is authority.trusted else authority.config.exclude
    return Exclusion(authority.root, named, doubted, gitignore=job.gitignore)


def _check(config: Config, file: str) -> None:
    """Refuse a configuration that names rules which do not exist, with the place in its file."""
    asked = (config.ignore, config.rules, config.suppress, config.overrides)
    if any(asked) or config.select != ["ALL"]:
        from modelaudit.judge import catalogue, policy  # noqa: PLC0415

        rules = catalogue.load(None, tuple(config.packs))
        try:
            policy.check(config, rules.rules.values())
        except policy.Misfit as error:
            if not file:
                raise
            from modelaudit.config.file import located  # noqa: PLC0415

            raise located(Path(file), error.path, error.text, str(error)) from None


def _targets(
    targets: Sequence[Target], config: Config
) -> tuple[tuple[Target, ...], tuple[str, ...]]:
    """The targets that are named, and notes about them."""
    if not targets and not config.targets:
        return (), ()
    from modelaudit.targets.named import resolve  # noqa: PLC0415  needs a library for versions

    named = resolve(targets, config.targets, config.packs)
    return named.targets, named.notes


def _digested(outcome: Outcome) -> Outcome:
    from modelaudit.discovery.digest import digest_of  # noqa: PLC0415

    artifact = outcome.artifact
    if artifact is None:
        return outcome
    whole: Artifact = replace(artifact, sha256=digest_of(artifact.path))
    return replace(outcome, artifact=whole)
