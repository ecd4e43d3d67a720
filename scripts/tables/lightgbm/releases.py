"""Write rules/tables/lightgbm.json: what releases of LightGBM read of each other's models.

    python -m scripts.tables.lightgbm.releases FOLDER   write
    python -m scripts.tables.lightgbm.releases --check  compare with the sources

FOLDER has the environments of ``benchmarks.truth.runtime_loaders.build``. Those of the releases
that look up every parameter of a file are asked for the parameters that they know.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

from benchmarks.truth.runtime_loaders.build import environments, run
from scripts.common.files import ROOT, TABLES, write_or_check
from scripts.tables.xgboost.releases import parts, rows

TABLE = TABLES / "lightgbm.json"
PROBE = ROOT / "scripts/common/lightgbm_probe.py"
PARTS = ROOT / "scripts/sources/lightgbm_parts.tsv"
OBJECTIVES = ROOT / "scripts/sources/lightgbm_objectives.tsv"
LOOK_UP = ("4.0.0", "4.1.0")
"""Releases that raise over a parameter of a file that they do not know. Observed."""


def parameters(folder: Path) -> dict[str, list[str]]:
    """Those that a release knows, by its minor version."""
    return {
        one.release.rpartition(".")[0]: json.loads(run(folder, one, [str(PROBE)]))
        for one in environments("lightgbm")
        if one.release in LOOK_UP
    }


def render(known: dict[str, list[str]], day: str) -> str:
    table = {
        "about": "Parameters that the releases know which look up each of a file, objectives by the"
        " first release of LightGBM that has them, and parts of models with what releases do that"
        " do not read them",
        "source": "LGBM_DumpParamAliases of each release; scripts/sources/lightgbm_parts.tsv and"
        " lightgbm_objectives.tsv",
        "licence": "facts; MIT source",
        "date": day,
        "parameters": known,
        "objectives": dict(rows(OBJECTIVES)),
        "parts": parts(PARTS),
    }
    return json.dumps(table, indent=1) + "\n"


def main() -> int:
    if sys.argv[1:] == ["--check"]:
        held = json.loads(TABLE.read_text("utf-8"))
        return write_or_check(TABLE, render(held["parameters"], held["date"]), check=True)
    known = parameters(Path(sys.argv[1]))
    return write_or_check(TABLE, render(known, date.today().isoformat()), check=False)


if __name__ == "__main__":
    sys.exit(main())
