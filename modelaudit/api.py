"""The public functions: a scan of paths, one artifact at a time, and of bytes; and a comparison."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, BinaryIO, TypedDict, Unpack

import msgspec

from modelaudit.comparison import model
from modelaudit.config.model import Authority, Config, Override, Profile, RuleOverride, Suppression
from modelaudit.core import report as core
from modelaudit.core.errors import UsageError
from modelaudit.core.findings import Finding, Severity, Suppressed, Target
from modelaudit.core.inspection import Inspection
from modelaudit.core.limits import Limits
from modelaudit.core.project import root_of
from modelaudit.core.report import Artifact
from modelaudit.discovery.discover import discover, whole
from modelaudit.engine import inspect_artifact
from modelaudit.run import Job, Progress, Run, execute, judge_bytes

if TYPE_CHECKING:
    from modelaudit.core.report import Outcome

Path = str | os.PathLike[str]
Paths = Path | Iterable[Path]
Targets = Iterable[Target | str] | Mapping[str, object]


class Settings(TypedDict, total=False):
    """Keys of ``modelaudit.yaml`` as keyword arguments; they replace those of ``config``."""

    profile: Profile
    fail_on: Severity
    select: list[str]
    ignore: list[str]
    rules: dict[str, RuleOverride]
    suppress: list[Suppression]
    exclude: list[str]
    overrides: list[Override]
    baseline: str
    packs: list[str]
    limits: Limits


class Report(core.Report, frozen=True):
    """What a scan found.

    ``gates`` is true where a finding has at least the severity ``fail_on``, so that a build should
    fail.
    """

    def to_json(self) -> str:
        """The report as ``modelaudit scan --format json`` writes it.

        >>> scan("model.pkl").to_json().partition(",")[0]
        '{\\n  "schema": "modelaudit/report/2"'
        """
        from modelaudit.report import Terminal  # noqa: PLC0415  few want it
        from modelaudit.report.json import write  # noqa: PLC0415

        text = io.StringIO()
        write(self, text, Terminal())
        return text.getvalue()


class Comparison(model.Comparison, frozen=True):
    """What changed between two versions of a model.

    ``differences`` has one entry for each artifact of either side. ``gates`` is true where the new
    side has a finding at or above ``fail_on`` that the old one has not.
    """

    def to_json(self) -> str:
        """The comparison as ``modelaudit diff --format json`` writes it.

        >>> diff("model.pkl", "payload.pkl").to_json().partition(",")[0]
        '{\\n  "schema": "modelaudit/diff/1"'
        """
        from modelaudit.report import Terminal  # noqa: PLC0415  few want it
        from modelaudit.report.diff.json import write  # noqa: PLC0415

        text = io.StringIO()
        write(self, text, Terminal())
        return text.getvalue()


class Scanned(msgspec.Struct, frozen=True):
    """One artifact as ``iter_scan`` yields it, with the findings about it.

    ``artifact`` is None for findings about a file that is no model, such as a requirement file.
    """

    artifact: Artifact | None
    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    gates: bool


def scan(
    paths: Paths,
    config: Config | None = None,
    *,
    targets: Targets = (),
    jobs: int | None = 1,
    progress: Progress | None = None,
    digest: bool = False,
    **settings: Unpack[Settings],
) -> Report:
    """Inspect files and everything under directories, and judge what was read.

    ``paths`` is one path or several. ``targets`` are texts such as ``"numpy==1.26.4"``, or a
    mapping like that of the configuration; they take precedence over the configuration's, and those
    over what the requirement files around an artifact ask for. ``jobs`` is the number of processes,
    None for as many as the work is worth: these import the script that calls, which then has to be
    guarded by ``if __name__ == "__main__":``. With 1 everything is read in this process, and a file
    of more than 16 MiB that something cuts shorter meanwhile ends it (SIGBUS). ``digest`` computes
    the SHA-256 of every artifact, which reads it whole. No configuration file is read: ``config``
    and keyword arguments, named as its keys, say what holds.

    Raises UsageError where the run cannot begin: a path that does not exist, a value that is not
    valid, an id that no rule has, a rule that does not load.

    >>> report = scan("model.pkl", targets=["python==3.12"])
    >>> [(artifact.path, artifact.safety) for artifact in report.artifacts]
    [('model.pkl', 'safe')]
    >>> report = scan(["model.pkl", "payload.pkl"], fail_on="high", ignore=["portability"])
    >>> [(finding.rule, finding.severity, finding.subject) for finding in report.findings]
    [('PKL101', 'critical', 'os.system')]
    >>> report.gates
    True
    >>> scan("model.pkl", fail_on="hihg")
    Traceback (most recent call last):
    modelaudit.core.errors.UsageError: scan(): fail_on: 'hihg' is not valid; did you mean 'high'?
    """
    job = _job(paths, config, targets, settings, jobs=jobs, digest=digest)
    return _public(execute(job, progress))


def iter_scan(
    paths: Paths,
    config: Config | None = None,
    *,
    targets: Targets = (),
    jobs: int | None = 1,
    digest: bool = False,
    **settings: Unpack[Settings],
) -> Iterator[Scanned]:
    """Like ``scan``, but yield every artifact as soon as it is judged.

    A finding about all artifacts, such as a package that the requirements lack, comes with the
    first of them; ``gates`` is true for the others too.

    >>> for scanned in iter_scan(["model.pkl", "payload.pkl"]):
    ...     print(scanned.artifact.path, scanned.artifact.safety, scanned.gates)
    model.pkl safe False
    payload.pkl unsafe True
    """
    run = Run(_job(paths, config, targets, settings, jobs=jobs, digest=digest))
    for outcome in run.each():
        if outcome.artifact is not None or outcome.findings:
            yield _scanned(outcome)


def scan_bytes(
    data: bytes | bytearray | memoryview | BinaryIO,
    name: str,
    config: Config | None = None,
    *,
    targets: Targets = (),
    **settings: Unpack[Settings],
) -> Report:
    """Judge bytes, or what a binary file object has from its position to its end.

    ``name`` stands for them in the report, and its ending tells how a loader would take them. What
    lies around a file of that name plays no part: no requirement file is read. Raises UsageError as
    ``scan`` does, and for a file object that yields text, and TypeError for what is neither bytes
    nor such an object.

    >>> scan_bytes(b"\\x80\\x04}.", name="upload.pkl").artifacts[0].safety
    'safe'
    >>> with open("payload.pkl", "rb") as upload:
    ...     scan_bytes(upload, name="upload.pkl", fail_on="critical").gates
    True
    """
    if isinstance(data, bytes | bytearray | memoryview):
        held: object = data
    elif hasattr(data, "read"):
        held = data.read()
    else:
        kind = type(data).__name__
        raise TypeError(f"scan_bytes() takes bytes or a binary file object, not {kind}")
    if not isinstance(held, bytes | bytearray | memoryview):
        raise UsageError(f"{name}: the file object yields text; open it with mode 'rb'")
    job = _job((), config, targets, settings)
    return _public(judge_bytes(job, bytes(held), name))


def diff(
    old: Path,
    new: Path,
    config: Config | None = None,
    *,
    targets: Targets = (),
    jobs: int | None = 1,
    **settings: Unpack[Settings],
) -> Comparison:
    """What changed from one version of a model to another.

    ``old`` and ``new`` are two artifacts, two directories, or two reports that ``scan --format
    json`` or ``Report.to_json`` wrote, which have verdicts and findings only. Both are judged as
    ``scan`` does. Raises UsageError as it does, and where there is no artifact.

    >>> comparison = diff("model.pkl", "payload.pkl")
    >>> (difference,) = comparison.differences
    >>> [change.name for change in difference.changes if change.topic == "imports"]
    ['os.system']
    >>> comparison.gates
    True
    """
    from modelaudit.versions import compared  # noqa: PLC0415  scans do without

    def job(path: str) -> Job:
        return _job(path, config, targets, settings, jobs=jobs)

    comparison = compared(os.fspath(old), os.fspath(new), job)
    return Comparison(**{n: getattr(comparison, n) for n in comparison.__struct_fields__})


def inspect(path: Path, limits: Limits | None = None) -> Inspection:
    """The facts of one artifact, nested ones included: a file, or a directory such as a SavedModel.

    Raises UsageError for what is neither.

    >>> inspection = inspect("payload.pkl")
    >>> [fact.name for fact in inspection.facts if type(fact).__name__ == "Call"]
    ['system']
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


