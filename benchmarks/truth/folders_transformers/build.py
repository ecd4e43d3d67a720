"""Make a folder of benchmarks.truth.folders: releases of transformers load configurations.

    python -m benchmarks.truth.folders_transformers.build SEED [FOLDER]

FOLDER (by default .truth) gets an environment for each line of environments.json, and the folders
of the draw by number; draw-SEED beside this file gets the outcomes. Needs pip and a network.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import venv
from pathlib import Path

from benchmarks.common.verdicts import ROOT
from benchmarks.truth.folders import write
from benchmarks.truth.folders_transformers.draw import Folder, folders, trusted

HERE = Path(__file__).resolve().parent
TABLE = ROOT / "rules" / "tables" / "transformers.json"
LONGEST = 120
"""Characters of an outcome that are kept."""
Outcomes = dict[str, dict[str, str]]


def environment(root: Path, release: str, also: list[str]) -> Path:
    """The interpreter of a release's environment."""
    folder = root / f"transformers-{release}"
    python = folder / "bin" / "python"
    if not (folder / "ok").is_file():
        venv.create(folder, with_pip=True)
        command = [str(python), "-m", "pip", "install", "--quiet", f"transformers=={release}"]
        subprocess.run([*command, *also], check=True)
        (folder / "ok").touch()
    return python


def ready(root: Path, drawn: dict[str, Folder]) -> None:
    """Write the folders; those whose code may run get a file that says so."""
    marked = trusted()
    for number, name in write(root, drawn).items():
        if any(name == one or name.startswith(f"{one}-") for one in marked):
            (root / number / "trusted").touch()


def run(python: Path, root: Path, result: Path) -> Outcomes:
    subprocess.run([str(python), str(HERE / "run.py"), str(root), str(result)], check=True)
    found: dict[str, Outcomes] = json.loads(result.read_text("utf-8"))
    return {
        number: {part: said[:LONGEST] for part, said in parts.items()}
        for number, parts in found["outcomes"].items()
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("seed", type=int)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / ".truth")
    options = parser.parse_args()
    drawn = folders(options.seed, sorted(json.loads(TABLE.read_text("utf-8"))["types"]))
    root = options.folder / "folders" / str(options.seed)
    ready(root, drawn)
    outcomes = {}
    for release, also in json.loads((HERE / "environments.json").read_text("utf-8")).items():
        python = environment(options.folder / "environments", release, also)
        outcomes[release] = run(python, root, root.with_suffix(f".{release}.json"))
    held = {"seed": options.seed, "folders": drawn, "outcomes": outcomes}
    result = HERE / f"draw-{options.seed}" / "outcomes.json"
    result.parent.mkdir(exist_ok=True)
    result.write_text(json.dumps(held, indent=0) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
