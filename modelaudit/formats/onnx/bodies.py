"""The bodies of operators: other operators of the standard that compute the same.

A runtime without a kernel for such an operator runs its body instead.
https://github.com/onnx/onnx/blob/main/docs/IR.md#functions
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from modelaudit.core.facts import BodyOperator
from modelaudit.formats.onnx import library, types
from modelaudit.formats.onnx.library import STANDARD, Schema
from modelaudit.formats.onnx.nodes import bind, graphs, inputs_of, opsets, substituted

if TYPE_CHECKING:
    from onnx.onnx_ml_pb2 import GraphProto, NodeProto

_MOST_DEPTH: Final = 6
_MOST_OPERATORS: Final = 400
"""Operators of one body, those of bodies inside it included; the standard's have some fifty."""

Key = tuple[Schema, tuple[str, ...], bytes, int]


class Bodies:
    """Remembers bodies: they depend on the schema, the input types and the attributes alone."""

    def __init__(self) -> None:
        self._known: dict[Key, tuple[BodyOperator, ...]] = {}

    def of(
        self, found: Schema, node: NodeProto, inputs: Sequence[str], version: int
    ) -> tuple[BodyOperator, ...]:
        """``Operator.body`` of a node; empty for an operator without a body."""
        if not found.replaceable:
            return ()
        attributes = b"".join(sorted(one.SerializeToString() for one in node.attribute))
        key = (found, tuple(inputs), attributes, version)
        if key not in self._known:
            operators: list[BodyOperator] = []
            _expand(operators, found, node, inputs, version, 0)
            self._known[key] = tuple(operators)
        return self._known[key]


def _expand(
    operators: list[BodyOperator],
    found: Schema,
    node: NodeProto,
    inputs: Sequence[str],
    version: int,
    depth: int,
) -> None:
    """Add the operators of one body, and after each those of its own body."""
    input_types = [types.serialised(one) if one else b"" for one in inputs]
    try:
        function = library.body(found, node, input_types, version)
    except library.Undecided:
        operators.append(BodyOperator(depth, "", "", -1, ()))
        return
    if function is None or depth >= _MOST_DEPTH:
        return
    scope = dict.fromkeys(function.input, "")
    scope.update(zip(function.input, inputs, strict=False))
    defaults = map(library.attribute, found.defaults)
    values = {one.name: one for one in (*defaults, *function.attribute_proto, *node.attribute)}
    imported = {**opsets(function.opset_import), found.domain: version}
    nodes = [substituted(one, values) for one in function.node]
    _nodes(operators, nodes, scope, imported, depth)


def _nodes(
    operators: list[BodyOperator],
    nodes: Iterable[NodeProto],
    scope: dict[str, str],
    imported: Mapping[str, int],
    depth: int,
) -> None:
    for node in nodes:
        if len(operators) >= _MOST_OPERATORS:
            return
        inputs = [scope.get(name, "") for name in node.input]
        domain = node.domain or STANDARD
        version = imported.get(domain, -1)
        # The operator precedes those of graphs inside it, which its types depend on.
        place = len(operators)
        operators.append(BodyOperator(depth, domain, node.op_type, version, ()))
        inner = {
            name: _graph(operators, graph, scope, inputs_of(node, inputs), imported, depth)
            for name, _, graph in graphs(node)
        }
        found = library.schema(domain, node.op_type, version)
        if found is None:
            continue
        binding, outputs = bind(found, node, inputs, inner, version)
        operators[place] = BodyOperator(depth, domain, node.op_type, version, binding.pairs())
        scope.update(zip(node.output, outputs, strict=True))
        if found.replaceable:
            _expand(operators, found, node, inputs, version, depth + 1)


def _graph(
    operators: list[BodyOperator],
    graph: GraphProto,
    outer: Mapping[str, str],
    passed: Sequence[str],
    imported: Mapping[str, int],
    depth: int,
) -> list[str]:
    """Add the operators of a graph inside a node; returns the types of its outputs."""
    names = [value.name for value in graph.input]
    scope = {**outer, **dict.fromkeys(names, ""), **dict(zip(names, passed, strict=False))}
    scope.update({one.name: types.tensor(one.data_type) for one in graph.initializer})
    _nodes(operators, graph.node, scope, imported, depth)
    return [scope.get(value.name, "") for value in graph.output]
