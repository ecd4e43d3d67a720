"""Findings against what JPMML-Evaluator and PMML4S did: documents by recipe, loaded and evaluated.

    python -m benchmarks.truth.pmml PYTHON [--exported FOLDER] [--every]
    python -m benchmarks.truth.pmml PYTHON --drawn NUMBER [--seed SEED]

PYTHON is an interpreter that has both consumers (``make truth-pmml`` makes one) and a Java. Each
document is loaded and evaluated on one row by both, in child processes; "a finding with the effect
breaks-load" is compared with "loading raised", and of what loads, "breaks-use or may-break" with
"evaluating raised or predicted nothing". ``--every`` takes every systematic variation; ``--drawn``
takes documents that a seed draws instead, so many of each base: another seed asks blind.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import modelaudit
from benchmarks.common.verdicts import ROOT, Questions, Verdict, below, counts, raised, said, show
from benchmarks.truth.pmml_documents import recipes
from benchmarks.truth.pmml_drawn import draw
from modelaudit.config.model import Config
from modelaudit.core.findings import Target

CONSUMERS = {"jpmml-evaluator": "0.16.0", "pypmml": "1.5.8"}
CONSUME = "benchmarks.truth.pmml_consumers.consume"
COMPATIBILITY = Config(select=["PMM2"])
LOAD, RECALL, PRECISION = 0.98, 0.85, 0.90
DRAWN_LOAD, DRAWN_RECALL, DRAWN_PRECISION = 0.97, 0.85, 0.80
"""Of drawn documents more branches are not reached by their one row."""
SEED = 20261129


def consume(python: str, consumer: str, folder: Path, names: list[str]) -> dict[str, list[str]]:
    """What one consumer did with each document; a process that dies is started again behind it."""
    done: dict[str, list[str]] = {}
    while len(done) < len(names):
        left = [name for name in names if name not in done]
        command = [python, "-m", CONSUME, consumer, str(folder)]
        process = subprocess.run(
            command,
            input="\n".join(left) + "\n",
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )
        for line in process.stdout.splitlines():
            if line.startswith('["'):
                name, load, use = json.loads(line)
                done[name] = [load, use]
        died = next((name for name in left if name not in done), None)
        if died is not None:
            done[died] = [f"the process ended: {process.stderr[-200:]}", ""]
    return done


def judge(folder: Path, name: str, outcomes: dict[str, list[str]]) -> dict[str, Questions]:
    """The verdicts on one document, by consumer."""
    targets = [Target(consumer, version, "truth") for consumer, version in CONSUMERS.items()]
    report = modelaudit.scan([folder / name], config=COMPATIBILITY, targets=targets)
    judged: dict[str, Questions] = {}
    for consumer, (load, use) in outcomes.items():
        own = [one for one in report.findings if one.target and one.target.name == consumer]
        breaking = said(own, "breaks-load")
        judged[consumer] = {"load": [Verdict(consumer, name, raised(load), breaking)]}
        if not raised(load):
            failing = said(own, "breaks-load", "breaks-use", "may-break")
            judged[consumer]["use"] = [Verdict(consumer, name, raised(use), failing)]
    return judged


def failures(judged: Questions, *, drawn: bool) -> list[str]:
    least = (DRAWN_LOAD, DRAWN_RECALL, DRAWN_PRECISION) if drawn else (LOAD, RECALL, PRECISION)
    uses = counts(judged["use"])
    failed = below("agreement on loading", counts(judged["load"]).agreement, least[0])
    failed += below("recall of failures in use", uses.recall, least[1])
    return failed + below("precision of failures in use", uses.precision, least[2])


def gather(arguments: argparse.Namespace, folder: Path) -> list[str]:
    """Write the documents; their names."""
    if arguments.drawn:
        found = draw.documents(arguments.seed, arguments.drawn)
        return _write(
            folder,
            {name: data for name, (data, _) in found.items()},
            {name: row for name, (_, row) in found.items()},
        )
    if arguments.every:
        recipes.LIMITS.update(dict.fromkeys(recipes.LIMITS, sys.maxsize))
    documents = recipes.documents()
    rows: Mapping[str, object] = {}
    if arguments.exported is not None and arguments.exported.is_dir():
        for path in sorted(arguments.exported.glob("*.pmml")):
            documents[path.name] = path.read_bytes()
        rows = json.loads((arguments.exported / "rows.json").read_text("utf-8"))
    return _write(folder, documents, rows)


def _write(folder: Path, documents: dict[str, bytes], rows: Mapping[str, object]) -> list[str]:
    for name, data in documents.items():
        (folder / name).write_bytes(data)
    (folder / "rows.json").write_text(json.dumps(rows), encoding="utf-8")
    return sorted(documents)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("python", help="an interpreter with jpmml_evaluator and pypmml")
    parser.add_argument("--exported", type=Path, help="documents that exporters wrote")
    parser.add_argument("--every", action="store_true", help="every systematic variation")
    parser.add_argument("--drawn", type=int, default=0, help="documents to draw of each base")
    parser.add_argument("--seed", type=int, default=SEED, help="what draws them")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        names = gather(arguments, folder)
        did = {
            consumer: consume(arguments.python, consumer, folder, names) for consumer in CONSUMERS
        }
        judged = [
            judge(folder, name, {consumer: did[consumer][name] for consumer in did})
            for name in names
        ]
    failed = False
    for consumer, version in CONSUMERS.items():
        own: Questions = {
            question: [one for each in judged for one in each[consumer].get(question, [])]
            for question in ("load", "use")
        }
        for question, verdicts in own.items():
            show(f"{consumer} {version}, {question}", verdicts)
        for failure in failures(own, drawn=bool(arguments.drawn)):
            print(f"FAILED {consumer}: {failure}")
            failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
