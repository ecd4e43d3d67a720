"""Write rules/tables/hdf5.json: which HDF5 and which h5py open a superblock's version.

    python -m scripts.tables.hdf5.versions           download wheels of h5py, read them, write
    python -m scripts.tables.hdf5.versions --check   the table's invariants, no network

The version of the HDF5 that a wheel of h5py brings stands as text in its library; nothing is
imported. What each HDF5 reads is out of the file format specification (III.A and appendices).
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import zipfile
from datetime import date
from pathlib import Path

from scripts.common.files import TABLES

TABLE = TABLES / "hdf5.json"
SUPERBLOCKS = {"1": "1.6", "2": "1.8", "3": "1.10"}
RELEASES = {
    "2.7.1": "3.6", "2.8.0": "3.6", "2.9.0": "3.7", "2.10.0": "3.8", "3.1.0": "3.8",
    "3.8.0": "3.8", "3.11.0": "3.11",
}  # fmt: skip
"""Releases of h5py, oldest first, and a Python that each has wheels for."""
_VERSION = re.compile(rb"HDF5 library version:? (\d+\.\d+)\.\d+")


def bundled(release: str, python: str) -> str:
    """The major and minor version of HDF5 in a release's wheel for Linux."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--only-binary", ":all:", "--python-version", python, "--dest", folder]
        for tag in ("manylinux1_x86_64", "manylinux2010_x86_64", "manylinux2014_x86_64"):
            command += ["--platform", tag]
        subprocess.run([*command, f"h5py=={release}"], check=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            libraries = (wheel.read(name) for name in wheel.namelist() if "libhdf5-" in name)
            return next(found[1].decode() for text in libraries if (found := _VERSION.search(text)))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def render() -> str:
    libraries = {release: bundled(release, python) for release, python in RELEASES.items()}
    first = {}
    for superblock, needs in SUPERBLOCKS.items():
        able = [r for r, has in libraries.items() if _numbers(has) >= _numbers(needs)]
        if able[0] != next(iter(RELEASES)):
            first[superblock] = able[0]
    table = {
        "about": "For each version of the superblock the first HDF5 that opens it, and the first "
        "h5py whose wheels bring such an HDF5 where that is not the oldest looked at; bundled is "
        "the HDF5 in wheels of h5py.",
        "source": "HDF5 file format specification, III.A; wheels of h5py on PyPI",
        "licence": "facts",
        "date": date.today().isoformat(),
        "bundled": libraries,
        "superblocks": SUPERBLOCKS,
        "h5py_superblocks": first,
    }
    return json.dumps(table, indent=1) + "\n"


def problems() -> list[str]:
    table = json.loads(TABLE.read_text("utf-8"))
    found = []
    if table["superblocks"] != SUPERBLOCKS:
        found.append("the superblocks are not those of the script")
    if list(table["bundled"]) != list(RELEASES):
        found.append("the releases of h5py are not those of the script")
    return found


def main() -> int:
    if "--check" not in sys.argv[1:]:
        TABLE.write_text(render(), "utf-8")
    found = problems()
    sys.stderr.write("".join(f"{TABLE.name}: {problem}\n" for problem in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
