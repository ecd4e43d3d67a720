"""The node of a graph that a location names, between its neighbours, as text.

A question of its own to a child process, since the messages are read by a native library.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from modelaudit.core.limits import GIB, MIB, Bounds, Limits
from modelaudit.core.source import Source, open_file
from modelaudit.sandbox.process import NoAnswer, ask_once

if TYPE_CHECKING:
    from onnx.onnx_ml_pb2 import AttributeProto, GraphProto, NodeProto

AROUND: Final = 2
"""Nodes before and after the one that is named."""
MOST_INPUT: Final = 256 * MIB
"""Bytes of a model that lies in no file of its own."""
MOST_NAMES: Final = 8
"""Inputs, outputs, attributes and numbers of one node."""
MOST_NAME: Final = 60
_MOST_REPLY: Final = MIB
_SECONDS: Final = 20.0
_MEMORY: Final = 2 * GIB
_STEP: Final = re.compile(r"node\[(\d+)\]")


class _Question(msgspec.Struct):
    """A model, in ``data`` or in a part of ``file``, and where in it."""

    at: str
    data: bytes = b""
    file: str = ""
    start: int = 0
    length: int = 0


def neighbours(source: Source, at: str) -> list[tuple[int, str]]:
    """The node at ``graph/node[3]`` and those around it, each with its number.

    Empty where there is none, or where the child did not answer.
    """
    region = source.region
    if region is not None:
        question = _Question(at, file=region[0], start=region[1], length=region[2])
    elif source.extent <= MOST_INPUT:
        question = _Question(at, source.read(0, source.extent))
    else:
        return []
    body = msgspec.msgpack.encode(question)
    try:
        reply = ask_once(__name__, body, seconds=_SECONDS, memory=_MEMORY, most=_MOST_REPLY)
    except NoAnswer:
        return []
    return msgspec.msgpack.decode(reply, type=list[tuple[int, str]])


def answer(body: bytes) -> bytes:
    """In the child: the nodes. Raises Malformed."""
    question = msgspec.msgpack.decode(body, type=_Question)
    if not question.file:
        return _answer(Source(question.data, ""), question.at)
    with open_file(question.file) as file:
        part = file.part(question.start, question.length, "", Limits())
        return _answer(part, question.at)


def _answer(source: Source, at: str) -> bytes:
    from modelaudit.formats.onnx import library  # noqa: PLC0415  only in the child

    model = library.read(source, Bounds.starting_now(Limits(), source.extent))
    found = _follow(model.graph, at.split("/")[1:])
    if found is None:
        return msgspec.msgpack.encode([])
    graph, index = found
    first = max(index - AROUND, 0)
    shown = graph.node[first : index + AROUND + 1]
    return msgspec.msgpack.encode([(first + n, _node(node)) for n, node in enumerate(shown)])


def _follow(graph: GraphProto, parts: Sequence[str]) -> tuple[GraphProto, int] | None:
    """The graph and the number of the node that a path leads to."""
    from modelaudit.formats.onnx.nodes import graphs  # noqa: PLC0415  only in the child

    found = None
    for part in parts:
        step = _STEP.fullmatch(part)
        if step is not None and int(step[1]) < len(graph.node):
            found = (graph, int(step[1]))
        elif found is not None:
            inner = {at: body for _, at, body in graphs(found[0].node[found[1]])}
            if part not in inner:
                break
            graph = inner[part]
        else:
            break
    return found


def _node(node: NodeProto) -> str:
    domain = f"{node.domain}::" if node.domain else ""
    given, made = _names(node.input), _names(node.output)
    attributes = [f"{one.name[:MOST_NAME]}={_value(one)}" for one in node.attribute[:MOST_NAMES]]
    more = ", …" if len(node.attribute) > MOST_NAMES else ""
    held = f" {{{', '.join(attributes)}{more}}}" if attributes else ""
    return f"{made} = {domain}{node.op_type[:MOST_NAME]}({given}){held}"


def _names(names: Sequence[str]) -> str:
    shown = [name[:MOST_NAME] or "-" for name in names[:MOST_NAMES]]
    return ", ".join([*shown, *(["…"] if len(names) > MOST_NAMES else [])])


def _value(attribute: AttributeProto) -> str:
    kind = attribute.AttributeType.Name(attribute.type).lower()
    if kind in {"int", "float"}:
        return f"{attribute.i if kind == 'int' else attribute.f:g}"
    if kind == "string":
        return repr(attribute.s[:MOST_NAME])
    if kind in {"ints", "floats"}:
        return f"[{', '.join(_numbers(attribute.ints if kind == 'ints' else attribute.floats))}]"
    return f"<{kind}>"


def _numbers(values: Sequence[float]) -> Iterator[str]:
    yield from (f"{value:g}" for value in values[:MOST_NAMES])
    if len(values) > MOST_NAMES:
        yield "…"
