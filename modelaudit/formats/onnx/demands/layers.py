"""Layers with weights: sizes of weights against those of the data."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

from modelaudit.formats.onnx.demands.kinds import (
    Demand,
    Node,
    Unmet,
    axes,
    broadcastable,
    created,
    rank,
    same,
    shape,
)
from modelaudit.formats.onnx.values import Dims, shown

_GATES: Final = {"LSTM": 4, "GRU": 3, "RNN": 1}
_PACKED_SINCE: Final = "1.32"
"""Up to then LSTM, which keeps weights in a form of its own, does not look at their shape."""
_LOSS_SINCE: Final = "1.24"
"""From then on a session infers the shapes of an operator's body when it is created."""
_DIVIDED_SINCE: Final = "1.25"
"""Up to then a division by zero ends the process."""
_PER_CHANNEL: Final = 21
"""The version from which GroupNormalization scales channels, and not groups."""
_SHAPED_SINCE: Final = "1.21"
"""Up to then only the number of elements of LayerNormalization's scale counts."""
_STRETCHED_SINCE: Final = "1.24"
"""Up to then LayerNormalization stretches no scale, and up to 1.20 not even over the third axis."""


def _gemm(node: Node) -> Iterator[Unmet]:
    left, right, bias = (node.dims(index) for index in range(3))
    if left is None or right is None or len(left) != 2 or len(right) != 2:
        return
    rows, inner = left[::-1] if node.integer("transA", 0) else left
    other, columns = right[::-1] if node.integer("transB", 0) else right
    yield from same("inner dimension", other, inner)
    if bias is None or -1 in (rows, columns, *bias):
        return
    padded = (1,) * (2 - len(bias)) + bias
    if len(bias) > 2 or padded[0] not in (1, rows) or padded[1] not in (1, columns):
        yield Unmet("shape of the bias", shown(bias), shown([rows, columns]))


def _conv(node: Node) -> Iterator[Unmet]:
    data, weights, bias = (node.dims(index) for index in range(3))
    if data is None or weights is None or len(data) < 3:
        return
    yield from rank("the weights", weights, len(data))
    if len(data) != len(weights):
        return
    group = node.integer("group", 1)
    if weights[1] >= 0:
        yield from same("number of channels", data[1], weights[1] * group)
    if weights[0] >= 0 and group > 0 and weights[0] % group:
        yield Unmet("number of filters", str(weights[0]), f"a multiple of {group}")
    if bias is not None and len(bias) == 1:
        yield from same("size of the bias", bias[0], weights[0])
    kernel = tuple(node.integers("kernel_shape"))
    if kernel:
        yield from shape("kernel_shape", kernel, weights[2:])


def _per_channel(least: int) -> Demand:
    """Every input after the first has one number for each channel."""

    def demands(node: Node) -> Iterator[Unmet]:
        data = node.dims(0)
        if data is None:
            return
        if len(data) < least:
            yield Unmet("number of dimensions", str(len(data)), f"{least} or more")
        if len(data) > 1:
            for index in range(1, len(node.inputs)):
                yield from shape(f"shape of input {index}", node.dims(index), (data[1],))

    return demands


def _normalised(since: str) -> Demand:
    """Scale and bias of a normalisation over the last axes.

    ``since`` is the first release in which making a session looks at the axis; empty for none.
    """

    def demands(node: Node) -> Iterator[Unmet]:
        data, axis = node.dims(0), node.integer("axis", -1)
        if data is None:
            return
        for one in axes("axis", (axis,), len(data)):
            yield one._replace(created=True, since=since) if since else one
        if -1 in data:
            return
        for index in range(1, len(node.inputs)):
            given = node.dims(index)
            if given is not None and not broadcastable(given, data):
                refused = Unmet(f"shape of input {index}", shown(given), shown(data[axis:]))
                only_size = bool(since) and not _stretched(given, data[axis:])
                yield refused._replace(since=_SHAPED_SINCE) if only_size else refused
            elif given is not None and since and _stretched(given, data[axis:]):
                last = "1.21" if axis % len(data) == 2 else _STRETCHED_SINCE
                refused = Unmet(f"shape of input {index}", shown(given), shown(data[axis:]))
                yield refused._replace(until=last)

    return demands


def _stretched(given: Dims, needed: Dims) -> bool:
    return -1 not in given and math.prod(given) != math.prod(needed)


