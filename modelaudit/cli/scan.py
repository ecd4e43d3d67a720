"""``modelaudit scan``: the findings in files and directories, and the exit code for a build."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click
from msgspec.structs import replace

from modelaudit.cli.output import color_option
from modelaudit.cli.reports import Reports, chosen
from modelaudit.core.findings import SEVERITIES, Severity
from modelaudit.report import FORMATS, Detail

if TYPE_CHECKING:
    from modelaudit.config.model import Authority, Config, Profile
    from modelaudit.core.findings import Target
    from modelaudit.core.report import Report

FROM_STDIN = "-"


def _jobs(ctx: click.Context, param: click.Parameter, value: str) -> int | None:
    """The number of workers, None for ``auto``."""
    if value == "auto":
        return None
    if value.isdecimal() and int(value) > 0:
        return int(value)
    raise click.BadParameter(f"{value!r} is not auto and not a number above 0", ctx, param)


class Options(TypedDict):
    """The options and arguments of the command line."""

    paths: tuple[str, ...]
    format: str | None
    output: tuple[str, ...]
    verbose: bool
    quiet: bool
    min_severity: Severity
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    fail_on: Severity | None
    profile: Profile | None
    target: tuple[str, ...]
    config: Path | None
    isolated: bool
    jobs: int | None
    digest: bool
    exit_zero: bool
    color: str


@click.command(short_help="Check model artifacts: safe to load, and will they load?")
@click.argument("paths", nargs=-1, required=True)
@click.option(
    "--format", type=click.Choice(list(FORMATS)),
    help="Format of the report.  [default: text; in GitHub Actions and GitLab CI also what these "
    "show beside the log]",
)  # fmt: skip
@click.option(
    "--output", "-o", multiple=True, metavar="[FORMAT=]FILE",
    help="Write a report to FILE, - for standard output, in FORMAT or that of --format. Repeat it "
    "for several. Text still goes to standard output, unless it or another report does already.",
)  # fmt: skip
@click.option(
    "--verbose", "-v", is_flag=True,
    help="Explain every finding in text output, and list all artifacts.",
)  # fmt: skip
@click.option(
    "--quiet", "-q", is_flag=True,
    help="Show only what fails the run and the summary in text output.",
)  # fmt: skip
@click.option(
    "--min-severity", type=click.Choice(SEVERITIES), default="info", show_default=True,
    help="Leave findings below this severity out of all output. Verdicts and the exit code stay.",
)  # fmt: skip
@click.option(
    "--select", multiple=True, metavar="IDS",
    help="Apply only these rules: ids or prefixes of ids, separated by commas. Replaces 'select' "
    "of the configuration.",
)  # fmt: skip
@click.option(
    "--ignore", multiple=True, metavar="IDS",
    help="Leave out these rules: ids or prefixes of ids, separated by commas. Adds to 'ignore' of "
    "the configuration.",
)  # fmt: skip
@click.option(
    "--fail-on", type=click.Choice(SEVERITIES),
    help="Exit with 1 if a finding has at least this severity.  [default: medium]",
)  # fmt: skip
@click.option(
    "--profile", type=click.Choice(["default", "strict"]),
    help="With strict, everything that was not reviewed is a finding of severity high.",
)  # fmt: skip
@click.option(
    "--target", multiple=True, metavar="NAME==VERSION",
    help="A package and version that the artifacts must load with. Repeat it for several; "
    "'environment' means the packages that are installed here, 'environment=PATH' those of another "
    "Python, which is not run.",
)  # fmt: skip
@click.option(
    "--config", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
    help="Use this configuration instead of the project's, and trust it to silence any finding.",
)  # fmt: skip
@click.option("--isolated", is_flag=True, help="Read no configuration that is not named.")
@click.option(
    "--jobs", "-j", callback=_jobs, default="auto", show_default=True, metavar="N",
    help="Number of worker processes.",
)  # fmt: skip
@click.option("--digest", is_flag=True, help="Add the SHA-256 of every artifact to the report.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even if there are findings.")
@color_option
@click.pass_context
def command(ctx: click.Context, /, **options: Unpack[Options]) -> None:
    """Check whether model artifacts are safe to load, and will load where they are going to run.

    PATHS are files, directories or glob patterns; - reads paths from standard input, one per
    line. Nothing that is scanned is loaded or executed.

    Exit codes: 0 if no finding reaches --fail-on, 1 if one does, 2 if the scan could not run.
    """
    path, authority = _authority(options)
    with closing(_reports(options)) as reports:
        report = replace(_scan(options, authority, reports), configuration=path)
        reports.end(report)
    ctx.exit(1 if report.gates and not options["exit_zero"] else 0)


def _reports(options: Options) -> Reports:
    """What the options ask for. Raises UsageError where they contradict each other."""
    if options["verbose"] and options["quiet"]:
        raise click.UsageError("--verbose and --quiet exclude each other")
    detail: Detail = "quiet" if options["quiet"] else "verbose" if options["verbose"] else "compact"
    outputs = chosen(options["format"], options["output"], os.environ)
    return Reports(outputs, options["color"], detail, options["min_severity"])


def _scan(options: Options, authority: Authority, reports: Reports) -> Report:
    from modelaudit.cli.progress import progress_for  # noqa: PLC0415
    from modelaudit.run import Job, execute  # noqa: PLC0415

    targets: list[Target] = []
    if options["target"]:
        from modelaudit.targets.named import from_options  # noqa: PLC0415  needs a library for versions

        targets = from_options(options["target"])
    job = Job(
        paths=list(_paths(options["paths"])),
        authority=authority,
        targets=targets,
        jobs=options["jobs"],
        digest=options["digest"] or reports.want("cyclonedx"),
    )
    reports.begin()
    progress = progress_for(sys.stderr)
    try:
        return execute(job, progress, reports.each)
    finally:
        if progress is not None:
            progress.close()


def _authority(options: Options) -> tuple[str, Authority]:
    """The path of the configuration, and it with what the command line says over it."""
    from modelaudit.config.file import discover, load, named_by_environment  # noqa: PLC0415
    from modelaudit.config.model import Authority, Config  # noqa: PLC0415
    from modelaudit.config.project import root_of  # noqa: PLC0415

    named = options["config"] or named_by_environment()
    path = named
    if path is None and not options["isolated"]:
        path = discover(Path.cwd())
    config = _with_options(Config() if path is None else load(path), options)
    trusted = _with_options(Config(), options) if named is None and path is not None else config
    authority = Authority(config, trusted, root_of(str(Path.cwd()), path))
    return "" if path is None else str(path), authority


def _with_options(config: Config, options: Options) -> Config:
    return replace(
        config,
        select=_ids(options["select"]) or config.select,
        ignore=config.ignore + _ids(options["ignore"]),
        fail_on=options["fail_on"] or config.fail_on,
        profile=options["profile"] or config.profile,
    )


def _ids(values: tuple[str, ...]) -> list[str]:
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def _paths(arguments: tuple[str, ...]) -> Iterator[str]:
    for argument in arguments:
        if argument != FROM_STDIN:
            yield argument
            continue
        for line in sys.stdin.buffer:
            path = os.fsdecode(line.rstrip(b"\r\n"))
            if path:
                yield path
