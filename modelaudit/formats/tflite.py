"""TensorFlow Lite: a flat buffer with operators, tensors and buffers. Weights are not read.

https://github.com/tensorflow/tensorflow/blob/master/tensorflow/compiler/mlir/lite/schema/schema.fbs
(Model, OperatorCode, SubGraph, Buffer)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from modelaudit.core.errors import Fields
from modelaudit.core.facts import Anomaly, Fact, Identity, Metadata, Operator
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source
from modelaudit.formats.flatbuffers import Table, root

MOST: Final = 1_000_000
"""Operators of all graphs, and buffers, of one model."""
MOST_CODES: Final = 10_000
"""Different operators of one model."""
MOST_GRAPHS: Final = 10_000
CUSTOM: Final = 32
"""The built-in code that stands for a custom operator."""
DOMAIN: Final = "tflite"
CUSTOM_DOMAIN: Final = "tflite.custom"
_OLD_CODES: Final = 127
"""Codes from here on are in ``builtin_code`` alone, which older runtimes do not know."""


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """The operators with their versions, and buffers outside of the file. Raises Malformed."""
    model = root(source)
    version = model.number(0, "I")
    yield Identity("tflite", str(version), source.at())
    yield Metadata("tflite-schema", "", version, source.at())
    codes = list(model.tables(1, MOST_CODES))
    counts: Counter[int] = Counter()
    left = MOST
    for graph in model.tables(2, MOST_GRAPHS):
        for operator in graph.tables(3, left):
            bounds.check(operator.at)
            counts[operator.number(0, "I")] += 1
            left -= 1
    for index, code in enumerate(codes):
        yield _operator(source, code, counts[index])
    for index in counts:
        if index >= len(codes):
            yield Anomaly("tflite-no-such-code", {"index": index, "count": len(codes)}, source.at())
    yield from _outside(source, model, bounds)


def _operator(source: Source, code: Table, count: int) -> Operator:
    number = max(code.number(0, "b"), code.number(3, "i"))
    custom = code.text(1)
    domain, name = (CUSTOM_DOMAIN, custom) if number == CUSTOM else (DOMAIN, str(number))
    return Operator(
        domain=domain, name=name, overload="", version=code.number(2, "i", 1), via="",
        arguments="", count=count, where=source.at(code.at),
    )  # fmt: skip


def _outside(source: Source, model: Table, bounds: Bounds) -> Iterator[Anomaly]:
    """Buffers behind the flat buffer that do not lie in the file."""
    for index, buffer in enumerate(model.tables(4, MOST)):
        bounds.check(buffer.at)
        offset, size = buffer.number(1, "Q"), buffer.number(2, "Q")
        if offset > 1 and offset + size > source.extent:
            fields: Fields = {"index": index, "missing": offset + size - source.extent}
            yield Anomaly("tflite-buffer-beyond", fields, source.at(buffer.at))
