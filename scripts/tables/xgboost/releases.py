"""Write rules/tables/xgboost.json: what releases of XGBoost read of each other's models.

    python -m scripts.tables.xgboost.releases FOLDER   write
    python -m scripts.tables.xgboost.releases --check  compare with the sources

FOLDER has the environments of ``benchmarks.truth.runtime_loaders.build``. Each is asked for the
objectives that it knows. Parts of models come from ``scripts/sources``.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

from benchmarks.truth.runtime_loaders.build import environments, run
from scripts.common.files import ROOT, TABLES, write_or_check

TABLE = TABLES / "xgboost.json"
PROBE = ROOT / "scripts/common/xgboost_probe.py"
PARTS = ROOT / "scripts/sources/xgboost_parts.tsv"
NEEDS = ROOT / "scripts/sources/xgboost_objectives.tsv"

Objectives = dict[str, dict[str, str]]
"""Of each the first minor release that has it, 0 for what the oldest that was asked has."""


def objectives(folder: Path) -> tuple[list[str], Objectives]:
    """The releases that were asked, and the objectives."""
    releases, found = [], Objectives()
    for environment in environments("xgboost"):
        releases.append(environment.release)
        for name in json.loads(run(folder, environment, [str(PROBE)])):
            first = "0" if len(releases) == 1 else environment.release.rpartition(".")[0]
            found.setdefault(name, {"since": first})
    return releases, dict(sorted(found.items()))


def rows(path: Path) -> list[list[str]]:
    """Without the comments and the names of the columns."""
    lines = [one for one in path.read_text("utf-8").splitlines() if not one.startswith("#")]
    return [line.split("\t") for line in lines[1:]]


def parts(path: Path) -> dict[str, list[dict[str, str]]]:
    """What releases do with a part of a model, by its name."""
    found: dict[str, list[dict[str, str]]] = {}
    for name, effect, first, until, says in rows(path):
        told = {"effect": effect, "from": first or "0", "until": until or "9999", "says": says}
        found.setdefault(name, []).append(told)
    return found


def needs() -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for name, member, first, until in rows(NEEDS):
        told = {"member": member, "from": first or "0", "until": until or "9999"}
        found.setdefault(name, []).append(told)
    return found


def render(releases: list[str], known: Objectives, day: str) -> str:
    table = {
        "about": "Objectives by the first release of XGBoost that has them, members that releases"
        " ask of an objective, and parts of models with what releases do that do not read them",
        "source": "the candidates that each release names for an unknown objective;"
        " scripts/sources/xgboost_parts.tsv and xgboost_objectives.tsv",
        "licence": "facts; Apache-2.0 source",
        "date": day,
        "releases": releases,
        "objectives": known,
        "needs": needs(),
        "parts": parts(PARTS),
    }
    return json.dumps(table, indent=1) + "\n"


def main() -> int:
    if sys.argv[1:] == ["--check"]:
        held = json.loads(TABLE.read_text("utf-8"))
        text = render(held["releases"], held["objectives"], held["date"])
        return write_or_check(TABLE, text, check=True)
    releases, known = objectives(Path(sys.argv[1]))
    return write_or_check(TABLE, render(releases, known, date.today().isoformat()), check=False)


if __name__ == "__main__":
    sys.exit(main())
