"""Write rules/tables/tensorflow.json: what each TensorFlow release can load and run.

    python -m scripts.tables.tensorflow.operators --cache DIR   download wheels, ask them, write
    python -m scripts.tables.tensorflow.operators --check       the table's invariants, no network

Operators, attributes, allowed types and kernels are those that the libraries of the CPU build
register. The numbers of element types and the versions of graphs come out of headers.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from modelaudit.formats.protobuf import Field, fields, text
from modelaudit.formats.savedmodel.schema import dtype_name
from scripts.common.files import TABLES
from scripts.common.releases import minor, refresh, spans
from scripts.common.tensorflow_wheels import RELEASES, fetch

TABLE = TABLES / "tensorflow.json"
ABOUT = """\
TensorFlow by release: for each operator the first release that registers it, and the first that
does so no more. Attributes are listed where they differ from their operator, and types
(Conv2D.T=bfloat16) where an attribute took them up after both were there. dtypes are the numbers
of element types. deprecated has the version of graphs from which an operator is refused.
no_kernel are the operators that are registered and have no kernel for the CPU, with the releases
for which that holds. graph_versions is what a release writes, and reads without a warning.
ignores_attributes is the first release that passes over attributes which its operator does not
have, and refuses them no more. call_module is the highest version of XlaCallModule, which brings
programs of JAX. refuses_unsigned are the releases that cannot restore a table whose saving
function has no signature.
"""
REWRITTEN = {"AccumulateNV2"}
"""Operators without a kernel that a pass over the graph replaces: accumulate_n_optimizer.cc."""
REFUSES_UNSIGNED = ("2.11", "2.13")
"""The releases, from and up to, that hand a text to a function which saves a table and has no
signature, and fail. Found by loading such a model: no library tells."""
UNFILTERED = frozenset({"*"})


@dataclass(frozen=True)
class Release:
    """What one release registers."""

    graph: tuple[int, int, int]
    """the version it writes, and the lowest producer and consumer that it takes and asks for"""
    dtypes: dict[int, str]
    operators: set[str] = field(default_factory=set)
    attributes: dict[str, frozenset[str]] = field(default_factory=dict)
    """``Conv2D.T`` and the numbers of the types that it may be, ``*`` where it is not limited"""
    deprecated: dict[str, int] = field(default_factory=dict)
    kernels: set[str] = field(default_factory=set)
    """operators with a kernel for the CPU"""
    texts: frozenset[str] = frozenset()
    call_module: int = 0
    """the highest version of XlaCallModule, 0 where it is not told"""


def read(files: dict[str, bytes]) -> Release:
    version = files["version.h"] + files.get("release_version.h", b"")
    texts = frozenset(files["texts.txt"].decode().split("\n"))
    highest = re.search(
        rb"def call_module_maximum_supported_version\(\):.*?return (\d+)",
        files.get("xla.py", b""),
        re.DOTALL,
    )
    found = Release(
        graph_versions(version),
        dtypes(files["types.pb.h"]),
        texts=texts,
        call_module=int(highest[1]) if highest else 0,
    )
    data = files["ops.pb"]
    for operator in fields(data, 0, len(data)):
        _operator(data, operator, found)
    data = files["kernels.pb"]
    for kernel in fields(data, 0, len(data)):
        held = {one.number: text(data, one) for one in fields(data, kernel.value, kernel.stop)}
        if held.get(2) in ("CPU", "DEFAULT"):
            found.kernels.add(held[1])
    return found


def _operator(data: bytes, operator: Field, found: Release) -> None:
    """An OpDef: name = 1, attr = 4, deprecation = 8 (op_def.proto)."""
    parts = list(fields(data, operator.value, operator.stop))
    name = next(text(data, part) for part in parts if part.number == 1)
    found.operators.add(name)
    for part in parts:
        if part.number == 4:
            attribute, allowed = _attribute(data, part)
            found.attributes[f"{name}.{attribute}"] = allowed
        elif part.number == 8:
            found.deprecated[name] = next(fields(data, part.value, part.stop)).value


def _attribute(data: bytes, part: Field) -> tuple[str, frozenset[str]]:
    """An AttrDef: name = 1, type = 2, allowed_values = 7, of it list = 1, of it type = 6."""
    held = {one.number: one for one in fields(data, part.value, part.stop)}
    name = text(data, held[1])
    if text(data, held[2]) not in ("type", "list(type)") or 7 not in held:
        return name, UNFILTERED
    listed = next(fields(data, held[7].value, held[7].stop))
    return name, frozenset(map(str, _types(data, listed)))


def _types(data: bytes, listed: Field) -> Iterator[int]:
    for one in fields(data, listed.value, listed.stop):
        if one.number == 6 and one.wire == 0:
            yield one.value
        elif one.number == 6:
            yield from data[one.value : one.stop]  # packed, and each below 128


def graph_versions(header: bytes) -> tuple[int, int, int]:
    names = ("TF_GRAPH_DEF_VERSION", "TF_GRAPH_DEF_VERSION_MIN_PRODUCER")
    found = [
        re.search(rb"#define %b (\d+)" % name.encode(), header)
        for name in (*names, "TF_GRAPH_DEF_VERSION_MIN_CONSUMER")
    ]
    one, two, three = (int(match[1]) for match in found if match is not None)
    return one, two, three


def dtypes(header: bytes) -> dict[int, str]:
    listed = re.findall(rb"^  (DT_\w+) = (\d+),", header, re.MULTILINE)
    # References, 100 more than what they refer to, come and go with their types.
    return {int(number): name.decode() for name, number in listed if int(number) < 100}


def drop_tests(held: dict[str, Release]) -> None:
    """Leave out what only TensorFlow's own tests use.

    The library that is asked holds those operators up to 2.11, and no others went with 2.12.
    """
    tests = held["2.11.1"].operators - held["2.12.1"].operators
    for one in held.values():
        one.operators.difference_update(tests)
        for name in [n for n in one.attributes if n.partition(".")[0] in tests]:
            del one.attributes[name]
        for name in tests & set(one.deprecated):
            del one.deprecated[name]


def order(release: str) -> tuple[int, ...]:
    return tuple(map(int, release.split(".")))


def newer_types(
    held: dict[str, Release], attributes: dict[str, list[str]], numbers: dict[str, list[str]]
) -> dict[str, list[str]]:
    """``Conv2D.T=bfloat16``: what an attribute took up after both were there, or gave up."""
    allowed: dict[str, set[str]] = {}
    limited = {n for one in held.values() for n, a in one.attributes.items() if a != UNFILTERED}
    for release, one in held.items():
        every = frozenset(map(str, one.dtypes))
        allowed[release] = {
            f"{name}={number}"
            for name in limited & set(one.attributes)
            for number in (every if one.attributes[name] == UNFILTERED else one.attributes[name])
        }
    table = {}
    for name, span in spans(allowed).items():
        attribute, _, number = name.partition("=")
        first = max(attributes[attribute][0], numbers[number][0], key=order)
        if span[0] != first or span[1:] != attributes[attribute][1:]:
            table[f"{attribute}={dtype_name(int(number))}"] = span
    return table


def render(cache: Path, date: str) -> str:
    held = {release: read(fetch(release, cache)) for release in RELEASES}
    drop_tests(held)
    operators = spans({release: one.operators for release, one in held.items()})
    attributes = spans({release: set(one.attributes) for release, one in held.items()})
    numbers = spans({release: set(map(str, one.dtypes)) for release, one in held.items()})
    unrunnable = {r: one.operators - one.kernels - REWRITTEN for r, one in held.items()}
    newest = list(held.values())[-1]
    table = {
        "about": " ".join(ABOUT.split()),
        "source": "wheels of tensorflow-cpu on PyPI: what their libraries register, and headers",
        "licence": "facts out of Apache-2.0 source",
        "date": date,
        "releases": list(RELEASES),
        "oldest": minor(next(iter(RELEASES))),
        "newest": minor(list(RELEASES)[-1]),
        "graph_versions": {minor(release): one.graph[0] for release, one in held.items()},
        "min_producer": {minor(release): one.graph[1] for release, one in held.items()},
        "ignores_attributes": next(
            minor(release) for release, one in held.items() if "ignores-attributes" in one.texts
        ),
        "refuses_unsigned": list(REFUSES_UNSIGNED),
        "call_module": {
            minor(release): one.call_module for release, one in held.items() if one.call_module
        },
        "dtypes": {number: [newest.dtypes[int(number)], *numbers[number]] for number in numbers},
        "deprecated": dict(sorted(newest.deprecated.items())),
        "no_kernel": spans(unrunnable),
        "attributes": {
            name: span
            for name, span in attributes.items()
            if span != operators[name.partition(".")[0]]
        },
        "types": newer_types(held, attributes, numbers),
        "operators": operators,
    }
    lines = json.dumps(table, indent=1)
    return re.sub(r"\[\n\s+([^\[\]{}]*?)\n\s+\]", _short, lines) + "\n"


def _short(match: re.Match[str]) -> str:
    return "[" + re.sub(r"\n\s+", " ", match[1]) + "]"


def problems() -> list[str]:
    """What is wrong with the committed table."""
    table = json.loads(TABLE.read_text("utf-8"))
    found = []
    if table["releases"] != list(RELEASES):
        found.append("the releases are not those of tensorflow_wheels.py")
    if len(table["operators"]) < 1800:
        found.append("there are fewer operators than there should be")
    if table["operators"]["MatMul"] != [table["oldest"]]:
        found.append("MatMul is not in every release")
    if "SegmentMaxV2" not in table["no_kernel"] or "MatMul" in table["no_kernel"]:
        found.append("kernels are not told apart from operators")
    if list(table["graph_versions"]) != [minor(release) for release in RELEASES]:
        found.append("a release has no graph version")
    return found


if __name__ == "__main__":
    sys.exit(refresh(TABLE, render, problems))
