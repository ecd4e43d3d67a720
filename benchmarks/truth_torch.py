"""Findings against what torch did: 160 checkpoints and 73 archives of TorchScript, loaded for real.

    python benchmarks/truth_torch.py [FOLDER]

FOLDER (by default ../shared/truth) holds ``torch-weights-only`` and ``torchscript``, each with an
``outcomes.json``. Every file is scanned with the target ``torch==X`` for each release that read it,
and "a finding with the effect breaks-load" is compared with "loading raised".
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import modelaudit
from modelaudit.core.findings import Target

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT.parent / "shared" / "truth"
SETS = {"torch-weights-only": 0.99, "torchscript": 0.98}
"""The truths, and the share of verdicts that has to agree."""
MOST_FALSE_ALARMS = 1


@dataclass(frozen=True)
class Verdict:
    """One file and one release: what torch raised, and what modelaudit said, empty for nothing."""

    release: str
    file: str
    raised: str
    findings: tuple[str, ...]

    @property
    def cell(self) -> tuple[bool, bool]:
        return bool(self.raised), bool(self.findings)

    @property
    def agrees(self) -> bool:
        return bool(self.raised) == bool(self.findings)


def outcomes(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Release, file, and what loading it raised there, or an empty text."""
    held = json.loads((folder / "outcomes.json").read_text("utf-8"))
    for environment, files in held["outcomes"].items():
        release = environment.removeprefix("torch")
        for file, outcome in sorted(files.items()):
            told = outcome["load"] if isinstance(outcome, dict) else outcome
            yield release, file, "" if told == "ok" else told


def verdict(folder: Path, release: str, file: str, raised: str) -> Verdict:
    report = modelaudit.scan([folder / file], targets=[Target("torch", release, "truth")])
    breaking = [f"{f.rule} {f.message}" for f in report.findings if f.effect == "breaks-load"]
    return Verdict(release, file, raised, tuple(breaking))


def judged(folder: Path) -> list[Verdict]:
    """Every verdict about one truth."""
    return [verdict(folder, *outcome) for outcome in outcomes(folder)]


def agreement(verdicts: list[Verdict]) -> float:
    return sum(one.agrees for one in verdicts) / len(verdicts)


def false_alarms(verdicts: list[Verdict]) -> int:
    return sum(one.cell == (False, True) for one in verdicts)


def show(name: str, verdicts: list[Verdict], loader: str = "torch") -> None:
    print(f"{name}: {agreement(verdicts):.1%} of {len(verdicts)} agree")
    print("  release    refused+found  refused+silent  loaded+found  loaded+silent")
    for release in dict.fromkeys(one.release for one in verdicts):
        cells = [one.cell for one in verdicts if one.release == release]
        counts = [
            cells.count((raised, found)) for raised in (True, False) for found in (True, False)
        ]
        print(f"  {release:9} {counts[0]:>14} {counts[1]:>15} {counts[2]:>13} {counts[3]:>14}")
    for one in verdicts:
        if not one.agrees:
            print(f"  {one.release} {one.file}")
            print(f"    {loader + ':':13}{one.raised[:160] or 'loaded'}")
            print(f"    modelaudit:  {'; '.join(one.findings)[:300] or 'nothing'}")


def main() -> int:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    failed = False
    for name, share in SETS.items():
        if not (root / name / "outcomes.json").is_file():
            print(f"{name}: skipped, there is no such folder in {root.name}")
            continue
        verdicts = judged(root / name)
        show(name, verdicts)
        failed |= agreement(verdicts) < share or (
            name == "torch-weights-only" and false_alarms(verdicts) > MOST_FALSE_ALARMS
        )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
