"""TensorFlow's graphs by their structure: their first bytes say little, as fields have no order.

https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/graph.proto
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from modelaudit.core.late import late

if TYPE_CHECKING:
    from modelaudit.core.source import Buffer, Source

MOST_FIELDS: Final = 1 << 21
"""Fields of a message among which a node is looked for."""
MOST_COMMENTS: Final = 1 << 20
"""Bytes of a text before its first field."""
_NODE, _GRAPH, _LENGTH = 1, 2, 2
_SIZES: Final = {1: 8, 5: 4}
_PACKAGE: Final = re.compile(rb"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")
_OPERATOR: Final = re.compile(rb"[A-Za-z_][\w>.]*")
_TEXT: Final = late(
    rb"(?:\s|#[^\n]*\n)*+"
    rb"(?:saved_model_schema_version\s*:|(?:meta_graphs|meta_info_def|graph_def)\s*:?\s*[{<]"
    rb"|node\s*:?\s*[{<]\s*(?:name|op|input|device|attr)\s*[:{<]"
    rb"|library\s*:?\s*[{<]\s*function|versions\s*:?\s*[{<]\s*(?:producer|min_consumer)\s*:)"
)


# Patterns that few files come to are compiled when one does, and not at every start.
_NUMBER: Final = rb"[\x80-\xff]{0,9}[\x00-\x7f]"
_SPACE: Final = rb"\A(?:\s|#[^\n]*\n)*"
_SAVED_MODEL_HEAD: Final = (
    # A schema version, and a MetaGraphDef that begins with a message; ONNX has a name there.
    rb"\x08[\x00-\x7f]\x12"
    + _NUMBER
    + rb"[\x0a\x12]|"
    # The same as text.
    + _SPACE
    + rb"(?:saved_model_schema_version\s*:|meta_graphs\s*:?\s*[{<])"
)
_GRAPH_HEAD: Final = (
    # A node, and its name and operator.
    rb"\x0a" + _NUMBER + rb"\x0a(?P<name>[^\n]{1,300}?)\x12(?P<op>[\x01-\x7f][A-Za-z_][\w>.]*)|"
    # What is read of a meta graph: its operators, or its tags and the version.
    rb"\x0a"
    + _NUMBER
    + rb"\x12"
    + _NUMBER
    + rb"\x0a"
    + _NUMBER
    + rb"\x0a[\x01-\x7f][A-Z_]\w+[\x12\x1a\x22]|"
    rb"\x0a[\x01-\x7f](?:\x22[\x00-\x7f][ -~]*)*\x2a[\x01-\x7f][\w.+-]+|"
    + _SPACE
    + rb"(?:meta_info_def\s*:?\s*[{<]|node\s*:?\s*[{<]\s*name\s*:|library\s*:?\s*[{<]\s*function)"
)


def is_saved_model(head: bytes) -> bool:
    return re.match(_SAVED_MODEL_HEAD, head) is not None


def begins_graph(head: bytes) -> bool:
    """A frozen graph, whose first node tells it, or a MetaGraphDef."""
    if head.startswith((b"\n/*", b"\n//")):  # C, whose comment begins like a message
        return False
    found = re.match(_GRAPH_HEAD, head)
    if found is None or found["name"] is None:
        return found is not None
    name, operator = found["name"], found["op"]
    length = len(name) - 1
    if name[0] >= 0x80:  # noqa: PLR2004  the length of the name has two bytes
        return (name[0] & 0x7F | name[1] << 7) == length - 1 and operator[0] < len(operator)
    return name[0] == length and operator[0] < len(operator)


def is_graph(source: Source) -> bool:
    """A graph, a meta graph or a SavedModel, as a message that fills the source or as text."""
    head = source.read(0, 4)
    if not head:
        return False
    if head[0] in b" \t\r\n#ilmnsgv" and _TEXT().match(source.read(0, MOST_COMMENTS)):
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


def is_descriptors(source: Source) -> bool:
    """A FileDescriptorSet of protocol buffers, whose files look like nodes.

    A file has its path and its package where a node has its name and its operator. Every operator
    that can be registered has a capital letter, so this is no graph that TensorFlow can import.
    """
    data, begin, end = source.view()
    if begin == end:
        return False
    files = _fields(data, begin, end)
    return all(
        number == _NODE and wire == _LENGTH and stop <= end and _is_file(data, start, stop)
        for number, wire, start, stop in files
    )


def _is_file(data: Buffer, begin: int, end: int) -> bool:
    path = False
    for number, wire, start, stop in _fields(data, begin, end):
        if stop > end or (number in (1, 2) and wire != _LENGTH):
            return False
        if number == 1:
            path = bytes(data[max(start, stop - 6) : stop]) == b".proto"
        elif number == _GRAPH and _PACKAGE.fullmatch(data, start, stop) is None:
            return False
    return path


_CORE_ML_TYPES: Final = range(200, 4000)


def is_core_ml(source: Source) -> bool:
    """A model of Core ML, which begins with a version and a description as a SavedModel may.

    Its type is a field of a number that a SavedModel does not have. Where there is a graph too,
    TensorFlow would load it, and it is one.
    https://github.com/apple/coremltools/blob/main/mlmodel/format/Model.proto
    """
    data, begin, end = source.view()
    typed = False
    for number, wire, _, stop in _fields(data, begin, end):
        if stop > end or (number == 1 and wire != 0):
            return False
        typed = typed or (number in _CORE_ML_TYPES and wire == _LENGTH)
    return typed and not is_graph(source)


_ONNX_PARTS: Final = (7, 20, 25)
"""The graph of a ModelProto, what it has for training, and its functions."""


def may_be_onnx(source: Source) -> bool:
    """Whether a message that begins with a number and a text has a part that can be computed."""
    data, begin, end = source.view()
    return any(number in _ONNX_PARTS for number, _, _, _ in _fields(data, begin, end))


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


def settled(format_: str, claim: str, source: Source) -> str:
    """What a message that began like ``format_`` is by all of it; empty where it is no model."""
    if format_ == "savedmodel" and is_core_ml(source):
        return "coreml"
    if format_ == "tensorflow-graph" and is_descriptors(source):
        return ""
    if format_ == "onnx" and claim != "onnx" and not may_be_onnx(source):
        return ""
    return format_
