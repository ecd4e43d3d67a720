"""What onnxruntime's CPU kernels demand of shapes and constants beyond the standard's inference.

Some demands are made when a kernel is created, and refuse the session; the others when it runs.
https://github.com/microsoft/onnxruntime/tree/main/onnxruntime/core/providers/cpu
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from modelaudit.formats.onnx.values import Dims, Value

if TYPE_CHECKING:
    from onnx.onnx_ml_pb2 import AttributeProto, NodeProto


class Unmet(NamedTuple):
    """What a kernel refuses: ``what`` is ``given`` where ``needed`` is demanded.

    ``created`` is true where the kernel refuses it when it is created, before any run.
    """

    what: str
    given: str
    needed: str
    created: bool = False


Attributes = Mapping[str, "AttributeProto"]
Demand = Callable[[Attributes, Sequence[Value]], Iterator[Unmet]]
_GATES: Final = {"LSTM": 4, "GRU": 3, "RNN": 1}


def unmet(node: NodeProto, inputs: Sequence[Value]) -> Unmet | None:
    """The first demand that a node of the standard's domain does not meet, out of what is known."""
    demands = _DEMANDS.get(node.op_type)
    if demands is None:
        return None
    attributes = {one.name: one for one in node.attribute}
    return next(demands(attributes, inputs), None)


def _dims(inputs: Sequence[Value], index: int) -> Dims | None:
    return inputs[index].dims if index < len(inputs) else None


def _integer(attributes: Attributes, name: str, default: int) -> int:
    return attributes[name].i if name in attributes else default


def _differ(one: int, other: int) -> bool:
    """Whether two sizes are known and differ."""
    return one >= 0 and other >= 0 and one != other


def _same(what: str, given: int, needed: int) -> Iterator[Unmet]:
    if _differ(given, needed):
        yield Unmet(what, str(given), str(needed))


def _shape(what: str, given: Dims | None, needed: Dims) -> Iterator[Unmet]:
    """A shape of which every known size counts."""
    if given is None or -1 in given or -1 in needed or given == needed:
        return
    yield Unmet(what, str(list(given)), str(list(needed)))


def _gemm(attributes: Attributes, inputs: Sequence[Value]) -> Iterator[Unmet]:
    left, right, bias = (_dims(inputs, index) for index in range(3))
    if left is None or right is None or len(left) != 2 or len(right) != 2:
        return
    rows, inner = left[::-1] if _integer(attributes, "transA", 0) else left
    other, columns = right[::-1] if _integer(attributes, "transB", 0) else right
    yield from _same("inner dimension", other, inner)
    if bias is None or -1 in (rows, columns, *bias):
        return
    padded = (1,) * (2 - len(bias)) + bias
    if len(bias) > 2 or padded[0] not in (1, rows) or padded[1] not in (1, columns):
        yield Unmet("shape of the bias", str(list(bias)), str([rows, columns]))


def _conv(attributes: Attributes, inputs: Sequence[Value]) -> Iterator[Unmet]:
    data, weights, bias = (_dims(inputs, index) for index in range(3))
    if data is None or weights is None or len(data) < 3 or len(data) != len(weights):
        return
    group = _integer(attributes, "group", 1)
    if weights[1] >= 0:
        yield from _same("number of channels", data[1], weights[1] * group)
    if weights[0] >= 0 and group > 0 and weights[0] % group:
        yield Unmet("number of filters", str(weights[0]), f"a multiple of {group}")
    if bias is not None and len(bias) == 1:
        yield from _same("size of the bias", bias[0], weights[0])


def _transposed(attributes: Attributes, inputs: Sequence[Value]) -> Iterator[Unmet]:
    data, weights, bias = (_dims(inputs, index) for index in range(3))
    if data is None or weights is None or len(data) < 3 or len(data) != len(weights):
        return
    yield from _same("number of channels", data[1], weights[0])
    if bias is not None and len(bias) == 1 and weights[1] >= 0:
        yield from _same("size of the bias", bias[0], weights[1] * _integer(attributes, "group", 1))


