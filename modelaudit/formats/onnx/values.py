"""What is known of a value before a run: its type with its shape, and small constants.

https://github.com/onnx/onnx/blob/main/docs/IR.md#standard-data-types
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from modelaudit.core.source import Buffer
from modelaudit.formats.onnx.library import (
    Schema,
    new_tensor,
    new_type,
    worked_out,
)
from modelaudit.formats.protobuf import KEPT, LENGTH, encoded, left

if TYPE_CHECKING:
    from onnx.onnx_ml_pb2 import AttributeProto, NodeProto, TensorProto, TypeProto

_MOST_BYTES: Final = 1024
"""A constant's bytes up to which its values are read: shapes, axes and lengths are short."""
_IN_FILE: Final = 0
_FLOAT, _INT32, _INT64 = 1, 6, 7
_CODES: Final = {_FLOAT: "f", _INT32: "i", _INT64: "q"}

Dims = tuple[int, ...]
"""Sizes of dimensions; -1 for one that is not known before a run."""
Numbers = tuple[int, ...] | tuple[float, ...]


class Value(NamedTuple):
    """``type`` is a TypeProto and ``data`` a TensorProto, both serialised, empty where unknown.

    ``constant`` is true of a value that no run changes, also where its data is too long to read.
    """

    type: bytes
    data: bytes = b""
    constant: bool = False

    @property
    def dims(self) -> Dims | None:
        """The shape of a tensor; None where not even its rank is known."""
        return _dims(self.type)

    @property
    def element(self) -> int:
        """The number of the element type of a tensor; 0 where it is not known."""
        return _element(self.type)

    @property
    def numbers(self) -> Numbers | None:
        """The elements of a short constant of int32, int64 or float; None for any other value."""
        return _numbers(self.data) if self.data else None


UNKNOWN: Final = Value(b"")


def stored(tensor: TensorProto, data: Buffer, constant: bool) -> Value:
    """A stored tensor; ``data`` is the buffer that its omitted values are in."""
    type_ = _type(tensor.data_type, tensor.dims)
    return Value(type_, _values(tensor, data) if constant else b"", constant)


def _type(element: int, dims: Sequence[int]) -> bytes:
    made = new_type()
    made.tensor_type.elem_type = element
    made.tensor_type.shape.SetInParent()
    for size in dims:
        made.tensor_type.shape.dim.add().dim_value = size
    type_: bytes = made.SerializeToString()
    return type_


def shaped(value: Value, dims: Dims | None) -> Value:
    """A value of the same element type and of another shape; None for one of any rank."""
    if not value.type:
        return UNKNOWN
    return Value(_reshaped(value.type, dims))


@lru_cache(maxsize=1024)
def _reshaped(type_: bytes, dims: Dims | None) -> bytes:
    changed = new_type()
    changed.ParseFromString(type_)
    if not changed.HasField("tensor_type"):
        return type_
    changed.tensor_type.ClearField("shape")
    if dims is not None:
        changed.tensor_type.shape.SetInParent()
        for size in dims:
            added = changed.tensor_type.shape.dim.add()
            if size >= 0:
                added.dim_value = size
    data: bytes = changed.SerializeToString()
    return data


def shown(numbers: Sequence[float]) -> str:
    """Sizes of dimensions, or other whole numbers, as text; ``?`` for an unknown size."""
    return f"[{', '.join('?' if one == -1 else str(int(one)) for one in numbers[:16])}]"


def _values(tensor: TensorProto, data: Buffer) -> bytes:
    """The tensor with its values, serialised, where these are few and in the file itself."""
    omitted = left(tensor.raw_data)
    size = sum(one.stop - one.start for one in omitted)
    if tensor.data_location != _IN_FILE or size > _MOST_BYTES:
        return b""
    kept = new_tensor()
    kept.data_type = tensor.data_type
    kept.dims.extend(tensor.dims)
    parts: list[bytes] = [kept.SerializeToString()]
    for one in omitted:
        content = bytes(data[one.start : one.stop])
        if one.wire == LENGTH:
            parts += (encoded(one.number << 3 | LENGTH), encoded(len(content)))
        parts.append(content)
    return b"".join(parts)


