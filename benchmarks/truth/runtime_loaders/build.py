"""Make the folders of benchmarks.truth.runtimes: releases of loaders write and read models.

    python -m benchmarks.truth.runtime_loaders.build [LOADER…]

Each release of ``environments.json`` is installed beside the packages that it needs, writes what
it can, and reads what all wrote. Needs pip, a network, gigabytes, and the interpreters.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.truth.pickle_environments.build import ALIASES, interpreter
from benchmarks.truth.runtimes import LOADERS, MADE

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Environment:
    """One release of what loads a format. ``pin`` installs it, for a version of Python."""

    loader: str
    """the distribution, by the name that targets have"""
    release: str
    pin: str
    python: str


def environments(loader: str) -> Iterator[Environment]:
    """Oldest release first."""
    held = json.loads((HERE / "environments.json").read_text("utf-8"))
    for python, pins in held["loaders"][loader].items():
        for pin in pins:
            name, _, release = pin.partition("==")
            yield Environment(ALIASES.get(name, name), release, pin, python)


def install(folder: Path, python: str, pins: Sequence[str]) -> None:
    if (folder / "ok").is_file():
        return
    command = [interpreter(python), "-m", "pip", "install", "--quiet", "--no-deps"]
    command += ["--no-compile", "--no-cache-dir", "--target", str(folder), *pins]
    subprocess.run(command, check=True)
    (folder / "ok").touch()


def place(folder: Path, environment: Environment) -> Path:
    """Where a release is installed."""
    return folder / "environments" / f"{environment.loader}-{environment.release}"


def run(folder: Path, environment: Environment, arguments: Sequence[str]) -> str:
    """What a script prints in an environment."""
    beside = folder / "environments" / f"beside-{environment.python}"
    paths = os.pathsep.join(map(str, (place(folder, environment), beside, HERE)))
    return subprocess.run(
        [interpreter(environment.python), *arguments],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"},
        check=True,
        text=True,
        stdout=subprocess.PIPE,
    ).stdout


def build(folder: Path, loader: str) -> None:
    """Install, write, read, and put down the outcomes of one loader."""
    beside = json.loads((HERE / "environments.json").read_text("utf-8"))["beside"]
    every = list(environments(loader))
    script, files = str(HERE / f"{loader}_run.py"), folder / loader
    for one in every:
        install(folder / "environments" / f"beside-{one.python}", one.python, beside[one.python])
        install(place(folder, one), one.python, [one.pin])
        run(folder, one, [script, "write", str(files / one.release)])
    outcomes, expected, packages = {}, {}, {}
    for one in every:
        name = one.release if one.loader == loader else f"{one.loader} {one.release}"
        result = folder / f"{loader}-{one.release}.json"
        run(folder, one, [script, "read", str(files), str(result)])
        outcomes[name] = json.loads(result.read_text("utf-8"))
        packages[name] = {one.loader: one.release}
        told = files / one.release / "expected.json"
        if told.is_file():
            for name, out in json.loads(told.read_text("utf-8")).items():
                expected[f"{one.release}/{name}"] = out
    held = {"environments": packages, "expected": expected, "outcomes": outcomes}
    (files / "outcomes.json").write_text(json.dumps(held) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("loader", nargs="*", choices=LOADERS, default=LOADERS)
    for loader in parser.parse_args().loader:
        build(MADE, loader)


if __name__ == "__main__":
    main()
