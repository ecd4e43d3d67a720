"""``modelaudit explain``: a rule, or a finding with what stands at its place."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO, Unpack

import click

from modelaudit.cli.complete import complete_rules
from modelaudit.cli.options import Judging, authority_of, job_of, judging
from modelaudit.cli.output import color_option, emit
from modelaudit.report import Terminal


class Options(Judging):
    """The options and arguments of the command line."""

    wanted: str
    path: Path | None
    color: str


@click.command(short_help="Explain a rule, or a finding by what stands at its place.")
@click.argument("wanted", metavar="RULE|FINGERPRINT", shell_complete=complete_rules)
@click.argument("path", required=False, type=click.Path(path_type=Path))
@judging
@color_option
@click.pass_context
def command(ctx: click.Context, /, **options: Unpack[Options]) -> None:
    """Explain a rule, or the findings of it in PATH.

    RULE alone shows what "modelaudit rules RULE" does. With PATH, which is scanned as "modelaudit
    scan" would, it shows the bytes, the opcodes or the line at the place of a finding, and what
    would change the verdict: another release, or a line of the configuration. FINGERPRINT is the
    one of a finding in JSON, SARIF or HTML, or its first characters.

    \b
    Examples:
        modelaudit explain PKL101
        modelaudit explain PKL101 models/model.pkl
        modelaudit explain 9f2c1a models/ --target onnxruntime==1.17
    """
    from modelaudit.explained import explain, is_fingerprint  # noqa: PLC0415

    wanted, path = options["wanted"], options["path"]
    if path is None:
        if is_fingerprint(wanted):
            raise click.UsageError(f"{wanted} is the fingerprint of a finding: give its path too")
        from modelaudit.cli.rules import show  # noqa: PLC0415

        ctx.invoke(
            show, chosen=wanted, form="text", named=options["config"], color=options["color"]
        )
        return
    chosen: Options = {**options, "paths": (str(path),)}
    file, authority = authority_of(chosen)
    named = bool(file) and authority.config is authority.trusted
    explanation = explain(job_of(chosen, authority), wanted, named=named)

    def write(out: TextIO, terminal: Terminal) -> None:
        from modelaudit.report import explain as report  # noqa: PLC0415

        report.write(explanation, out, terminal)

    emit(write, color=options["color"])
