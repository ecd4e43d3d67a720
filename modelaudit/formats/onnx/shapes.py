"""Shapes: what operators infer from those of their inputs, as a session does when it is made.

A runtime infers the shapes of each node's outputs, in the order of the nodes, by the function that
the standard has for the operator, and refuses the model where that function does. Values matter to
it where they are shapes, axes or lengths; weights are never read.
https://github.com/onnx/onnx/blob/main/docs/ShapeInference.md
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from modelaudit.core.errors import Fields
from modelaudit.core.facts import Anomaly
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source
from modelaudit.formats.onnx import values
from modelaudit.formats.onnx.checks import check
from modelaudit.formats.onnx.demands import unmet
from modelaudit.formats.onnx.library import STANDARD, Refused, Schema, schema
from modelaudit.formats.onnx.nodes import graphs, inputs_of, misfit, opsets
from modelaudit.formats.onnx.values import UNKNOWN, Value

if TYPE_CHECKING:
    from onnx.onnx_ml_pb2 import GraphProto, ModelProto, NodeProto, TypeProto, ValueInfoProto

Scope = ChainMap[str, Value]
"""Of each value what is known before a run; the innermost graph first."""
_INPUTS_ARE_CONSTANT: Final = 4
"""The first IR version in which an initializer that is an input too is no constant."""


class Shapes:
    """One walk over the graphs of a model, after ``graph.Walk`` has looked at their names."""

    def __init__(self, source: Source, bounds: Bounds, model: ModelProto) -> None:
        self._source = source
        self._bounds = bounds
        self._data = source.view()[0]
        self._imported = opsets(model.opset_import)
        self._functions = {(one.domain or STANDARD, one.name) for one in model.functions}
        self._replaceable = model.ir_version >= _INPUTS_ARE_CONSTANT
        self._reported: set[tuple[object, ...]] = set()

    def graph(
        self, graph: GraphProto, path: str, outer: Scope, passed: Sequence[Value] = ()
    ) -> Iterator[Anomaly]:
        """What nodes refuse; ``passed`` are the inputs that the node around the graph gives."""
        scope = outer.new_child()
        given = {value.name for value in graph.input} if self._replaceable else frozenset[str]()
        for tensor in graph.initializer:
            scope[tensor.name] = values.stored(tensor, self._data, tensor.name not in given)
        for index, value in enumerate(graph.input):
            known = passed[index] if index < len(passed) else UNKNOWN
            stated = _stated(value)
            if value.name not in scope:
                scope[value.name] = stated if stated.type else known
        declared = {value.name: value.type for value in (*graph.value_info, *graph.output)}
        for index, node in enumerate(graph.node):
            self._bounds.check()
            yield from self._node(node, f"{path}/node[{index}]", scope, declared)

    def _node(
        self, node: NodeProto, path: str, scope: Scope, declared: Mapping[str, TypeProto]
    ) -> Iterator[Anomaly]:
        inputs = [scope.get(name, UNKNOWN) if name else UNKNOWN for name in node.input]
        outputs = [UNKNOWN] * len(node.output)
        for _, at, inner in graphs(node):
            yield from self.graph(inner, f"{path}/{at}", scope, _passed(node, inputs))
        found = self._definition(node)
        if found is not None:
            refusal: Refused | None = None
            try:
                version = self._imported[found.domain]
                outputs = values.outputs(found, node, inputs, version, self._data)
            except Refused as error:
                # Without all types it proves nothing: a type may be that of a graph inside a node.
                if all(one.type for name, one in zip(node.input, inputs, strict=True) if name):
                    refusal = error
            yield from self._problems(found, node, path, inputs, refusal)
        for name, value in zip(node.output, outputs, strict=True):
            if name:
                scope[name] = values.agreed(value, declared.get(name))

    def _definition(self, node: NodeProto) -> Schema | None:
        """The schema of a node that fits it; others are reported by ``graph.Walk``."""
        domain = node.domain or STANDARD
        version = self._imported.get(domain, -1)
        if version < 1 or (domain, node.op_type) in self._functions:
            return None
        found = schema(domain, node.op_type, version)
        return None if found is None or found.deprecated or misfit(found, node) else found

    def _problems(
        self,
        found: Schema,
        node: NodeProto,
        path: str,
        inputs: Sequence[Value],
        refusal: Refused | None,
    ) -> Iterator[Anomaly]:
        """What refuses these inputs: the inference of shapes, or the computation."""
        fields: Fields
        if refusal is not None:
            newer = check(node.op_type, refusal.problem)
            fields = {"operator": node.op_type, "problem": refusal.problem}
            kind = "node-shapes-refused"
            if newer is not None:
                kind = "node-shapes-refused-since" if newer.run else "node-shapes-ignored-before"
                fields = {**fields, "since": newer.since}
            yield from self._once(kind, fields, path)
            return
        missed = unmet(node, inputs, found.since) if found.domain == STANDARD else None
        if missed is None:
            return
        kind = "node-inputs-refused"
        if missed.created:
            kind = "kernel-refused-since" if missed.since else "kernel-refused"
        elif missed.since:
            kind = "node-inputs-refused-since"
        elif _constant(node, inputs):
            kind = "node-constants-refused"
        fields = {
            "operator": node.op_type, "what": missed.what,
            "given": missed.given, "needed": missed.needed,
        }  # fmt: skip
        if missed.since:
            fields = {**fields, "since": missed.since}
        yield from self._once(kind, fields, path)

    def _once(self, kind: str, fields: Fields, path: str) -> Iterator[Anomaly]:
        """An anomaly, unless the same one was reported before at another place."""
        key = (kind, *fields.values())
        if key not in self._reported:
            self._reported.add(key)
            yield Anomaly(kind, fields, replace(self._source.at(), object=path))


def _stated(value: ValueInfoProto) -> Value:
    """What a graph says of one of its inputs."""
    return Value(value.type.SerializeToString() if value.type.WhichOneof("value") else b"")


def _constant(node: NodeProto, inputs: Sequence[Value]) -> bool:
    return all(one.constant for name, one in zip(node.input, inputs, strict=True) if name)


def _passed(node: NodeProto, inputs: Sequence[Value]) -> Sequence[Value]:
    """The inputs of a graph inside a node: their types alone, as far as the node decides them."""
    return [UNKNOWN for _ in inputs_of(node, [""] * len(inputs))]
