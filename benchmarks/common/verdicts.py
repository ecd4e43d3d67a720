"""Findings beside what a real loader did: counts, tables, and the command of each comparison."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelaudit.core.findings import Finding

ROOT = Path(__file__).resolve().parents[2]
TRUTH = ROOT.parent / "shared" / "truth"
"""Where the recorded outcomes lie: beside the checkout, since they take gigabytes."""


@dataclass(frozen=True)
class Verdict:
    """One artifact and one reader: what the reader raised and what was found; empty for nothing."""

    reader: str
    artifact: str
    raised: str
    findings: tuple[str, ...]

    @property
    def cell(self) -> tuple[bool, bool]:
        return bool(self.raised), bool(self.findings)

    @property
    def agrees(self) -> bool:
        return bool(self.raised) == bool(self.findings)


@dataclass(frozen=True)
class Counts:
    """How many verdicts are of each kind. A share of nothing is 1."""

    found: int
    missed: int
    false_alarms: int
    silent: int

    @property
    def agreement(self) -> float:
        whole = self.found + self.missed + self.false_alarms + self.silent
        return _share(self.found + self.silent, whole)

    @property
    def recall(self) -> float:
        return _share(self.found, self.found + self.missed)

    @property
    def precision(self) -> float:
        return _share(self.found, self.found + self.false_alarms)


Questions = dict[str, list[Verdict]]
"""Verdicts by what was asked: ``load``, ``use``."""


@dataclass(frozen=True)
class Comparison:
    """Folders of recorded outcomes, how findings are compared with them, and what must hold."""

    folders: tuple[Path, ...]
    judge: Callable[[Path], Questions]
    failures: Callable[[Path, Questions], list[str]]
    """What is not reached, one sentence each."""


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def counts(verdicts: Iterable[Verdict]) -> Counts:
    cells = [one.cell for one in verdicts]
    return Counts(
        *(cells.count((raised, found)) for raised in (True, False) for found in (True, False))
    )


def said(findings: Iterable[Finding], *effects: str) -> tuple[str, ...]:
    """The findings that have one of the effects, as text."""
    return tuple(f"{one.rule} {one.message}" for one in findings if one.effect in effects)


def raised(outcome: str | None) -> str:
    """What was raised according to an outcome: nothing for ``ok`` and for what was not tried."""
    return "" if outcome in (None, "ok") else str(outcome)


def outcomes(folder: Path) -> Any:
    """The recorded outcomes; each comparison knows the form of its own."""
    return json.loads((folder / "outcomes.json").read_text("utf-8"))


def recorded(folder: Path) -> bool:
    return (folder / "outcomes.json").is_file()


def below(what: str, reached: float, wanted: float) -> list[str]:
    """The failure, if a share is not reached."""
    return [] if reached >= wanted else [f"{what} is {reached:.2%}, below {wanted:.0%}"]


def show(question: str, verdicts: Sequence[Verdict]) -> None:
    """Print a confusion table with one line for each reader, and every disagreement."""
    total = counts(verdicts)
    print(
        f"{question}: {total.agreement:.2%} of {len(verdicts)} agree, recall {total.recall:.1%},"
        f" precision {total.precision:.1%}, {total.false_alarms} false alarms"
    )
    readers = list(dict.fromkeys(one.reader for one in verdicts))
    width = max(map(len, [*readers, "reader"]))
    print(f"  {'reader':{width}}  raised+found  raised+silent  worked+found  worked+silent")
    for reader in readers:
        own = counts(one for one in verdicts if one.reader == reader)
        print(
            f"  {reader:{width}}{own.found:>14}{own.missed:>15}"
            f"{own.false_alarms:>14}{own.silent:>15}"
        )
    for one in verdicts:
        if not one.agrees:
            print(f"  {one.artifact}, {one.reader}")
            print(f"    there:      {' '.join(one.raised.split())[:300] or 'nothing raised'}")
            print(f"    modelaudit: {'; '.join(one.findings)[:300] or 'nothing'}")


def main(comparison: Comparison, about: str | None) -> int:
    """The command: judge every folder that is there, print, and fail where too little agrees."""
    parser = argparse.ArgumentParser(description=(about or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="*", help="in place of the usual folders")
    folders: list[Path] = parser.parse_args().folder or list(comparison.folders)
    failed = False
    for folder in folders:
        if not recorded(folder):
            print(f"{folder}: skipped, it has no outcomes.json")
            continue
        judged = comparison.judge(folder)
        for question, verdicts in judged.items():
            show(f"{folder.name}, {question}", verdicts)
        for failure in comparison.failures(folder, judged):
            print(f"FAILED {folder.name}: {failure}")
            failed = True
    return int(failed)
