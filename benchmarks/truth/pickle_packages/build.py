"""Make a further folder of benchmarks.truth.pickle: two releases each of packages that are pickled.

    python -m benchmarks.truth.pickle_packages.build [FOLDER]

FOLDER (by default .truth, or what MODELAUDIT_TRUTH names) gets an environment for each line of
environments.json, the files that each of them writes, and outcomes.json. An environment reads what
those of the same package wrote. Needs pip, a network, and the interpreters.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

from packaging.utils import canonicalize_name

from benchmarks.truth.pickle import PACKAGES
from benchmarks.truth.pickle_environments.build import interpreter
from modelaudit.knowledge.coverage import known_names

HERE = Path(__file__).resolve().parent


def package_of(environment: str) -> str:
    """``gensim`` of ``gensim-4.3.3``."""
    return environment.rpartition("-")[0]


def install(folder: Path, packages: dict[str, str]) -> dict[str, str]:
    """Install a package with what it depends on; what of it can be a target, with its version."""
    if not (folder / "ok").is_file():
        pins = [f"{name}=={version}" for name, version in packages.items() if name != "python"]
        command = [interpreter(packages["python"]), "-m", "pip", "install", "--quiet", "numpy"]
        command += ["--no-compile", "--no-cache-dir", "--target", str(folder), *pins]
        subprocess.run(command, check=True)
        (folder / "ok").touch()
    found = {"python": packages["python"]}
    for one in distributions(path=[str(folder)]):
        found[canonicalize_name(one.name)] = one.version
    return {name: version for name, version in found.items() if name in known_names()}


def run(folder: Path, python: str, *arguments: str) -> None:
    paths = os.pathsep.join((str(folder), str(HERE)))
    subprocess.run(
        [interpreter(python), str(HERE / "run.py"), *arguments],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"},
        check=True,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=PACKAGES.parent)
    root: Path = parser.parse_args().folder
    written = root / PACKAGES.name
    named: dict[str, dict[str, str]] = json.loads((HERE / "environments.json").read_text())
    environments = {}
    for name, packages in named.items():
        folder = root / "environments" / name
        environments[name] = install(folder, packages)
        run(folder, packages["python"], "write", package_of(name), str(written / name))
    outcomes = {}
    for name, packages in named.items():
        result = root / f"{name}.json"
        arguments = ("read", package_of(name), str(written), str(result))
        run(root / "environments" / name, packages["python"], *arguments)
        outcomes[name] = json.loads(result.read_text("utf-8"))
    held = {"environments": environments, "outcomes": outcomes}
    (written / "outcomes.json").write_text(json.dumps(held, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
