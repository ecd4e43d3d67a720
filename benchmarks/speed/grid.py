"""Tools that look at model files, side by side: what each takes for the same file, and its answer.

    make bench
    python -m benchmarks.speed.grid [--only WORK…] [--rounds N] [--limit SECONDS] [--keep]

Each tool has an environment of its own under `.venv-peers`, and is run as its users run it. Of
several rounds, in which the tools take turns, the least is shown: processor time of the command and
all that it started, wall time, the most memory of one process, and the bytes of the file that were
in the page cache afterwards. A tool that did not read a file is marked so; it is not called fast,
and neither is one whose answer is wrong.
Writes ``docs/benchmarks.md``.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import re
import shlex
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.common import pagecache
from benchmarks.speed.works import ROOT, WORKS, hostile

PEERS: Final = ROOT / ".venv-peers"
PAGE: Final = ROOT / "docs" / "benchmarks.md"
LIMIT: Final = 60.0
MB: Final = 1_000_000


@dataclass(frozen=True)
class Tool:
    """A tool: what to install, and its command. ``unread`` shows in what it says of a file that it
    did not read; ``bad`` are exit codes for a file that it calls dangerous.
    """

    name: str
    install: str
    command: Sequence[str]
    help: Sequence[str]
    unread: str
    bad: tuple[int, ...]
    folders: bool = True


@dataclass(frozen=True)
class Cell:
    """What one tool took for one work."""

    wall: float
    cpu: float
    memory: float
    touched: float
    verdict: str


TOOLS: Final = (
    Tool("modelaudit (this one)", str(ROOT), ("modelaudit", "scan"), ("modelaudit", "--help"),
         r"No artifacts", (1,)),
    Tool("picklescan", "picklescan==1.0.5", ("picklescan", "-p"), ("picklescan", "--help"),
         r"Scanned files: 0|could not parse|ERROR", (1,)),
    Tool("modelscan", "modelscan==0.8.8", ("modelscan", "-p"), ("modelscan", "--help"),
         r"Total skipped: [1-9]|Total errors: [1-9]|--- Errors", (1,)),
    Tool("fickling", "fickling==0.1.12 typing_extensions", ("fickling", "--check-safety"),
         ("fickling", "--help"), r"Traceback|Parsing errors|Error: ", (1,), folders=False),
    Tool("modelaudit (of PyPI)", "modelaudit", ("modelaudit", "scan"), ("modelaudit", "--help"),
         r"Unknown file type|No model files|unsupported", (1,)),
    Tool("aisbom-cli", "aisbom-cli", ("aisbom", "scan"), ("aisbom", "--help"),
         r"Found 0|No AI artifacts|No artifacts", (2,)),
)  # fmt: skip


def environment(tool: Tool, *, fresh: bool) -> Path:
    """Where the commands of a tool are; it is installed where it is not yet."""
    own = tool.install == str(ROOT)
    folder = PEERS / ("own" if own else re.split("[= ]", tool.install)[0])
    python = folder / "bin" / "python"
    if not python.is_file():
        venv.create(folder, with_pip=True)
        fresh = True
    if fresh:
        pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        subprocess.run([*pip, *tool.install.split()], check=True)
        if own:  # whose number stays the same
            again = ["--force-reinstall", "--no-deps", tool.install]
            subprocess.run([*pip, *again], check=True)
    return folder / "bin"


def version(tool: Tool, commands: Path) -> str:
    name = "modelaudit-lint" if tool.install == str(ROOT) else re.split("[= ]", tool.install)[0]
    code = f"from importlib.metadata import version; print(version({name!r}))"
    done = subprocess.run(
        [commands / "python", "-c", code], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def measure(tool: Tool, commands: Path, path: Path | None, limit: float, name: str) -> Cell:
    """One run of a tool over a path, or of its help."""
    files = [] if path is None else [f for f in path.parent.rglob("*") if f.is_file()]
    single = len(files) <= 4
    for file in files if single else ():
        pagecache.drop(file)
    first, *rest = tool.help if path is None else tool.command
    command = [str(commands / first), *rest, *([] if path is None else [str(path)])]
    runner = [sys.executable, "-m", "benchmarks.speed.measured", str(limit), *command]
    done = subprocess.run(runner, check=True, capture_output=True, text=True, cwd=ROOT)
    got = json.loads(done.stdout)
    touched = sum(map(pagecache.resident, files)) / MB if single and files else -1.0
    verdict = "" if path is None else _verdict(tool, got, name)
    return Cell(got["wall"], got["cpu"], got["memory"] / MB, touched, verdict)


def _verdict(tool: Tool, got: dict[str, object], name: str) -> str:
    said, code = str(got["said"]), got["code"]
    if got["late"]:
        return "not finished"
    if re.search(tool.unread, said):
        return "read in part" if "small files" in name else "not read"
    dangerous = code in tool.bad
    if dangerous:
        return "found" if hostile(name) else "false alarm"
    if code:
        return f"not read (exit code {code})"
    return "missed" if hostile(name) else "clean"


def least(cells: Sequence[Cell]) -> Cell:
    wall, cpu, memory = (min(getattr(c, n) for c in cells) for n in ("wall", "cpu", "memory"))
    touched = max(cell.touched for cell in cells)
    return Cell(wall, cpu, memory, touched, cells[-1].verdict)


def table(name: str, cells: dict[str, Cell]) -> list[str]:
    lines = [f"### {name[:1].upper()}{name[1:]}", ""]
    lines += ["| tool | processor | wall | memory | read | answer |", "|---|--:|--:|--:|--:|---|"]
    for tool, cell in cells.items():
        touched = "" if cell.touched < 0 else f"{cell.touched:.1f} MB"
        lines.append(
            f"| {tool} | {cell.cpu:.2f} s | {cell.wall:.2f} s | {cell.memory:.0f} MB | {touched} |"
            f" {cell.verdict} |"
        )
    return [*lines, ""]


def machine() -> str:
    model = "an unknown processor"
    if Path("/proc/cpuinfo").exists():
        found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text("utf-8"))
        model = found[1] if found else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    busy = os.getloadavg()[0]
    return (
        f"{model}, {os.cpu_count()} cores, {memory:.0f} GB, Linux {platform.release()}, "
        f"Python {platform.python_version()}, a load of {busy:.0f} when it began"
    )


def lost(rows: dict[str, dict[str, Cell]]) -> list[str]:
    """The works that another tool does in less processor time, with an answer that is right."""
    lines = []
    for name, cells in rows.items():
        own, *others = cells.items()
        for tool, cell in others:
            if cell.verdict in {"clean", "found", ""} and cell.cpu < own[1].cpu:
                lines.append(f"- {name}: {tool}, {cell.cpu:.2f} s to {own[1].cpu:.2f} s")
    return lines or ["- none"]


def page(rows: dict[str, dict[str, Cell]], versions: dict[str, str], command: str, on: str) -> str:
    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    named = ", ".join(f"{name} {number}" for name, number in versions.items())
    doc = " ".join((__doc__ or "").split("Each tool", 1)[-1].split("Writes", 1)[0].split())
    lines = [
        "# Benchmarks", "",
        f"Measured on {today} by `{command}`: {on}.", "", f"{named}.", "", f"Each tool{' ' + doc}",
        "", "`not read`: the tool said that it did not read the file, or could not.", "",
        "## Where another tool takes less", "", *lost(rows), "", "## All", "",
    ]  # fmt: skip
    for name, cells in rows.items():
        lines += table(name, cells)
    return "\n".join(lines).rstrip() + "\n"


def row(
    name: str, tools: Sequence[tuple[Tool, Path]], rounds: int, limit: float
) -> dict[str, Cell]:
    """All tools over one work, in turn."""
    with tempfile.TemporaryDirectory() as folder:
        path: Path | None = None
        if name != "start":
            file, write = WORKS[name]
            path = Path(folder, file)
            write(path)
        taken: dict[str, list[Cell]] = {tool.name: [] for tool, _ in tools}
        for _ in range(rounds):
            for tool, commands in tools:
                if path is not None and path.is_dir() and not tool.folders:
                    taken[tool.name].append(Cell(0, 0, 0, -1, "takes no directory"))
                else:
                    taken[tool.name].append(measure(tool, commands, path, limit, name))
    return {name: least(cells) for name, cells in taken.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--only", nargs="+", choices=["start", *WORKS])
    parser.add_argument("--but", nargs="+", default=[], choices=["start", *WORKS])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=float, default=LIMIT)
    parser.add_argument("--keep", action="store_true", help="what is installed already")
    options = parser.parse_args()
    own = (TOOLS[0], environment(TOOLS[0], fresh=not options.keep))
    tools = [own, *((tool, environment(tool, fresh=False)) for tool in TOOLS[1:])]
    versions = {tool.name: version(tool, commands) for tool, commands in tools}
    on = machine()
    rows: dict[str, dict[str, Cell]] = {}
    command = f"python -m benchmarks.speed.grid {shlex.join(sys.argv[1:])}".strip()
    for name in options.only or [name for name in ("start", *WORKS) if name not in options.but]:
        rows[name] = row(name, tools, options.rounds, options.limit)
        print("\n".join(table(name, rows[name])), flush=True)
        PAGE.write_text(page(rows, versions, command, on), "utf-8")  # an hour may end early
    return 0


if __name__ == "__main__":
    sys.exit(main())
