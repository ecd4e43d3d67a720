"""``modelaudit completion``: a script with which a shell completes commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command(short_help="Print a completion script for a shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print a completion script for a shell.

    \b
    Examples. Add this line to ~/.bashrc, or the same with zsh to ~/.zshrc:
        eval "$(modelaudit completion bash)"
    For fish, run once:
        modelaudit completion fish > ~/.config/fish/completions/modelaudit.fish
    """
    from modelaudit.cli import PROGRAM, cli  # noqa: PLC0415  the group imports this module

    kind = get_completion_class(shell)
    assert kind is not None  # click has a class for each of the three
    click.echo(kind(cli, {}, PROGRAM, f"_{PROGRAM.upper()}_COMPLETE").source())
