"""Products and convolutions of quantised values: inner sizes, scales and zero points.

https://github.com/onnx/onnx/blob/main/docs/Operators.md#QLinearMatMul
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from modelaudit.formats.onnx.demands.kinds import Demand, Node, Unmet, rank, same
from modelaudit.formats.onnx.values import Dims, shown


def _matrices(left: int, right: int, single: tuple[int, ...], columns: tuple[int, ...]) -> Demand:
    """A product; inputs of ``single`` are one number, those of ``columns`` may be one a column."""

    def demands(node: Node) -> Iterator[Unmet]:
        one, other = node.dims(left), node.dims(right)
        if one and other:
            yield from same("inner dimension", other[max(len(other) - 2, 0)], one[-1])
        yield from _single(node, single)
        for index in columns:
            given = node.dims(index)
            if given is not None and other is not None and not _by_column(given, other):
                yield Unmet(f"shape of input {index}", shown(given), "one number, or one a column")

    return demands


def _single(node: Node, places: tuple[int, ...]) -> Iterator[Unmet]:
    for index in places:
        given = node.dims(index)
        if given is not None and given not in ((), (1,), (-1,)):
            yield Unmet(f"shape of input {index}", shown(given), "[] or [1]")


def _by_column(given: Dims, matrix: Dims) -> bool:
    if given in ((), (1,), (-1,)) or -1 in (*given, *matrix):
        return True
    if len(given) == 1:
        return given[0] == matrix[-1]
    return len(given) == len(matrix) and given == (*matrix[:-2], 1, matrix[-1])


def _convolution(weights: int, single: tuple[int, ...], filters: tuple[int, ...]) -> Demand:
    """A convolution; ``filters`` are one number, or one for each filter."""

    def demands(node: Node) -> Iterator[Unmet]:
        data, kernel = node.dims(0), node.dims(weights)
        if data is not None and kernel is not None and len(data) >= 3:
            yield from rank("the weights", kernel, len(data))
            if len(data) == len(kernel):
                group = node.integer("group", 1)
                if kernel[1] >= 0:
                    yield from same("number of channels", data[1], kernel[1] * group)
                if kernel[0] >= 0 and group > 0 and kernel[0] % group:
                    yield Unmet("number of filters", str(kernel[0]), f"a multiple of {group}")
        yield from _single(node, single)
        for index in filters:
            given = node.dims(index)
            if given is None or kernel is None or given in ((), (1,), (-1,)):
                continue
            if len(given) != 1:
                yield Unmet(f"shape of input {index}", shown(given), shown(kernel[:1]))
            else:
                yield from same(f"size of input {index}", given[0], kernel[0])

    return demands


DEMANDS: Final[Mapping[str, Demand]] = {
    "ConvInteger": _convolution(1, (2, 3), ()),
    "MatMulInteger": _matrices(0, 1, (2,), (3,)),
    "QLinearConv": _convolution(3, (1, 2, 6, 7), (4, 5)),
    "QLinearMatMul": _matrices(0, 3, (1, 2, 6, 7), (4, 5)),
}
