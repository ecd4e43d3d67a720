"""Findings against what loaders did with files of their own releases and of others.

    python -m benchmarks.truth.runtimes [FOLDER…]

A FOLDER (by default those that ``make environments-runtimes`` made, one for each loader) has
models by the release that wrote them, ``expected.json`` with what the writer predicted, and
``outcomes.json`` with what each release did: whether loading raised, hung or ended the process,
whether predicting raised, and what was predicted. Every file is scanned with all these releases as
targets. "A finding with the effect breaks-load" is compared with "did not load"; of what loads,
"a finding with the effect breaks-use" with "raised, or predicted something else".
"""

from __future__ import annotations

import os
import sys
from math import isnan
from pathlib import Path

import modelaudit
from benchmarks.common.verdicts import (
    ROOT,
    Comparison,
    Questions,
    Verdict,
    below,
    counts,
    main,
    outcomes,
    raised,
    said,
)
from modelaudit.core.findings import Finding, Target

SHARE = 0.98
CLOSE = 2e-4
"""How far a prediction may be from the writer's, beside one more than its size."""
MADE = Path(os.environ.get("MODELAUDIT_TRUTH", ROOT / ".truth")) / "runtimes"
LOADERS = ("xgboost", "lightgbm", "safetensors", "gguf", "tflite")


def judge(folder: Path) -> Questions:
    recorded = outcomes(folder)
    environments: dict[str, dict[str, str]] = recorded["environments"]
    targets = {
        name: Target(package, release, "truth")
        for name, packages in environments.items()
        for package, release in packages.items()
    }
    judged: Questions = {"load": [], "use": []}
    files = sorted({file for held in recorded["outcomes"].values() for file in held})
    for file in files:
        findings = modelaudit.scan([folder / file], targets=list(targets.values())).findings
        for name, held in recorded["outcomes"].items():
            if file not in held:
                continue
            about = [one for one in findings if one.target in (None, targets[name])]
            _compare(judged, name, file, held[file], recorded["expected"].get(file), about)
    return judged


def _compare(
    judged: Questions, name: str, file: str, outcome: dict[str, object],
    expected: list[float] | None, about: list[Finding],
) -> None:  # fmt: skip
    load = raised(str(outcome["load"]))
    judged["load"].append(Verdict(name, file, load, said(about, "breaks-load")))
    if not load:
        used = raised(str(outcome.get("use", "ok"))) or differs(outcome, expected)
        judged["use"].append(Verdict(name, file, used, said(about, "breaks-use")))


def differs(outcome: dict[str, object], expected: list[float] | None) -> str:
    """What is predicted, where it is not what the writer predicted."""
    found = outcome.get("out")
    if expected is None or not isinstance(found, list):
        return ""
    same = len(found) == len(expected) and all(map(_close, expected, found))
    return "" if same else f"predicts {found[:4]} and not {expected[:4]}"


def _close(one: float, other: float) -> bool:
    both_nan = isnan(one) and isnan(other)
    return both_nan or one == other or abs(one - other) <= CLOSE * (1 + abs(one))


def failures(_: Path, judged: Questions) -> list[str]:
    failed = below("agreement on loading", counts(judged["load"]).agreement, SHARE)
    return failed + below("agreement on use", counts(judged["use"]).agreement, SHARE)


COMPARISON = Comparison(tuple(MADE / loader for loader in LOADERS), judge, failures)

if __name__ == "__main__":
    sys.exit(main(COMPARISON, __doc__))
