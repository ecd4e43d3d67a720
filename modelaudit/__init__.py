"""modelaudit: is this model file safe to load, and will it load where it is going to run?

``scan()`` gives verdicts and findings under a configuration, ``inspect()`` the facts of one
artifact. Nothing that is read is executed, imported or unpickled.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from modelaudit.config.model import Authority, Config
from modelaudit.core.errors import UsageError
from modelaudit.core.facts import Inspection
from modelaudit.core.findings import PLACES, Finding, Severity, Suppressed, Target
from modelaudit.core.limits import Limits
from modelaudit.core.report import Artifact, Outcome, Report, Skipped
from modelaudit.core.verdicts import Loading, LoadingVerdict, Safety
from modelaudit.discovery.discover import Found, discover, whole
from modelaudit.engine import Task, audit, inspect_artifact, judge_file, lost
from modelaudit.targets.surroundings import Surroundings
from modelaudit.version import VERSION as __version__

if TYPE_CHECKING:
    from modelaudit.judge.catalogue import Catalogue

__all__ = [
    "Artifact",
    "Config",
    "Finding",
    "Inspection",
    "Limits",
    "Loading",
    "LoadingVerdict",
    "Report",
    "Safety",
    "Severity",
    "Skipped",
    "Suppressed",
    "Target",
    "UsageError",
    "__version__",
    "inspect",
    "scan",
]

Path = str | os.PathLike[str]
Progress = Callable[[int, int, str], None]
"""Called with the files done, the files in all, and the path of the file just done."""
NO_TARGET = (
    "loading was not judged, since no target is known: give --target NAME==VERSION (environment"
    " for what is installed here), targets: in modelaudit.yaml, or requirement files beside the"
    " artifacts"
)


def scan(
    paths: Sequence[Path],
    config: Config | None = None,
    *,
    targets: Sequence[Target] = (),
    jobs: int | None = None,
    progress: Progress | None = None,
    digest: bool = False,
    trusted: Config | None = None,
) -> Report:
    """Inspect files and everything under directories, and judge what was read.

    ``targets`` take precedence over the configuration's, and those over what the requirement files
    around an artifact ask for. ``jobs`` is the number of processes; by default as many as the work
    is worth. ``digest`` computes the SHA-256 of every artifact, which reads it whole. ``trusted``
    is the configuration that may silence severe security findings, where ``config`` was only found
    and so may have come with the artifacts; by default ``config`` itself. Raises UsageError where
    the run cannot begin: a path that does not exist, an id that no rule has, a rule that does not
    load.
    """
    config = config or Config()
    authority = Authority(config, trusted or config)
    _check(config)
    named = [os.fspath(path) for path in paths]
    chosen, notes = _targets(targets, config)
    surroundings = Surroundings(named, config, chosen)
    skipped: list[Skipped] = []
    found = list(discover(named, skipped))
    outcomes: list[Outcome] = []
    for number, outcome in enumerate(_audit_all(found, authority, surroundings, jobs)):
        if progress is not None:
            progress(number + 1, len(found), found[number].path)
        outcomes.append(outcome)
    artifacts = [outcome.artifact for outcome in outcomes if outcome.artifact is not None]
    other = len(outcomes) - len(artifacts)
    outcomes += [judge_file(problem, authority) for problem in surroundings.problems()]
    judged = surroundings.gave_targets or not artifacts
    return Report(
        artifacts=tuple(_digested(artifacts) if digest else artifacts),
        findings=tuple(_together(outcomes)),
        suppressed=tuple(entry for outcome in outcomes for entry in outcome.suppressed),
        other=other,
        notes=(*notes, *(() if judged else (NO_TARGET,)), *_spared(outcomes)),
        skipped=tuple(skipped),
        gates=any(outcome.gates for outcome in outcomes),
    )


def inspect(path: Path, limits: Limits | None = None) -> Inspection:
    """The facts of one artifact, nested ones included: a file, or a directory such as a SavedModel.

    Raises UsageError for what is neither.
    """
    artifact = whole(os.fspath(path))
    found = [artifact] if artifact is not None else list(discover([os.fspath(path)]))
    if len(found) != 1 or (artifact is None and found[0].path != os.fspath(path)):
        raise UsageError(f"{os.fspath(path)}: inspect takes one file")
    if found[0].problem:
        raise UsageError(f"{found[0].path}: {found[0].problem}")
    inspection = inspect_artifact(found[0], limits or Limits())
    if inspection is None:
        raise UsageError(f"{found[0].path}: not recognised as a model")
    return inspection


def _together(outcomes: Sequence[Outcome]) -> Iterator[Finding]:
    """The findings; of a package that a set of requirements lacks one, for all artifacts."""
    from msgspec.structs import replace  # noqa: PLC0415  imported for facts anyway

    lacked: dict[tuple[str, Target], list[Finding]] = {}
    for finding in (finding for outcome in outcomes for finding in outcome.findings):
        if finding.target is None or finding.target.required:
            yield finding
        else:
            lacked.setdefault((finding.rule, finding.target), []).append(finding)
    for found in lacked.values():
        places = tuple(finding.where for finding in found[:PLACES])
        yield replace(found[0], count=len(found), places=places)


def _spared(outcomes: Sequence[Outcome]) -> Iterator[str]:
    count = sum(outcome.spared for outcome in outcomes)
    if count:
        yield (
            "the configuration was found and not named, so it cannot silence severe security"
            f" findings and unread parts ({count} here): name it with --config FILE or"
            " MODELAUDIT_CONFIG if you trust it"
        )


def _check(config: Config) -> None:
    """Refuse a configuration that names rules which do not exist."""
    if config.ignore or config.rules or config.suppress or config.select != ["ALL"]:
        from modelaudit.judge import catalogue, policy  # noqa: PLC0415

        rules: Catalogue = catalogue.load(None, tuple(config.packs))
        policy.check(config, rules.rules.values())


def _targets(
    targets: Sequence[Target], config: Config
) -> tuple[tuple[Target, ...], tuple[str, ...]]:
    """The targets that are named, and notes about them."""
    if not targets and not config.targets:
        return (), ()
    from modelaudit.targets.named import resolve  # noqa: PLC0415  needs a library for versions

    named = resolve(targets, config.targets, config.packs)
    return named.targets, named.notes


def _audit_all(
    found: Sequence[Found], authority: Authority, surroundings: Surroundings, jobs: int | None
) -> Iterator[Outcome]:
    """The outcome of every file, in order."""
    from modelaudit.sandbox.workers import run_parallel, worth  # noqa: PLC0415

    tasks = (Task(item, authority, tuple(surroundings.targets_of(item.path))) for item in found)
    count = jobs if jobs is not None else worth([item.size for item in found])
    if count > 1 and len(found) > 1:
        limit = authority.limits.timeout
        largest = max(item.size for item in found)
        yield from run_parallel(audit, lost, list(tasks), jobs=count, timeout=limit, mapped=largest)
        return
    yield from map(audit, tasks)


def _digested(artifacts: Sequence[Artifact]) -> Iterator[Artifact]:
    from msgspec.structs import replace  # noqa: PLC0415  few ask for digests

    from modelaudit.discovery.digest import digest_of  # noqa: PLC0415

    for artifact in artifacts:
        yield replace(artifact, sha256=digest_of(artifact.path))
