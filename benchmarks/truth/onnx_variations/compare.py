"""Findings about variations of models against what releases of onnxruntime did with them.

    python -m benchmarks.truth.onnx_variations.compare FOLDER…

A FOLDER is one that ``benchmarks.truth.onnx_variations.build`` has written. Two questions: whether
making a session raises ("a finding breaks-load"), and of sessions that are made, whether every
run raises ("a finding breaks-load or breaks-use"). A run fails where it does with three fillings of
the inputs (ones, zeros, twos), so that what fails by other values of inputs, which are not in the
file, counts as running. What the machine decides (a locale) counts for neither.
"""

from __future__ import annotations

import sys
from pathlib import Path

import modelaudit
from benchmarks.common.verdicts import (
    Comparison,
    Questions,
    Verdict,
    below,
    counts,
    main,
    outcomes,
    said,
)
from modelaudit.core.findings import Finding, Target

LOAD_SHARE = 0.99
USE_RECALL = 0.93


def judge(folder: Path) -> Questions:
    load: list[Verdict] = []
    use: list[Verdict] = []
    paths = sorted((folder / "models").glob("*.onnx"))
    releases = outcomes(folder)
    targets = [Target("onnxruntime", release, "truth") for release in releases]
    by_model: dict[str, list[Finding]] = {path.stem: [] for path in paths}
    for finding in modelaudit.scan(paths, targets=targets, jobs=1).findings:
        by_model[Path(finding.where.path).stem].append(finding)
    for release, ends in releases.items():
        for name, (where, why) in ends.items():
            if where == "machine":
                continue
            concerned = [
                one for one in by_model[name] if not one.target or one.target.version == release
            ]
            breaking = said(concerned, "breaks-load")
            load.append(Verdict(release, name, why if where == "load" else "", breaking))
            if where in ("ok", "run"):
                found = said(concerned, "breaks-load", "breaks-use")
                use.append(Verdict(release, name, why if where == "run" else "", found))
    return {"load": load, "use": use}


def failures(_: Path, judged: Questions) -> list[str]:
    load, use = counts(judged["load"]), counts(judged["use"])
    failed = below("agreement on loading", load.agreement, LOAD_SHARE)
    return failed + below("recall of use", use.recall, USE_RECALL)


COMPARISON = Comparison((), judge, failures)

if __name__ == "__main__":
    sys.exit(main(COMPARISON, __doc__))
