"""Write rules/tables/onnx.json: the standard by release, and the bodies of its operators.

    python -m scripts.tables.onnx.standard --cache DIR   install releases, ask them, write
    python -m scripts.tables.onnx.standard --check       the table's invariants, no network

Schemas are compiled into the library of the onnx package, so each release is installed into a
directory of its own below DIR, and asked in a process of its own. Releases before 1.14 need a
Python of 3.8 or 3.9, which OLD_PYTHON names.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from scripts.common.files import TABLES
from scripts.common.releases import refresh

TABLE = TABLES / "onnx.json"
RELEASES: Final = (
    *("1.9.0", "1.10.2", "1.11.0", "1.12.0", "1.13.1"),
    *("1.14.1", "1.15.0", "1.16.2", "1.17.0", "1.18.0", "1.19.1", "1.20.1", "1.21.0", "1.22.0"),
    "1.23.2",
)
"""Releases whose operators are read; those before are in onnx's own table of versions."""
OLD: Final = frozenset(RELEASES[:5])
BEFORE_NUMPY_2: Final = frozenset(RELEASES[:8])
OLD_PYTHON: Final = os.environ.get("OLD_PYTHON", "python3.9")
DTYPES: Final = {
    **dict.fromkeys(("float8e4m3fn", "float8e4m3fnuz", "float8e5m2", "float8e5m2fnuz"), 9),
    **dict.fromkeys(("uint4", "int4"), 10),
    "float4e2m1": 11,
    "float8e8m0": 12,
    **dict.fromkeys(("uint2", "int2"), 13),
    **dict.fromkeys(("float6e2m3", "float6e3m2"), 14),
}
"""The IR version that brought an element type, from the comments at ``enum Version`` in
https://github.com/onnx/onnx/blob/main/onnx/onnx.proto; all others are older than IR version 4."""

_ASK: Final = """
import json, onnx.defs, onnx.helper
schemas = [
    [s.domain or "ai.onnx", s.name, s.since_version, s.deprecated,
     bool(s.has_function or s.has_context_dependent_function)]
    for s in onnx.defs.get_all_schemas_with_history()
]
versions = getattr(onnx.helper, "VERSION_TABLE", [])
print(json.dumps({"schemas": schemas, "versions": versions}))
"""


def minor(release: str) -> str:
    return ".".join(release.split(".")[:2])


def ask(release: str, cache: Path) -> dict[str, Any]:
    """The schemas and the table of versions of one release."""
    folder = cache / release
    python = OLD_PYTHON if release in OLD else sys.executable
    if not folder.is_dir():
        command = [python, "-m", "pip", "install", "--quiet", "--no-deps"]
        command += ["--only-binary", ":all:"]
        numpy = "numpy<2" if release in BEFORE_NUMPY_2 else "numpy>=2"
        numpy = "numpy<1.24" if release in OLD else numpy
        protobuf = "protobuf<4" if release in OLD else "protobuf"
        wanted = [f"onnx=={release}", numpy, protobuf, "typing_extensions", "six"]
        wanted += [] if release in OLD else ["ml_dtypes"]
        subprocess.run([*command, "--target", str(folder), *wanted], check=True)
    asked = subprocess.run(
        [python, "-c", _ASK],
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        check=True,
    )
    told: dict[str, Any] = json.loads(asked.stdout)
    return told


def versions(rows: list[list[Any]]) -> dict[str, dict[str, int]]:
    """By release the IR version and the version of each set; the last patch release counts."""
    found: dict[str, dict[str, int]] = {}
    for release, ir, *sets in rows:
        names = ("ai.onnx", "ai.onnx.ml", "ai.onnx.preview.training")
        given = dict(zip(names, sets, strict=False))
        found[minor(release)] = {"ir": ir, **{name: given[name] for name in given if given[name]}}
    return found


def ir_of_opset(rows: list[list[Any]]) -> dict[str, int]:
    """The IR version of the first release that had a version of the standard operators."""
    found: dict[str, int] = {}
    for _, ir, opset, *_ in rows:
        found.setdefault(str(opset), ir)
    return found


def render(cache: Path, date: str) -> str:
    told = {minor(release): ask(release, cache) for release in RELEASES}
    newest = told[minor(RELEASES[-1])]
    bodies: dict[str, dict[str, str]] = {}
    for release, one in reversed(told.items()):
        for domain, name, since, _, replaceable in one["schemas"]:
            if replaceable:
                bodies.setdefault(f"{domain}::{name}", {})[str(since)] = release
    operators: dict[str, dict[str, list[int]]] = {}
    for domain, name, since, deprecated, _ in newest["schemas"]:
        held = operators.setdefault(f"{domain}::{name}", {"since": [], "deprecated": []})
        held["deprecated" if deprecated else "since"].append(since)
    table = {
        "about": "The ONNX standard. opsets: the IR version and the version of each set of "
        "operators that came with a release of the package. newest: the newest version of each. "
        "ir_of_opset: the IR version with which a version of the standard operators came. "
        "operators: the versions in which an operator changed, and those that deprecate it. "
        "bodies: operators that others of the standard can stand in for, by their version the "
        "first release that tells how. dtypes: the IR version that brought an element type.",
        "source": "wheels of onnx on PyPI, each asked for its schemas",
        "licence": "facts out of Apache-2.0 releases",
        "date": date,
        "releases": list(told),
        "opsets": versions(newest["versions"]),
        "newest": {
            domain: version
            for domain, version in versions(newest["versions"])[minor(RELEASES[-1])].items()
            if domain != "ir"
        },
        "ir_of_opset": ir_of_opset(newest["versions"]),
        "dtypes": DTYPES,
        "operators": {
            name: {key: sorted(value) for key, value in held.items() if value}
            for name, held in sorted(operators.items())
        },
        "bodies": {name: dict(sorted(held.items())) for name, held in sorted(bodies.items())},
    }
    return lines(table)


def lines(table: dict[str, Any]) -> str:
    """JSON with one operator a line."""
    parts = []
    for key, value in table.items():
        if isinstance(value, dict) and key not in ("dtypes", "ir_of_opset", "newest"):
            inner = ",\n".join(f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in value.items())
            parts.append(f" {json.dumps(key)}: {{\n{inner}\n }}")
        else:
            parts.append(f" {json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def problems() -> list[str]:
    """What is wrong with the committed table."""
    table = json.loads(TABLE.read_text("utf-8"))
    found = []
    if table["releases"] != [minor(release) for release in RELEASES]:
        found.append("the releases are not those of this script")
    if table["operators"]["ai.onnx::Upsample"]["deprecated"] != [10]:
        found.append("Upsample is not deprecated by opset 10")
    if not {"ai.onnx::Gelu", "ai.onnx::Clip", "ai.onnx::Softmax"} <= set(table["bodies"]):
        found.append("well-known operators have no body")
    opsets = [one["ai.onnx"] for one in table["opsets"].values()]
    if opsets != sorted(opsets):
        found.append("a newer release brought an older opset")
    return found


if __name__ == "__main__":
    sys.exit(refresh(TABLE, render, problems))