def _per_channel(least: int) -> Demand:
    """Every input after the first has one number for each channel."""

    def demands(_: Attributes, inputs: Sequence[Value]) -> Iterator[Unmet]:
        data = _dims(inputs, 0)
        if data is None:
            return
        if len(data) < least:
            yield Unmet("number of dimensions", str(len(data)), f"{least} or more")
        if len(data) > 1:
            for index in range(1, len(inputs)):
                yield from _shape(f"shape of input {index}", _dims(inputs, index), (data[1],))

    return demands


def _layer(attributes: Attributes, inputs: Sequence[Value]) -> Iterator[Unmet]:
    data = _dims(inputs, 0)
    axis = _integer(attributes, "axis", -1)
    if data is None or not -len(data) <= axis < len(data) or -1 in data:
        return
    for index in range(1, len(inputs)):
        given = _dims(inputs, index)
        if given is None or -1 in given:
            continue
        fits = len(given) <= len(data) and all(
            size in (1, other) for size, other in zip(given[::-1], data[::-1], strict=False)
        )
        if not fits:
            yield Unmet(f"shape of input {index}", str(list(given)), str(list(data[axis:])))


def _recurrent(gates: int) -> Demand:
    def demands(attributes: Attributes, inputs: Sequence[Value]) -> Iterator[Unmet]:
        data = _dims(inputs, 0)
        hidden = _integer(attributes, "hidden_size", -1)
        if data is None or len(data) != 3 or hidden < 1:
            return
        way = attributes["direction"].s if "direction" in attributes else b"forward"
        ways = 2 if way == b"bidirectional" else 1
        yield from _shape("shape of W", _dims(inputs, 1), (ways, gates * hidden, data[2]))
        yield from _shape("shape of R", _dims(inputs, 2), (ways, gates * hidden, hidden))
        yield from _shape("shape of B", _dims(inputs, 3), (ways, 2 * gates * hidden))

    return demands


def _reshape(attributes: Attributes, inputs: Sequence[Value]) -> Iterator[Unmet]:
    data = _dims(inputs, 0)
    wanted = inputs[1].numbers if len(inputs) > 1 else None
    if data is None or wanted is None or -1 in data:
        return
    zero_counts = _integer(attributes, "allowzero", 0)
    sizes = [
        data[index] if not size and not zero_counts and index < len(data) else int(size)
        for index, size in enumerate(wanted)
    ]
    total, known = math.prod(data), math.prod(size for size in sizes if size != -1)
    free = sizes.count(-1)
    fits = (known == total) if not free else bool(known) and total % known == 0
    if free > 1 or min(sizes, default=0) < -1 or not fits:
        yield Unmet("new shape", str([int(size) for size in wanted]), f"{total} elements")


def _gather(attributes: Attributes, inputs: Sequence[Value]) -> Iterator[Unmet]:
    data = _dims(inputs, 0)
    wanted = inputs[1].numbers if len(inputs) > 1 else None
    axis = _integer(attributes, "axis", 0)
    if data is None or wanted is None or not -len(data) <= axis < len(data) or data[axis] < 0:
        return
    size = data[axis]
    outside = next((one for one in wanted if not -size <= one < size), None)
    if outside is not None:
        yield Unmet("index", str(int(outside)), f"{-size} to {size - 1}")


def _axes(inserted: bool) -> Demand:
    """Axes of Squeeze and Unsqueeze that are an input: within the rank, none of them twice."""

    def demands(_: Attributes, inputs: Sequence[Value]) -> Iterator[Unmet]:
        data = _dims(inputs, 0)
        axes = inputs[1].numbers if len(inputs) > 1 else None
        if data is None or axes is None:
            return
        rank = len(data) + (len(axes) if inserted else 0)
        yield from _within("axis", axes, rank)
        if inserted and len({one % rank for one in axes}) < len(axes):
            yield Unmet("axis", str(int(axes[0])), "each axis once")

    return demands


