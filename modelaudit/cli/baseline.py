"""``modelaudit baseline``: the file of known findings, so that only new ones are reported."""

from __future__ import annotations

import datetime
import os
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, Unpack

import click
from msgspec.structs import replace

from modelaudit.cli.options import Judging, authority_of, job_of, judging
from modelaudit.cli.output import color_option, emit
from modelaudit.report import Terminal
from modelaudit.report.numbers import plural

if TYPE_CHECKING:
    from modelaudit.baseline.file import Artifact
    from modelaudit.config.model import Authority
    from modelaudit.core.report import Outcome

UNREADABLE = "unreadable"
REASON = "known when the baseline was written"


class Options(Judging):
    """The options of ``write``."""

    reason: str


def _reason(ctx: click.Context, param: click.Parameter, value: str) -> str:
    if not value.strip():
        raise click.BadParameter("must not be empty", ctx, param)
    return value


@click.group(short_help="Take known findings into a file, and leave them out of reports.")
def command() -> None:
    """Take the findings of today into a file, so that a scan reports only new ones.

    The file is --baseline, else 'baseline' of the configuration, else modelaudit-baseline.json at
    the root of the project. A scan uses it where --baseline or the configuration names it.

    \b
    Examples:
        modelaudit baseline write . --reason "to be replaced in Q3"
        modelaudit scan . --baseline modelaudit-baseline.json
        modelaudit baseline prune
    """


@command.command(short_help="Add all findings of a scan to the baseline.")
@click.argument("paths", nargs=-1, required=True)
@click.option(
    "--reason", default=REASON, show_default=True, metavar="TEXT", callback=_reason,
    help="Why these findings are accepted.",
)  # fmt: skip
@judging
def write(**options: Unpack[Options]) -> None:
    """Scan PATHS and add all findings to the baseline.

    What it knows already keeps its reason and its date; a severe finding that came back, since its
    artifact changed, gets the new ones.
    """
    from modelaudit.baseline.file import save  # noqa: PLC0415
    from modelaudit.run import Run  # noqa: PLC0415

    _, authority = authority_of(options)
    file = file_of(authority)
    before = _known(file)
    run = Run(job_of(options, _by(authority, file if before else None)))
    try:
        for _ in run.each():
            pass
    except KeyboardInterrupt:
        click.echo(f"interrupted: {file} was not written", err=True)
        raise
    artifacts = _taken(before, run.outcomes, authority.root, options["reason"])
    save(file, artifacts.values())
    count = sum(len(artifact.findings) for artifact in artifacts.values())
    where = plural(len(artifacts), "artifact")
    click.echo(f"{file}: {plural(count, 'finding')} in {where}")
    returned = sum(outcome.returned for outcome in run.outcomes)
    if returned:
        what = plural(returned, "severe finding")
        click.echo(f"{what} of artifacts that changed: accepted anew, with the reason of today")
    if authority.config.baseline is None:
        click.echo(f"Use it: modelaudit scan --baseline {file}, or 'baseline' of the configuration")


@command.command(short_help="List what the baseline knows.")
@click.option(
    "--config", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
    help="Use this configuration instead of the project's.",
)  # fmt: skip
@click.option("--baseline", type=click.Path(path_type=Path), metavar="FILE", help="The file.")
@color_option
def show(config: Path | None, baseline: Path | None, color: str) -> None:
    """List what the baseline knows, by artifact: rule, subject, reason and date."""
    from modelaudit.baseline.file import load  # noqa: PLC0415
    from modelaudit.report.escape import one_line  # noqa: PLC0415

    _, authority = authority_of(_options((), config, baseline))
    known = load(file_of(authority))

    def write_list(out: TextIO, terminal: Terminal) -> None:
        for artifact in known.values():
            gone = "" if _exists(authority.root, artifact.path) else " (not there any more)"
            out.write(one_line(f"{artifact.path}{gone}") + "\n")
            for one in artifact.findings:
                about = f" {one.subject}" if one.subject else ""
                line = one_line(f"{one.rule}{about}: {one.reason} ({one.date})")
                out.write(f"  {line}\n")

    emit(write_list, color=color)


