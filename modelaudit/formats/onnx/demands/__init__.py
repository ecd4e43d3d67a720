"""What onnxruntime's CPU kernels demand of nodes beyond the standard's inference of shapes.

Some demands are made when a kernel is created, and refuse the session; the others when it runs.
https://github.com/microsoft/onnxruntime/tree/main/onnxruntime/core/providers/cpu
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Final

from modelaudit.formats.onnx.demands import (
    attention,
    attributes,
    indices,
    layers,
    quantised,
    shapes,
    signals,
    trained,
    windows,
)
from modelaudit.formats.onnx.demands.kinds import Demand, Node, Unmet
from modelaudit.formats.onnx.values import Value

if TYPE_CHECKING:
    from onnx.onnx_ml_pb2 import NodeProto

__all__ = ["Unmet", "unmet"]

_DEMANDS: Final[Mapping[str, Demand]] = {
    **attention.DEMANDS,
    **indices.DEMANDS,
    **layers.DEMANDS,
    **quantised.DEMANDS,
    **shapes.DEMANDS,
    **signals.DEMANDS,
    **trained.DEMANDS,
    **windows.DEMANDS,
}
"""By operator; the names of the standard and of ai.onnx.ml differ."""


_BEGIN: Final = {"PRelu": 7}
"""The version of an operator from which its kernel is; the older had a slope for each channel."""


def unmet(node: NodeProto, inputs: Sequence[Value], since: int) -> Iterator[Unmet]:
    """What a node of the standard's domains does not meet, out of what is known before a run.

    It ends with the first demand that all releases make, since a kernel stops there. ``since`` is
    the version of the operator, by the set in which it came.
    """
    if since < _BEGIN.get(node.op_type, 0):
        return
    named = {one.name: one for one in node.attribute}
    given = Node(named, node.input, inputs, len(node.output), since)
    parts = [attributes.unmet(node.op_type, given)]
    if node.op_type in _DEMANDS:
        parts.append(_DEMANDS[node.op_type](given))
    for one in chain.from_iterable(parts):
        yield one
        if not one.since and not one.until:
            return
