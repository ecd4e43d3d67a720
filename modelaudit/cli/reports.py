"""The outputs of a scan: which of them are wanted, where each goes, and writing them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO, TypedDict, TypeVar

import click
import msgspec
from msgspec.structs import replace

from modelaudit.cli.output import STDOUT, close, emit, guarded, opened, refuse_model
from modelaudit.core.findings import SEVERITIES, at_least
from modelaudit.report import FORMATS, Detail, Terminal, writer

if TYPE_CHECKING:
    from modelaudit.core.findings import Finding, Severity
    from modelaudit.core.report import Outcome, Report

Command = TypeVar("Command", bound=Callable[..., object])
TEXT: Final = "text"
STREAMED: Final = "jsonl"
SUMMARY: Final = "GITHUB_STEP_SUMMARY"
"""The variable with the file that GitHub Actions shows as the summary of a job."""
_UNASKED: Final = {
    "github": "these annotations are for GitHub Actions: --format text leaves them out",
    "gitlab": "wrote gl-code-quality-report.json for GitLab CI: --format text leaves it out",
}
"""What is said of an output that nobody asked for."""
_ENDINGS: Final = {
    ".sarif": "sarif", ".sarif.json": "sarif", ".cdx.json": "cyclonedx", ".json": "json",
    ".jsonl": STREAMED, ".md": "markdown", ".html": "html", ".xml": "junit", ".txt": TEXT,
    ".log": TEXT,
}  # fmt: skip
"""The end of a file's name to the format that goes there; the first that fits decides."""
_NAMED: Final = re.compile(r"([a-z]+)=(.+)", re.DOTALL)


class Output(msgspec.Struct, frozen=True):
    """One report: its format, and the file it goes to, ``-`` for standard output.

    ``append`` adds to what the file holds. ``unasked`` is true for one that the surroundings ask
    for; where it cannot be written, the run goes on.
    """

    form: str
    path: str
    append: bool = False
    unasked: bool = False


def chosen(form: str | None, values: Sequence[str], environ: Mapping[str, str]) -> list[Output]:
    """The outputs that ``--format`` and ``--output`` ask for, those to standard output first.

    Text goes to standard output unless another format does, or a file has the text. Raises
    UsageError for formats that do not exist, for two outputs in one place, and for one where a
    model is.
    """
    outputs = [_output(form, value) for value in values]
    takes_format = any(_NAMED.fullmatch(value) is None for value in values)
    if all(output.path != STDOUT for output in outputs):
        if form is not None and not takes_format:
            outputs.append(Output(form, STDOUT))
        elif all(output.form != TEXT for output in outputs):
            outputs.append(Output(TEXT, STDOUT))
            if form is None:
                outputs += _of_surroundings(outputs, environ)
    if any(output.form == "github" for output in outputs) and environ.get(SUMMARY):
        outputs.append(Output("markdown", environ[SUMMARY], append=True, unasked=True))
    _check(outputs)
    return sorted(outputs, key=lambda output: output.path != STDOUT)


def _output(form: str | None, value: str) -> Output:
    """``FORMAT=FILE``, or a file that gets what ``--format`` names, else what its name says."""
    named = _NAMED.fullmatch(value)
    if named is None:
        return Output(form or _by_name(value), value)
    if named[1] not in FORMATS:
        from modelaudit.core.spelling import nearest  # noqa: PLC0415  only for errors

        hint = nearest(named[1], list(FORMATS)) or f": it is one of {', '.join(FORMATS)}"
        raise click.UsageError(f"--output {value}: there is no format {named[1]!r}{hint}")
    return Output(named[1], named[2])


def _by_name(path: str) -> str:
    """The format that the ending of a file's name says; text for a name without one."""
    lower = path.lower()
    form = next((form for ending, form in _ENDINGS.items() if lower.endswith(ending)), "")
    if form or not Path(path).suffix:
        return form or TEXT
    raise click.UsageError(
        f"--output {path}: no format goes by {Path(path).suffix}; name one:"
        f" --output FORMAT={path} with {', '.join(FORMATS)}"
    )


def _of_surroundings(outputs: Sequence[Output], environ: Mapping[str, str]) -> list[Output]:
    """What the CI system shows beside its log, where it is not asked for anyway."""
    asked = {output.form for output in outputs}
    if environ.get("GITHUB_ACTIONS") == "true" and "github" not in asked:
        return [Output("github", STDOUT, unasked=True)]
    if environ.get("GITLAB_CI") == "true" and "gitlab" not in asked:
        from modelaudit.report.gitlab import FILE  # noqa: PLC0415  only there

        return [Output("gitlab", FILE, unasked=True)]
    return []


def _check(outputs: Sequence[Output]) -> None:
    asked = [output for output in outputs if not output.unasked]
    places = [output.path for output in asked]
    for output in asked:
        name = "standard output" if output.path == STDOUT else output.path
        if places.count(output.path) > 1:
            raise click.UsageError(f"--output: two reports go to {name}")
        parent = Path(output.path).parent
        if output.path != STDOUT and not parent.is_dir():
            raise click.ClickException(f"{output.path}: No such file or directory")
        refuse_model(output.path)


