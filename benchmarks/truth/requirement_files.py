"""Requirement files as modelaudit resolves them, against what pip installs for them.

    python -m benchmarks.truth.requirement_files            what agrees with the recorded answers
    python -m benchmarks.truth.requirement_files --record   asks pip anew, which needs the network

A case is a folder of ``requirements/cases``, and ``requirements/cases.tsv`` has its Python. The
pip of that Python, ``python3.9`` on the path, gets ``pip.txt`` of the folder where there is one,
and ``requirements.txt`` otherwise: it resolves without downloading what it would install, and
evaluates markers for the Python that runs it. ``requirements/answers.json`` keeps what it chose, or
its error. With ``--record``, names of cases are those that are asked anew.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from modelaudit.config.model import Config
from modelaudit.core.findings import Target
from modelaudit.knowledge.aliases import canonical
from modelaudit.knowledge.releases import tables
from modelaudit.targets.surroundings import Surroundings

FOLDER = Path(__file__).parent / "requirements"
ANSWERS = FOLDER / "answers.json"


class Answer(msgspec.Struct, frozen=True):
    """What pip did: the releases that it would install, or the last line of its error."""

    installed: dict[str, str]
    error: str = ""


class Answers(msgspec.Struct, frozen=True):
    """The recorded answers by case. ``until`` is the day after which releases do not count."""

    until: str
    cases: dict[str, Answer]


class Said(msgspec.Struct, frozen=True):
    """What modelaudit says of a case."""

    versions: dict[str, str]
    conflicts: tuple[str, ...]


def cases() -> dict[str, str]:
    """The cases, and the Python of each."""
    lines = (FOLDER / "cases.tsv").read_text("utf-8").splitlines()[1:]
    return {name: python for name, python, _ in (line.split("\t") for line in lines)}


def ask(case: str, python: str) -> Answer:
    """What pip would install for a case."""
    folder = FOLDER / "cases" / case
    file = "pip.txt" if (folder / "pip.txt").is_file() else "requirements.txt"
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.json"
        command = [
            *(f"python{python}", "-m", "pip", "install", "--dry-run", "--ignore-installed"),
            *("--use-feature=fast-deps", "--only-binary", ":all:", "--quiet"),
            *("--report", str(report), "-r", file),
        ]
        run = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder)
        if run.returncode:
            errors = [line for line in run.stderr.splitlines() if line.startswith("ERROR")]
            return Answer({}, errors[-1] if errors else run.stderr.strip())
        found = json.loads(report.read_text("utf-8"))["install"]
    metadata = [entry["metadata"] for entry in found]
    kept = {canonical(one["name"]): one["version"] for one in metadata}
    return Answer({name: kept[name] for name in sorted(kept) if name in tables()})


def say(case: str, python: str) -> Said:
    """What modelaudit says of a case on a Python."""
    with tempfile.TemporaryDirectory() as scratch, contextlib.chdir(scratch):
        shutil.copytree(FOLDER / "cases" / case, scratch, dirs_exist_ok=True)
        where = Surroundings(["."], Config(), [Target("python", python, "case")])
        targets = [target for target in where.targets_of("model.pkl") if target.version]
        conflicts = [one for entry in where.resolutions() for one in entry.conflicts]
    versions = {t.name: t.version for t in targets if not t.also and t.name in tables()}
    told = [dict(c.fields)["requirements"] for c in conflicts if c.kind.startswith("unsatisf")]
    return Said(versions, tuple(told))


def differences(answer: Answer, said: Said) -> Iterator[str]:
    """What pip and the resolution here say differently of packages that both name."""
    if bool(answer.error) != bool(said.conflicts):
        yield f"pip: {answer.error or 'installs'}; here: {said.conflicts or 'installs'}"
    elif not answer.error:
        for name in sorted(set(answer.installed) & set(said.versions)):
            if answer.installed[name] != said.versions[name]:
                yield f"{name}: pip {answer.installed[name]}, here {said.versions[name]}"


def record(names: list[str]) -> None:
    known = msgspec.json.decode(ANSWERS.read_bytes(), type=Answers).cases
    wanted = {name: python for name, python in cases().items() if not names or name in names}
    found = {**known, **{name: ask(name, python) for name, python in wanted.items()}}
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    text = msgspec.json.format(msgspec.json.encode(Answers(today, found)), indent=1)
    ANSWERS.write_bytes(text + b"\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true", help="ask pip anew")
    parser.add_argument("cases", nargs="*", help="the cases to ask about; all where left out")
    options = parser.parse_args()
    if options.record:
        record(options.cases)
    known = msgspec.json.decode(ANSWERS.read_bytes(), type=Answers)
    wrong = 0
    for name, python in cases().items():
        said = say(name, python)
        found = list(differences(known.cases[name], said))
        wrong += bool(found)
        outcome = "; ".join(found) or f"agrees, {len(said.versions)} releases"
        print(f"{name:18} {python:5} {outcome}")
    print(f"{len(known.cases) - wrong} of {len(known.cases)} agree")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
