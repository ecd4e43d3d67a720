"""Programs of torch.export (``.pt2``): a graph as JSON, weights, and at times compiled code.

https://github.com/pytorch/pytorch/blob/main/torch/export/pt2_archive/constants.py (the layout)
https://github.com/pytorch/pytorch/blob/main/torch/_export/serde/schema.py (the graph)
Before torch 2.7 the members were in no folder: ``serialized_exported_program.json`` and others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import msgspec
from msgspec.structs import replace

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Fact, Identity, Metadata, Operator, Producer, Unreadable
from modelaudit.core.limits import MIB, Bounds
from modelaudit.core.location import Location
from modelaudit.core.source import Source
from modelaudit.formats.archives.zip import embedded
from modelaudit.formats.archives.zipmembers import Archive, open_member
from modelaudit.formats.torch.expressions import evaluated
from modelaudit.formats.torch.native import libraries
from modelaudit.formats.torch.records import Records

MOST_GRAPH: Final = 256 * MIB
"""Bytes of one graph."""
OLD_GRAPH: Final = "serialized_exported_program.json"
_GRAPH: Final = re.compile(r"(?:.*/)?models/.+\.json|(?:.*/)?" + re.escape(OLD_GRAPH))
_TARGET: Final = re.compile(rb"\"target\"\s*:\s*\"torch\.ops\.(\w+)\.(\w+)(?:\.(\w+))?\"")


class Schema(msgspec.Struct):
    """The version of the graph's schema."""

    major: int = -1
    minor: int = -1


class Program(msgspec.Struct):
    """The head of a graph; its nodes are searched and not decoded."""

    schema_version: Schema = msgspec.field(default_factory=Schema)
    opset_version: dict[str, int] = msgspec.field(default_factory=dict)
    torch_version: str = ""


def inspect_archive(source: Source, archive: Archive, bounds: Bounds) -> Iterator[Fact]:
    """The facts of each graph; weights and samples are the zip inspector's."""
    records = Records(source, archive, bounds)
    version = records.short("archive_version").decode("ascii", "replace").strip()
    yield Identity("pt2", version, source.at())
    for member in archive.members:
        if _GRAPH.fullmatch(member.name):
            try:
                yield from _graph(open_member(source, member, bounds))
            except Malformed as problem:
                where = source.inner(b"", member.name).at(problem.position)
                yield Unreadable(problem.reason, problem.fields, where)
    yield from libraries(source, archive, bounds)
    yield from embedded(source, archive, bounds)


def _graph(inner: Source) -> Iterator[Fact]:
    while inner.growing and inner.size <= MOST_GRAPH:
        inner.grow()
    if inner.size > MOST_GRAPH:
        raise Malformed("limit", {"limit": "bytes of one graph", "most": MOST_GRAPH})
    data = bytes(inner.data)
    try:
        program = msgspec.json.decode(data, type=Program)
        yield from _versions(program, inner.at())
        yield from _operators(inner, data)
        # What the head has no field for is decoded only here.
        yield from evaluated(inner, data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed("broken-program", {"problem": str(error)}) from None


def _versions(program: Program, where: Location) -> Iterator[Fact]:
    """What the head declares; numbers that are missing or negative are left out."""
    schema = program.schema_version
    if schema.major >= 0:
        yield Metadata("pt2-schema-version", f"{schema.major}.{schema.minor}", schema.major, where)
    for domain, number in program.opset_version.items():
        if number >= 0:
            yield Metadata("pt2-opset", domain, number, where)
    if program.torch_version:
        yield Producer("torch", program.torch_version, where)


def _operators(inner: Source, data: bytes) -> Iterator[Operator]:
    """Every operator that a node calls, at its first place."""
    operators: dict[bytes, Operator] = {}
    for match in _TARGET.finditer(data):
        known = operators.get(match[0])
        if known is None:
            domain, name, overload = (part.decode() for part in match.groups(b""))
            overload = "" if overload == "default" else overload
            at = inner.at(match.start())
            known = Operator(domain, name, overload, -1, "graph", "", 0, at)
        operators[match[0]] = replace(known, count=known.count + 1)
    yield from operators.values()