def _within(what: str, axes: Sequence[float], rank: int) -> Iterator[Unmet]:
    for axis in axes:
        if not -rank <= axis < rank:
            yield Unmet(what, str(int(axis)), f"{-rank} to {rank - 1}")


def _cumulative(_: Attributes, inputs: Sequence[Value]) -> Iterator[Unmet]:
    data = _dims(inputs, 0)
    axes = inputs[1].numbers if len(inputs) > 1 else None
    if data is not None and axes is not None:
        yield from _within("axis", axes, len(data))


def _elements(attributes: Attributes, inputs: Sequence[Value]) -> Iterator[Unmet]:
    data, indices = _dims(inputs, 0), _dims(inputs, 1)
    if data is None or indices is None:
        return
    yield from _same("rank of the indices", len(indices), len(data))
    yield from _within("axis", (_integer(attributes, "axis", 0),), len(data))


def _depth(attributes: Attributes, inputs: Sequence[Value]) -> Iterator[Unmet]:
    data, block = _dims(inputs, 0), _integer(attributes, "blocksize", 0)
    if data is None or len(data) != 4 or block < 1 or data[1] < 0:
        return
    if data[1] % (block * block):
        yield Unmet("number of channels", str(data[1]), f"a multiple of {block * block}")


def _space(attributes: Attributes, inputs: Sequence[Value]) -> Iterator[Unmet]:
    data, block = _dims(inputs, 0), _integer(attributes, "blocksize", 0)
    if data is not None and len(data) == 4 and block > 0:
        for size in data[2:]:
            if size >= 0 and size % block:
                yield Unmet("height or width", str(size), f"a multiple of {block}")


def _pool(attributes: Attributes, _: Sequence[Value]) -> Iterator[Unmet]:
    if "kernel_shape" not in attributes or "pads" not in attributes:
        return
    if "auto_pad" in attributes and attributes["auto_pad"].s not in (b"", b"NOTSET"):
        return
    kernel, pads = attributes["kernel_shape"].ints, attributes["pads"].ints
    if len(pads) == 2 * len(kernel):
        for size, pad in zip([*kernel, *kernel], pads, strict=True):
            if pad >= size:
                yield Unmet("padding", str(pad), f"less than {size}", created=True)


def _global(_: Attributes, inputs: Sequence[Value]) -> Iterator[Unmet]:
    data = _dims(inputs, 0)
    if data is not None and len(data) < 3:
        yield Unmet("number of dimensions", str(len(data)), "3 or more")


def _transpose(attributes: Attributes, _: Sequence[Value]) -> Iterator[Unmet]:
    if "perm" in attributes:
        order = list(attributes["perm"].ints)
        if sorted(order) != list(range(len(order))):
            yield Unmet("perm", str(order), "each axis once", created=True)


def _resize(_: Attributes, inputs: Sequence[Value]) -> Iterator[Unmet]:
    scales = inputs[2].numbers if len(inputs) > 2 else None
    for scale in scales or ():
        if scale <= 0:
            yield Unmet("scale", f"{scale:g}", "more than 0", created=True)


_DEMANDS: Final[Mapping[str, Demand]] = {
    "Gemm": _gemm,
    "Conv": _conv,
    "ConvTranspose": _transposed,
    "BatchNormalization": _per_channel(1),
    "InstanceNormalization": _per_channel(3),
    "LayerNormalization": _layer,
    **{name: _recurrent(gates) for name, gates in _GATES.items()},
    "Reshape": _reshape,
    "Gather": _gather,
    "GatherElements": _elements,
    "ScatterElements": _elements,
    "Squeeze": _axes(inserted=False),
    "Unsqueeze": _axes(inserted=True),
    "CumSum": _cumulative,
    "DepthToSpace": _depth,
    "SpaceToDepth": _space,
    **dict.fromkeys(("MaxPool", "AveragePool", "LpPool"), _pool),
    **dict.fromkeys(("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"), _global),
    "Transpose": _transpose,
    "Resize": _resize,
}
