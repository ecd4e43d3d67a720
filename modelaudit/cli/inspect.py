"""``modelaudit inspect``: the facts of one artifact, without a verdict."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

import click

from modelaudit.cli.output import Write, color_option, emit
from modelaudit.report import Terminal


@click.command(short_help="Show what one artifact contains.")
@click.argument("path")
@click.option(
    "--format", "form", type=click.Choice(["tree", "json"]), default="tree", show_default=True,
    help="Format of the output.",
)  # fmt: skip
@click.option(
    "--decompile", is_flag=True,
    help="Show a pickle as Python code instead, decompiled by fickling; up to 256 KiB.",
)  # fmt: skip
@color_option
def command(path: str, form: str, decompile: bool, color: str) -> None:
    """Show what one artifact contains: who wrote it, and what loading it would import and call.

    The artifact is not loaded or executed.

    \b
    Examples:
        modelaudit inspect model.joblib
        modelaudit inspect model.pt --format json
        modelaudit inspect model.pkl --decompile
    """
    if decompile:
        emit(_decompiled(path), color=color)
        return
    from modelaudit import inspect  # noqa: PLC0415

    inspection = inspect(path)

    def write(out: TextIO, terminal: Terminal) -> None:
        from modelaudit.report.inspection import write_json, write_tree  # noqa: PLC0415

        if form == "json":
            write_json(inspection, out)
        else:
            write_tree(inspection, out, terminal)

    emit(write, color=color)


def _decompiled(path: str) -> Write:
    from modelaudit.report.escape import escape  # noqa: PLC0415
    from modelaudit.sandbox.decompile import decompile  # noqa: PLC0415

    code = decompile(Path(path))

    def write(out: TextIO, terminal: Terminal) -> None:
        out.writelines(escape(line) + "\n" for line in code.split("\n"))

    return write
