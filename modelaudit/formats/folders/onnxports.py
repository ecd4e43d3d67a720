"""The inputs and outputs that a graph of ONNX declares, by the wire format alone.

https://github.com/onnx/onnx/blob/main/onnx/onnx.proto (ModelProto, GraphProto, ValueInfoProto)
"""

from __future__ import annotations

from typing import Final

import msgspec

from modelaudit.core.source import Buffer, Source
from modelaudit.formats.protobuf import LENGTH, Field, fields, signed, text

_GRAPH: Final = 7
_INITIALIZER: Final = 5
_INPUT: Final = 11
_OUTPUT: Final = 12
_NAME_OF_TENSOR: Final = 8
_TYPES: Final = {
    1: "TYPE_FP32", 2: "TYPE_UINT8", 3: "TYPE_INT8", 4: "TYPE_UINT16", 5: "TYPE_INT16",
    6: "TYPE_INT32", 7: "TYPE_INT64", 8: "TYPE_STRING", 9: "TYPE_BOOL", 10: "TYPE_FP16",
    11: "TYPE_FP64", 12: "TYPE_UINT32", 13: "TYPE_UINT64", 16: "TYPE_BF16",
}  # fmt: skip
"""Element types as Triton calls them."""


class Port(msgspec.Struct, frozen=True):
    """An input or output. ``shape`` has -1 for a size that is not fixed; None where it has none."""

    type: str
    shape: tuple[int, ...] | None


def ports(source: Source) -> tuple[dict[str, Port], dict[str, Port]]:
    """Inputs without initializers, and outputs. Raises Malformed for what is no message."""
    inputs: dict[str, Port] = {}
    outputs: dict[str, Port] = {}
    stored = set[str]()
    data = source.data
    for graph in _messages(data, 0, source.extent, _GRAPH):
        for one in fields(data, graph.value, graph.stop):
            if one.wire != LENGTH:
                continue
            if one.number in (_INPUT, _OUTPUT):
                name, port = _port(data, one)
                (inputs if one.number == _INPUT else outputs)[name] = port
            elif one.number == _INITIALIZER:
                stored.update(
                    text(data, f) for f in _messages(data, one.value, one.stop, _NAME_OF_TENSOR)
                )
    return {name: port for name, port in inputs.items() if name not in stored}, outputs


def _messages(data: Buffer, start: int, end: int, number: int) -> list[Field]:
    return [f for f in fields(data, start, end) if f.number == number and f.wire == LENGTH]


def _port(data: Buffer, info: Field) -> tuple[str, Port]:
    name = "".join(text(data, f) for f in _messages(data, info.value, info.stop, 1))
    for type_ in _messages(data, info.value, info.stop, 2):
        for tensor in _messages(data, type_.value, type_.stop, 1):
            elements = [f.value for f in fields(data, tensor.value, tensor.stop) if f.number == 1]
            shapes = _messages(data, tensor.value, tensor.stop, 2)
            shape = _shape(data, shapes[-1]) if shapes else None
            return name, Port(_TYPES.get(elements[-1], "") if elements else "", shape)
    return name, Port("", None)


def _shape(data: Buffer, shape: Field) -> tuple[int, ...]:
    sizes = []
    for dim in _messages(data, shape.value, shape.stop, 1):
        values = [f.value for f in fields(data, dim.value, dim.stop) if f.number == 1]
        sizes.append(signed(values[-1]) if values else -1)
    return tuple(sizes)
