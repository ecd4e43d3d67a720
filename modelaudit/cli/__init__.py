"""The command line. A command's module is imported when that command runs, and no other.

Exit codes: 0 nothing at or above the gate, 1 findings, 2 could not run, 130 interrupted,
143 terminated.
"""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from types import FrameType, ModuleType
from typing import NoReturn, cast

import click

from modelaudit.core.errors import UsageError
from modelaudit.version import VERSION

PROGRAM = "modelaudit"
COMMANDS = {
    "scan": "Check model artifacts: safe to load, and will they load?",
    "diff": "Show what changed between two versions of a model.",
    "explain": "Explain a rule, or a finding by what stands at its place.",
    "baseline": "Take known findings into a file, and leave them out of reports.",
    "report": "Put saved reports together, or count what they say.",
    "inspect": "Show what one artifact contains.",
    "targets": "Show the targets of artifacts.",
    "requirements": "Print the packages that artifacts need.",
    "rules": "List the rules, explain one, check a pack, or begin a rule.",
    "formats": "Compare the formats that models are saved in.",
    "config": "Print the configuration or its JSON Schema.",
    "completion": "Print a completion script for a shell.",
}
"""Each with the first sentence of its help, so that the list imports none of them."""
COULD_NOT_RUN = 2
INTERRUPTED = 130
TERMINATED = 143
YOUNG = 20_000
"""Objects that are created between two runs of the garbage collector. Nearly all objects of the
start-up live until the end, so looking for garbage every 700 objects, which is the default, wastes
a twentieth of a small scan."""


class Commands(click.Group):
    """A group whose commands are modules of this package, each with a ``command``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        _import_msgspec()
        module = import_module(f"modelaudit.cli.{cmd_name}")
        return cast("click.Command", module.command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name in COMMANDS or name.startswith("-"):
            return super().resolve_command(ctx, args)
        raise click.UsageError(_no_command(args), ctx)


def _import_msgspec() -> None:
    """Import it without typing_extensions, of which Python has all that it asks for since 3.11.

    Where other packages brought that, importing it took a twentieth of a small scan.
    """
    if "typing_extensions" in sys.modules:
        return
    sys.modules["typing_extensions"] = cast("ModuleType", None)  # raises ImportError
    try:
        import_module("msgspec")
    finally:
        del sys.modules["typing_extensions"]


def _no_command(args: Sequence[str]) -> str:
    """What to say where a path stands in place of a command: ``scan`` was probably left out."""
    import shlex  # noqa: PLC0415  only for errors
    from difflib import get_close_matches  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    from modelaudit.discovery.identify import claimed  # noqa: PLC0415

    name = args[0]
    if claimed(name) or Path(name).exists() or "/" in name or "*" in name:
        return f"{name} is no command; to scan it: {PROGRAM} scan {shlex.join(args)}"
    close = get_close_matches(name, COMMANDS, n=1, cutoff=0.65)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(COMMANDS)}"
    return f"there is no command {name!r}; {hint}"


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name=PROGRAM, message="%(prog)s %(version)s")
def cli() -> None:
    """The linter for model artifacts.

    Reads a model file without loading it, and reports whether it is safe to load and whether it
    will load where it is going to run.

    \b
    Examples:
        modelaudit scan models/
        modelaudit inspect model.pkl
        modelaudit rules PKL101
    """


class Terminated(KeyboardInterrupt):
    """SIGTERM, which ends a run as Ctrl-C does."""


def stopped(error: BaseException) -> int:
    """The exit code for what ended a run: by what it was raised from."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, Terminated):
        cause = cause.__cause__
    return INTERRUPTED if cause is None else TERMINATED


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise Terminated


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the program and exit; a mistake of the user gives one line on standard error."""
    gc.set_threshold(YOUNG)
    _open_closed()
    signal.signal(signal.SIGTERM, _terminate)
    try:
        code = cli.main(args, prog_name=PROGRAM, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(COULD_NOT_RUN)
    except click.ClickException as error:
        _fail(error.format_message())
    except UsageError as error:
        _fail(str(error))
    except click.Abort as error:
        sys.exit(stopped(error))
    except SystemExit:
        sys.exit(0)  # how click ends its own output, such as the help, where a pipe is closed
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _full(error)
    sys.exit(code if isinstance(code, int) else 0)


def _open_closed() -> None:
    """Let what is written to a stream that was closed before the start (``>&-``) go nowhere."""
    closed = [name for name in ("stdout", "stderr") if getattr(sys, name) is None]
    for name in closed:
        setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def _full(error: OSError) -> NoReturn:
    """Exit where there is no room for the output of click itself, such as the help."""
    from modelaudit.cli.output import drop_output  # noqa: PLC0415  only for errors

    drop_output()
    _fail(f"standard output: {error.strerror}")


def _fail(message: str) -> NoReturn:
    from contextlib import suppress  # noqa: PLC0415  only for errors

    from modelaudit.report.escape import one_line  # noqa: PLC0415

    with suppress(OSError):  # nobody is left to read it, and the exit code says it too
        click.echo(f"{PROGRAM}: error: {one_line(message)}", err=True)
    sys.exit(COULD_NOT_RUN)
