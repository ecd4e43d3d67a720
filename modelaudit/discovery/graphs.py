"""TensorFlow's graphs by their structure: their first bytes say little, as fields have no order.

https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/graph.proto
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from modelaudit.core.source import Buffer, Source

MOST_FIELDS: Final = 1 << 18
"""Fields of a message among which a node is looked for."""
MOST_COMMENTS: Final = 1 << 20
"""Bytes of a text before its first field."""
_NODE, _GRAPH, _LENGTH = 1, 2, 2
_SIZES: Final = {1: 8, 5: 4}
_OPERATOR: Final = re.compile(rb"[A-Za-z_][\w>.]*")
_TEXT: Final = re.compile(
    rb"(?:\s|#[^\n]*\n)*+"
    rb"(?:saved_model_schema_version\s*:|(?:meta_graphs|meta_info_def|graph_def)\s*:?\s*[{<]"
    rb"|node\s*:?\s*[{<]\s*(?:name|op|input|device|attr)\s*[:{<]"
    rb"|library\s*:?\s*[{<]\s*function|versions\s*:?\s*[{<]\s*(?:producer|min_consumer)\s*:)"
)


def is_graph(source: Source) -> bool:
    """A graph, a meta graph or a SavedModel, as a message that fills the source or as text."""
    head = source.read(0, 4)
    if not head:
        return False
    if head[0] in b" \t\r\n#ilmnsgv" and _TEXT.match(source.read(0, MOST_COMMENTS)):
        return True
    data, begin, end = source.view()
    return any(_holds_node(data, begin, end, depth) for depth in range(3))


def _holds_node(data: Buffer, begin: int, end: int, depth: int) -> bool:
    """Whether a message has a node: of its own, or of the graph ``depth`` messages down."""
    found = False
    for number, wire, start, stop in _fields(data, begin, end):
        if stop > end:
            return False
        if wire != _LENGTH or found:
            continue
        if depth and number == _GRAPH:
            found = _holds_node(data, start, stop, depth - 1)
        elif not depth and number == _NODE:
            if not _is_node(data, start, stop):
                return False
            found = True
    return found


def _is_node(data: Buffer, begin: int, end: int) -> bool:
    """A node has a name and an operator, and nothing of another type where they are."""
    operator = False
    for number, wire, start, stop in _fields(data, begin, end):
        if stop > end or (number in (1, 2, 3) and wire != _LENGTH):
            return False
        if number == _GRAPH:
            operator = _OPERATOR.fullmatch(data, start, stop) is not None
    return operator


def _fields(data: Buffer, begin: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Number, type, beginning and end of each field; one that is none ends beyond the message."""
    position = begin
    for _ in range(MOST_FIELDS):
        if position >= end:
            return
        tag, position = _varint(data, position, end)
        number, wire = tag >> 3, tag & 7
        start = position
        if wire == 0:
            _, position = _varint(data, position, end)
        elif wire == _LENGTH:
            length, start = _varint(data, position, end)
            position = start + length
        elif wire in _SIZES:
            position += _SIZES[wire]
        else:
            position = end + 1
        if not 0 < number < 1 << 29:
            position = end + 1
        yield number, wire, start, position


def _varint(data: Buffer, position: int, end: int) -> tuple[int, int]:
    value = shift = 0
    while position < end and shift < 70:  # noqa: PLR2004  ten bytes of seven bits
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004
            return value, position
        shift += 7
    return 0, end + 1
