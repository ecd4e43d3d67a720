"""modelaudit: is this model file safe to load, and will it load where it is going to run?

``scan()`` gives verdicts and findings under a configuration, ``inspect()`` the facts of one
artifact. Nothing that is read is executed, imported or unpickled.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from modelaudit.config.model import Authority, Config
from modelaudit.core.errors import UsageError
from modelaudit.core.facts import Inspection
from modelaudit.core.findings import Finding, Severity, Suppressed, Target
from modelaudit.core.limits import Limits
from modelaudit.core.project import root_of
from modelaudit.core.report import Artifact, Report, Skipped
from modelaudit.core.verdicts import Loading, LoadingVerdict, Safety
from modelaudit.discovery.discover import discover, whole
from modelaudit.engine import inspect_artifact
from modelaudit.run import Job, Progress, execute
from modelaudit.version import VERSION as __version__

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


def scan(
    paths: Sequence[Path],
    config: Config | None = None,
    *,
    targets: Sequence[Target] = (),
    jobs: int | None = None,
    progress: Progress | None = None,
    digest: bool = False,
) -> Report:
    """Inspect files and everything under directories, and judge what was read.

    ``targets`` take precedence over the configuration's, and those over what the requirement files
    around an artifact ask for. ``jobs`` is the number of processes; by default as many as the work
    is worth. ``digest`` computes the SHA-256 of every artifact, which reads it whole. Raises
    UsageError where the run cannot begin: a path that does not exist, an id that no rule has, a
    rule that does not load.
    """
    config = config or Config()
    job = Job(
        paths=[os.fspath(path) for path in paths],
        authority=Authority(config, config, root_of(os.getcwd())),  # noqa: PTH109
        targets=targets,
        jobs=jobs,
        digest=digest,
    )
    return execute(job, progress)


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
