"""Findings against what TensorFlow did: SavedModels of two releases, loaded by two for real.

    python -m benchmarks.truth.savedmodel [FOLDER…]

A FOLDER (by default ../shared/truth/savedmodel) has a directory for each model and an
``outcomes.json``. Every model is scanned with the target ``tensorflow==X`` for each release that
read it, and "a finding with the effect breaks-load" is compared with "loading raised". What calling
the model did is compared with ``breaks-use`` where it loaded, and what ``keras.models.load_model``
did with the findings for ``keras==X``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
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
from modelaudit.core.findings import Finding, Target

SHARE = 0.96
"""Of the verdicts on each question, how many have to agree."""
TEST_INPUT = ("Unknown image file format", "Could not parse example input")
"""What a model raised because of its input, which no file can announce."""


def judge(folder: Path) -> Questions:
    recorded = outcomes(folder)
    judged: Questions = {"load": [], "use": [], "keras load_model": []}
    for environment, models in recorded["outcomes"].items():
        for model, outcome in sorted(models.items()):
            versions = recorded["environments"][environment]
            for question, verdict in _of_model(folder, model, versions, outcome):
                judged[question].append(verdict)
    return judged


def _of_model(
    folder: Path, model: str, versions: dict[str, str], outcome: dict[str, str | None]
) -> Iterator[tuple[str, Verdict]]:
    targets = [Target(name, versions[name], "truth") for name in ("tensorflow", "keras")]
    findings: dict[str, list[Finding]] = {target.name: [] for target in targets}
    for finding in modelaudit.scan([folder / model], targets=targets).findings:
        # one without a target holds for every TensorFlow
        findings[finding.target.name if finding.target else "tensorflow"].append(finding)
    breaking = said(findings["tensorflow"], "breaks-load")
    by_question = {
        "load": breaking,
        "use": said(findings["tensorflow"], "breaks-use"),
        "keras load_model": breaking + said(findings["keras"], "breaks-load"),
    }
    for question, found in by_question.items():
        happened = outcome.get(question.replace(" ", "_"))
        if happened or question == "load":
            reader = versions["keras" if question.startswith("keras") else "tensorflow"]
            yield question, Verdict(reader, model, _raised(happened), found)


def _raised(outcome: str | None) -> str:
    fault_of_input = any(text in (outcome or "") for text in TEST_INPUT)
    return "" if fault_of_input else raised(outcome)


def failures(_: Path, judged: Questions) -> list[str]:
    return [
        failure
        for question, verdicts in judged.items()
        for failure in below(f"agreement on {question}", counts(verdicts).agreement, SHARE)
    ]


COMPARISON = Comparison((TRUTH / "savedmodel",), judge, failures)

if __name__ == "__main__":
    sys.exit(main(COMPARISON, __doc__))
