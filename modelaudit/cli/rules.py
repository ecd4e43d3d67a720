"""``modelaudit rules``: the catalogue, a rule explained, packs checked, and new skeletons."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

import click

from modelaudit.cli.complete import complete_rules
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
    short_help="List the rules, explain one, check a pack, or begin a rule.",
    options_metavar="",
    subcommand_metavar="[RULES] | show [RULES] [OPTIONS] | check DIR | new ID [OPTIONS]",
)
def command() -> None:
    """List the rules, explain one, check a pack of rules, or begin a rule.

    "rules ID" is short for "rules show ID", and "rules" alone lists all rules.

    \b
    Examples:
        modelaudit rules PKL101
        modelaudit rules security --format json
        modelaudit rules check our-rules
    """


@command.command(short_help="List rules, or explain one.")
@click.argument("chosen", metavar="[RULES]", required=False, shell_complete=complete_rules)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="Format of the output.",
)  # fmt: skip
@click.option(
    "--config", "named", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE", help="Use the packs of this configuration instead of the project's.",
)  # fmt: skip
@color_option
def show(chosen: str | None, form: str, named: Path | None, color: str) -> None:
    """List rules, or explain one: what it finds, why it matters, and what to do.

    RULES is an id, the beginning of ids, a name or a category. The rules of the packs that the
    configuration names are among them.

    \b
    Examples:
        modelaudit rules PKL101
        modelaudit rules ONX2
        modelaudit rules portability
    """
    from modelaudit.judge import selectors  # noqa: PLC0415
    from modelaudit.judge.catalogue import load  # noqa: PLC0415
    from modelaudit.report import rules as report  # noqa: PLC0415

    rules = list(load(None, tuple(_packs(named))).rules.values())
    if chosen is not None:
        rules = selectors.chosen(chosen, rules)
    rules = sorted(rules, key=lambda rule: rule.id)

    def write(out: TextIO, terminal: Terminal) -> None:
        if form == "json":
            report.write_json(rules, out)
        elif chosen is None or len(rules) > 1:
            report.write_list(rules, out, terminal)
        else:
            report.write_explained(rules[0], out, terminal)

    emit(write, color=color)


def _packs(named: Path | None) -> list[str]:
    from modelaudit.config.file import discover, load, named_by_environment  # noqa: PLC0415

    path = named or named_by_environment() or discover(Path.cwd())
    return [] if path is None else load(path).packs


@command.command(short_help="Check a pack of rules, and try it on its fixtures.")
@click.argument("pack", metavar="DIR", type=click.Path(exists=True, file_okay=False))
@click.pass_context
def check(ctx: click.Context, pack: str) -> None:
    """Check that all rules of a pack load, and try them on its fixtures.

    A file under DIR/fixtures/ID/fail has to be found by the rule ID, one under DIR/fixtures/ID/pass
    must not be. For a rule with "against" a targets.txt in the same folder has lines with
    NAME==VERSION.

    Exit codes: 0, 1 where a fixture is not judged as it should be, 2 for a rule that does not load.
    """
    from modelaudit.cli.packcheck import check_pack  # noqa: PLC0415
    from modelaudit.report.escape import one_line  # noqa: PLC0415
    from modelaudit.report.numbers import plural  # noqa: PLC0415

    checked = check_pack(Path(pack))
    for problem in checked.problems:
        click.echo(one_line(problem))
    counts = (
        plural(len(checked.rules), "rule"), plural(checked.fixtures, "fixture"),
        plural(len(checked.problems), "problem"),
    )  # fmt: skip
    untried = f"; without fixtures: {', '.join(checked.untried)}" if checked.untried else ""
    click.echo(", ".join(counts) + untried)
    ctx.exit(1 if checked.problems else 0)


@command.command(short_help="Write the skeleton of a new rule, in a checkout of modelaudit.")
@click.argument("rule_id", metavar="ID")
@click.option(
    "--topic", metavar="TOPIC",
    help="Folder under rules/ for the rule.  [default: that of the rules with the same letters]",
)  # fmt: skip
def new(rule_id: str, topic: str | None) -> None:
    """Write the skeleton of a new rule and of the recipe for its fixtures.

    Run it at the top of a checkout of modelaudit; docs/rules.md has a rule of a pack to begin with.
    ID is three or four capital letters for the topic and three digits, of which the first is the
    category: 1 security, 2 compatibility, 3 integrity, 4 portability.
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
