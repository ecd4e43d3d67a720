"""Findings against what onnxruntime did: the backend tests of onnx, loaded by several releases.

    python -m benchmarks.truth.onnx [FOLDER…]

A FOLDER (by default ../shared/truth/onnx) has an ``outcomes.json``: for each release of onnxruntime
and each model of ``onnx.backend.test.case.node``, "ok" or what creating a session raised. The
models are written anew by the onnx that is installed. Every model is scanned with the target
``onnxruntime==X``, and "a finding with the effect breaks-load" is compared with "loading raised".
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from pathlib import Path

from onnx.backend.test.case.node import collect_testcases

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
from modelaudit.core.findings import Finding, Target

SHARE = 0.99
MOST_FALSE_ALARMS = 5
"""What has to be reached for each release of onnxruntime."""


def write_models(folder: Path) -> list[Path]:
    """Every model of the backend tests, as NAME.onnx."""
    warnings.simplefilter("ignore")  # of what NumPy thinks about the numbers in the tests
    for case in collect_testcases(None):
        assert case.model is not None
        (folder / f"{case.name}.onnx").write_bytes(case.model.SerializeToString())
    return sorted(folder.glob("*.onnx"))


def judge(folder: Path) -> Questions:
    verdicts = []
    with tempfile.TemporaryDirectory() as scratch:
        paths = write_models(Path(scratch))
        for release, models in outcomes(folder)["onnxruntime"].items():
            target = Target("onnxruntime", release, "truth")
            by_model: dict[str, list[Finding]] = {path.stem: [] for path in paths}
            for finding in modelaudit.scan(paths, targets=[target], jobs=1).findings:
                by_model[Path(finding.where.path).stem].append(finding)
            for name, outcome in sorted(models.items()):
                breaking = said(by_model[name], "breaks-load")
                verdicts.append(Verdict(release, name, raised(outcome), breaking))
    return {"load": verdicts}


def failures(_: Path, judged: Questions) -> list[str]:
    failed = []
    for release in dict.fromkeys(one.reader for one in judged["load"]):
        total = counts(one for one in judged["load"] if one.reader == release)
        failed += below(f"agreement with {release}", total.agreement, SHARE)
        if total.false_alarms > MOST_FALSE_ALARMS:
            failed.append(f"{total.false_alarms} false alarms for {release}")
    return failed


COMPARISON = Comparison((TRUTH / "onnx",), judge, failures)

if __name__ == "__main__":
    sys.exit(main(COMPARISON, __doc__))
