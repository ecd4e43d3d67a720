"""Operators that take elements by indices: shapes of the indices, and constant ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from modelaudit.formats.onnx.demands.kinds import Demand, Node, Unmet, axes, once, rank, same, shape

_BATCHES_SINCE: Final = "1.24"
"""Up to then GatherND reads beside its data where batches differ."""


def _outside(node: Node, size: int) -> Iterator[Unmet]:
    """Constant indices of an axis with so many elements."""
    for one in node.numbers(1) or ():
        if size >= 0 and not -size <= one < size:
            yield Unmet("index", str(int(one)), f"{-size} to {size - 1}")
            return


def _gather(node: Node) -> Iterator[Unmet]:
    data, axis = node.dims(0), node.integer("axis", 0)
    if data is not None and -len(data) <= axis < len(data):
        yield from _outside(node, data[axis])


def _elements(node: Node) -> Iterator[Unmet]:
    data, indices, axis = node.dims(0), node.dims(1), node.integer("axis", 0)
    if data is None or indices is None:
        return
    yield from rank("the indices", indices, len(data))
    yield from axes("axis", (axis,), len(data))
    if len(data) != len(indices) or not -len(data) <= axis < len(data):
        return
    for place, (size, most) in enumerate(zip(indices, data, strict=True)):
        if place != axis % len(data) and size > most >= 0:
            yield Unmet(f"size {place} of the indices", str(size), f"{most} or less")
    yield from _outside(node, data[axis])


def _scattered(node: Node) -> Iterator[Unmet]:
    indices, updates = node.dims(1), node.dims(2)
    yield from _elements(node)
    if indices is not None:
        yield from shape("shape of the updates", updates, indices)


def _gather_nd(node: Node) -> Iterator[Unmet]:
    data, indices = node.dims(0), node.dims(1)
    batched = node.integer("batch_dims", 0)
    if data is None or not indices or not 0 <= batched < min(len(data), len(indices)):
        return
    for place in range(batched):
        for refused in same(f"size {place} of the indices", indices[place], data[place]):
            yield refused._replace(since=_BATCHES_SINCE)
    numbers, length = node.numbers(1), indices[-1]
    if numbers and 0 < length <= len(data) - batched:
        for place, one in enumerate(numbers):
            size = data[batched + place % length]
            if size >= 0 and not -size <= one < size:
                yield Unmet("index", str(int(one)), f"{-size} to {size - 1}")
                return


def _scatter_nd(node: Node) -> Iterator[Unmet]:
    data, indices, updates = (node.dims(index) for index in range(3))
    if data is None or not indices or indices[-1] < 0:
        return
    length = indices[-1]
    if length > len(data):
        yield Unmet("last size of the indices", str(length), f"{len(data)} or less")
        return
    yield from shape("shape of the updates", updates, indices[:-1] + data[length:])


def _slice(node: Node) -> Iterator[Unmet]:
    data = node.dims(0)
    if len(node.inputs) < 3:
        return
    for index, what in ((1, "starts"), (2, "ends"), (3, "axes"), (4, "steps")):
        if index < len(node.inputs):
            yield from rank(what, node.dims(index), 1)
    given = node.numbers(3)
    if data is not None and given is not None:
        yield from once("axes", given, len(data))
    starts = node.dims(1)
    if starts is not None and len(starts) == 1:
        for index, what in ((2, "ends"), (3, "axes"), (4, "steps")):
            sizes = node.dims(index)
            if sizes is not None and len(sizes) == 1:
                yield from same(f"number of {what}", sizes[0], starts[0])
    if 0 in (node.numbers(4) or ()):
        yield Unmet("step", "0", "another number")


def _top(node: Node) -> Iterator[Unmet]:
    sizes, numbers = node.dims(1), node.numbers(1)
    if sizes is not None and sizes not in ((1,), (-1,)):
        yield Unmet("shape of K", str(list(sizes)), "[1]")
    elif numbers and numbers[0] < 0:
        yield Unmet("K", str(int(numbers[0])), "0 or more")


def _boxes(node: Node) -> Iterator[Unmet]:
    boxes, scores = node.dims(0), node.dims(1)
    yield from rank("the boxes", boxes, 3)
    yield from rank("the scores", scores, 3)
    if boxes is not None and scores is not None and len(boxes) == len(scores) == 3:
        yield from same("number of batches of the scores", scores[0], boxes[0])
        yield from same("number of boxes of the scores", scores[2], boxes[1])
        yield from same("last size of the boxes", boxes[2], 4)


DEMANDS: Final[Mapping[str, Demand]] = {
    "Gather": _gather,
    "GatherElements": _elements,
    "GatherND": _gather_nd,
    "NonMaxSuppression": _boxes,
    "Scatter": _scattered,
    "ScatterElements": _scattered,
    "ScatterND": _scatter_nd,
    "Slice": _slice,
    "TopK": _top,
}
