"""Write rules/tables/gguf.json: architectures and types of GGUF by releases of what loads it.

    python -m scripts.tables.gguf.releases [--check]

Source: the wheels of gguf, and the source archives of llama-cpp-python, which bring llama.cpp, on
the package index. They are read as archives; nothing is imported or built. ``--check`` needs no
network: it compares the table with how this command would write it.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from scripts.common.files import TABLES, write_or_check
from scripts.common.index import File, Index

TABLE = TABLES / "gguf.json"
READERS = (
    *("0.5.1", "0.6.0", "0.9.1", "0.10.0", "0.11.0", "0.13.0", "0.14.0", "0.16.0", "0.16.3"),
    *("0.17.0", "0.17.1", "0.18.0", "0.19.0"),
)
"""Releases of gguf that have a reader, oldest first."""
LOADERS = (
    *("0.2.20", "0.2.28", "0.2.38", "0.2.56", "0.2.67", "0.2.77", "0.2.85", "0.2.90", "0.3.1"),
    *("0.3.5", "0.3.8", "0.3.9", "0.3.12", "0.3.16", "0.3.20", "0.3.24", "0.3.28", "0.3.32"),
    *("0.3.36",),
)
"""Releases of llama-cpp-python, oldest first."""
_ARCHITECTURE = re.compile(r"\{\s*LLM_ARCH_\w+,\s*\"([\w.-]+)\"\s*\}")
_TYPE = re.compile(r"^\s*GGML_TYPE_(\w+)\s*=\s*(\d+),", re.MULTILINE)
_SOURCES = re.compile(r"/(?:src/)?(?:llama-arch|llama)\.cpp$")
_HEADER = re.compile(r"/(?:ggml/include/)?ggml\.h$")


def spans(releases: tuple[str, ...], held: list[set[str]]) -> dict[str, dict[str, str]]:
    """Since when there is a name, and the sample before that; and the first sample without it."""
    found: dict[str, dict[str, str]] = {}
    for name in sorted(set().union(*held)):
        has = [name in names for names in held]
        first = has.index(True)
        last = len(has) - 1 - has[::-1].index(True)
        told = {"since": releases[first], "lacks": releases[first - 1] if first else "0"}
        if last + 1 < len(has):
            told["until"] = releases[last + 1]
        found[name] = told
    return found


def file_of(index: Index, package: str, release: str, ending: str) -> File:
    wanted = f"{package.replace('-', '_')}-{release}"
    return next(
        one
        for one in index.files(package)
        if one.filename.startswith(wanted) and one.filename.endswith(ending)
    )


def reader_types(path: Path) -> set[str]:
    """The quantisation types of a wheel of gguf."""
    with zipfile.ZipFile(path) as wheel:
        source = wheel.read("gguf/constants.py")
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef) and node.name == "GGMLQuantizationType":
            return {
                f"{one.value.value} {one.targets[0].id}"
                for one in node.body
                if isinstance(one, ast.Assign)
                and isinstance(one.value, ast.Constant)
                and isinstance(one.value.value, int)
                and isinstance(one.targets[0], ast.Name)
            }
    raise SystemExit(f"{path.name}: no quantisation types")


def loader_names(path: Path) -> tuple[set[str], set[str]]:
    """The architectures and the types of a source archive of llama-cpp-python."""
    architectures, types = set[str](), set[str]()
    with tarfile.open(path) as archive:
        for member in archive:
            if "/vendor/llama.cpp/" not in member.name or not member.isfile():
                continue
            source = archive.extractfile(member)
            if source is None:
                continue
            if _SOURCES.search(member.name):
                architectures.update(
                    _ARCHITECTURE.findall(source.read().decode("utf-8", "replace"))
                )
            elif _HEADER.search(member.name):
                text = source.read().decode("utf-8", "replace")
                types.update(f"{n} {name}" for name, n in _TYPE.findall(text) if name != "COUNT")
    if not architectures or not types:
        raise SystemExit(f"{path.name}: no architectures or no types")
    return architectures - {"(unknown)"}, types


def read() -> Iterator[tuple[str, dict[str, object]]]:
    """What a package's releases have, by the package."""
    with tempfile.TemporaryDirectory() as scratch:
        index = Index(Path(scratch))
        path = Path(scratch) / "release"
        types = []
        for release in READERS:
            index.download(file_of(index, "gguf", release, ".whl"), path)
            types.append(reader_types(path))
        yield "gguf", {"releases": READERS, "types": by_number(spans(READERS, types))}
        types, architectures = [], []
        for release in LOADERS:
            index.download(file_of(index, "llama-cpp-python", release, ".tar.gz"), path)
            found = loader_names(path)
            architectures.append(found[0])
            types.append(found[1])
        told = {"releases": LOADERS, "types": by_number(spans(LOADERS, types))}
        yield "llama-cpp-python", {**told, "architectures": spans(LOADERS, architectures)}


def by_number(types: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Types by their numbers, which files have, instead of numbers and names."""
    found = {}
    for both, told in sorted(types.items(), key=lambda one: int(one[0].partition(" ")[0])):
        number, _, name = both.partition(" ")
        found[number] = {"name": name, **told}
    return found


def render(packages: dict[str, object], day: str) -> str:
    table = {
        "about": "Types of tensors and architectures of models by releases of what loads GGUF: the"
        " first that was read and has it (since), the last before that (lacks), and the first that"
        " does not have it any more (until)",
        "source": "gguf/constants.py of wheels; ggml.h and llama-arch.cpp of source archives",
        "licence": "facts; MIT source",
        "date": day,
        "packages": packages,
    }
    return json.dumps(table, indent=1) + "\n"


def main() -> int:
    if sys.argv[1:] == ["--check"]:
        held = json.loads(TABLE.read_text("utf-8"))
        return write_or_check(TABLE, render(held["packages"], held["date"]), check=True)
    return write_or_check(TABLE, render(dict(read()), date.today().isoformat()), check=False)


if __name__ == "__main__":
    sys.exit(main())
