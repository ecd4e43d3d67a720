"""Findings against what Keras did with files: models of several releases, loaded for real.

    python benchmarks/truth_keras.py [FOLDER…]

Each FOLDER (by default ../shared/truth/keras and fixtures/real/keras/truth) holds models and an
``outcomes.json``. Every file is scanned with the targets keras and python of each environment that
read it, and "a finding with the effect breaks-load" is compared with "loading raised". What loads
and then fails or differs is compared with any finding that is no mere advice.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import modelaudit
from modelaudit.core.findings import Finding, Target

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = (
    ROOT.parent / "shared" / "truth" / "keras",
    ROOT / "fixtures" / "real" / "keras" / "truth",
)
SHARE = 0.97
"""The share of verdicts on loading that has to agree."""
USE = {"breaks-load", "breaks-use", "may-break"}


@dataclass(frozen=True)
class Verdict:
    """One file and one environment: what Keras raised when it loaded and used the file."""

    environment: str
    file: str
    load: str
    use: str
    findings: tuple[Finding, ...]

    @property
    def breaking(self) -> list[str]:
        return [f"{f.rule} {f.message}" for f in self.findings if f.effect == "breaks-load"]

    @property
    def warned(self) -> list[str]:
        return [f"{f.rule} {f.message}" for f in self.findings if f.effect in USE]

    @property
    def agrees(self) -> bool:
        return bool(self.load) == bool(self.breaking)


def verdicts(folder: Path) -> Iterator[Verdict]:
    held = json.loads((folder / "outcomes.json").read_text("utf-8"))
    for environment, files in held["outcomes"].items():
        about = held["environments"][environment]
        targets = [Target(name, about[name], "truth") for name in ("keras", "python")]
        for file, outcome in sorted(files.items()):
            report = modelaudit.scan([folder / file], targets=targets)
            load = "" if outcome["load"] == "ok" else outcome["load"]
            use = outcome.get("use") or ""
            yield Verdict(environment, file, load, "" if use == "ok" else use, report.findings)


def agreement(held: list[Verdict]) -> float:
    return sum(one.agrees for one in held) / len(held)


def show(name: str, held: list[Verdict]) -> None:
    print(f"{name}: {agreement(held):.1%} of {len(held)} agree")
    print("  environment  refused+found  refused+silent  loaded+found  loaded+silent")
    for environment in dict.fromkeys(one.environment for one in held):
        cells = [(bool(o.load), bool(o.breaking)) for o in held if o.environment == environment]
        counts = [cells.count((a, b)) for a in (True, False) for b in (True, False)]
        print(f"  {environment:11} {counts[0]:>14} {counts[1]:>15} {counts[2]:>13} {counts[3]:>14}")
    for one in held:
        if not one.agrees:
            print(f"  {one.environment} {one.file}")
            print(f"    keras:      {one.load[:300] or 'loaded'}")
            print(f"    modelaudit: {'; '.join(one.breaking)[:300] or 'nothing'}")
        elif not one.load and one.use and not one.warned:
            print(f"  {one.environment} {one.file}: loads, is not warned of, and fails when used")
            print(f"    keras:      {one.use[:300]}")


def main() -> int:
    folders = [Path(argument) for argument in sys.argv[1:]] or list(FOLDERS)
    failed = False
    for folder in folders:
        if not (folder / "outcomes.json").is_file():
            print(f"{folder.name}: skipped, it has no outcomes.json")
            continue
        held = list(verdicts(folder))
        show(folder.name, held)
        failed |= agreement(held) < SHARE
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
