"""Findings against what Keras did with files: models of several releases, loaded for real.

    python -m benchmarks.truth.keras [FOLDER…]

A FOLDER (by default ../shared/truth/keras and fixtures/real/keras/truth) has models and an
``outcomes.json``. Every file is scanned with the targets keras and python of each environment that
read it, and "a finding with the effect breaks-load" is compared with "loading raised". Of what
loads, "a finding with any effect but advice" is compared with "using raised, or differed".
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import modelaudit
from benchmarks.common.verdicts import (
    ROOT,
    TRUTH,
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
from modelaudit.core.findings import Target

SHARE = 0.97
"""The share of verdicts on loading that has to agree. Those on use are shown only."""


def judge(folder: Path) -> Questions:
    recorded = outcomes(folder)
    judged: Questions = {"load": [], "use": []}
    expected = usual(recorded["outcomes"])
    for environment, files in recorded["outcomes"].items():
        about = recorded["environments"][environment]
        targets = [Target(name, about[name], "truth") for name in ("keras", "python")]
        for file, outcome in sorted(files.items()):
            findings = modelaudit.scan([folder / file], targets=targets).findings
            load = raised(outcome["load"])
            use = raised(outcome.get("use")) or differs(outcome, expected.get(model_of(file)))
            breaking = said(findings, "breaks-load")
            judged["load"].append(Verdict(environment, file, load, breaking))
            if not load:
                warned = said(findings, "breaks-load", "breaks-use", "may-break")
                judged["use"].append(Verdict(environment, file, use, warned))
    return judged


def model_of(file: str) -> str:
    """What the forms of one model have in common: its path without the ending."""
    return file.rpartition(".")[0]


def usual(recorded: dict[str, dict[str, dict[str, object]]]) -> dict[str, str]:
    """What most readers computed with each model, in whichever form they read it."""
    seen: dict[str, Counter[str]] = {}
    for files in recorded.values():
        for file, outcome in files.items():
            if "out" in outcome:
                seen.setdefault(model_of(file), Counter())[str(outcome["out"])] += 1
    return {model: outputs.most_common(1)[0][0] for model, outputs in seen.items()}


def differs(outcome: dict[str, object], expected: str | None) -> str:
    found = str(outcome.get("out", expected))
    return "" if found == expected else f"computed {found} and not {expected}"


def failures(_: Path, judged: Questions) -> list[str]:
    return below("agreement on loading", counts(judged["load"]).agreement, SHARE)


COMPARISON = Comparison(
    (TRUTH / "keras", ROOT / "fixtures" / "real" / "keras" / "truth"), judge, failures
)

if __name__ == "__main__":
    sys.exit(main(COMPARISON, __doc__))
