"""``modelaudit config``: the configuration in force, and the JSON Schema of the file."""

from __future__ import annotations

from pathlib import Path

import click


@click.group(short_help="Print the configuration or its JSON Schema.")
def command() -> None:
    """Print the configuration in force, or the JSON Schema of the file.

    \b
    Examples:
        modelaudit config show
        modelaudit config schema > modelaudit.schema.json
    """


@command.command(short_help="Print the JSON Schema of modelaudit.yaml.")
def schema() -> None:
    """Print the JSON Schema of modelaudit.yaml."""
    from modelaudit.config.schema import config_schema  # noqa: PLC0415

    click.echo(config_schema(), nl=False)


@command.command(short_help="Print the configuration in force.")
@click.option(
    "--config", "named", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE", help="Print this configuration file instead of the project's.",
)  # fmt: skip
def show(named: Path | None) -> None:
    """Print the configuration that a scan started here would use, and the file it comes from.

    Settings that the file leaves out are printed with their defaults.
    """
    import msgspec  # noqa: PLC0415
    import yaml  # noqa: PLC0415

    from modelaudit.config.file import discover, load  # noqa: PLC0415
    from modelaudit.config.model import Config  # noqa: PLC0415
    from modelaudit.report.escape import escape  # noqa: PLC0415

    path = named or discover(Path.cwd())
    config = Config() if path is None else load(path)
    source = "no configuration found: defaults" if path is None else escape(str(path))
    click.echo(f"# {source}")
    click.echo(yaml.safe_dump(msgspec.to_builtins(config), sort_keys=False), nl=False)
