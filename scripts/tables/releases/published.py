"""Write rules/tables/releases.json: the releases of packages that models need, oldest first.

Source: the package index, asked by pip for one package at a time. Pre-releases are left out. Of
Python, which is on no package index, the last release of each minor version is kept by hand below.
``--check`` needs no network: it verifies that the committed table covers every target that a rule
is against, and that its versions are in order.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date

from packaging.version import Version

from modelaudit.judge.rule import ABSENT, ANY
from scripts.common.files import ROOT, TABLES, write_or_check

TABLE = TABLES / "releases.json"
PYTHON = {
    "2.7": 18, "3.5": 10, "3.6": 15, "3.7": 17, "3.8": 20, "3.9": 25, "3.10": 19, "3.11": 14,
    "3.12": 12, "3.13": 10, "3.14": 1,
}  # fmt: skip
"""Minor versions and their last release that is known here."""
PACKAGES = (
    *("catboost", "cloudpickle", "dill", "h5py", "imbalanced-learn", "joblib", "keras"),
    *(
        "lightgbm",
        "numpy",
        "onnx",
        "onnxruntime",
        "pandas",
        "pypmml",
        "safetensors",
        "scikit-learn",
    ),
    *("scipy", "statsmodels", "tensorflow", "torch", "transformers", "xgboost"),
)
INTERPRETERS = ("3.6", "3.8", "3.9", "3.12", "3.14")
"""Versions of Python whose wheels are listed; not every release has a source archive."""
ELSEWHERE = frozenset({"python", "jpmml-evaluator", "pmml4s", "hdf5"})
"""Targets that are on no package index of Python."""


def ask(name: str) -> list[str]:
    """The final releases of a distribution, oldest first."""
    found = {version for python in ("", *INTERPRETERS) for version in _listed(name, python)}
    return [str(version) for version in sorted(found)]


def _listed(name: str, python: str) -> Iterator[Version]:
    """The releases that pip lists for one Python; those with a source archive for any."""
    command = [sys.executable, "-m", "pip", "index", "versions", name, "--ignore-requires-python"]
    if python:
        command += ["--only-binary", ":all:", "--python-version", python]
    told = subprocess.run(command, check=False, capture_output=True, text=True).stdout
    match = re.search(r"^Available versions: (.*)$", told, re.MULTILINE)
    for text in match[1].split(",") if match else ():
        if re.fullmatch(r"[0-9.]+(\.post[0-9]+)?(\+.*)?", text.strip()):
            version = Version(text.strip())
            yield Version(version.public)


def pythons() -> list[str]:
    return [f"{minor}.{micro}" for minor, last in PYTHON.items() for micro in range(last + 1)]


def render(releases: dict[str, list[str]], day: str) -> str:
    table = {
        "about": "final releases, oldest first; of Python every release of its minor versions",
        "source": "the package index's listing of each package; of Python by hand",
        "licence": "facts",
        "date": day,
    }
    lines = [
        f" {json.dumps(name)}: {json.dumps(found)}" for name, found in sorted(releases.items())
    ]
    head = json.dumps(table, indent=1)[:-2]
    return head + ',\n "releases": {\n' + ",\n".join(lines) + "\n }\n}\n"


def against() -> set[str]:
    """What the rules are judged against."""
    files = sorted((ROOT / "rules" / "catalogue").glob("*.json"))
    rules = [rule for file in files for rule in json.loads(file.read_text("utf-8"))]
    return {rule["against"] for rule in rules if rule.get("against")} - {ANY, ABSENT}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="verify the committed table only")
    if not parser.parse_args().check:
        found = {name: ask(name) for name in sorted({*PACKAGES, *against()} - ELSEWHERE)}
        return write_or_check(
            TABLE, render({**found, "python": pythons()}, date.today().isoformat()), check=False
        )
    held = json.loads(TABLE.read_text("utf-8"))
    releases: dict[str, list[str]] = held["releases"]
    missing = against() - set(releases) - (ELSEWHERE - {"python"})
    unordered = [n for n, found in releases.items() if found != sorted(found, key=Version)]
    if missing or unordered or releases["python"] != pythons():
        sys.stderr.write(f"{TABLE.name}: missing {sorted(missing)}, out of order {unordered}\n")
        return 1
    return write_or_check(TABLE, render(releases, held["date"]), check=True)


if __name__ == "__main__":
    sys.exit(main())
