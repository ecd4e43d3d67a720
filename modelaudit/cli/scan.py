"""``modelaudit scan``: the findings in files and directories, and the exit code for a build."""

from __future__ import annotations

import os
import sys
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click
from msgspec.structs import replace

from modelaudit.cli import stopped
from modelaudit.cli.options import Judging, authority_of, job_of, judging
from modelaudit.cli.output import color_option
from modelaudit.cli.reports import Reporting, Reports, reporting, reports_of
from modelaudit.core.findings import SEVERITIES, Severity
from modelaudit.core.report import Interrupted
from modelaudit.report import FORMATS
from modelaudit.report.escape import escape

if TYPE_CHECKING:
    from modelaudit.core.report import Report
    from modelaudit.run import Job


class Options(Judging, Reporting):
    """The options and arguments of the command line."""

    fail_on: Severity | None
    changed_since: str
    tracked: bool
    cache: Path | None
    digest: bool
    exit_zero: bool


@click.command(short_help="Check model artifacts: safe to load, and will they load?")
@click.argument("paths", nargs=-1, required=True)
@click.option(
    "--format", type=click.Choice(list(FORMATS)),
    help="Format of the report.  [default: text; in GitHub Actions and GitLab CI also what these "
    "show beside the log]",
)  # fmt: skip
@reporting
@click.option(
    "--fail-on", type=click.Choice(SEVERITIES),
    help="Exit with 1 if a finding has at least this severity.  [default: medium]",
)  # fmt: skip
@judging
@click.option(
    "--changed-since", default="", metavar="REF",
    help="Look only at what is not as it was in this commit of the git repository here, and at "
    "what has to load with something else since, because a requirement file changed.",
)  # fmt: skip
@click.option(
    "--tracked", is_flag=True,
    help="Look only at what git tracks, also where a file of DVC that it tracks names it.",
)  # fmt: skip
@click.option(
    "--cache", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="Keep in DIR what artifacts contain, and read it there where nothing changed. Whoever can "
    "write to DIR decides what a scan sees.",
)  # fmt: skip
@click.option("--digest", is_flag=True, help="Add the SHA-256 of every artifact to the report.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even if there are findings.")
@color_option
@click.pass_context
def command(ctx: click.Context, /, **options: Unpack[Options]) -> None:
    """Check whether model artifacts are safe to load, and will load where they are going to run.

    PATHS are files, directories or glob patterns; - reads paths from standard input, one per
    line. Nothing that is scanned is loaded or executed.

    \b
    Examples:
        modelaudit scan models/ --target python==3.12 --target scikit-learn==1.5.2
        modelaudit scan . --config modelaudit.yaml --fail-on high -o report.sarif
        modelaudit scan . --exclude third_party/ --changed-since origin/main
        git ls-files -z "*.pkl" | xargs -0 modelaudit scan --fail-on high --

    Exit codes: 0 if no finding reaches --fail-on, 1 if one does, 2 if the scan could not run, 130
    and 143 if a signal ended it; the report is then about what was looked at.
    """
    path, authority = authority_of(options, options["fail_on"])
    with closing(reports_of(options)) as reports:
        bill = reports.want("cyclonedx")
        asked = job_of(options, authority, digest=options["digest"] or bill)
        job = replace(
            asked,
            configuration=path,
            changed_since=options["changed_since"],
            requires=bill or reports.want("html"),
            outline=reports.want("html"),
        )
        cache = "" if options["cache"] is None else _cache(options["cache"])
        code = 0
        try:
            report = _scan(replace(job, tracked=options["tracked"], cache=cache), reports)
        except Interrupted as interruption:
            report, code = interruption.report, stopped(interruption)
        reports.end(report)
    ctx.exit(code or (1 if report.gates and not options["exit_zero"] else 0))


def _cache(folder: Path) -> str:
    """The directory of earlier inspections; says where nothing can be kept there."""
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not os.access(folder, os.W_OK | os.X_OK):
        click.echo(
            f"modelaudit: --cache {escape(str(folder))}: nothing can be kept there", err=True
        )
    return str(folder.absolute())


def _scan(job: Job, reports: Reports) -> Report:
    from modelaudit.cli.progress import progress_for  # noqa: PLC0415
    from modelaudit.run import execute  # noqa: PLC0415

    reports.begin()
    progress = progress_for(sys.stderr)
    try:
        return execute(job, progress, reports.each)
    finally:
        if progress is not None:
            progress.close()
