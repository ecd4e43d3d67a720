"""Findings against what TensorFlow did: SavedModels of two releases, loaded by two for real.

    python benchmarks/truth_savedmodel.py [FOLDER]

FOLDER (by default ../shared/truth/savedmodel) holds a directory for each model and
``outcomes.json``. Every model is scanned with the target ``tensorflow==X`` for each release that
read it, and "a finding with the effect breaks-load" is compared with "loading raised". What calling
the model did is compared with ``breaks-use`` where it loaded, and what ``keras.models.load_model``
did with what is said for ``keras==X``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import modelaudit
from modelaudit.core.findings import Target

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT.parent / "shared" / "truth" / "savedmodel"
SHARE = 0.96
"""Of the verdicts about loading, how many have to agree."""
TEST_INPUT = ("Unknown image file format", "Could not parse example input")
"""What the model raised because of what it was given, which no file can tell."""


@dataclass(frozen=True)
class Verdict:
    """One model and one release: what was raised there, and what modelaudit said, or nothing."""

    question: str
    reader: str
    model: str
    raised: str
    findings: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        return bool(self.raised) == bool(self.findings)


def verdicts(folder: Path) -> Iterator[Verdict]:
    """Every verdict about every model: load, use where it loaded, and keras where it was asked."""
    held = json.loads((folder / "outcomes.json").read_text("utf-8"))
    for environment, models in held["outcomes"].items():
        versions = held["environments"][environment]
        for model, outcome in sorted(models.items()):
            yield from _about(folder / model, versions, model, outcome)


def _about(
    path: Path, versions: dict[str, str], model: str, outcome: dict[str, str | None]
) -> Iterator[Verdict]:
    tensorflow = Target("tensorflow", versions["tensorflow"], "truth")
    keras = Target("keras", versions["keras"], "truth")
    found = modelaudit.scan([path], targets=[tensorflow, keras]).findings
    effects: dict[tuple[str, str], list[str]] = {}
    for one in found:
        name = one.target.name if one.target is not None else "tensorflow"
        effects.setdefault((name, one.effect or ""), []).append(f"{one.rule} {one.message}")
    release = tensorflow.version
    breaking = tuple(effects.get(("tensorflow", "breaks-load"), ()))
    yield Verdict("load", release, model, _raised(outcome["load"]), breaking)
    if outcome.get("use"):
        using = tuple(effects.get(("tensorflow", "breaks-use"), ()))
        yield Verdict("use", release, model, _raised(outcome["use"]), using)
    if outcome.get("keras_load_model"):
        refused = breaking + tuple(effects.get(("keras", "breaks-load"), ()))
        raised = _raised(outcome["keras_load_model"])
        yield Verdict("keras load_model", keras.version, model, raised, refused)


def _raised(told: str | None) -> str:
    if told is None or told == "ok" or any(text in told for text in TEST_INPUT):
        return ""
    return told


def agreement(judged: list[Verdict]) -> float:
    return sum(one.agrees for one in judged) / len(judged)


def show(question: str, judged: list[Verdict]) -> None:
    print(f"{question}: {agreement(judged):.1%} of {len(judged)} agree")
    print("  reader     raised+found  raised+silent  ok+found  ok+silent")
    for reader in dict.fromkeys(one.reader for one in judged):
        cells = [(bool(v.raised), bool(v.findings)) for v in judged if v.reader == reader]
        counts = [
            cells.count((raised, found)) for raised in (True, False) for found in (True, False)
        ]
        print(f"  {reader:9} {counts[0]:>13} {counts[1]:>14} {counts[2]:>9} {counts[3]:>10}")
    for one in judged:
        if not one.agrees:
            print(f"  {one.reader} {one.model}")
            print(f"    raised:     {one.raised[:160] or 'nothing'}")
            print(f"    modelaudit: {'; '.join(one.findings)[:300] or 'nothing'}")


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    if not (folder / "outcomes.json").is_file():
        print(f"skipped: there is no outcomes.json in {folder.name}")
        return 0
    judged = list(verdicts(folder))
    for question in dict.fromkeys(one.question for one in judged):
        show(question, [one for one in judged if one.question == question])
    return int(agreement([one for one in judged if one.question == "load"]) < SHARE)


if __name__ == "__main__":
    sys.exit(main())
