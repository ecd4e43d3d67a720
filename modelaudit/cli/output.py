"""What commands have in common: where output goes, and what can be shown there."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TextIO

import click

from modelaudit.report import Terminal

STDOUT = "-"
"""Names standard output where a file is expected."""
Write = Callable[[TextIO, Terminal], None]

color_option = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Use colours in text output; auto means only on a terminal.",
)


def emit(
    write: Write, *, color: str = "auto", output: Path | None = None, append: bool = False
) -> None:
    """Write to standard output or to a file; a closed pipe (``| head``) is not an error.

    Raises ClickException where the place has no room or is not there.
    """
    if output is not None:
        with guarded(str(output)), opened(str(output), append=append) as stream:
            write(stream, Terminal(color=color == "always"))
        return
    with guarded(STDOUT):
        stream = opened(STDOUT)
        write(stream, terminal_of(stream, color, os.environ))
        stream.flush()


def refuse_model(path: str) -> None:
    """Raise UsageError where a report would overwrite a model."""
    place = Path(path)
    if not place.is_file() or place.stat().st_size == 0:
        return
    from modelaudit.core.limits import Limits  # noqa: PLC0415  few outputs are there already
    from modelaudit.discovery.discover import Found  # noqa: PLC0415
    from modelaudit.engine import inspect_artifact  # noqa: PLC0415

    if inspect_artifact(Found(path, place.stat().st_size), Limits()) is not None:
        raise click.UsageError(f"--output {path}: that is a model, and would be overwritten")


def opened(path: str, *, append: bool = False) -> TextIO:
    """A file to write to; ``-`` is standard output."""
    if path != STDOUT:
        mode: Literal["a", "w"] = "a" if append else "w"
        return open(path, mode, encoding="utf-8", errors="backslashreplace")  # noqa: PTH123
    if isinstance(sys.stdout, io.TextIOWrapper):
        # a character that cannot be encoded must not end the run
        sys.stdout.reconfigure(errors="backslashreplace")
    return sys.stdout


def close(stream: TextIO) -> None:
    """Close a file; standard output is only flushed."""
    if stream is sys.stdout:
        stream.flush()
    else:
        stream.close()


@contextmanager
def guarded(path: str) -> Iterator[None]:
    """What is written to a file or, for ``-``, to standard output, with errors that people read.

    Where the reader of a pipe went away, what is left is dropped.
    """
    try:
        yield
    except BrokenPipeError:
        drop_output()
    except OSError as error:
        if path == STDOUT:
            drop_output()
        name = "standard output" if path == STDOUT else path
        raise click.ClickException(f"{name}: {error.strerror or error}") from None


def drop_output() -> None:
    """Let standard output go nowhere: Python writes the rest of its buffer at exit, and would fail
    again.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
