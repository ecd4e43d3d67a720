"""Findings against what torch did: 160 checkpoints and 73 archives of TorchScript, loaded for real.

    python -m benchmarks.truth.torch [FOLDER…]

A FOLDER (by default ``torch-weights-only`` and ``torchscript`` of ../shared/truth) has an
``outcomes.json``. Every file is scanned with the target ``torch==X`` for each release that read it,
and "a finding with the effect breaks-load" is compared with "loading raised".
"""

from __future__ import annotations

import sys
from pathlib import Path

import modelaudit
from benchmarks.common.verdicts import (
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

SHARES = {"torch-weights-only": 0.99, "torchscript": 0.98}
"""The share of verdicts that has to agree, by folder."""
FALSE_ALARMS = {"torch-weights-only": 1}
"""The most verdicts that may be false alarms, by folder."""


def judge(folder: Path) -> Questions:
    verdicts = []
    for environment, files in outcomes(folder)["outcomes"].items():
        release = environment.removeprefix("torch")
        for file, outcome in sorted(files.items()):
            load = outcome["load"] if isinstance(outcome, dict) else outcome
            report = modelaudit.scan([folder / file], targets=[Target("torch", release, "truth")])
            breaking = said(report.findings, "breaks-load")
            verdicts.append(Verdict(release, file, raised(load), breaking))
    return {"load": verdicts}


def failures(folder: Path, judged: Questions) -> list[str]:
    total = counts(judged["load"])
    failed = below("agreement", total.agreement, SHARES.get(folder.name, 0.98))
    most = FALSE_ALARMS.get(folder.name, total.false_alarms)
    if total.false_alarms > most:
        failed.append(f"{total.false_alarms} false alarms, more than {most}")
    return failed


COMPARISON = Comparison(tuple(TRUTH / name for name in SHARES), judge, failures)

if __name__ == "__main__":
    sys.exit(main(COMPARISON, __doc__))
