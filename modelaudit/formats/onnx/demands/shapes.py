"""Operators that reshape, cut and order: their axes, sizes and sums."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

from modelaudit.formats.onnx.demands.kinds import (
    Demand,
    Node,
    Unmet,
    axes,
    created,
    once,
    rank,
    same,
)
from modelaudit.formats.onnx.values import Dims, shown

_BOOL: Final = 9
_SIDES: Final = 2
_IMAGE: Final = 4
_REDUCTIONS: Final = (
    *("L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "Sum", "SumSquare"),
)


def _reshape(node: Node) -> Iterator[Unmet]:
    data, wanted = node.dims(0), node.numbers(1)
    if data is None or wanted is None or -1 in data:
        return
    zero_counts = node.integer("allowzero", 0) == 1
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
    if sizes and len(sizes) == len(data):
        for size, other in zip(data, sizes, strict=True):
            if size == 0 and other > 0:
                yield Unmet("size", str(int(other)), "0 where the data has none")
    yield from _stretched(node, data)


def _stretched(node: Node, data: Dims) -> Iterator[Unmet]:
    """Which axes of the data an interpolation stretches."""
    mode, scales, sizes = node.word("mode", "nearest"), node.numbers(2), node.numbers(3)
    chosen = node.integers("axes") or range(len(data))
    given = scales or sizes
    if mode not in ("linear", "cubic") or not given or len(given) != len(chosen):
        return
    if "keep_aspect_ratio_policy" in node.attributes or (sizes and -1 in data):
        return
    kept = [True] * len(data)
    for axis, one in zip(chosen, given, strict=True):
        if -len(data) <= axis < len(data):
            kept[axis] = one == (1 if scales else data[axis])
    outer, first, last = kept[:2] == [True, True], kept[:1], kept[-1:]
    if mode == "linear":
        fits = len(data) in (2, 3) or (len(data) in (4, 5) and outer)
        fits = fits or (len(data) == _IMAGE and first == last == [True])
    else:
        fits = len(data) == _SIDES or (len(data) == _IMAGE and (outer or first == last == [True]))
    if not fits:
        needed = "1 for the first two axes"
        yield Unmet(f"scales of mode {mode}", shown(given), needed, created=bool(scales))


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
    yield from rank("the axes", node.dims(1), 1)
    data, chosen = node.dims(0), node.numbers(1) or node.integers("axes")
    if data is None or 0 not in data or node.integer("keepdims", 1) == 1:
        return
    for axis in chosen or range(len(data)):
        if -len(data) <= axis < len(data) and data[int(axis)] == 0:
            yield Unmet("keepdims", "not 1", "1 for an axis without elements", until="1.17")
            return


def _summed(node: Node) -> Iterator[Unmet]:
    data, idle = node.dims(0), node.integer("noop_with_empty_axes", 0)
    if idle and data is not None and -1 not in data and math.prod(data) > 1 and not node.given(1):
        yield Unmet("axes", "not given", "given with noop_with_empty_axes", until="1.24")
    yield from _reduced(node)


def _extreme(node: Node) -> Iterator[Unmet]:
    """The greatest or least of no truth values is nothing."""
    data, chosen = node.dims(0), node.numbers(1) or node.integers("axes")
    if data is not None and 0 in data and node.element(0) == _BOOL:
        reduced = chosen or ([] if node.integer("noop_with_empty_axes", 0) else range(len(data)))
        if any(-len(data) <= one < len(data) and data[int(one)] == 0 for one in reduced):
            yield Unmet("shape", shown(data), "elements along the axes")
    yield from _reduced(node)


def _sizes(place: int) -> Demand:
    """A constant shape at this input, which has no negative sizes."""

    def demands(node: Node) -> Iterator[Unmet]:
        for one in node.numbers(place) or ():
            if one < 0:
                yield Unmet("size", str(int(one)), "0 or more")
                return

    return demands


def _upsampled(node: Node) -> Iterator[Unmet]:
    data, scales = node.dims(0), node.dims(1)
    if data is not None and scales is not None and -1 not in scales:
        yield from same("number of scales", math.prod(scales), len(data))


def _accumulated(node: Node) -> Iterator[Unmet]:
    if node.dims(0) == ():
        yield Unmet("number of dimensions", "0", "1 or more")
    yield from _axis_input(node)


def _cropped(node: Node) -> Iterator[Unmet]:
    """A size for each axis that is cropped; its body works with both lists."""
    data, sizes, chosen = node.dims(0), node.dims(1), node.integers("axes")
    if data is not None and sizes is not None and len(sizes) == 1:
        yield from created(same("number of sizes", sizes[0], len(chosen) or len(data)))


DEMANDS: Final[Mapping[str, Demand]] = {
    "Reshape": _reshape,
    "Split": _split("split"),
    "SplitToSequence": _split("split"),
    "Squeeze": _axes(inserted=False),
    "Unsqueeze": _axes(inserted=True),
    "CumSum": _accumulated,
    "CumProd": _accumulated,
    "LpNormalization": _axis(-1),
    "DepthToSpace": _depth,
    "SpaceToDepth": _space,
    **dict.fromkeys(("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"), _global),
    "Transpose": _transpose,
    "Resize": _resize,
    "ReverseSequence": _reversed,
    **dict.fromkeys((f"Reduce{name}" for name in _REDUCTIONS), _reduced),
    "ReduceSum": _summed,
    **dict.fromkeys(("ReduceMax", "ReduceMin"), _extreme),
    "CenterCropPad": _cropped,
    "ConstantOfShape": _sizes(0),
    "Expand": _sizes(1),
    "Upsample": _upsampled,
}
