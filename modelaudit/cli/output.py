"""What commands have in common: where output goes, and what can be shown there."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TextIO

import click

from modelaudit.report import Terminal

Write = Callable[[TextIO, Terminal], None]

color_option = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Use colours in text output; auto means only on a terminal.",
)


def emit(write: Write, *, color: str = "auto", output: Path | None = None) -> None:
    """Write to standard output or to a file; a closed pipe (``| head``) is not an error."""
    if output is not None:
        _to_file(write, output, color)
        return
    stream = sys.stdout
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(
            errors="backslashreplace"
        )  # a character that cannot be encoded must not end the run
    try:
        write(stream, terminal_of(stream, color, os.environ))
        stream.flush()
    except BrokenPipeError:
        # Python would write the rest of its buffer at exit, and fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def terminal_of(stream: TextIO, color: str, environ: Mapping[str, str]) -> Terminal:
    """What a stream can show. ``color`` is the option's value, and overrides the environment."""
    tty = stream.isatty()
    encoding = (stream.encoding or "").lower()
    return Terminal(
        color=_colored(color, tty, environ),
        width=_columns() if tty else None,
        unicode=encoding.startswith("utf"),
    )


def _colored(color: str, tty: bool, environ: Mapping[str, str]) -> bool:
    if color != "auto":
        return color == "always"
    if environ.get("FORCE_COLOR"):
        return True
    if environ.get("NO_COLOR") or environ.get("TERM") == "dumb":
        return False
    return tty


def _columns() -> int:
    import shutil  # noqa: PLC0415  only on a terminal

    return shutil.get_terminal_size().columns


def _to_file(write: Write, output: Path, color: str) -> None:
    try:
        with output.open("w", encoding="utf-8", errors="backslashreplace") as stream:
            write(stream, Terminal(color=color == "always"))
    except OSError as error:
        raise click.ClickException(f"{output}: {error.strerror or error}") from None
