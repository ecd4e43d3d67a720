"""``modelaudit targets``: what an artifact at a place has to load with, and where that is said."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

import click

from modelaudit.cli.output import color_option, emit
from modelaudit.report import Terminal


@click.command(short_help="Show the targets of artifacts.")
@click.argument("path", type=click.Path(exists=True), default=".")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="Form of the list.",
)  # fmt: skip
@click.option(
    "--config", "named", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE", help="Use this configuration instead of the project's.",
)  # fmt: skip
@color_option
@click.pass_context
def command(ctx: click.Context, path: str, form: str, named: Path | None, color: str) -> None:
    """Show what an artifact at PATH has to load with, as the configuration and the requirement
    files around it say, and what was skipped in them.

    \b
    Examples:
        modelaudit targets
        modelaudit targets services/a/models --format json

    Exit codes: 0, or 1 where a requirement file is broken.
    """
    from modelaudit.config.file import discover, load  # noqa: PLC0415
    from modelaudit.config.model import Config  # noqa: PLC0415
    from modelaudit.report import targets as report  # noqa: PLC0415
    from modelaudit.targets.named import resolve  # noqa: PLC0415
    from modelaudit.targets.surroundings import Surroundings  # noqa: PLC0415

    found = named or discover(Path.cwd())
    config = Config() if found is None else load(found)
    named_ones = resolve([], config.targets, config.packs)
    where = Surroundings([path], config, named_ones.targets)
    versions = [target for target in where.targets_of(path) if target.version]
    listing = report.listing(versions, where.resolutions())

    def write(out: TextIO, terminal: Terminal) -> None:
        if form == "json":
            report.write_json(listing, out)
        else:
            report.write_text(listing, out, terminal)

    emit(write, color=color)
    ctx.exit(1 if listing.broken else 0)