@command.command(short_help="Take out of the baseline what is fixed.")
@judging
def prune(**options: Unpack[Judging]) -> None:
    """Scan the artifacts that the baseline names, and take out what is not found any more."""
    from modelaudit.baseline.file import load, save  # noqa: PLC0415
    from modelaudit.run import Run  # noqa: PLC0415

    _, authority = authority_of({**options, "paths": ()})
    file = file_of(authority)
    known = load(file)
    there = [path for path in known if _exists(authority.root, path)]
    own = _by(authority, file)
    run = Run(job_of({**options, "paths": tuple(_places(authority.root, there))}, own))
    for _ in run.each():
        pass
    fixed = {entry.fingerprint for _, entry in run.fixed()}
    kept = [
        replace(known[path], findings=tuple(
            one for one in known[path].findings if one.fingerprint not in fixed
        ))
        for path in there
    ]  # fmt: skip
    save(file, kept)
    before = sum(len(artifact.findings) for artifact in known.values())
    left = sum(len(artifact.findings) for artifact in kept)
    click.echo(f"{file}: {before - left} of {plural(before, 'finding')} taken out")


def _taken(
    known: dict[str, Artifact], outcomes: list[Outcome], root: str, reason: str
) -> dict[str, Artifact]:
    """What is known, with what counts now; what the baseline left out keeps its reason and date."""
    from modelaudit.baseline.file import Artifact, Known  # noqa: PLC0415
    from modelaudit.core.project import path_from  # noqa: PLC0415
    from modelaudit.discovery.digest import digest_of  # noqa: PLC0415

    today = datetime.date.today()
    entries: dict[str, list[Known]] = {}
    for outcome in outcomes:
        for one in outcome.findings:
            entry = Known(one.fingerprint, one.rule, one.subject, reason, today)
            entries.setdefault(one.where.path, []).append(entry)
        for one in (left.finding for left in outcome.suppressed if left.by == "baseline"):
            before = known[path_from(root, one.where.path)].finding(one.fingerprint)
            if before is not None:
                entries.setdefault(one.where.path, []).append(before)
    artifacts = dict(known)
    for real, taken in entries.items():
        path = path_from(root, real)
        artifacts[path] = Artifact(path, digest_of(real) or UNREADABLE, tuple(taken))
    return artifacts


def file_of(authority: Authority) -> str:
    """The baseline that the options or the configuration name, or else the usual one."""
    from modelaudit.baseline.file import NAME  # noqa: PLC0415

    return authority.config.baseline or os.path.relpath(Path(authority.root, NAME))


def _options(paths: tuple[str, ...], config: Path | None, baseline: Path | None) -> Judging:
    return Judging(
        paths=paths, select=(), ignore=(), profile=None, target=(), config=config, isolated=False,
        baseline=baseline, exclude=(), gitignore=False, jobs=None,
    )  # fmt: skip


def _by(authority: Authority, baseline: str | None) -> Authority:
    """The same with this baseline in force, and no other."""
    config = replace(authority.config, baseline=baseline)
    if authority.config is authority.trusted:
        return replace(authority, config=config, trusted=config)
    return replace(authority, config=config, trusted=replace(authority.trusted, baseline=baseline))


def _known(file: str) -> dict[str, Artifact]:
    from modelaudit.baseline.file import load  # noqa: PLC0415

    return dict(load(file)) if Path(file).exists() else {}


def _exists(root: str, path: str) -> bool:
    return os.path.lexists(os.path.join(root, path))  # noqa: PTH118


def _places(root: str, paths: list[str]) -> list[str]:
    """Paths of the project as they are called from here."""
    return [os.path.relpath(os.path.join(root, path)) for path in paths]  # noqa: PTH118
