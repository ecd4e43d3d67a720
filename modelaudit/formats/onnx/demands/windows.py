"""Windows that move over data: kernels against pads, strides, and what is left of the data.

https://github.com/onnx/onnx/blob/main/docs/Operators.md#DeformConv
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from modelaudit.formats.onnx.demands.kinds import (
    Demand,
    Node,
    Unmet,
    axes,
    created,
    rank,
    same,
    shape,
    since,
)
from modelaudit.formats.onnx.values import Dims, shown

_LEFT_OVER_SINCE: Final = "1.27"
_OUTPUT_SINCE: Final = "1.28"
_UNPOOLED_SINCE: Final = "1.26"
_REFLECTED_SINCE: Final = "1.25"
"""Up to then a reflection reads beside the data."""
_IMAGE: Final = 4


def _pool(node: Node) -> Iterator[Unmet]:
    kernel, pads = node.integers("kernel_shape"), node.integers("pads")
    for size in kernel:
        if size < 1:
            yield Unmet("size of the kernel", str(size), "1 or more", created=True)
    for step in node.integers("strides"):
        if step == 0:  # it divides by it
            yield Unmet("stride", "0", "1 or more", created=True)
    if node.word("auto_pad", "NOTSET") in ("", "NOTSET"):
        yield from created(_padding(kernel, pads))


def _unpool(node: Node) -> Iterator[Unmet]:
    for step in node.integers("strides"):
        if step < 1:
            refused = Unmet("stride", str(step), "1 or more", created=True)
            yield refused._replace(since=_UNPOOLED_SINCE)
    kernel = node.integers("kernel_shape")
    for size in kernel:
        if size < 1:
            yield Unmet("size of the kernel", str(size), "1 or more", created=True)
    yield from created(_padding(kernel, node.integers("pads")))
    data, indices = node.dims(0), node.dims(1)
    if data is not None and indices is not None and -1 not in (*data, *indices) and data != indices:
        yield Unmet("shape of the indices", shown(indices), shown(data))
    yield from _unpooled(node)


def _unpooled(node: Node) -> Iterator[Unmet]:
    """The output's size, where it is a constant."""
    data, wanted, kernel = node.dims(0), node.numbers(2), node.integers("kernel_shape")
    if data is None or not wanted:
        return
    yield from same("number of sizes of the output", len(wanted), len(data))
    steps = node.integers("strides") or (1,) * len(kernel)
    pads = node.integers("pads") or (0,) * (2 * len(kernel))
    if not len(steps) == len(kernel) == len(data) - 2 == len(wanted) - 2 == len(pads) // 2:
        return
    for axis, size in enumerate(wanted[2:]):
        least = (data[axis + 2] - 1) * steps[axis] - pads[axis] - pads[axis + len(kernel)]
        if data[axis + 2] >= 0 and size < least + kernel[axis]:
            yield Unmet("size of the output", str(int(size)), f"{least + kernel[axis]} or more")
            return


def _padding(kernel: Sequence[int], pads: Sequence[int]) -> Iterator[Unmet]:
    if len(pads) == 2 * len(kernel):
        for size, pad in zip([*kernel, *kernel], pads, strict=True):
            if pad >= size:
                yield Unmet("padding", str(pad), f"less than {size}")


def _pad(node: Node) -> Iterator[Unmet]:
    data, pads = node.dims(0), node.numbers(1) or node.integers("pads")
    if data is None or not pads:
        return
    chosen = node.numbers(3) if node.given(3) else range(len(data))
    if chosen is None:
        return
    yield from axes("axis", chosen, len(data))
    yield from same("number of pads", len(pads), 2 * len(chosen))
    if len(pads) != 2 * len(chosen):
        return
    for place, axis in enumerate(chosen):
        if -len(data) <= axis < len(data) and data[int(axis)] >= 0:
            left = data[int(axis)] + int(pads[place]) + int(pads[place + len(chosen)])
            if left < 0:
                yield Unmet("size after padding", str(left), "0 or more")
                return
    if node.word("mode", "constant") != "reflect":
        return
    for place, axis in enumerate(chosen):
        if not -len(data) <= axis < len(data) or data[int(axis)] < 1:
            continue
        begin, end = int(pads[place]), int(pads[place + len(chosen)])
        most = data[int(axis)] + min(begin, 0) + min(end, 0) - 1
        for pad in (begin, end):
            if pad > max(most, 0):
                refused = Unmet("padding by reflection", str(pad), f"{most} or less")
                yield from since(_REFLECTED_SINCE, [refused])


