"""Findings against what Keras did with files: models of several releases, loaded for real.

    python -m benchmarks.truth.keras [FOLDER…]

A FOLDER (by default ../shared/truth/keras and fixtures/real/keras/truth) has models and an
``outcomes.json``. Every file is scanned with the targets keras and python of each environment that
read it, and "a finding with the effect breaks-load" is compared with "loading raised". Of what
loads, "a finding with any effect but advice" is compared with "using raised, or differed".
"""

from __future__ import annotations

import sys
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
    for environment, files in recorded["outcomes"].items():
        about = recorded["environments"][environment]
        targets = [Target(name, about[name], "truth") for name in ("keras", "python")]
        for file, outcome in sorted(files.items()):
            findings = modelaudit.scan([folder / file], targets=targets).findings
            load, use = raised(outcome["load"]), raised(outcome.get("use"))
            breaking = said(findings, "breaks-load")
            judged["load"].append(Verdict(environment, file, load, breaking))
            if not load:
                warned = said(findings, "breaks-load", "breaks-use", "may-break")
                judged["use"].append(Verdict(environment, file, use, warned))
    return judged


def failures(_: Path, judged: Questions) -> list[str]:
    return below("agreement on loading", counts(judged["load"]).agreement, SHARE)


COMPARISON = Comparison(
    (TRUTH / "keras", ROOT / "fixtures" / "real" / "keras" / "truth"), judge, failures
)

if __name__ == "__main__":
    sys.exit(main(COMPARISON, __doc__))
