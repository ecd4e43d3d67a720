"""What commands that judge artifacts have in common: their options, and the job these ask for."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, TypeVar

import click
from msgspec.structs import replace

from modelaudit.cli.complete import complete_rules, complete_targets

if TYPE_CHECKING:
    from modelaudit.config.model import Authority, Config, Override, Profile
    from modelaudit.core.findings import Severity, Target
    from modelaudit.run import Job

FROM_STDIN = "-"
Command = TypeVar("Command", bound=Callable[..., object])


class Judging(TypedDict):
    """The options, as ``judging`` adds them."""

    paths: tuple[str, ...]
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    profile: Profile | None
    target: tuple[str, ...]
    config: Path | None
    isolated: bool
    baseline: Path | None
    exclude: tuple[str, ...]
    gitignore: bool
    jobs: int | None


def _jobs(ctx: click.Context, param: click.Parameter, value: str) -> int | None:
    """The number of workers, None for ``auto``."""
    if value == "auto":
        return None
    if value.isdecimal() and int(value) > 0:
        return int(value)
    raise click.BadParameter(f"{value!r} is not auto and not a number above 0", ctx, param)


_OPTIONS = (
    click.option(
        "--select", multiple=True, metavar="RULES", shell_complete=complete_rules,
        help="Apply only these rules: ids, beginnings of ids, names or categories, separated by "
        "commas. Replaces 'select' of the configuration.",
    ),
    click.option(
        "--ignore", multiple=True, metavar="RULES", shell_complete=complete_rules,
        help="Leave out these rules, spelled in the same ways. Adds to 'ignore' of the "
        "configuration.",
    ),
    click.option(
        "--profile", type=click.Choice(["default", "strict"]),
        help="With strict, everything that was not reviewed is a finding of severity high.",
    ),
    click.option(
        "--target", multiple=True, metavar="NAME==VERSION", shell_complete=complete_targets,
        help="A package and version that the artifacts must load with. Repeat it for several; "
        "'environment' means the packages that are installed here, 'environment=PATH' those of "
        "another Python, which is not run.",
    ),
    click.option(
        "--config", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
        help="Use this configuration instead of the project's, and trust it to silence any "
        "finding.",
    ),
    click.option("--isolated", is_flag=True, help="Read no configuration that is not named."),
    click.option(
        "--baseline", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
        help="Leave out the findings that this file knows; 'modelaudit baseline write' makes it.",
    ),
    click.option(
        "--exclude", multiple=True, metavar="PATTERN",
        help="Leave out what fits a pattern of .gitignore's kind, counted from the root of the "
        "project. Adds to 'exclude' of the configuration.",
    ),
    click.option("--gitignore", is_flag=True, help="Leave out what .gitignore files name."),
    click.option(
        "--jobs", "-j", callback=_jobs, default="auto", show_default=True, metavar="N",
        help="Number of worker processes.",
    ),
)  # fmt: skip


def judging(command: Command) -> Command:
    """Add the options that say by what artifacts are judged."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def authority_of(options: Judging, fail_on: Severity | None = None) -> tuple[str, Authority]:
    """The path of the configuration, and it with what the command line says over it."""
    from modelaudit.config.file import check_files, discover, load, named_by_environment  # noqa: PLC0415
    from modelaudit.config.model import Authority, Config  # noqa: PLC0415
    from modelaudit.core.project import root_of  # noqa: PLC0415

    named = options["config"] or named_by_environment()
    path = named
    if path is None and not options["isolated"]:
        path = discover(Path.cwd())
    read = Config() if path is None else load(path)
    if path is not None:
        check_files(path, read)
    config = _with_options(read, options, fail_on)
    trusted = config
    if named is None and path is not None:
        trusted = _with_options(Config(), options, fail_on)
    authority = Authority(config, trusted, root_of(str(Path.cwd()), path))
    if path is not None and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return "" if path is None else str(path), authority


def _with_options(config: Config, options: Judging, fail_on: Severity | None) -> Config:
    return replace(
        config,
        select=_ids(options["select"]) or config.select,
        ignore=config.ignore + _ids(options["ignore"]),
        fail_on=fail_on or config.fail_on,
        exclude=[*config.exclude, *options["exclude"]],
        overrides=[_weaker(part, options, fail_on) for part in config.overrides],
        profile=options["profile"] or config.profile,
        baseline=str(options["baseline"]) if options["baseline"] else config.baseline,
    )


def _weaker(part: Override, options: Judging, fail_on: Severity | None) -> Override:
    """An override without what the command line says itself."""
    return replace(
        part,
        profile=None if options["profile"] else part.profile,
        fail_on=None if fail_on else part.fail_on,
    )


def _ids(values: tuple[str, ...]) -> list[str]:
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def job_of(options: Judging, authority: Authority, *, digest: bool = False) -> Job:
    """The job that a command line asks for. Raises UsageError."""
    from modelaudit.run import Job  # noqa: PLC0415

    targets: list[Target] = []
    if options["target"]:
        from modelaudit.targets.named import from_options  # noqa: PLC0415  needs a library for versions

        targets = from_options(options["target"])
    return Job(
        paths=list(_paths(options["paths"])),
        authority=authority,
        targets=targets,
        jobs=options["jobs"],
        digest=digest,
        gitignore=options["gitignore"],
    )


def _paths(arguments: tuple[str, ...]) -> Iterator[str]:
    for argument in arguments:
        if argument != FROM_STDIN:
            yield argument
            continue
        for line in sys.stdin.buffer:
            path = os.fsdecode(line.rstrip(b"\r\n"))
            if path:
                yield path