def _recurrent(gates: int) -> Demand:
    def demands(node: Node) -> Iterator[Unmet]:
        data, hidden = node.dims(0), node.integer("hidden_size", -1)
        if "hidden_size" in node.attributes and hidden < 1:
            yield Unmet("hidden_size", str(hidden), "1 or more")
            return
        if data is None or len(data) != 3 or hidden < 1:
            return
        ways = 2 if node.word("direction", "forward") == "bidirectional" else 1
        needed = ((ways, gates * hidden, data[2]), (ways, gates * hidden, hidden))
        packed = gates == _GATES["LSTM"]
        for index, name in ((1, "W"), (2, "R")):
            for one in shape(f"shape of {name}", node.dims(index), needed[index - 1]):
                yield one._replace(since=_PACKED_SINCE) if packed else one
        for length in node.numbers(4) or ():
            if length < 0 or (length > data[0] >= 0 and not node.integer("layout", 0)):
                yield Unmet("length of a sequence", str(int(length)), f"0 to {data[0]}")
                break
        yield from shape("shape of B", node.dims(3), (ways, 2 * gates * hidden))

    return demands


def _slope(node: Node) -> Iterator[Unmet]:
    data, slope = node.dims(0), node.dims(1)
    if data is not None and slope is not None and not broadcastable(slope, data):
        yield Unmet("shape of the slope", shown(slope), shown(data))


def _local(node: Node) -> Iterator[Unmet]:
    yield from rank("the data", node.dims(0), 4)


def _loss(node: Node) -> Iterator[Unmet]:
    """Scores of N samples in C classes, and a label for each sample."""
    scores, labels = node.dims(0), node.dims(1)
    yield from created(rank("the weights", node.dims(2), 1))
    if scores is None:
        return
    if len(scores) < 2:
        yield Unmet("number of dimensions", str(len(scores)), "2 or more", created=True)
        return
    needed = scores[:1] + scores[2:]
    for one in shape("shape of the labels", labels, needed):
        fewer = labels is not None and len(labels) == len(needed)
        fewer = fewer and all(a <= b for a, b in zip(labels or (), needed, strict=True))
        yield one._replace(created=True, since=_LOSS_SINCE, ignored=fewer)
    yield from _chosen(node)


def _labelled(node: Node) -> Iterator[Unmet]:
    scores, labels = node.dims(0), node.dims(1)
    if scores is not None and len(scores) > 1:
        yield from created(shape("shape of the labels", labels, scores[:1] + scores[2:]))
    yield from _chosen(node)


def _chosen(node: Node) -> Iterator[Unmet]:
    """Labels are indices of classes, which a Gather in the body of the operator takes."""
    scores = node.dims(0)
    if scores is None or len(scores) < 2 or scores[1] < 0:
        return
    left_out = node.integer("ignore_index", 0) if "ignore_index" in node.attributes else None
    for one in node.numbers(1) or ():
        if one != left_out and not -scores[1] <= one < scores[1]:
            yield Unmet("label", str(int(one)), f"{-scores[1]} to {scores[1] - 1}")
            return


def _grouped(node: Node) -> Iterator[Unmet]:
    """Scale and bias have a number for each channel, in the older version for each group."""
    data, groups = node.dims(0), node.integer("num_groups", 0)
    if groups == 0:
        yield Unmet("num_groups", "0", "1 or more", created=True, since=_DIVIDED_SINCE)
    if data is None or len(data) < 2 or data[1] < 0 or groups < 1:
        return
    needed = data[1] if node.version >= _PER_CHANNEL else groups
    for index, what in ((1, "scale"), (2, "bias")):
        given = node.dims(index)
        if given is not None and -1 not in given and math.prod(given) not in (1, needed):
            refused = Unmet(f"shape of {what}", shown(given), shown([needed]), created=True)
            yield refused._replace(since=_LOSS_SINCE)
    if data[1] % groups:
        yield Unmet("number of channels", str(data[1]), f"a multiple of {groups}")


def _einsum(node: Node) -> Iterator[Unmet]:
    terms = node.word("equation", "").replace(" ", "").partition("->")[0].split(",")
    if len(terms) != len(node.inputs):
        yield Unmet("number of terms", str(len(terms)), str(len(node.inputs)))
        return
    sizes: dict[str, int] = {}
    for index, term in enumerate(terms):
        given = node.dims(index)
        if given is None:
            continue
        first, dots, last = term.partition("...")
        if not dots:
            yield from rank(f"input {index}", given, len(term))
        elif len(given) < len(first) + len(last):
            continue
        at_the_end = zip(last, given[len(given) - len(last) :], strict=False)
        for label, size in (*zip(first, given, strict=False), *at_the_end):
            if size > 1 and sizes.setdefault(label, size) != size:
                yield Unmet(f"size of {label}", str(size), str(sizes[label]))


DEMANDS: Final[Mapping[str, Demand]] = {
    "Gemm": _gemm,
    "Conv": _conv,
    "GroupNormalization": _grouped,
    "NegativeLogLikelihoodLoss": _labelled,
    "BatchNormalization": _per_channel(1),
    "InstanceNormalization": _per_channel(3),
    "LayerNormalization": _normalised("1.32"),
    "RMSNormalization": _normalised(""),
    "LRN": _local,
    "PRelu": _slope,
    "SoftmaxCrossEntropyLoss": _loss,
    "Einsum": _einsum,
    **{name: _recurrent(gates) for name, gates in _GATES.items()},
}
