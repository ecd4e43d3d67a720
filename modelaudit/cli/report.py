"""``modelaudit report``: saved reports put together, and what they come to."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, Unpack

import click

from modelaudit.cli.output import color_option, emit
from modelaudit.cli.reports import Reporting, reporting, reports_of
from modelaudit.core.findings import SEVERITIES, Severity
from modelaudit.core.project import root_of
from modelaudit.core.report import Outcome
from modelaudit.report import FORMATS, Terminal
from modelaudit.saved.tally import BY, By

if TYPE_CHECKING:
    from modelaudit.saved.owners import Owners

_FILES = click.Path(exists=True, dir_okay=False)


class Options(Reporting):
    """The options and arguments of ``merge``."""

    files: tuple[str, ...]
    fail_on: Severity | None
    exit_zero: bool


@click.group(short_help="Put saved reports together, or count what they say.")
def command() -> None:
    """Put saved reports together, or count what they say.

    Saved reports are what "modelaudit scan --format json" or "--format jsonl" wrote.

    \b
    Examples:
        modelaudit report merge shard-*.jsonl -o report.html
        modelaudit report summary nightly.jsonl --by target
        modelaudit report summary nightly.jsonl --by owner
    """


@command.command(short_help="Put saved reports together into one.")
@click.argument("files", nargs=-1, required=True, type=_FILES)
@click.option(
    "--format", type=click.Choice(list(FORMATS)), help="Format of the report.  [default: text]"
)
@reporting
@click.option(
    "--fail-on", type=click.Choice(SEVERITIES),
    help="Exit with 1 if a finding has at least this severity.  [default: as in each run]",
)  # fmt: skip
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even if there are findings.")
@color_option
@click.pass_context
def merge(ctx: click.Context, /, **options: Unpack[Options]) -> None:
    """Put the reports FILES together into one: of shards of a large scan, or of one scan for each
    target.

    What two of them say alike is said once. An artifact that was judged for different targets has
    the verdicts of all. A report that ends before its run did is named, and the result is not
    complete.

    Exit codes: 0 if no finding fails the run, 1 if one does, 2 if a file is no report.
    """
    from modelaudit.merged import merged  # noqa: PLC0415

    with closing(reports_of(options)) as reports:
        report = merged(options["files"], options["fail_on"])
        reports.begin()
        for artifact in report.artifacts:
            reports.each(Outcome(artifact))
        reports.each(Outcome(None, report.findings, report.suppressed))
        reports.end(report)
    ctx.exit(1 if report.gates and not options["exit_zero"] else 0)


@command.command(short_help="Count what saved reports say.")
@click.argument("files", nargs=-1, required=True, type=_FILES)
@click.option(
    "--by", type=click.Choice(BY), default="rule", show_default=True,
    help="What a line is about. Rules and owners have findings by severity, packages and targets "
    "have artifacts by the verdict on loading.",
)  # fmt: skip
@click.option(
    "--owners", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
    help="Patterns of paths and their owners, as in CODEOWNERS.  [default: the project's own]",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="Format of the output.",
)  # fmt: skip
@color_option
def summary(files: tuple[str, ...], by: By, owners: Path | None, form: str, color: str) -> None:
    """Count what the reports FILES say, by rule, package, target, or owner of the paths.

    What two of them say alike is counted once, and a finding that is suppressed is not counted.

    \b
    Examples:
        modelaudit report summary nightly.jsonl
        modelaudit report summary shard-*.jsonl --by package --format json
    """
    from modelaudit.report.summary import write_json, write_text  # noqa: PLC0415
    from modelaudit.saved.tally import tally  # noqa: PLC0415

    counted = tally(files, by, _owners(owners))

    def write(out: TextIO, terminal: Terminal) -> None:
        if form == "json":
            write_json(counted, out)
        else:
            write_text(counted, out, terminal)

    emit(write, color=color)


def _owners(file: Path | None) -> Owners:
    from modelaudit.saved.owners import nearest, read  # noqa: PLC0415

    root = root_of(os.getcwd())  # noqa: PTH109
    return nearest(root) if file is None else read(file, root)
