"""``modelaudit formats``: a comparison of the formats that models are saved in."""

from __future__ import annotations

from typing import TextIO

import click

from modelaudit.cli.output import color_option, emit
from modelaudit.report import Terminal


@click.command(short_help="Compare the formats that models are saved in.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="Format of the output.",
)  # fmt: skip
@color_option
def command(form: str, color: str) -> None:
    """Compare the formats that models are saved in.

    For each format: what it is used for, its strengths and weaknesses, and what modelaudit
    checks in it.

    \b
    Examples:
        modelaudit formats
        modelaudit formats --format json
    """
    from modelaudit.formats.describe import describe  # noqa: PLC0415
    from modelaudit.report import formats as report  # noqa: PLC0415

    described = describe()

    def write(out: TextIO, terminal: Terminal) -> None:
        if form == "json":
            report.write_json(described, out)
        else:
            report.write_text(described, out, terminal)

    emit(write, color=color)
