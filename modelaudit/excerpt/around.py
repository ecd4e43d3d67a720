"""What stands around one place: bytes, lines of a text, opcodes of a pickle."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from typing import Final

import msgspec

from modelaudit.core.facts import Call, Fact, Identity, Import, Metadata, Opcode, State
from modelaudit.core.limits import KIB, MIB, Limits
from modelaudit.core.location import Location
from modelaudit.core.source import Source
from modelaudit.excerpt.inside import visit
from modelaudit.formats.onnx.neighbours import neighbours
from modelaudit.formats.pickle import opcodes

ROW: Final = 16
"""Bytes of a row; the first begins at a multiple of it."""
BYTES_BEFORE: Final = 32
BYTES_AFTER: Final = 48
LINES_AROUND: Final = 2
MOST_TEXT: Final = 64 * MIB
"""Bytes of a text in which a line is looked for."""
OPCODES_BEFORE: Final = 8
OPCODES_AFTER: Final = 3
REACH: Final = 16 * KIB
"""Bytes before a place in which opcodes are looked for, and after it."""
MOST_ARGUMENT: Final = 200
"""Characters of what an opcode pushes."""
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Step(msgspec.Struct, frozen=True):
    """One opcode, with what it carries."""

    offset: int
    name: str
    argument: str


class Line(msgspec.Struct, frozen=True):
    """One line of a text, numbered from 1, or one node of a graph, numbered from 0."""

    number: int
    text: str


class Excerpt(msgspec.Struct, frozen=True):
    """What stands around a place; all is empty where it was not reached.

    ``data`` begins at the offset ``start``. ``steps`` has the opcodes before and after the place,
    where it is one of them, ``nodes`` those of a graph.
    """

    start: int = 0
    data: bytes = b""
    steps: tuple[Step, ...] = ()
    lines: tuple[Line, ...] = ()
    nodes: tuple[Line, ...] = ()


def excerpt_of(where: Location, format_: str, facts: Iterable[Fact], limits: Limits) -> Excerpt:
    """What stands around a place of an artifact. ``facts`` tell where opcodes begin."""
    found: list[Excerpt] = []
    facts = tuple(facts)
    marks = _marks(where, facts)
    named = where.object or ""
    graph = named if "node[" in named and _is_onnx(where, facts) else ""

    def take(source: Source) -> None:
        if where.offset is not None:
            found.append(_bytes(source, where.offset, marks))
        elif where.line is not None:
            found.append(Excerpt(lines=_lines(source.read(0, MOST_TEXT), where.line)))
        else:
            nodes = neighbours(source, graph)
            found.append(Excerpt(nodes=tuple(Line(number, text) for number, text in nodes)))

    if graph or where.offset is not None or where.line is not None:
        visit(where, format_, limits, take)
    return found[-1] if found else Excerpt()


def _is_onnx(where: Location, facts: Iterable[Fact]) -> bool:
    return any(
        isinstance(fact, Identity) and fact.format == "onnx" and fact.where.members == where.members
        for fact in facts
    )


def _marks(where: Location, facts: Iterable[Fact]) -> list[int]:
    """The offsets up to a place at which an opcode is known to begin."""
    upto = where.offset if where.offset is not None else -1
    marks = {
        fact.where.offset
        for fact in facts
        if isinstance(fact, Import | Call | State | Opcode | Metadata)
        and (not isinstance(fact, Metadata) or fact.key == "pickle-protocol")
        and fact.where.members == where.members
        and fact.where.offset is not None
        and upto - REACH <= fact.where.offset <= upto
    }
    return sorted(marks)


def _bytes(source: Source, offset: int, marks: list[int]) -> Excerpt:
    begin = max(offset - REACH, 0)
    raw = source.read(begin, offset - begin + REACH)
    start = max((offset - BYTES_BEFORE) // ROW * ROW, begin)
    data = raw[start - begin : offset - begin + BYTES_AFTER]
    return Excerpt(start, data, _steps(raw, begin, offset, marks))


def _steps(raw: bytes, begin: int, offset: int, marks: list[int]) -> tuple[Step, ...]:
    """The opcodes around an offset, read from the first mark that leads to all others.

    Between marks may lie what is no opcode: the numbers of an array in a file of joblib.
    """
    places = [*(mark - begin for mark in marks if mark < offset), offset - begin]
    first = 0 if offset in marks else -1
    for number in range(len(places) + first):
        before = _walk(raw, places[number:])
        if before is not None:
            here = before[-OPCODES_BEFORE - 1 :]
            shown = [*here, *_ahead(raw, offset - begin)]
            return tuple(_step(raw, position, begin) for position in shown)
    return ()


def _walk(raw: bytes, marks: list[int]) -> list[int] | None:
    """The opcodes from the first mark to the last; None where they do not come to all of them."""
    passed, position, wanted = [], marks[0], set(marks)
    while position <= marks[-1] and position < len(raw) and raw[position] in opcodes.NAMES:
        passed.append(position)
        wanted.discard(position)
        if opcodes.NAMES[raw[position]] == "STOP":
            break
        position = opcodes.step(raw, position)
    return None if wanted else passed


def _ahead(raw: bytes, position: int) -> list[int]:
    ahead: list[int] = []
    while len(ahead) < OPCODES_AFTER and opcodes.NAMES.get(raw[position]) != "STOP":
        position = opcodes.step(raw, position)
        if position >= len(raw) or raw[position] not in opcodes.NAMES:
            break
        ahead.append(position)
    return ahead


def _step(raw: bytes, position: int, begin: int) -> Step:
    name = opcodes.NAMES[raw[position]]
    return Step(begin + position, name, _argument(raw, position, name)[:MOST_ARGUMENT])


def _argument(raw: bytes, position: int, name: str) -> str:
    """What an opcode carries, as text."""
    code, after = raw[position], opcodes.step(raw, position)
    if code in opcodes.LINES_OF and code not in opcodes.LINES:
        return raw[position + 1 : after].decode("utf-8", "replace").strip("\n").replace("\n", " ")
    if code in opcodes.COUNTED or code in opcodes.LINES or opcodes.WIDTHS[code] > 1:
        try:
            value = opcodes.literal(raw, position, MOST_ARGUMENT)
        except ValueError:
            return "not decodable"
        return "a long integer" if value is ... else repr(value)
    if after > position + 1:
        return str(int.from_bytes(raw[position + 1 : after], "little"))
    return ""


def _lines(raw: bytes, line: int) -> tuple[Line, ...]:
    text = raw.decode("utf-16" if raw.startswith(_UTF16) else "utf-8", "replace")
    first = max(line - LINES_AROUND, 1)
    pieces = text.split("\n", line + LINES_AROUND)[: line + LINES_AROUND]
    return tuple(
        Line(number, piece.rstrip("\r")) for number, piece in enumerate(pieces[first - 1 :], first)
    )
