"""TorchScript archives: code, pickles of its objects, and bytecode for the mobile interpreter.

https://github.com/pytorch/pytorch/blob/main/torch/csrc/jit/docs/serialization.md
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from modelaudit.core.digest import measured
from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Anomaly, Code, Fact, Identity, Metadata, Operator
from modelaudit.core.limits import MIB, Bounds
from modelaudit.core.location import Location
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
READ_HERE: Final = frozenset(("data.pkl", "constants.pkl", "bytecode.pkl", *SMALL))
_OPERATOR: Final = re.compile(r"\w+::\w+")


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
    unread = [member for name, member in records.by_name.items() if _is_unread(name.lower())]
    read_here = [*unread, *filter(None, map(records.find, READ_HERE))]
    yield from embedded(source, archive, bounds, read_here)


def _is_unread(name: str) -> bool:
    """True for storages and positions in the source, which nobody reads."""
    return name.startswith(("data/", "constants/")) or name.endswith(".debug_pkl")


def _code(records: Records, name: str) -> Iterator[Fact]:
    inner = records.open(name)
    while inner.growing and inner.size <= MOST_CODE:
        inner.grow()
    if inner.size > MOST_CODE:
        raise Malformed("limit", {"limit": "bytes of one file of code", "most": MOST_CODE})
    raw = bytes(inner.data)
    text = raw.decode("utf-8", "replace")
    read = scripts.read(text)
    where = inner.at()
    yield Code("torchscript", name, (), text.strip()[:MOST_SHOWN], where, "", *measured(raw))
    if read.problem:
        yield Anomaly("torchscript-unparsed", {"problem": read.problem}, where)
    for named in read.named_tuples:
        yield Metadata("torchscript-named-tuple", named, -1, where)
    yield from _operators(read.uses, where)
    yield from _keywords(read.uses, where)


def _operators(uses: tuple[scripts.Use, ...], where: Location) -> Iterator[Operator]:
    """Each operator and class once, at the line of its first use."""
    operators: dict[tuple[str, str], Operator] = {}
    for use in uses:
        known = operators.get((use.domain, use.name))
        if known is None:
            known = Operator(
                use.domain,
                use.name,
                overload="",
                version=-1,
                via="source",
                arguments=use.arguments,
                count=0,
                where=replace(where, line=use.line),
                origins=use.origins,
            )
        operators[use.domain, use.name] = replace(known, count=known.count + 1)
    yield from operators.values()


def _keywords(uses: tuple[scripts.Use, ...], where: Location) -> Iterator[Metadata]:
    """Each argument that a call names, once for each operator."""
    lines: dict[str, int] = {}
    for use in uses:
        for keyword in use.keywords:
            lines.setdefault(f"{use.domain}::{use.name}.{keyword}", use.line)
    for keyword, line in lines.items():
        yield Metadata("operator-keyword", keyword, -1, replace(where, line=line))


def _bytecode(records: Records) -> Iterator[Fact]:
    """The version of the bytecode, and the operators that its methods name with their overloads."""
    inner = records.open("bytecode.pkl")
    stream = TorchStream(inner, records.bounds, ScriptRecorder(inner, records.bounds), 0)
    yield from stream.content()
    number = _first_number(inner)
    if number >= 0:
        yield Metadata("torch-bytecode-version", str(number), number, inner.at())
    operators: dict[tuple[str, str], Operator] = {}
    qualified, place = "", 0
    for position, text in stream.texts():
        if qualified:  # so this text, which follows it, is the overload
            domain, _, name = qualified.partition("::")
            made = Operator(domain, name, text, -1, "bytecode", "", 0, inner.at(place))
            made = operators.get((qualified, text), made)
            operators[qualified, text] = replace(made, count=made.count + 1)
        qualified = text if not qualified and _OPERATOR.fullmatch(text) else ""
        place = position
    yield from operators.values()


def _first_number(inner: Source) -> int:
    """The first integer of a pickle, -1 where a text or another value precedes it."""
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
