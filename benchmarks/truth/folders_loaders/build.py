"""Make the folder of benchmarks.truth.folders_code: loaders open what ``recipes.py`` writes.

    python -m benchmarks.truth.folders_loaders.build [FOLDER]

FOLDER (by default .truth) gets an environment for each line of environments.json; outcomes.json
beside this file gets what happened. Needs pip, a network, and a kernel with Landlock.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from benchmarks.common.verdicts import ROOT
from benchmarks.truth.folders_code import write
from benchmarks.truth.folders_loaders.recipes import ACT, CALM, KINDS, Kind

HERE = Path(__file__).resolve().parent
CONFINE = ROOT / "benchmarks" / "oracle" / "confine.py"
SECONDS = 600
Outcome = dict[str, object]


def environment(folder: Path, packages: list[str]) -> Path:
    """The interpreter of an environment with these packages."""
    python = folder / "bin" / "python"
    if not (folder / "ok").is_file():
        venv.create(folder, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *packages], check=True)
        (folder / "ok").touch()
    return python


def tried(python: Path, kind: Kind, code: str, loader: str) -> Outcome:
    """What a loader did with a folder, in a process that can write to one directory only."""
    with tempfile.TemporaryDirectory() as own:
        write(Path(own) / "f", kind.make(code))
        done = subprocess.run(
            [python, HERE / "load.py", loader, f"{own}/f", f"{own}/mark"],
            env={"PATH": os.environ["PATH"], "CONFINE": str(CONFINE), "OMP_NUM_THREADS": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            text=True,
            timeout=SECONDS,
        )
        said = done.stdout.rpartition('{"load"')
        if not said[1]:
            return {"load": f"crash {done.stderr[-200:]}", "marker": Path(own, "mark").exists()}
        outcome: Outcome = json.loads(said[1] + said[2])
        return outcome


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / ".truth")
    root: Path = parser.parse_args().folder
    if shutil.disk_usage(root if root.exists() else ROOT).free < 20 << 30:
        raise SystemExit("the environments need some 20 GB")
    outcomes: dict[str, dict[str, Outcome]] = {}
    for name, about in json.loads((HERE / "environments.json").read_text("utf-8")).items():
        python = environment(root / "environments" / name.replace(" ", "-"), about["packages"])
        outcomes[name] = {
            f"{kind.name}/{variant}/{loader}": tried(python, kind, code, loader)
            for kind in KINDS
            if kind.name in about["kinds"]
            for variant, code in (("hostile", ACT), ("benign", CALM))
            for loader in (kind.loader, *kind.also)
        }
    (HERE / "outcomes.json").write_text(json.dumps({"outcomes": outcomes}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
