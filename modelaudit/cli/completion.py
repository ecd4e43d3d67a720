"""``modelaudit completion``: a script that completes commands and options in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command(short_help="Print a completion script for a shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print a completion script for a shell.

    Load it from the shell's start-up file, for example: eval "$(modelaudit completion bash)"
    """
    from modelaudit.cli import PROGRAM, cli  # noqa: PLC0415  the group imports this module

    kind = get_completion_class(shell)
    assert kind is not None  # one of the names above
    click.echo(kind(cli, {}, PROGRAM, f"_{PROGRAM.upper()}_COMPLETE").source())
