"""Findings against what transformers did with folders: configurations, tokenizers, generation.

    python -m benchmarks.truth.folders [FOLDER…]

A FOLDER (by default those in folders_transformers) has an ``outcomes.json`` with the texts of some
240 folders, and for each release what loading each of them raised. The folders are written anew
and scanned with the target ``transformers==X``. "A finding with the effect breaks-load" is compared
with "the configuration, the tokenizer or the settings of generation raised", where the folder's
own code may run. Of folders with code, "a finding that says that it has to be trusted" is compared
with "raised where nobody trusted it, and not where somebody did".
"""

from __future__ import annotations

import sys
import tempfile
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
    raised,
    said,
)
from modelaudit.core.findings import Finding, Target

SHARE = 0.98
MADE = Path(__file__).resolve().parent / "folders_transformers"
PARTS = ("config", "tokenizer", "generation")
PASSED_OVER = ("OSError", "TypeError")
"""What a model passes over while it reads generation_config.json, and then does without it."""
NEEDS_TRUST = "HUB211"
"""The rule that says that code has to be trusted."""


def judge(folder: Path) -> Questions:
    recorded = outcomes(folder)
    judged: Questions = {"load": [], "trust": []}
    with tempfile.TemporaryDirectory(prefix="m") as root:
        names = write(Path(root), recorded["folders"])
        for release, found in recorded["outcomes"].items():
            about = scanned(Path(root), release)
            for number, name in names.items():
                outcome, findings = found[number], about.get(number, [])
                load = " ".join(filter(None, map(stops, PARTS, map(outcome.get, PARTS))))
                breaking = said(findings, "breaks-load")
                judged["load"].append(Verdict(release, name, load, breaking))
                asked = [outcome.get(part) for part in ("asked", "asked-tokenizer")]
                if any(asked) and not load:
                    needs = tuple(one.rule for one in findings if one.rule == NEEDS_TRUST)
                    refused = " ".join(filter(None, map(raised, asked)))
                    judged["trust"].append(Verdict(release, name, refused, needs))
    return judged


def stops(part: str, outcome: str | None) -> str:
    """What a part raised, if that keeps a model from being loaded."""
    said = raised(outcome)
    return "" if part == "generation" and said.startswith(PASSED_OVER) else said


def write(root: Path, folders: dict[str, dict[str, str]]) -> dict[str, str]:
    """Write the folders; their names by number.

    Their own names would tell old releases the model type, which they look for in the path.
    """
    names = {}
    for number, (name, files) in enumerate(folders.items()):
        names[f"{number:03}"] = name
        for file, text in files.items():
            path = root / f"{number:03}" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    return names


def scanned(root: Path, release: str) -> dict[str, list[Finding]]:
    """The findings in each folder, for one release."""
    report = modelaudit.scan([root], targets=[Target("transformers", release, "truth")])
    found: dict[str, list[Finding]] = {}
    for one in report.findings:
        found.setdefault(Path(one.where.path).relative_to(root).parts[0], []).append(one)
    return found


def failures(_: Path, judged: Questions) -> list[str]:
    return below("agreement on loading", counts(judged["load"]).agreement, SHARE)


COMPARISON = Comparison(tuple(sorted(MADE.glob("draw-*"))), judge, failures)

if __name__ == "__main__":
    sys.exit(main(COMPARISON, __doc__))