def constant(attributes: Sequence[AttributeProto], data: Buffer) -> Value:
    """What a Constant gives, which has one attribute."""
    for one in attributes:
        match one.name:
            case "value":
                return stored(one.t, data, constant=True)
            case "value_int":
                return made(_INT64, (one.i,), ())
            case "value_float":
                return made(_FLOAT, (one.f,), ())
            case "value_ints" if len(one.ints) < KEPT:  # of longer lists the rest was omitted
                return made(_INT64, tuple(one.ints), (len(one.ints),))
            case "value_floats" if len(one.floats) < KEPT:
                return made(_FLOAT, tuple(one.floats), (len(one.floats),))
    return UNKNOWN


def made(element: int, numbers: Numbers, dims: Sequence[int]) -> Value:
    """A constant of these numbers."""
    tensor = new_tensor()
    tensor.data_type = element
    tensor.dims.extend(dims)
    tensor.raw_data = struct.pack(f"<{len(numbers)}{_CODES[element]}", *numbers)
    return Value(_type(element, dims), tensor.SerializeToString(), constant=True)


def outputs(
    found: Schema, node: NodeProto, inputs: Sequence[Value], version: int, data: Buffer
) -> list[Value]:
    """What a node's outputs are. Raises Refused where its operator takes no such inputs."""
    if found.name == "Constant":
        return [constant(node.attribute, data)]
    if any(one.HasField("g") or one.graphs for one in node.attribute):
        return [UNKNOWN for _ in node.output]
    named = list(zip(node.input, inputs, strict=True))
    types = {name: one.type for name, one in named if one.type}
    known = {name: one.data for name, one in named if one.data}
    inferred = worked_out(found, node, types, known, version)
    fixed = bool(inputs) and all(one.constant for name, one in named if name)
    return [Value(inferred.get(name, b""), b"", fixed) for name in node.output]


def agreed(value: Value, declared: TypeProto | None) -> Value:
    """A computed value with what the model states of it: what is computed counts first.

    A runtime takes from the statement the sizes that inference leaves open, and nothing where the
    two contradict each other.
    """
    if declared is None or not declared.HasField("tensor_type"):
        return value
    if not value.type:
        return value._replace(type=declared.SerializeToString())
    computed = new_type()
    computed.ParseFromString(value.type)
    if not computed.HasField("tensor_type"):
        return value
    stated, shape = declared.tensor_type.shape.dim, computed.tensor_type.shape.dim
    if not computed.tensor_type.HasField("shape"):
        computed.tensor_type.shape.CopyFrom(declared.tensor_type.shape)
    elif len(stated) == len(shape):
        for size, other in zip(shape, stated, strict=True):
            if not size.HasField("dim_value") and other.HasField("dim_value"):
                size.dim_value = other.dim_value
    if not declared.tensor_type.HasField("shape"):
        return value
    return value._replace(type=computed.SerializeToString())


@lru_cache(maxsize=4096)
def _dims(type_: bytes) -> Dims | None:
    parsed = new_type()
    parsed.ParseFromString(type_)
    if not parsed.HasField("tensor_type") or not parsed.tensor_type.HasField("shape"):
        return None
    return tuple(
        one.dim_value if one.HasField("dim_value") else -1 for one in parsed.tensor_type.shape.dim
    )


@lru_cache(maxsize=1024)
def _element(type_: bytes) -> int:
    parsed = new_type()
    parsed.ParseFromString(type_)
    return parsed.tensor_type.elem_type


@lru_cache(maxsize=1024)
def _numbers(data: bytes) -> Numbers | None:
    tensor = new_tensor()
    tensor.ParseFromString(data)
    if tensor.data_type not in _CODES:
        return None
    if not tensor.raw_data:
        if tensor.data_type == _FLOAT:
            return tuple(tensor.float_data)
        return tuple(tensor.int64_data if tensor.data_type == _INT64 else tensor.int32_data)
    code = _CODES[tensor.data_type]
    if len(tensor.raw_data) % struct.calcsize(f"<{code}"):
        return None
    return tuple(one for (one,) in struct.iter_unpack(f"<{code}", tensor.raw_data))
