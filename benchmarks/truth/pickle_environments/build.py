"""Make the second folder of benchmarks.truth.pickle: real environments write and read objects.

    python -m benchmarks.truth.pickle_environments.build [FOLDER]

FOLDER (by default .truth, or what MODELAUDIT_TRUTH names) gets an environment for each line of
environments.json, the files that each of them writes, and outcomes.json. Needs pip, a
network, and the interpreters, which are looked for as pythonX.Y and where pyenv keeps them.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.truth.pickle import MADE

HERE = Path(__file__).resolve().parent
ALSO = (
    *("python-dateutil", "pytz", "six", "tzdata", "threadpoolctl", "patsy", "packaging"),
    "narwhals",
)
"""What those packages need beside each other; they are installed without their dependencies."""
ALIASES = {"xgboost-cpu": "xgboost"}
"""Distributions that install the same package without hundreds of megabytes for GPUs."""


def interpreter(version: str) -> str:
    found = shutil.which(f"python{version}")
    kept = sorted(Path("~/.pyenv/versions").expanduser().glob(f"{version}.*/bin/python"))
    if found is None and not kept:
        raise SystemExit(f"python {version} is not installed")
    return str(kept[-1]) if kept else str(found)


def install(folder: Path, packages: dict[str, str]) -> None:
    if (folder / "ok").is_file():
        return
    pins = [f"{name}=={version}" for name, version in packages.items() if name != "python"]
    command = [interpreter(packages["python"]), "-m", "pip", "install", "--quiet", "--no-deps"]
    command += ["--no-compile", "--no-cache-dir", "--target", str(folder), *pins, *ALSO]
    subprocess.run(command, check=True)
    (folder / "ok").touch()


def run(environment: Path, python: str, *arguments: str) -> None:
    paths = os.pathsep.join((str(environment), str(HERE)))
    subprocess.run(
        [interpreter(python), str(HERE / "run.py"), *arguments],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"},
        check=True,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=MADE.parent)
    root: Path = parser.parse_args().folder
    written = root / "pickle"
    environments: dict[str, dict[str, str]] = json.loads((HERE / "environments.json").read_text())
    for name, packages in environments.items():
        install(root / "environments" / name, packages)
        run(root / "environments" / name, packages["python"], "write", str(written / name))
    outcomes = {}
    for name, packages in environments.items():
        result = root / f"{name}.json"
        run(root / "environments" / name, packages["python"], "read", str(written), str(result))
        outcomes[name] = json.loads(result.read_text("utf-8"))
    plain = {
        name: {ALIASES.get(package, package): version for package, version in packages.items()}
        for name, packages in environments.items()
    }
    held = {"environments": plain, "outcomes": outcomes}
    (written / "outcomes.json").write_text(json.dumps(held, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
