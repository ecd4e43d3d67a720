"""Signals, images from columns, and grids: lengths and windows.

https://github.com/onnx/onnx/blob/main/docs/Operators.md#STFT
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from modelaudit.formats.onnx.demands.kinds import Demand, Node, Unmet, rank, same, since
from modelaudit.formats.onnx.values import shown

_STEP_SINCE: Final = "1.28"
_WHOLE_SINCE: Final = "1.18"
"""Up to then a window has to be shorter than the signal, from then on no longer than it."""
_BLOCKS_SINCE: Final = "1.28"
_COLUMNS_SINCE: Final = "1.26"
_THETA_SINCE: Final = "1.25"
_IMAGE, _VOLUME = 4, 5


def _stft(node: Node) -> Iterator[Unmet]:
    signal, window, steps, lengths = node.dims(0), node.dims(2), node.numbers(1), node.numbers(3)
    if not node.given(2) and not node.given(3):
        yield Unmet("window or frame_length", "not given", "given")
        return
    for one in steps or ():
        if one < 1:
            yield from since(_STEP_SINCE, [Unmet("frame_step", str(int(one)), "1 or more")])
    if signal is None:
        return
    if len(signal) not in (2, 3):
        yield Unmet("number of dimensions of the signal", str(len(signal)), "2 or 3")
        return
    if len(signal) == 3 and signal[2] not in (-1, 1, 2):
        yield Unmet("last size of the signal", str(signal[2]), "1 or 2")
    stated = int(lengths[0]) if lengths else -1
    given = window[0] if window else -1
    if window is not None:
        yield from rank("the window", window, 1)
        yield from same("size of the window", given, stated)
    size = given if node.given(2) else stated
    if size > signal[1] >= 0:
        yield Unmet("size of the window", str(size), f"{signal[1]} or less")


def _columns(node: Node) -> Iterator[Unmet]:
    """https://github.com/onnx/onnx/blob/main/docs/Operators.md#Col2Im."""
    columns, image, block = node.dims(0), node.numbers(1), node.numbers(2)
    steps, gaps = node.integers("strides"), node.integers("dilations")
    for what, given in (("stride", steps), ("dilation", gaps)):
        for size in given:
            if size < 1:
                refused = Unmet(what, str(size), "1 or more", created=True)
                yield refused._replace(since=_COLUMNS_SINCE, ignored=True)
    if columns is None or not image or not block or len(image) != len(block):
        return
    for what, numbers in (("image size", image), ("block size", block)):
        for one in numbers:
            if one < 1:
                negative = numbers is image and one < 0  # no output has such a size
                refused = Unmet(what, str(int(one)), "1 or more")
                yield refused if negative else refused._replace(since=_BLOCKS_SINCE)
                return
    if len(columns) == 3:
        yield from since(_BLOCKS_SINCE, _blocks(node, columns, image, block))


def _blocks(
    node: Node, columns: Sequence[int], image: Sequence[float], block: Sequence[float]
) -> Iterator[Unmet]:
    number = len(image)
    steps = node.integers("strides") or (1,) * number
    gaps = node.integers("dilations") or (1,) * number
    pads = node.integers("pads") or (0,) * (2 * number)
    cells = int(math.prod(block))
    if columns[1] >= 0 and (columns[1] < 1 or columns[1] % cells):
        yield Unmet("size 1 of the input", str(columns[1]), f"a multiple of {cells}")
    if not len(steps) == len(gaps) == number or len(pads) != 2 * number or min(steps) < 1:
        return
    counts = []
    for axis in range(number):
        padded = int(image[axis]) + pads[axis] + pads[axis + number]
        extent = gaps[axis] * (int(block[axis]) - 1) + 1
        if padded < extent:
            yield Unmet("padded image size", str(padded), f"{extent} or more")
            return
        counts.append((padded - extent) // steps[axis] + 1)
    yield from same("size 2 of the input", columns[2], math.prod(counts))


def _grid(node: Node) -> Iterator[Unmet]:
    """https://github.com/onnx/onnx/blob/main/docs/Operators.md#AffineGrid."""
    theta, sizes, numbers = node.dims(0), node.dims(1), node.numbers(1)
    yield from rank("theta", theta, 3)
    if sizes is None or len(sizes) != 1 or sizes[0] < 0:
        return
    if sizes[0] not in (_IMAGE, _VOLUME):
        yield Unmet("number of sizes", str(sizes[0]), "4 or 5")
        return
    if theta is None or len(theta) != 3:
        return
    spatial = sizes[0] - 2
    needed = (-1, spatial, spatial + 1)
    if any(one >= 0 and one != other for one, other in zip(theta[1:], needed[1:], strict=True)):
        yield from since(_THETA_SINCE, [Unmet("shape of theta", shown(theta), shown(needed))])
    elif numbers:
        yield from since(_THETA_SINCE, same("first of the sizes", int(numbers[0]), theta[0]))
        for one in numbers[2:]:
            if one < 1:
                refused = Unmet("size", str(int(one)), "1 or more")
                yield refused if one < 0 else refused._replace(since=_THETA_SINCE)
                return


DEMANDS: Final[Mapping[str, Demand]] = {"AffineGrid": _grid, "Col2Im": _columns, "STFT": _stft}
