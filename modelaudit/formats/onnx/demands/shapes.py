"""Operators that reshape, cut and order: their axes, sizes and sums."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

from modelaudit.formats.onnx.demands.kinds import Demand, Node, Unmet, axes, once, rank, same
from modelaudit.formats.onnx.values import shown

_REDUCTIONS: Final = (
    *("L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "Sum", "SumSquare"),
)


def _reshape(node: Node) -> Iterator[Unmet]:
    data, wanted = node.dims(0), node.numbers(1)
    if data is None or wanted is None or -1 in data:
        return
    zero_counts = node.integer("allowzero", 0)
    sizes = [
        data[index] if not size and not zero_counts and index < len(data) else int(size)
        for index, size in enumerate(wanted)
    ]
    total, known = math.prod(data), math.prod(size for size in sizes if size != -1)
    free = sizes.count(-1)
    fits = (known == total) if not free else bool(known) and total % known == 0
    if free > 1 or min(sizes, default=0) < -1 or not fits:
        yield Unmet("new shape", str([int(size) for size in wanted]), f"{total} elements")


def _axes(inserted: bool) -> Demand:
    """Axes of Squeeze and Unsqueeze that are an input: within the rank, none of them twice."""

    def demands(node: Node) -> Iterator[Unmet]:
        data, given = node.dims(0), node.numbers(1)
        if data is None or given is None:
            return
        number = len(data) + (len(given) if inserted else 0)
        yield from once("axis", given, number) if inserted else axes("axis", given, number)

    return demands


def _axis_input(node: Node) -> Iterator[Unmet]:
    data, given = node.dims(0), node.numbers(1)
    if data is not None and given is not None:
        yield from axes("axis", given, len(data))


def _axis(default: int) -> Demand:
    def demands(node: Node) -> Iterator[Unmet]:
        data = node.dims(0)
        if data is not None:
            yield from axes("axis", (node.integer("axis", default),), len(data))

    return demands


def _split(what: str) -> Demand:
    """Parts that have to sum up to the size of an axis; ``what`` names them."""

    def demands(node: Node) -> Iterator[Unmet]:
        data, axis = node.dims(0), node.integer("axis", 0)
        parts = node.numbers(1) or node.integers("split")
        if data is None or not parts or not -len(data) <= axis < len(data):
            return
        alike = node.dims(1) == ()  # one number, for parts of that size
        if not alike:
            yield from same(f"sum of {what}", int(sum(parts)), data[axis])
        if min(parts) < 0:
            yield Unmet(what, shown(parts), "0 or more")

    return demands


def _depth(node: Node) -> Iterator[Unmet]:
    data, block = node.dims(0), node.integer("blocksize", 0)
    if data is None or len(data) != 4 or block < 1 or data[1] < 0:
        return
    if data[1] % (block * block):
        yield Unmet("number of channels", str(data[1]), f"a multiple of {block * block}")


def _space(node: Node) -> Iterator[Unmet]:
    data, block = node.dims(0), node.integer("blocksize", 0)
    if data is not None and len(data) == 4 and block > 0:
        for size in data[2:]:
            if size >= 0 and size % block:
                yield Unmet("height or width", str(size), f"a multiple of {block}")


def _global(node: Node) -> Iterator[Unmet]:
    data = node.dims(0)
    if data is not None and len(data) < 3:
        yield Unmet("number of dimensions", str(len(data)), "3 or more")


def _transpose(node: Node) -> Iterator[Unmet]:
    if "perm" not in node.attributes:
        return
    order, data = list(node.integers("perm")), node.dims(0)
    if sorted(order) != list(range(len(order))):
        yield Unmet("perm", shown(order), "each axis once", created=True)
    elif data is not None:
        yield from same("number of axes in perm", len(order), len(data))


def _resize(node: Node) -> Iterator[Unmet]:
    data, scales, sizes = node.dims(0), node.numbers(2), node.numbers(3)
    for scale in scales or ():
        if scale <= 0:
            yield Unmet("scale", f"{scale:g}", "more than 0", created=True)
    if data is None:
        return
    chosen = node.integers("axes")
    yield from axes("axis", chosen, len(data))
    for what, numbers in (("scales", scales), ("sizes", sizes)):
        count = len(numbers) if numbers else -1
        dims = node.dims(2 if what == "scales" else 3)
        if dims is not None and -1 not in dims:
            count = math.prod(dims)
        if count:
            yield from same(f"number of {what}", count, len(chosen) or len(data))
    for size in sizes or ():
        if size <= 0:
            yield Unmet("size", str(int(size)), "more than 0")


def _reversed(node: Node) -> Iterator[Unmet]:
    data, lengths = node.dims(0), node.dims(1)
    batch = node.integer("batch_axis", 1)
    if data is None or lengths is None or not 0 <= batch < len(data):
        return
    yield from rank("sequence_lens", lengths, 1)
    if len(lengths) == 1:
        yield from same("number of lengths", lengths[0], data[batch])
    time = node.integer("time_axis", 0)
    for one in node.numbers(1) or ():
        if 0 <= time < len(data) and (one < 0 or one > data[time] >= 0):
            yield Unmet("length", str(int(one)), f"0 to {data[time]}")
            return


def _reduced(node: Node) -> Iterator[Unmet]:
    """Up to 1.16 an axis without elements is not reduced to nothing."""
    data, chosen = node.dims(0), node.numbers(1) or node.integers("axes")
    if data is None or 0 not in data or node.integer("keepdims", 1) == 1:
        return
    for axis in chosen or range(len(data)):
        if -len(data) <= axis < len(data) and data[int(axis)] == 0:
            yield Unmet("keepdims", "not 1", "1 for an axis without elements", until="1.17")
            return


DEMANDS: Final[Mapping[str, Demand]] = {
    "Reshape": _reshape,
    "Split": _split("split"),
    "SplitToSequence": _split("split"),
    "Squeeze": _axes(inserted=False),
    "Unsqueeze": _axes(inserted=True),
    "CumSum": _axis_input,
    "CumProd": _axis_input,
    "LpNormalization": _axis(-1),
    "DepthToSpace": _depth,
    "SpaceToDepth": _space,
    **dict.fromkeys(("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"), _global),
    "Transpose": _transpose,
    "Resize": _resize,
    "ReverseSequence": _reversed,
    **dict.fromkeys((f"Reduce{name}" for name in _REDUCTIONS), _reduced),
}
