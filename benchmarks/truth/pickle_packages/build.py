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
from collections.abc import Mapping, Sequence
from importlib.metadata import distributions
from pathlib import Path

from packaging.utils import canonicalize_name

from benchmarks.truth.pickle import PACKAGES
from benchmarks.truth.pickle_environments.build import ALIASES, interpreter
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
    return targets(packages["python"], folder)


def targets(python: str, *folders: Path) -> dict[str, str]:
    """What can be a target of the packages in folders, the first folder before the next."""
    found = {"python": python}
    for one in distributions(path=[str(folder) for folder in folders]):
        name = canonicalize_name(one.name)
        found.setdefault(ALIASES.get(name, name), one.version)
    return {name: version for name, version in found.items() if name in known_names()}


def run(folders: Sequence[Path], python: str, *arguments: str) -> None:
    """Run run.py with what the folders have: packages, and a module of objects."""
    paths = os.pathsep.join(str(folder) for folder in (*folders, HERE))
    subprocess.run(
        [interpreter(python), str(HERE / "run.py"), *arguments],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"},
        check=True,
    )


def record(
    written: Path,
    environments: Mapping[str, dict[str, str]],
    paths: Mapping[str, tuple[Path, ...]],
    objects: str,
) -> None:
    """Let each environment write objects of a module, and read those of all of its package."""
    for name, packages in environments.items():
        to = str(written / name)
        run(paths[name], packages["python"], objects, "write", package_of(name), to)
    outcomes = {}
    for name, packages in environments.items():
        result = written.with_name(f"{name}.json")
        of = (package_of(name), str(written), str(result))
        run(paths[name], packages["python"], objects, "read", *of)
        outcomes[name] = json.loads(result.read_text("utf-8"))
    held = {"environments": environments, "outcomes": outcomes}
    (written / "outcomes.json").write_text(json.dumps(held, indent=1) + "\n", "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=PACKAGES.parent)
    root: Path = parser.parse_args().folder
    named: dict[str, dict[str, str]] = json.loads((HERE / "environments.json").read_text())
    environments, paths = {}, {}
    for name, packages in named.items():
        folder = root / "environments" / name
        environments[name] = install(folder, packages)
        paths[name] = (folder, HERE)
    record(root / PACKAGES.name, environments, paths, "objects")
    return 0


if __name__ == "__main__":
    sys.exit(main())