class Reporting(TypedDict):
    """The options about outputs: those that ``reporting`` adds, and two of the command's own."""

    format: str | None
    output: tuple[str, ...]
    verbose: bool
    quiet: bool
    min_severity: Severity
    color: str


_OPTIONS: Final = (
    click.option(
        "--output", "-o", multiple=True, metavar="[FORMAT=]FILE",
        help="Write a report to FILE, - for standard output, in FORMAT, else that of --format, "
        "else what FILE ends with (.sarif, .json, .jsonl, .md, .html, .xml for junit, .cdx.json). "
        "Repeat it for several. Text still goes to standard output, unless it or another report "
        "does already.",
    ),
    click.option(
        "--verbose", "-v", is_flag=True,
        help="Explain every finding in text output, and list all artifacts.",
    ),
    click.option(
        "--quiet", "-q", is_flag=True,
        help="Show only what fails the run and the summary in text output.",
    ),
    click.option(
        "--min-severity", type=click.Choice(SEVERITIES), default="info", show_default=True,
        help="Leave findings below this severity out of all output. Verdicts and the exit code "
        "stay.",
    ),
)  # fmt: skip


def reporting(command: Command) -> Command:
    """Add the options that say which reports are written, beside ``--format``."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


class Reports:
    """Writes the outputs of one run. Raises UsageError where a format needs what is not there.

    ``least`` is the severity below which findings are left out of all of them.
    """

    def __init__(
        self, outputs: Sequence[Output], color: str, detail: Detail, least: Severity
    ) -> None:
        self._outputs = outputs
        self._color = color
        self._detail: Detail = detail
        self._least: Severity = least
        self._writers = {output.form: writer(output.form) for output in outputs}
        self._streams: list[tuple[Output, TextIO]] = []

    def want(self, form: str) -> bool:
        """Whether a format is among the outputs."""
        return form in self._writers

    def begin(self) -> None:
        """Write the beginning of what is written while the run goes on."""
        for output in self._outputs:
            if output.form != STREAMED:
                continue
            from modelaudit.report.jsonl import begin  # noqa: PLC0415  for that output

            with guarded(output.path):
                stream = opened(output.path)
                self._streams.append((output, stream))
                begin(stream)

    def each(self, outcome: Outcome) -> None:
        """Write what is known of one artifact to the outputs that are streamed."""
        if not self._streams:
            return
        from modelaudit.report.jsonl import write_outcome  # noqa: PLC0415  for that output

        shown = replace(outcome, findings=self._shown(outcome.findings))
        for output, stream in self._streams:
            with guarded(output.path):
                write_outcome(shown, stream)

    def end(self, report: Report) -> None:
        """Write what a run that has ended comes to."""
        shown = self._shown(report.findings)
        hidden = len(report.findings) - len(shown)
        if hidden:
            note = f"findings below {self._least}, which are not shown: {hidden}"
            report = replace(report, findings=shown, notes=(*report.notes, note))
        for output, stream in self._streams:
            from modelaudit.report.jsonl import end  # noqa: PLC0415  for that output

            with guarded(output.path):
                end(report, stream)
                close(stream)
        for output in self._outputs:
            if output.form != STREAMED:
                self._write(output, report)

    def close(self) -> None:
        """Close what is still open where the run did not come to its end."""
        for _, stream in self._streams:
            with suppress(OSError):
                close(stream)

    def _write(self, output: Output, report: Report) -> None:
        write = self._writers[output.form]

        def write_report(out: TextIO, terminal: Terminal) -> None:
            write(report, out, replace(terminal, detail=self._detail))

        path = None if output.path == STDOUT else Path(output.path)
        try:
            emit(write_report, color=self._color, output=path, append=output.append)
        except click.ClickException as error:
            if not output.unasked:
                raise
            _say(f"the {output.form} report cannot be written: {error.format_message()}")
            return
        if output.form == "html" and path is not None:
            _say(f"wrote {output.path}")
        if output.unasked and output.form in _UNASKED:
            _say(_UNASKED[output.form])

    def _shown(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        return tuple(one for one in findings if at_least(one.severity, self._least))


def reports_of(options: Reporting) -> Reports:
    """What the options ask for. Raises UsageError where they contradict each other."""
    if options["verbose"] and options["quiet"]:
        raise click.UsageError("--verbose and --quiet exclude each other")
    detail: Detail = "quiet" if options["quiet"] else "verbose" if options["verbose"] else "compact"
    outputs = chosen(options["format"], options["output"], os.environ)
    return Reports(outputs, options["color"], detail, options["min_severity"])


def _say(text: str) -> None:
    from modelaudit.report.escape import one_line  # noqa: PLC0415  few runs say anything

    click.echo(f"modelaudit: {one_line(text)}", err=True)
