"""``modelaudit requirements``: the distributions that artifacts need, as requirement lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from modelaudit.cli.output import Write, emit, refuse_model
from modelaudit.report import Terminal

if TYPE_CHECKING:
    from modelaudit.core.inspection import Inspection


@click.command(short_help="Print the packages that artifacts need.")
@click.argument("paths", nargs=-1, required=True)
@click.option(
    "--check", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Compare with a requirement or lock file instead: print what it lacks or contradicts.",
)  # fmt: skip
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Write the lines there instead of to standard output.",
)  # fmt: skip
@click.pass_context
def command(
    ctx: click.Context, paths: tuple[str, ...], file: Path | None, output: Path | None
) -> None:
    """Print the packages that artifacts need, as lines for pip install -r.

    A version is the one that wrote an artifact, a range leaves out the releases that a scan says
    do not load it; each line gives the reason as a comment. A line whose version no release of the
    others goes with has none.

    \b
    Examples:
        modelaudit requirements models/ -o requirements.txt
        modelaudit requirements models/ --check uv.lock

    Exit codes: 0, or 1 where artifacts want different versions of one distribution, or --check
    found something missing or contradicted.
    """
    from modelaudit.report.requirements import contradictions, write  # noqa: PLC0415
    from modelaudit.requirements.needs import needs_of  # noqa: PLC0415
    from modelaudit.requirements.settle import settle  # noqa: PLC0415

    if output is not None:
        refuse_model(str(output))
    needs = needs_of(_inspected(paths))
    if file is None:
        settled = settle(needs)
        problems = contradictions(needs, settled)

        def write_lines(out: TextIO, terminal: Terminal) -> None:
            write(needs, settled, out)

        emit(write_lines, output=output)
        _warn([f"no single release satisfies all artifacts: {line}" for line in problems])
    else:
        from modelaudit.requirements.compare import compare  # noqa: PLC0415

        problems = list(compare(needs, file))
        emit(_lines(problems or [f"{file} has what the artifacts need."]), output=output)
    ctx.exit(1 if problems else 0)


def _lines(lines: list[str]) -> Write:
    from modelaudit.report.escape import one_line  # noqa: PLC0415

    def write(out: TextIO, terminal: Terminal) -> None:
        out.writelines(one_line(line) + "\n" for line in lines)

    return write


def _warn(lines: list[str]) -> None:
    from modelaudit.report.escape import one_line  # noqa: PLC0415

    for line in lines:
        click.echo(f"modelaudit: {one_line(line)}", err=True)


def _inspected(paths: tuple[str, ...]) -> Iterator[Inspection]:
    """The facts of every artifact, with a warning about parts not read, which may need more."""
    from modelaudit.core.facts import Unreadable  # noqa: PLC0415
    from modelaudit.core.kinds import sentence  # noqa: PLC0415
    from modelaudit.core.limits import Limits  # noqa: PLC0415
    from modelaudit.discovery.discover import discover  # noqa: PLC0415
    from modelaudit.engine import inspect_artifact  # noqa: PLC0415

    for found in discover(paths):
        inspection = inspect_artifact(found, Limits())
        if inspection is None:
            continue
        unread = [fact for fact in inspection.facts if isinstance(fact, Unreadable)]
        _warn([f"not read: {fact.where}: {sentence(fact)}" for fact in unread[:3]])
        yield inspection
