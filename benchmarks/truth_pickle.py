"""Findings against what real environments did with pickles: does it load, and does it work.

    python benchmarks/truth_pickle.py [FOLDER…]

A FOLDER (by default ../shared/truth/pickle, and what build_pickle_truth.py made) holds an
``outcomes.json``: for each environment that read and each file the exception that loading raised,
and the one that using the loaded object raised. Every file is scanned with the packages of the
reading environment as targets. "A finding with the effect breaks-load" is compared with "loading
raised"; of what loads, "a finding with the effect breaks-use" with "using raised".
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import modelaudit
from modelaudit.core.findings import Target

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = (
    ROOT.parent / "shared" / "truth" / "pickle",
    Path(os.environ.get("MODELAUDIT_TRUTH", ROOT / ".truth")) / "pickle",
)
LOADS, RECALL, PRECISION = 0.99, 0.90, 0.95
"""What has to be reached: verdicts on loading that agree; breaks in use found, and right."""


@dataclass(frozen=True)
class Verdict:
    """One file in one environment: what was raised there, and what modelaudit said of it."""

    environment: str
    file: str
    load: str
    use: str
    breaks_load: tuple[str, ...]
    breaks_use: tuple[str, ...]


def judged(folder: Path) -> Iterator[Verdict]:
    held = json.loads((folder / "outcomes.json").read_text("utf-8"))
    for environment, outcomes in held["outcomes"].items():
        packages = held["environments"][environment]
        targets = [Target(name, version, "truth") for name, version in packages.items()]
        for file, outcome in outcomes.items():
            report = modelaudit.scan([folder / file], targets=targets)
            said = {
                effect: tuple(
                    f"{f.rule} {f.message}" for f in report.findings if f.effect == effect
                )
                for effect in ("breaks-load", "breaks-use")
            }
            yield Verdict(
                environment,
                file,
                _raised(outcome, "load"),
                _raised(outcome, "use"),
                said["breaks-load"],
                said["breaks-use"],
            )


def _raised(outcome: dict[str, str], part: str) -> str:
    told = outcome.get(part, "ok")
    return "" if told == "ok" else told


def show_cells(title: str, cells: list[tuple[str, bool, bool]]) -> None:
    """A confusion table with one line for each environment that read."""
    print(f"  {title:32} raised+found  raised+silent  worked+found  worked+silent")
    for environment in (*dict.fromkeys(name for name, _, _ in cells), "all"):
        mine = [(a, b) for name, a, b in cells if environment in (name, "all")]
        counts = [
            mine.count((raised, found)) for raised in (True, False) for found in (True, False)
        ]
        print(f"  {environment:32}{counts[0]:>13}{counts[1]:>15}{counts[2]:>14}{counts[3]:>15}")


def share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def show(folder: Path, verdicts: list[Verdict]) -> bool:
    """Print the tables and every disagreement; whether all that has to be reached was."""
    loads = [(one.environment, bool(one.load), bool(one.breaks_load)) for one in verdicts]
    agreement = share(sum(a == b for _, a, b in loads), len(loads))
    alarms = sum(not a and b for _, a, b in loads)
    print(f"{folder.name}: loading, {agreement:.2%} of {len(loads)} agree, {alarms} false alarms")
    show_cells("load", loads)
    loaded = [one for one in verdicts if not one.load]
    uses = [(one.environment, bool(one.use), bool(one.breaks_use)) for one in loaded]
    found = sum(a and b for _, a, b in uses)
    recall = share(found, sum(a for _, a, _ in uses))
    precision = share(found, sum(b for _, _, b in uses))
    print(f"{folder.name}: use of what loads, recall {recall:.1%}, precision {precision:.1%}")
    show_cells("use", uses)
    for one in verdicts:
        if bool(one.load) != bool(one.breaks_load):
            _disagree("load", one, one.load, one.breaks_load)
        elif not one.load and bool(one.use) != bool(one.breaks_use):
            _disagree("use", one, one.use, one.breaks_use)
    return agreement >= LOADS and not alarms and recall >= RECALL and precision >= PRECISION


def _disagree(what: str, one: Verdict, raised: str, findings: tuple[str, ...]) -> None:
    print(f"  {what}: {one.file} in {one.environment}")
    print(f"    there:      {' '.join(raised.split())[:200] or 'nothing raised'}")
    print(f"    modelaudit: {'; '.join(findings)[:300] or 'nothing'}")


def main() -> int:
    folders = [Path(name) for name in sys.argv[1:]] or list(FOLDERS)
    reached = True
    for folder in folders:
        if not (folder / "outcomes.json").is_file():
            print(f"{folder.name}: skipped, there is no outcomes.json in it")
            continue
        reached &= show(folder, list(judged(folder)))
    return int(not reached)


if __name__ == "__main__":
    sys.exit(main())
