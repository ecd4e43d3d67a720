"""Findings against what loaders ran: folders with code that leaves a marker, and without.

    python -m benchmarks.truth.folders_code [FOLDER…]

A FOLDER (by default folders_loaders) has an ``outcomes.json``: for each kind of ``recipes.py``,
hostile and benign, and each loader of an environment what loading raised and whether the marker
appeared. The folders are written anew and scanned. "A security finding at medium or above" is
compared with "the marker appeared with some loader, asked or unasked".
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import modelaudit
from benchmarks.common.verdicts import Comparison, Questions, Verdict, counts, main, outcomes
from benchmarks.truth.folders_loaders.recipes import Folder, folders
from modelaudit.core.findings import Finding

MADE = Path(__file__).resolve().parent / "folders_loaders"
GATES = ("medium", "high", "critical")


def judge(folder: Path) -> Questions:
    recorded: dict[str, dict[str, dict[str, object]]] = outcomes(folder)["outcomes"]
    judged = []
    for kind, variant, files in folders():
        acted = [
            f"{loader} of {environment}"
            for environment, found in recorded.items()
            for key, outcome in found.items()
            if key.startswith(f"{kind}/{variant}/") and outcome["marker"]
            for loader in [key.rpartition("/")[2]]
        ]
        judged.append(Verdict(variant, kind, ", ".join(acted), gating(files)))
    return {"code runs": judged}


def gating(files: Folder) -> tuple[str, ...]:
    """The security findings at medium or above about a folder."""
    with tempfile.TemporaryDirectory() as root:
        write(Path(root), files)
        found = modelaudit.scan([root]).findings
    return tuple(f"{one.rule} {one.message}" for one in found if gates(one))


def gates(finding: Finding) -> bool:
    return finding.category == "security" and str(finding.severity) in GATES


def write(root: Path, files: Mapping[str, str | bytes]) -> None:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def failures(_: Path, judged: Questions) -> list[str]:
    benign = [one for one in judged["code runs"] if one.reader == "benign" and one.findings]
    missed = counts(judged["code runs"]).missed
    failed = [f"{one.artifact} gates though it is harmless" for one in benign]
    return failed + ([f"{missed} kinds ran code and have no finding"] if missed else [])


COMPARISON = Comparison((MADE,), judge, failures)

if __name__ == "__main__":
    sys.exit(main(COMPARISON, __doc__))
