"""The same bytes of every output, whatever the number of processes, the order in which the system
lists files, and the seed of Python's hashes.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from modelaudit.report import FORMATS

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
EACH = 3
"""Fixtures of each topic that are looked at together."""
PROGRAM = """
import os, sys
from modelaudit.cli import main

listed, scanned = os.listdir, os.scandir

class Scanned:
    def __init__(self, path="."):
        with scanned(path) as entries:
            self.entries = iter(sorted(entries, key=lambda entry: entry.name, reverse=True))
    def __enter__(self):
        return self
    def __iter__(self):
        return self
    def __next__(self):
        return next(self.entries)
    def __exit__(self, *_):
        pass
    def close(self):
        pass

if sys.argv.pop(1) == "backwards":
    os.listdir = lambda path=".": sorted(listed(path), reverse=True)
    os.scandir = Scanned
main(sys.argv[1:])
"""
_OF_THE_RUN = re.compile(rb'"(timestamp|serialNumber)": "[^"]+"')
"""What CycloneDX wants to be another one for each bill of materials."""
RUNS = {
    "one process": ("forwards", "1", "0"),
    "three processes": ("forwards", "3", "0"),
    "backwards": ("backwards", "1", "0"),
    "other hashes": ("forwards", "1", "21"),
}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files, archives and folders of every topic, with what they have to load with."""
    place = tmp_path_factory.mktemp("models")
    for topic in sorted(path for path in FIXTURES.iterdir() if path.is_dir()):
        found = [path for path in sorted(topic.glob("*/fail/*")) if path.name != "targets.txt"]
        for path in found[:: max(1, len(found) // EACH)][:EACH]:
            to = place / topic.name / path.parent.parent.name / path.name
            to.parent.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                shutil.copytree(path, to, symlinks=True)
            else:
                shutil.copyfile(path, to)
    (place / "requirements.txt").write_text("numpy==1.26.4\nscikit-learn==1.4.0\ntorch==2.2.0\n")
    return place


def written(models: Path, run: str, place: Path) -> dict[str, bytes]:
    order, jobs, seed = RUNS[run]
    options = ["--jobs", jobs, "--exit-zero"]
    options += [part for name in FORMATS for part in ("-o", f"{name}={place / name}")]
    subprocess.run(
        [sys.executable, "-c", PROGRAM, order, "scan", ".", *options],
        cwd=models,
        env={**os.environ, "PYTHONHASHSEED": seed},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return {name: _OF_THE_RUN.sub(b"", (place / name).read_bytes()) for name in FORMATS}


def test_outputs_are_the_same_byte_for_byte(models: Path, tmp_path: Path) -> None:
    every = {}
    for run in RUNS:
        (tmp_path / run).mkdir()
        every[run] = written(models, run, tmp_path / run)
    first = every["one process"]
    assert all(first.values())
    differ = [(run, name) for run in RUNS for name in FORMATS if every[run][name] != first[name]]
    assert differ == []
