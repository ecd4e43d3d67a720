"""Findings against what JPMML-Evaluator and PMML4S did: documents by recipe, loaded and evaluated.

    python benchmarks/truth_pmml.py PYTHON [--exported FOLDER] [--every] [--keep FOLDER]

PYTHON is an interpreter that has both consumers (``make truth-pmml`` makes one) and a Java. Each
document is loaded and evaluated on one row by both, in child processes; "a finding with the effect
breaks-load" is compared with "loading raised", and of what loads, "breaks-use or may-break" with
"evaluating raised or predicted nothing". ``--every`` takes every systematic variation.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import pmml_recipes

import modelaudit
from modelaudit.config.model import Config
from modelaudit.core.findings import Target

HERE = Path(__file__).resolve().parent
CONSUMERS = {"jpmml-evaluator": "0.16.0", "pypmml": "1.5.8"}
COMPATIBILITY = Config(select=["PMM2"])
LOAD, RECALL, PRECISION = 0.98, 0.85, 0.90


@dataclass(frozen=True)
class Verdict:
    """One document and one consumer: what happened (``ok`` where all went well), what was found."""

    name: str
    load: str
    use: str
    breaking: tuple[str, ...]
    failing: tuple[str, ...]

    @property
    def loading(self) -> tuple[bool, bool]:
        return self.load != "ok", bool(self.breaking)

    @property
    def using(self) -> tuple[bool, bool]:
        return self.use != "ok", bool(self.failing or self.breaking)


def consume(python: str, consumer: str, folder: Path, names: list[str]) -> dict[str, list[str]]:
    """What one consumer did with each document; a process that dies is started again behind it."""
    done: dict[str, list[str]] = {}
    while len(done) < len(names):
        left = [name for name in names if name not in done]
        command = [python, str(HERE / "pmml_consume.py"), consumer, str(folder)]
        process = subprocess.run(
            command, input="\n".join(left) + "\n", capture_output=True, text=True, check=False
        )
        for line in process.stdout.splitlines():
            if line.startswith('["'):
                name, load, use = json.loads(line)
                done[name] = [load, use]
        died = next((name for name in left if name not in done), None)
        if died is not None:
            done[died] = [f"the process ended: {process.stderr[-200:]}", ""]
    return done


def verdicts(folder: Path, name: str, outcomes: dict[str, list[str]]) -> dict[str, Verdict]:
    """What is found for each consumer, beside what that did."""
    targets = [Target(consumer, version, "truth") for consumer, version in CONSUMERS.items()]
    report = modelaudit.scan([folder / name], config=COMPATIBILITY, targets=targets)
    found: dict[str, Verdict] = {}
    for consumer, outcome in outcomes.items():
        told: dict[str, list[str]] = {"breaks-load": [], "breaks-use": [], "may-break": []}
        for finding in report.findings:
            if finding.effect in told and finding.target and finding.target.name == consumer:
                told[finding.effect].append(f"{finding.rule} {finding.message}")
        failing = told["breaks-use"] + told["may-break"]
        found[consumer] = Verdict(name, *outcome, tuple(told["breaks-load"]), tuple(failing))
    return found


def table(title: str, cells: Iterable[tuple[bool, bool]]) -> Counter[tuple[bool, bool]]:
    counts = Counter(cells)
    both, missed = counts[True, True], counts[True, False]
    alarms, silent = counts[False, True], counts[False, False]
    print(
        f"  {title:5} failed+found {both:4}  failed+silent {missed:4}"
        f"  worked+found {alarms:4}  worked+silent {silent:4}"
    )
    return counts


def share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def show(consumer: str, verdicts: list[Verdict]) -> bool:
    """Print how one consumer's outcomes compare; whether they are as good as they have to be."""
    print(f"{consumer} {CONSUMERS[consumer]}: {len(verdicts)} documents")
    loads = table("load", (one.loading for one in verdicts))
    loaded = [one for one in verdicts if one.load == "ok"]
    uses = table("use", (one.using for one in loaded))
    agree = share(loads[True, True] + loads[False, False], len(verdicts))
    recall = share(uses[True, True], uses[True, True] + uses[True, False])
    precision = share(uses[True, True], uses[True, True] + uses[False, True])
    print(f"  load agrees {agree:.1%}; use recall {recall:.1%}, precision {precision:.1%}")
    for one in verdicts:
        wrong = one.loading[0] != one.loading[1]
        if wrong or (one.load == "ok" and one.using[0] != one.using[1]):
            happened = f"load: {one.load}" if wrong else f"use: {one.use}"
            found = one.breaking if wrong else (*one.breaking, *one.failing)
            print(f"    {one.name}\n      {consumer}: {' '.join(happened.split())[:170]}")
            print(f"      modelaudit: {'; '.join(found)[:170] or 'nothing'}")
    return agree >= LOAD and recall >= RECALL and precision >= PRECISION


def gather(arguments: argparse.Namespace, folder: Path) -> list[str]:
    """Write the documents; their names."""
    if arguments.every:
        pmml_recipes.LIMITS.update(dict.fromkeys(pmml_recipes.LIMITS, sys.maxsize))
    documents = pmml_recipes.documents()
    rows: dict[str, object] = {}
    if arguments.exported is not None and arguments.exported.is_dir():
        for path in sorted(arguments.exported.glob("*.pmml")):
            documents[path.name] = path.read_bytes()
        rows = json.loads((arguments.exported / "rows.json").read_text("utf-8"))
    for name, data in documents.items():
        (folder / name).write_bytes(data)
    (folder / "rows.json").write_text(json.dumps(rows), encoding="utf-8")
    return sorted(documents)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("python", help="an interpreter with jpmml_evaluator and pypmml")
    parser.add_argument("--exported", type=Path, help="documents that exporters wrote")
    parser.add_argument("--every", action="store_true", help="every systematic variation")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        names = gather(arguments, folder)
        did = {
            consumer: consume(arguments.python, consumer, folder, names) for consumer in CONSUMERS
        }
        judged = [
            verdicts(folder, name, {consumer: did[consumer][name] for consumer in did})
            for name in names
        ]
    good = True
    for consumer in CONSUMERS:
        good &= show(consumer, [one[consumer] for one in judged])
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
