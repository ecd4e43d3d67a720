"""TorchScript archives: code, pickles of its objects, and bytecode for the mobile interpreter.

https://github.com/pytorch/pytorch/blob/main/torch/csrc/jit/docs/serialization.md
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Anomaly, Code, Fact, Identity, Metadata, Operator
from modelaudit.core.limits import MIB, Bounds
from modelaudit.core.source import Source
from modelaudit.formats.archives.zip import embedded
from modelaudit.formats.archives.zipmembers import Archive
from modelaudit.formats.pickle import opcodes
from modelaudit.formats.torch.checkpoint import SMALL, pickled
from modelaudit.formats.torch.native import libraries
from modelaudit.formats.torch.records import Records, properties, version
from modelaudit.formats.torch.streams import TorchStream
from modelaudit.formats.torchscript import source as scripts
from modelaudit.formats.torchscript.recorder import ScriptRecorder

MOST_CODE: Final = 64 * MIB
"""Bytes of one file of code."""
MOST_SHOWN: Final = 120
"""Characters of a file's beginning that its fact shows."""
TOLD: Final = frozenset(("data.pkl", "constants.pkl", "bytecode.pkl", *SMALL))
_OPERATOR: Final = re.compile(r"\w+::\w+")


def inspect(source: Source, _bounds: Bounds) -> Iterator[Fact]:
    """What is no archive is no TorchScript. Raises Malformed."""
    yield Identity("torchscript", "", source.at())
    raise Malformed("not-recognised", "the name claims TorchScript, and this is no zip archive")


def inspect_archive(source: Source, archive: Archive, bounds: Bounds) -> Iterator[Fact]:
    """The facts of code and pickles; other members are the zip inspector's."""
    records = Records(source, archive, bounds)
    number = version(records)
    yield Identity("torchscript", str(number) if number >= 0 else "", source.at())
    yield from properties(records)
    for name in records.by_name:
        if name.startswith("code/") and name.endswith(".py"):
            yield from records.guarded(name, _code(records, name))
    pickles = (("data.pkl", "data/"), ("constants.pkl", "constants/"))
    for name, folder in pickles:
        yield from records.guarded(name, pickled(records, name, folder, ScriptRecorder))
    if "bytecode.pkl" in records:
        yield from records.guarded("bytecode.pkl", _bytecode(records))
    yield from libraries(source, archive, bounds)
    told = [member for name, member in records.by_name.items() if _is_told(name)]
    yield from embedded(source, archive, bounds, told)


def _is_told(name: str) -> bool:
    """True for records that are read here, and for storages, which nobody reads."""
    return name in TOLD or name.startswith(("data/", "constants/")) or name.endswith(".debug_pkl")


def _code(records: Records, name: str) -> Iterator[Fact]:
    inner = records.open(name)
    while inner.growing and inner.size <= MOST_CODE:
        inner.grow()
    if inner.size > MOST_CODE:
        raise Malformed("limit", f"more than {MOST_CODE} bytes of code in one file")
    text = bytes(inner.data).decode("utf-8", "replace")
    read = scripts.read(text)
    where = inner.at()
    yield Code("torchscript", name, (), text.strip()[:MOST_SHOWN], where)
    if read.problem:
        detail = f"the code does not parse, and was searched instead: {read.problem}"
        yield Anomaly("torchscript-unparsed", detail, where)
    for named in read.named_tuples:
        yield Metadata("torchscript-named-tuple", named, -1, where)
    first: dict[tuple[str, str], Operator] = {}
    keywords: dict[str, int] = {}
    for use in read.uses:
        found = first.get((use.domain, use.name))
        if found is None:
            line = replace(where, line=use.line)
            found = Operator(use.domain, use.name, "", -1, "source", use.arguments, 0, line)
        first[use.domain, use.name] = replace(found, count=found.count + 1)
        for keyword in use.keywords:
            keywords.setdefault(f"{use.domain}::{use.name}.{keyword}", use.line)
    yield from first.values()
    for keyword, line_number in keywords.items():
        yield Metadata("operator-keyword", keyword, -1, replace(where, line=line_number))


def _bytecode(records: Records) -> Iterator[Fact]:
    """The version of the bytecode, and the operators that its methods name with their overloads."""
    inner = records.open("bytecode.pkl")
    stream = TorchStream(inner, records.bounds, ScriptRecorder(inner, records.bounds), 0)
    yield from stream.tell()
    number = _first_number(inner)
    if number >= 0:
        yield Metadata("torch-bytecode-version", str(number), number, inner.at())
    first: dict[tuple[str, str], Operator] = {}
    operator = ""
    place = 0
    for position, text in stream.texts():
        if operator:
            domain, _, name = operator.partition("::")
            where = inner.at(place)
            made = Operator(domain, name, text, -1, "bytecode", "", 0, where)
            made = first.get((operator, text), made)
            first[operator, text] = replace(made, count=made.count + 1)
        operator = text if not operator and _OPERATOR.fullmatch(text) else ""
        place = position
    yield from first.values()


def _first_number(inner: Source) -> int:
    """The first integer that a pickle pushes before any text."""
    data, position = inner.data, 0
    while position < len(data):
        code = data[position]
        if opcodes.NAMES.get(code) in ("BININT", "BININT1", "BININT2"):
            number = opcodes.literal(data, position)
            return number if isinstance(number, int) else -1
        if opcodes.NAMES.get(code) not in ("PROTO", "MARK", "FRAME"):
            return -1
        position = opcodes.step(data, position)
    return -1
