"""Write rules/tables/tflite_runtimes.json: built-in operators by releases of interpreters.

    python -m scripts.tables.tflite.runtimes FOLDER   write
    python -m scripts.tables.tflite.runtimes --check  compare the table with how it is written

FOLDER has the environments of ``benchmarks.truth.runtime_loaders.build``. Each release is given a
model with one operator for every number and version: it looks the operator up when it is made.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from datetime import date
from pathlib import Path

from benchmarks.truth.runtime_loaders.build import Environment, environments, run
from scripts.common.files import ROOT, TABLES, write_or_check

TABLE = TABLES / "tflite_runtimes.json"
PROBE = ROOT / "benchmarks/truth/runtime_loaders/tflite_run.py"
READ = {"ai-edge-litert": ("1.0.1", "1.4.0", "2.1.6", "2.3.0"), "tflite-runtime": ("2.14.0",)}
"""Releases that are asked, oldest first; others are kept to compare."""
_FILE = re.compile(r"operator-(\d+)-(\d+)\.tflite")
_UNKNOWN = ("Didn't find op", "out of range")


def known(folder: Path, environment: Environment) -> set[tuple[int, int]]:
    """Numbers and versions of the operators that an interpreter finds."""
    with tempfile.TemporaryDirectory() as scratch:
        files, result = Path(scratch) / "files", Path(scratch) / "result.json"
        run(folder, environment, [str(PROBE), "write", str(files)])
        run(folder, environment, [str(PROBE), "read", str(files), str(result)])
        outcomes = json.loads(result.read_text("utf-8"))
    found = set()
    for file, outcome in outcomes.items():
        match = _FILE.fullmatch(Path(file).name)
        if match and not any(text in outcome["load"] for text in _UNKNOWN):
            found.add((int(match[1]), int(match[2])))
    return found


def since(folder: Path, package: str) -> dict[str, dict[str, dict[str, str]]]:
    """By number and version the first release that was asked and has it, and the one before."""
    releases = READ[package]
    by_release = {one.release: one for one in environments("tflite") if one.loader == package}
    found: dict[str, dict[str, dict[str, str]]] = {}
    before = "0"
    for release in releases:
        for number, version in sorted(known(folder, by_release[release])):
            versions = found.setdefault(str(number), {})
            versions.setdefault(str(version), {"since": release, "lacks": before})
        before = release
    return found


def render(packages: dict[str, object], day: str) -> str:
    table = {
        "about": "Built-in operators of TensorFlow Lite by number and version: the first release"
        " that was asked and has it (since), and the last before that (lacks)",
        "source": "interpreters, each given a model with the operator",
        "licence": "facts; Apache-2.0 source",
        "date": day,
        "releases": {package: list(releases) for package, releases in READ.items()},
        "packages": packages,
    }
    return json.dumps(table, indent=1) + "\n"


def main() -> int:
    if sys.argv[1:] == ["--check"]:
        held = json.loads(TABLE.read_text("utf-8"))
        return write_or_check(TABLE, render(held["packages"], held["date"]), check=True)
    packages = {package: since(Path(sys.argv[1]), package) for package in READ}
    return write_or_check(TABLE, render(dict(packages), date.today().isoformat()), check=False)


if __name__ == "__main__":
    sys.exit(main())
