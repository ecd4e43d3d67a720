"""modelaudit: is this model file safe to load, and will it load where it is going to run?

``scan()`` gives findings under a configuration, ``inspect()`` the facts of one file. Nothing that
is read is executed, imported or unpickled.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from modelaudit.config.model import Config
from modelaudit.core.errors import UsageError
from modelaudit.core.facts import Inspection
from modelaudit.core.findings import Artifact, Finding, Report, Severity, Suppressed, Target
from modelaudit.core.limits import Limits
from modelaudit.discovery.discover import Found, discover, whole
from modelaudit.engine import Outcome, Task, audit, look, lost, remark
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
    "Report",
    "Severity",
    "Suppressed",
    "Target",
    "UsageError",
    "__version__",
    "inspect",
    "scan",
]

Path = str | os.PathLike[str]
Progress = Callable[[int, int, str], None]
"""Told the files done, the files in all, and the path of the next one."""


def scan(
    paths: Sequence[Path],
    config: Config | None = None,
    *,
    targets: Sequence[Target] = (),
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """Inspect files and everything under directories, and judge what was read.

    ``targets`` take precedence over the configuration's, and those over what the requirement files
    around an artifact ask for. ``jobs`` is the number of processes; by
    default as many as the work is worth. Raises UsageError where the run cannot begin: a path
    that does not exist, an id that no rule has, a rule that does not load.
    """
    config = config or Config()
    _check(config)
    named = [os.fspath(path) for path in paths]
    where = Surroundings(named, config, _targets(targets, config))
    found = list(discover(named))
    outcomes: list[Outcome] = []
    for number, outcome in enumerate(_audit_all(found, config, where, jobs)):
        if progress is not None:
            progress(number + 1, len(found), found[number].path)
        outcomes.append(outcome)
    artifacts = [outcome.artifact for outcome in outcomes if outcome.artifact is not None]
    other = len(outcomes) - len(artifacts)
    outcomes += [remark(problem, config) for problem in where.problems()]
    return Report(
        artifacts=tuple(artifacts),
        findings=tuple(finding for outcome in outcomes for finding in outcome.findings),
        suppressed=tuple(entry for outcome in outcomes for entry in outcome.suppressed),
        other=other,
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
    inspection = look(found[0], limits or Limits())
    if inspection is None:
        raise UsageError(f"{found[0].path}: not recognised as a model")
    return inspection


def _check(config: Config) -> None:
    """Refuse a configuration that names rules which do not exist."""
    if config.ignore or config.rules or config.suppress or config.select != ["ALL"]:
        from modelaudit.judge import catalogue, policy  # noqa: PLC0415

        rules: Catalogue = catalogue.load(None, tuple(config.packs))
        policy.check(config, rules.rules.values())


def _targets(targets: Sequence[Target], config: Config) -> list[Target]:
    if not targets and not config.targets:
        return []
    from modelaudit.targets.named import resolve  # noqa: PLC0415  needs a library for versions

    return resolve(targets, config.targets)


def _audit_all(
    found: Sequence[Found], config: Config, where: Surroundings, jobs: int | None
) -> Iterator[Outcome]:
    """The outcome of every file, in order."""
    from modelaudit.sandbox.workers import run_parallel, worth  # noqa: PLC0415

    tasks = (Task(item, config, tuple(where.targets_of(item.path))) for item in found)
    count = jobs if jobs is not None else worth([item.size for item in found])
    if count > 1 and len(found) > 1:
        limit = config.limits.timeout
        largest = max(item.size for item in found)
        yield from run_parallel(audit, lost, list(tasks), jobs=count, timeout=limit, mapped=largest)
        return
    yield from map(audit, tasks)
