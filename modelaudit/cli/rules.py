"""``modelaudit rules``: the catalogue, one rule explained, and the skeleton of a new one."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

import click

from modelaudit.cli.output import color_option, emit
from modelaudit.report import Terminal

DEFAULT = "show"
"""The command for arguments that name no command: ``rules PKL101``."""


class Rules(click.Group):
    """A group that takes what is not one of its commands for arguments of ``show``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {*self.commands, *self.get_help_option_names(ctx)}
        if not args or args[0] not in own:
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=Rules,
    short_help="List the rules, explain one, or begin a new one.",
    options_metavar="",
    subcommand_metavar="[ID] | show [ID] [OPTIONS] | new ID [OPTIONS]",
)
def command() -> None:
    """List the rules, explain one, or begin a new one.

    "rules ID" is short for "rules show ID", and "rules" alone lists all rules.
    """


@command.command(short_help="List the rules, or explain one.")
@click.argument("rule_id", metavar="[ID]", required=False)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="Format of the output.",
)  # fmt: skip
@color_option
def show(rule_id: str | None, form: str, color: str) -> None:
    """List the rules, or explain one: what it finds, why it matters, and what to do."""
    from modelaudit.judge.catalogue import load  # noqa: PLC0415
    from modelaudit.report import rules as report  # noqa: PLC0415

    catalogue = load()
    chosen = sorted(catalogue.rules.values(), key=lambda rule: rule.id)
    if rule_id is not None:
        chosen = [rule for rule in chosen if rule_id.lower() in (rule.id.lower(), rule.name)]
        if not chosen:
            from modelaudit.core.spelling import nearest  # noqa: PLC0415

            hint = nearest(rule_id.upper(), list(catalogue.rules))
            raise click.ClickException(f"there is no rule {rule_id!r}{hint}")

    def write(out: TextIO, terminal: Terminal) -> None:
        if form == "json":
            report.write_json(chosen, out)
        elif rule_id is None:
            report.write_list(chosen, out, terminal)
        else:
            report.write_explained(chosen[0], out, terminal)

    emit(write, color=color)


@command.command(short_help="Write the skeleton of a new rule.")
@click.argument("rule_id", metavar="ID")
@click.option(
    "--topic", metavar="TOPIC",
    help="Folder under rules/ for the rule.  [default: that of the rules with the same letters]",
)  # fmt: skip
def new(rule_id: str, topic: str | None) -> None:
    """Write the skeleton of a new rule and of the recipe for its fixtures.

    Run it at the top of a checkout of modelaudit. ID is three or four capital letters for the
    topic and three digits, of which the first is the category: 1 security, 2 compatibility,
    3 integrity, 4 portability.
    """
    from modelaudit.cli.newrule import write_skeleton  # noqa: PLC0415

    written = write_skeleton(rule_id, topic, Path())
    for path in written:
        click.echo(f"wrote {path}")
    recipe = written[-1].stem
    click.echo(
        f"Fill in both, list {recipe} in RECIPES of fixtures/build.py, and run make generate.\n"
        '"Adding a rule" in CONTRIBUTING.md explains each step.'
    )
