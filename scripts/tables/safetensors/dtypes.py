"""Write rules/tables/safetensors_dtypes.json: the first release of safetensors that reads a dtype.

Source: the wheels on the package index. The names of the dtypes are in the compiled library, which
refuses a file over a name that it does not know; nothing is imported. ``F4`` is too short to be
looked for: it came with the six-bit types, in one change. ``--check`` needs no network.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import zipfile
from datetime import date
from pathlib import Path

from scripts.common.files import TABLES, write_or_check

TABLE = TABLES / "safetensors_dtypes.json"
RELEASES = (
    *("0.3.0", "0.3.1", "0.3.2", "0.3.3", "0.4.0", "0.4.1", "0.4.2", "0.4.3", "0.4.4", "0.4.5"),
    *("0.5.0", "0.5.1", "0.5.2", "0.5.3", "0.6.1", "0.6.2", "0.7.0", "0.8.0"),
)
"""Oldest first; a dtype that the oldest has is left out."""
DTYPES = (
    *("C64", "F6_E2M3", "F6_E3M2", "F8_E4M3", "F8_E4M3FNUZ", "F8_E5M2", "F8_E5M2FNUZ", "F8_E8M0"),
)
TOGETHER = {"F4": "F6_E2M3"}


def names_of(release: str) -> set[str]:
    """The dtypes whose names a release's library holds, longest names first."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--only-binary", ":all:", "--python-version", "3.11", "--dest", folder]
        command += ["--platform", "manylinux2014_x86_64", f"safetensors=={release}"]
        subprocess.run(command, check=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            library = next(name for name in wheel.namelist() if name.endswith(".so"))
            content = wheel.read(library)
    found = set()
    for name in sorted(DTYPES, key=len, reverse=True):
        if name.encode() in content:
            found.add(name)
            content = content.replace(name.encode(), b"")
    return found


def since() -> dict[str, str]:
    """Each dtype's first release, of those that the oldest lacks."""
    first: dict[str, str] = {}
    for release in RELEASES:
        for name in names_of(release):
            first.setdefault(name, release)
    first |= {name: first[other] for name, other in TOGETHER.items()}
    return {name: found for name, found in sorted(first.items()) if found != RELEASES[0]}


def render(dtypes: dict[str, str], day: str) -> str:
    table = {
        "about": "dtypes of safetensors by the first release that reads them; the oldest left out",
        "source": f"names in the compiled library of the wheels {RELEASES[0]} to {RELEASES[-1]}",
        "licence": "facts; Apache-2.0 source",
        "date": day,
        "since": dtypes,
    }
    return json.dumps(table, indent=1) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="verify the committed table only")
    if not parser.parse_args().check:
        return write_or_check(TABLE, render(since(), date.today().isoformat()), check=False)
    held = json.loads(TABLE.read_text("utf-8"))
    dtypes: dict[str, str] = held["since"]
    known = {*DTYPES, *TOGETHER}
    if not set(dtypes) <= known or not set(dtypes.values()) <= set(RELEASES):
        sys.stderr.write(f"{TABLE.name} holds what this command does not know\n")
        return 1
    return write_or_check(TABLE, render(dtypes, held["date"]), check=True)


if __name__ == "__main__":
    sys.exit(main())