def _transposed(node: Node) -> Iterator[Unmet]:
    data, weights, bias = (node.dims(index) for index in range(3))
    if data is None or weights is None or len(data) < 3:
        return
    yield from rank("the weights", weights, len(data))
    if len(data) != len(weights):
        return
    group, steps = node.integer("group", 1), node.integers("strides")
    if 0 < len(steps) < len(data) - 2:
        yield Unmet("number of strides", str(len(steps)), str(len(data) - 2))
        return
    yield from same("number of channels", data[1], weights[0])
    if bias is not None and len(bias) == 1 and weights[1] >= 0:
        yield from same("size of the bias", bias[0], weights[1] * group)
    yield from _left_over(node, data, weights)


def _left_over(node: Node, data: Dims, weights: Dims) -> Iterator[Unmet]:
    """The output's padding and its stated size, against strides and dilations."""
    number = len(data) - 2
    steps = list(node.integers("strides")) or [1] * number
    gaps = list(node.integers("dilations")) or [1] * number
    extra = list(node.integers("output_padding")) or [0] * number
    wanted = list(node.integers("output_shape"))[-number:]
    if not len(steps) == len(gaps) == len(extra) == number or min(steps) < 1:
        return
    for pad, step, gap in zip(extra, steps, gaps, strict=True):
        if pad >= max(step, gap):
            refused = Unmet("output_padding", str(pad), f"less than {max(step, gap)}")
            yield from since(_LEFT_OVER_SINCE, [refused])
    if len(wanted) != number or -1 in (*data[2:], *weights[2:]):
        return
    for axis, size in enumerate(wanted):
        extent = gaps[axis] * (weights[axis + 2] - 1) + 1
        whole = steps[axis] * (data[axis + 2] - 1) + extent + extra[axis]
        padded = size + max(whole - size, 0)
        fitting = {(padded - extent - one) // steps[axis] + 1 for one in (0, extra[axis])}
        if data[axis + 2] not in fitting:
            refused = Unmet(f"size {axis + 2} of the data", str(data[axis + 2]), str(max(fitting)))
            yield from since(_OUTPUT_SINCE, [refused])


def _deformed(node: Node) -> Iterator[Unmet]:
    data, weights, offset, bias, mask = (node.dims(index) for index in range(5))
    for what, given in (("data", data), ("weights", weights), ("offset", offset), ("mask", mask)):
        yield from rank(f"the {what}", given, _IMAGE)
    if data is None or weights is None or not len(data) == len(weights) == _IMAGE:
        return
    kernel = tuple(node.integers("kernel_shape")) or weights[2:]
    yield from shape("kernel_shape", kernel, weights[2:])
    group, parts = node.integer("group", 1), node.integer("offset_group", 1)
    for what, size in (("group", group), ("offset_group", parts)):
        if size < 1:
            yield Unmet(what, str(size), "1 or more")
            return
    for what, size in (("filters", weights[0]), ("channels", data[1]), ("inputs", weights[1])):
        if size == 0:
            yield Unmet(f"number of {what}", "0", "1 or more")
    if weights[1] >= 0:
        yield from same("number of channels", data[1], weights[1] * group)
    for what, size, whole in (("filters", weights[0], group), ("channels", data[1], parts)):
        if size >= 0 and size % whole:
            yield Unmet(f"number of {what}", str(size), f"a multiple of {whole}")
    yield from shape("shape of the bias", bias, weights[:1])
    if -1 in kernel or len(kernel) != 2:
        return
    moved = _moved(node, data[2:], kernel)
    cells = kernel[0] * kernel[1]
    if moved is not None:
        needed = (data[0], 2 * cells * parts, *moved)
        yield from shape("shape of the offset", offset, needed)
        yield from shape("shape of the mask", mask, (data[0], cells * parts, *moved))


def _moved(node: Node, data: Dims, kernel: Dims) -> Dims | None:
    """How often a window fits; None where the attributes make no sense."""
    steps = node.integers("strides") or (1, 1)
    gaps = node.integers("dilations") or (1, 1)
    pads = node.integers("pads") or (0, 0, 0, 0)
    if not len(steps) == len(gaps) == 2 or len(pads) != _IMAGE or min(*steps, *gaps) < 1:
        return None
    return tuple(
        -1
        if data[axis] < 0
        else (data[axis] + pads[axis] + pads[axis + 2] - gaps[axis] * (kernel[axis] - 1) - 1)
        // steps[axis]
        + 1
        for axis in range(2)
    )


DEMANDS: Final[Mapping[str, Demand]] = {
    **dict.fromkeys(("MaxPool", "AveragePool", "LpPool"), _pool),
    "ConvTranspose": _transposed,
    "DeformConv": _deformed,
    "MaxUnpool": _unpool,
    "Pad": _pad,
}
