"""Findings against what onnxruntime did: the backend tests of onnx, loaded by several releases.

    python benchmarks/truth_onnx.py [FOLDER]

FOLDER (by default ../shared/truth/onnx) holds ``outcomes.json``: for each release of onnxruntime
and each model of ``onnx.backend.test.case.node``, "ok" or what creating a session raised. The
models are written anew by the onnx that is installed. Every model is scanned with the target
``onnxruntime==X``, and "a finding with the effect breaks-load" is compared with "loading raised".
"""

from __future__ import annotations

import json
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

from onnx.backend.test.case.node import collect_testcases
from truth_torch import FOLDER, Verdict, agreement, false_alarms, show

import modelaudit
from modelaudit.core.findings import Target

SHARE = 0.99
MOST_FALSE_ALARMS = 5


def write_models(folder: Path) -> None:
    """Every model of the backend tests, as NAME.onnx."""
    warnings.simplefilter("ignore")  # of what NumPy thinks about the numbers in the tests
    for case in collect_testcases(None):
        (folder / f"{case.name}.onnx").write_bytes(case.model.SerializeToString())


def verdicts(folder: Path, held: dict[str, dict[str, str]]) -> Iterator[Verdict]:
    for release, outcomes in held.items():
        paths = sorted(folder.glob("*.onnx"))
        report = modelaudit.scan(paths, targets=[Target("onnxruntime", release, "truth")], jobs=1)
        breaking: dict[str, list[str]] = {path.stem: [] for path in paths}
        for finding in report.findings:
            if finding.effect == "breaks-load":
                said = f"{finding.rule} {finding.message}"
                breaking[Path(finding.where.path).stem].append(said)
        for name, told in sorted(outcomes.items()):
            raised = "" if told == "ok" else told
            yield Verdict(release, name, raised, tuple(breaking[name]))


def main() -> int:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER / "onnx"
    outcomes = root / "outcomes.json"
    if not outcomes.is_file():
        print(f"onnx: skipped, there is no {outcomes.name} in {root.name}")
        return 0
    held: dict[str, dict[str, str]] = json.loads(outcomes.read_text("utf-8"))["onnxruntime"]
    failed = False
    with tempfile.TemporaryDirectory() as scratch:
        write_models(Path(scratch))
        judged = list(verdicts(Path(scratch), held))
    show("onnx", judged, "onnxruntime")
    for release in held:
        own = [one for one in judged if one.release == release]
        share, alarms = agreement(own), false_alarms(own)
        print(f"  {release}: {share:.2%} agree, {alarms} false alarms")
        failed |= share < SHARE or alarms > MOST_FALSE_ALARMS
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
