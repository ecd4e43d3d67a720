"""``modelaudit diff``: what changed between two versions of a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TextIO, Unpack

import click

from modelaudit.cli.options import Judging, authority_of, job_of, judging
from modelaudit.cli.output import STDOUT, color_option, emit, refuse_model
from modelaudit.core.findings import SEVERITIES, Severity
from modelaudit.report import Detail, Terminal
from modelaudit.report.diff import FORMATS, writer

if TYPE_CHECKING:
    from modelaudit.run import Job

_ENDINGS = {".json": "json", ".html": "html"}


class Options(Judging):
    """The options and arguments of the command line."""

    old: str
    new: str
    form: str | None
    output: Path | None
    verbose: bool
    fail_on: Severity | None
    exit_zero: bool
    color: str


@click.command(short_help="Show what changed between two versions of a model.")
@click.argument("old")
@click.argument("new")
@click.option(
    "--format", "form", type=click.Choice(FORMATS),
    help="Format of the output.  [default: what the file of --output ends with, else text]",
)  # fmt: skip
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Write to FILE instead of standard output.",
)  # fmt: skip
@click.option(
    "--verbose", "-v", is_flag=True,
    help="Show every change in text output, also how often and how large.",
)  # fmt: skip
@click.option(
    "--fail-on", type=click.Choice(SEVERITIES),
    help="Exit with 1 if a new finding has at least this severity.  [default: medium]",
)  # fmt: skip
@judging
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even if a new finding fails the run.")
@color_option
@click.pass_context
def command(ctx: click.Context, /, **options: Unpack[Options]) -> None:
    """Show what changed between two versions of a model: OLD and NEW are two artifacts, two
    directories, or two reports that "modelaudit scan --format json" or "jsonl" wrote.

    What is safe, what loads, and every finding are compared; of artifacts also what they contain:
    imports, calls, code, operators, opsets, layers, tensors, members. Artifacts in directories
    belong together by their path, else by their bytes. Nothing is loaded or executed.

    \b
    Examples:
        modelaudit diff model-1.pkl model-2.pkl
        modelaudit diff models/ new-models/ --target scikit-learn==1.5.2
        modelaudit diff main.json branch.json --format html -o diff.html

    Exit codes: 0, 1 if NEW has a finding at or above --fail-on that OLD has not, 2 if they could
    not be compared.
    """
    from modelaudit.versions import compared  # noqa: PLC0415

    _, authority = authority_of(options, options["fail_on"])

    def job(path: str) -> Job:
        named: Options = {**options, "paths": (path,)}
        return job_of(named, authority)

    output = options["output"]
    if output is not None and str(output) == STDOUT:
        output = None
    if output is not None:
        refuse_model(str(output))
    comparison = compared(options["old"], options["new"], job)
    detail: Detail = "verbose" if options["verbose"] else "compact"
    ending = _ENDINGS.get(output.suffix, "text") if output is not None else "text"
    write = writer(options["form"] or ending)

    def write_detailed(out: TextIO, terminal: Terminal) -> None:
        import msgspec  # noqa: PLC0415

        write(comparison, out, msgspec.structs.replace(terminal, detail=detail))

    emit(write_detailed, color=options["color"], output=output)
    ctx.exit(1 if comparison.gates and not options["exit_zero"] else 0)
