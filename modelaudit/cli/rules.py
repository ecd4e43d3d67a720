"""``modelaudit rules``: the catalogue, and one rule explained."""

from __future__ import annotations

from typing import TextIO

import click

from modelaudit.cli.output import color_option, emit
from modelaudit.report import Terminal


@click.command(short_help="List the rules, or explain one.")
@click.argument("rule_id", metavar="[ID]", required=False)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="Form of the list.",
)  # fmt: skip
@color_option
def command(rule_id: str | None, form: str, color: str) -> None:
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
