"""``modelaudit formats``: a comparison of the formats that models are saved in."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

import click

from modelaudit.cli.complete import complete_formats
from modelaudit.cli.output import color_option, emit
from modelaudit.core.errors import UsageError
from modelaudit.report import Terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelaudit.formats.describe import FormatInfo


@click.command(short_help="Compare the formats that models are saved in.")
@click.argument("names", nargs=-1, metavar="[NAMES]", shell_complete=complete_formats)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="Format of the output.",
)  # fmt: skip
@color_option
def command(names: tuple[str, ...], form: str, color: str) -> None:
    """Compare the formats that models are saved in.

    For each format: what it is used for, its strengths and weaknesses, and what modelaudit
    checks in it. NAMES are formats as a report calls them, or endings of files; all without any.

    \b
    Examples:
        modelaudit formats
        modelaudit formats pickle safetensors
        modelaudit formats --format json
    """
    from modelaudit.formats.describe import describe  # noqa: PLC0415
    from modelaudit.report import formats as report  # noqa: PLC0415

    described = _chosen(names, describe())

    def write(out: TextIO, terminal: Terminal) -> None:
        if form == "json":
            report.write_json(described, out)
        else:
            report.write_text(described, out, terminal)

    emit(write, color=color)


def _chosen(names: Sequence[str], described: Sequence[FormatInfo]) -> list[FormatInfo]:
    """The formats that are asked for, in their own order. Raises UsageError."""
    asked = [name.lower().removeprefix(".") for name in names]
    for name in asked:
        if not any(name in (info.name, *info.extensions) for info in described):
            from modelaudit.core.spelling import nearest  # noqa: PLC0415  only for errors

            valid = sorted(info.name for info in described)
            hint = nearest(name, valid) or "; 'modelaudit formats' lists all"
            raise UsageError(f"no format is called {name!r}{hint}")
    return [
        info
        for info in described
        if not asked or any(name in (info.name, *info.extensions) for name in asked)
    ]
