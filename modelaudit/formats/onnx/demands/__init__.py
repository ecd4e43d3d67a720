"""What onnxruntime's CPU kernels demand of nodes beyond the standard's inference of shapes.

Some demands are made when a kernel is created, and refuse the session; the others when it runs.
https://github.com/microsoft/onnxruntime/tree/main/onnxruntime/core/providers/cpu
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from modelaudit.formats.onnx.demands import attributes, indices, layers, shapes
from modelaudit.formats.onnx.demands.kinds import Demand, Node, Unmet
from modelaudit.formats.onnx.values import Value

if TYPE_CHECKING:
    from onnx.onnx_ml_pb2 import NodeProto

__all__ = ["Unmet", "unmet"]

_DEMANDS: Final[Mapping[str, Demand]] = {**layers.DEMANDS, **indices.DEMANDS, **shapes.DEMANDS}


_BEGIN: Final = {"PRelu": 7}
"""The version of an operator from which its kernel is; the older had a slope for each channel."""


def unmet(node: NodeProto, inputs: Sequence[Value], since: int) -> Unmet | None:
    """The first demand that a node of the standard's domain does not meet, out of what is known.

    ``since`` is the version of the operator, by the set in which it came.
    """
    if since < _BEGIN.get(node.op_type, 0):
        return None
    given = Node({one.name: one for one in node.attribute}, inputs, len(node.output))
    first = next(attributes.unmet(node.op_type, given), None)
    if first is None and node.op_type in _DEMANDS:
        first = next(_DEMANDS[node.op_type](given), None)
    return first