def _job(
    paths: Paths,
    config: Config | None,
    targets: Targets,
    settings: Settings,
    *,
    jobs: int | None = 1,
    digest: bool = False,
) -> Job:
    several = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    asked: dict[str, object] = dict(settings)
    listed: list[Target | str] = []
    if isinstance(targets, Mapping):
        asked["targets"] = dict(targets)
    else:
        listed = [targets] if isinstance(targets, str) else list(targets)
    settled = _settled(config or Config(), asked)
    return Job(
        paths=[os.fspath(path) for path in several],
        authority=Authority(settled, settled, root_of(os.getcwd())),  # noqa: PTH109
        targets=_targets(listed),
        jobs=jobs,
        digest=digest,
    )


def _settled(config: Config, asked: Mapping[str, object]) -> Config:
    """A configuration with keyword arguments over it. Raises UsageError for what is not valid."""
    if not asked and config == Config():
        return config
    from modelaudit.config.file import check  # noqa: PLC0415  most calls give none
    from modelaudit.config.strict import convert  # noqa: PLC0415
    from modelaudit.config.yamlfile import Document, YamlError  # noqa: PLC0415

    keywords = [*Settings.__annotations__, "targets"]
    plain = msgspec.to_builtins(config)
    for name, value in asked.items():
        if name not in keywords:
            from modelaudit.core.spelling import nearest  # noqa: PLC0415  only for errors

            raise UsageError(f"scan(): unknown keyword {name!r}{nearest(name, keywords)}")
        plain[name.replace("_", "-")] = msgspec.to_builtins(value)
    document = Document("scan()", plain)
    try:
        settled = convert(document, Config)
        check(settled, document)
    except YamlError as error:
        place = "scan(): fail-on:"  # the one key that a keyword spells otherwise
        raise UsageError(str(error).replace(place, "scan(): fail_on:", 1)) from None
    return settled


def _targets(listed: list[Target | str]) -> list[Target]:
    texts = [target for target in listed if isinstance(target, str)]
    named = [target for target in listed if isinstance(target, Target)]
    if not texts:
        return named
    from modelaudit.targets.named import from_options  # noqa: PLC0415  needs a library for versions

    return named + from_options(texts)


def _scanned(outcome: Outcome) -> Scanned:
    return Scanned(outcome.artifact, outcome.findings, outcome.suppressed, outcome.gates)


def _public(report: core.Report) -> Report:
    return Report(**{name: getattr(report, name) for name in report.__struct_fields__})
