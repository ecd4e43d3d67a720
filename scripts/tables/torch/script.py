"""Write rules/tables/torch_script.json: what each torch release can load as TorchScript.

    python -m scripts.tables.torch.script --cache DIR   download wheels, read them, write
    python -m scripts.tables.torch.script --check       the table's invariants, no network

Operators are those of the wheel's native_functions.yaml and the schemas that stand as text in its
libraries; storage classes, format versions and upgraders come out of its headers. Releases before
1.12 are not read: their wheels have no native_functions.yaml.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from scripts.common.files import TABLES
from scripts.common.releases import minor, refresh, spans
from scripts.common.torch_wheels import RELEASES, SYMBOLS, fetch

TABLE = TABLES / "torch_script.json"
NATIVE = "torchgen/packaged/ATen/native/native_functions.yaml"
SCHEMA = "torch/_export/serde/schema.py"
VERSIONS = "torch/include/caffe2/serialize/versions.h"
SCALARS = (
    "torch/include/torch/headeronly/core/ScalarType.h",
    "torch/include/c10/core/ScalarType.h",
)
WELL_KNOWN = {"aten": 1500, "prim": 90, "quantized": 120}

FILE_FORMATS = {"1": "1.1", "2": "1.4", "3": "1.5", "5": "1.6", "6": "1.9", "9": "1.11"}
BYTECODES = {"4": "1.7", "5": "1.9", "7": "1.10", "8": "1.11"}
"""What releases before 1.12 read, whose headers are not looked at here."""
UPGRADED = {
    **dict.fromkeys(("aten::div", "aten::div_"), 4),
    "aten::full": 5,
    "aten::linspace": 8,
    "aten::logspace": 9,
    "aten::gelu": 10,
}
"""Operators whose meaning changed at a version of the file format, from
torch/csrc/jit/operator_upgraders/version_map.h, which wheels do not contain."""


def operators(files: dict[str, str]) -> set[str]:
    """``aten::add.Tensor`` and the like."""
    native = files[NATIVE]
    names = set(re.findall(r"^- func: ([\w.]+)\(", native, re.MULTILINE))
    for generated in re.findall(r"^  autogen: (.*)$", native, re.MULTILINE):
        names |= {name.strip() for name in generated.split(",")}
    symbols = files[SYMBOLS].split("\n")
    registered = {line for line in symbols if "::" in line}
    # A functional or an out variant that is generated from another one has the base name of it.
    return {f"aten::{name}" for name in names} | registered


def classes(files: dict[str, str]) -> set[str]:
    lines = (line.split() for line in files[SYMBOLS].split("\n") if line.startswith("class "))
    return {f"torch.classes.{library}.{name}" for _, library, name in lines}


def keywords(files: dict[str, str]) -> set[str]:
    """Arguments that are given by name: ``aten::gelu.approximate``."""
    found: set[str] = set()
    for name, arguments in re.findall(
        r"^- func: (\w+)[\w.]*\((.*)\) ->", files[NATIVE], re.MULTILINE
    ):
        for argument in arguments.split(", "):
            word = re.search(r"(\w+)(?:=.*)?$", argument)
            if word is not None:
                found.add(f"aten::{name}.{word[1]}")
    return found


def storages(files: dict[str, str]) -> set[str]:
    text = next(files[name] for name in SCALARS if "AT_FORALL_SCALAR_TYPES" in files.get(name, ""))
    macro = re.search(
        r"AT_FORALL_SCALAR_TYPES_WITH_COMPLEX_AND_QINTS\(_\)(.*?)\n\n", text, re.DOTALL
    )
    assert macro is not None
    return {f"torch.{name}Storage" for name in re.findall(r", (\w+)\)", macro[1])}


def constant(files: dict[str, str], name: str) -> int:
    found = re.search(rf"{name} = (0x[0-9A-F]+)L", files[VERSIONS])
    assert found is not None
    return int(found[1], 16)


def newer(all_of: dict[str, list[str]], bases: dict[str, list[str]]) -> dict[str, list[str]]:
    """The entries of parts of operators that came later, or went earlier, than the operator."""
    return {
        name: span for name, span in all_of.items() if bases.get(name.partition(".")[0]) != span
    }


def readable(highest: dict[str, str]) -> dict[str, str]:
    """For each version the first release that reads it, out of the first with each maximum."""
    table: dict[str, str] = {}
    for most, release in sorted(highest.items(), key=lambda item: int(item[0])):
        for version in range(1, int(most) + 1):
            table.setdefault(str(version), release)
    return table


def export_schemas(files: dict[str, dict[str, str]]) -> dict[str, list[str]]:
    """The majors of the schema of exported programs, with the releases that read them."""
    majors: dict[str, set[str]] = {}
    for release, held in files.items():
        found = re.search(r"^SCHEMA_VERSION = \(?(\d+)", held.get(SCHEMA, ""), re.MULTILINE)
        majors[release] = {found[1]} if found else set()
    return spans(majors)


def render(cache: Path, date: str) -> str:
    files = {release: fetch(release, cache) for release in RELEASES}
    full = {release: operators(held) for release, held in files.items()}
    base = spans({r: {name.partition(".")[0] for name in names} for r, names in full.items()})
    words = spans({release: keywords(held) for release, held in files.items()})
    formats, bytecodes = dict(FILE_FORMATS), dict(BYTECODES)
    for release, held in files.items():
        formats.setdefault(str(constant(held, "kMaxSupportedFileFormatVersion")), minor(release))
        bytecodes.setdefault(str(constant(held, "kMaxSupportedBytecodeVersion")), minor(release))
    table = {
        "about": "TorchScript by torch release: for each operator, overload, keyword, class and "
        "storage class the first release that has it, and the first that has it no more. Overloads "
        "and keywords are listed where they differ from their operator. file_format and bytecode "
        "have the first release that reads a version; upgraded the version an operator changed at.",
        "source": "wheels of torch on PyPI: native_functions.yaml, headers, texts in libraries",
        "licence": "facts out of BSD-3-Clause source",
        "date": date,
        "releases": list(RELEASES),
        "oldest": minor(RELEASES[0]),
        "newest": minor(RELEASES[-1]),
        "file_format": readable(formats),
        "bytecode": readable(bytecodes),
        "export_schema": export_schemas(files),
        "upgraded": UPGRADED,
        "libraries": {name.partition("::")[0]: "torch" for name in sorted(base)},
        "storages": spans({release: storages(held) for release, held in files.items()}),
        "classes": spans({release: classes(held) for release, held in files.items()}),
        "keywords": newer(words, base),
        "overloads": newer(spans(full), base),
        "operators": base,
    }
    lines = json.dumps(table, indent=1)
    return re.sub(r"\[\n\s+\"([\d.]+)\"(?:,\n\s+\"([\d.]+)\")?\n\s+\]", _short, lines) + "\n"


def _short(match: re.Match[str]) -> str:
    return f'["{match[1]}", "{match[2]}"]' if match[2] else f'["{match[1]}"]'


def problems() -> list[str]:
    """What is wrong with the committed table."""
    table = json.loads(TABLE.read_text("utf-8"))
    found = [
        f"{domain} has fewer operators than it should"
        for domain, count in WELL_KNOWN.items()
        if sum(name.startswith(f"{domain}::") for name in table["operators"]) < count
    ]
    if table["releases"] != list(RELEASES):
        found.append("the releases are not those of torch_wheels.py")
    if table["operators"]["aten::add"] != [table["oldest"]]:
        found.append("aten::add is not in every release")
    if table["operators"]["aten::save"] != [table["oldest"]]:
        found.append("aten::save, which stands in no yaml, was not found")
    return found


if __name__ == "__main__":
    sys.exit(refresh(TABLE, render, problems))
