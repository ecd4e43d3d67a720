"""Make a fourth folder of benchmarks.truth.pickle: more packages, and other releases and objects.

    python -m benchmarks.truth.pickle_further.build [FOLDER]

As pickle_packages does it, but what an environment is about is laid over one of two that the
others share, and everything is installed without what it depends on.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import msgspec

from benchmarks.truth.pickle import FURTHER
from benchmarks.truth.pickle_environments.build import ALSO, interpreter
from benchmarks.truth.pickle_packages.build import record, targets

HERE = Path(__file__).resolve().parent


class Definition(msgspec.Struct):
    """environments.json: packages with their releases, or with "" where any will do."""

    bases: dict[str, dict[str, str]]
    environments: dict[str, dict[str, str]]


def install(folder: Path, python: str, packages: dict[str, str], also: tuple[str, ...]) -> None:
    if (folder / "ok").is_file():
        return
    pins = [f"{name}=={version}" if version else name for name, version in packages.items()]
    command = [interpreter(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile"]
    command += ["--no-cache-dir", "--prefer-binary", "--target", str(folder), *pins, *also]
    subprocess.run(command, check=True)
    (folder / "ok").touch()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=FURTHER.parent)
    made: Path = parser.parse_args().folder / "further-environments"
    named = msgspec.json.decode((HERE / "environments.json").read_bytes(), type=Definition)
    pythons = {base: packages.pop("python") for base, packages in named.bases.items()}
    for base, packages in named.bases.items():
        install(made / f"base-{base}", pythons[base], packages, ALSO)
    environments, paths = {}, {}
    for name, packages in named.environments.items():
        base = packages.pop("on")
        install(made / name, pythons[base], packages, ())
        folders = (made / name, made / f"base-{base}")
        environments[name] = targets(pythons[base], *folders)
        paths[name] = (*folders, HERE)
    record(made.with_name(FURTHER.name), environments, paths, "further")
    return 0


if __name__ == "__main__":
    sys.exit(main())
