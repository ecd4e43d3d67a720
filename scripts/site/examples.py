"""What ``modelaudit scan`` prints for a fixture of a rule, in a directory of its own."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from itertools import islice
from pathlib import Path

from modelaudit.cli.scan import command
from modelaudit.judge.rule import Rule
from modelaudit.targets.nearby import kind_of
from scripts.common.files import ROOT

BESIDE = {"targets.txt", "made.txt", "beside"}
"""What stands beside fixtures and is none."""
TRIED = 8
"""Fixtures among which one is looked for."""
SHOWN = 40
"""Lines of a report that a page shows."""


def of(rule: Rule, outcome: str) -> str | None:
    """A command and what it prints for a fixture that shows the rule, None where there is none.

    The first one that shows nothing else is taken, and the first one where all of several do.
    """
    alone = "\n1 finding: " if outcome == "fail" else "\nNo findings in "
    spare = None
    for path in islice(_fixtures(rule, outcome), TRIED):
        options = _options(rule, path)
        if options is None:
            continue
        shown = _printed(path, options)
        if (f" {rule.id} " in shown) == (outcome == "fail"):
            if alone in shown:
                return shown
            spare = spare or shown
    return spare


def _fixtures(rule: Rule, outcome: str) -> Iterator[Path]:
    found = (ROOT / "fixtures").glob(f"*/{rule.id}/{outcome}/*")
    for path in sorted(found, key=lambda path: (path.parts[-4] != rule.topic, path)):
        if path.name not in BESIDE and kind_of(path.name) is None:
            yield path


def _options(rule: Rule, path: Path) -> list[str] | None:
    """The options that a scan of a fixture needs; None where it takes more than options."""
    options = ["--profile", "strict"] if rule.profile == "strict" else []
    if (path.parent / "made.txt").exists():
        return None
    listed = path.parent / "targets.txt"
    for line in listed.read_text("utf-8").splitlines() if listed.is_file() else []:
        target = line.partition(" ")[0]
        name, _, version = target.partition("==")
        if not version or name == "environment":
            return None
        options += ["--target", target]
    return options


def _printed(path: Path, options: list[str]) -> str:
    arguments = [path.name, *options]
    with tempfile.TemporaryDirectory() as scratch, _inside(Path(scratch)) as folder:
        shutil.copytree(path.parent, folder, dirs_exist_ok=True)
        out = StringIO()
        with redirect_stdout(out), redirect_stderr(out):
            command.main([*arguments, "--color", "never"], standalone_mode=False)
    lines = out.getvalue().splitlines(keepends=True)
    if len(lines) > SHOWN:
        lines = [*lines[:SHOWN], "…\n"]
    asked = "".join(
        f"$ cat {file.name}\n{file.read_text('utf-8')}"
        for file in sorted(path.parent.iterdir())
        if file.name not in BESIDE and kind_of(file.name) is not None
    )
    return f"{asked}$ modelaudit scan {' '.join(arguments)}\n{''.join(lines)}"


@contextmanager
def _inside(folder: Path) -> Iterator[Path]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield folder
    finally:
        os.chdir(before)
