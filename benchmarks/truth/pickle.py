"""Findings against what real environments did with pickles: does it load, and does it work.

    python -m benchmarks.truth.pickle [FOLDER…]

A FOLDER (by default ../shared/truth/pickle, and the three of ``make environments-pickle``) has
an ``outcomes.json``: for each environment that read and each file the exception that loading
raised, and the one that using the loaded object raised. Every file is scanned with the packages of
the reading environment as targets. "A finding with the effect breaks-load" is compared with
"loading raised"; of what loads, "a finding with the effect breaks-use" with "using raised".
"""

from __future__ import annotations

import os
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

LOADS, RECALL, PRECISION = 0.99, 0.90, 0.95
"""What has to be reached: verdicts on loading that agree; breaks in use found, and right."""
MADE = Path(os.environ.get("MODELAUDIT_TRUTH", ROOT / ".truth")) / "pickle"
PACKAGES = MADE.with_name("packages")
FURTHER = MADE.with_name("further")


def judge(folder: Path) -> Questions:
    recorded = outcomes(folder)
    judged: Questions = {"load": [], "use": []}
    for environment, files in recorded["outcomes"].items():
        packages = recorded["environments"][environment]
        targets = [Target(name, version, "truth") for name, version in packages.items()]
        for file, outcome in files.items():
            findings = modelaudit.scan([folder / file], targets=targets).findings
            load, use = raised(outcome.get("load")), raised(outcome.get("use"))
            breaking = said(findings, "breaks-load")
            judged["load"].append(Verdict(environment, file, load, breaking))
            if not load:
                failing = said(findings, "breaks-use")
                judged["use"].append(Verdict(environment, file, use, failing))
    return judged


def failures(_: Path, judged: Questions) -> list[str]:
    loads, uses = counts(judged["load"]), counts(judged["use"])
    failed = below("agreement on loading", loads.agreement, LOADS)
    failed += below("recall of breaks in use", uses.recall, RECALL)
    failed += below("precision of breaks in use", uses.precision, PRECISION)
    if loads.false_alarms:
        failed.append(f"{loads.false_alarms} false alarms on loading")
    return failed


COMPARISON = Comparison((TRUTH / "pickle", MADE, PACKAGES, FURTHER), judge, failures)

if __name__ == "__main__":
    sys.exit(main(COMPARISON, __doc__))
