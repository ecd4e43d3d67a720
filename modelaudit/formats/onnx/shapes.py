"""Shapes: what operators infer from those of their inputs, as a session does when it is made.

A runtime infers the shapes of each node's outputs, in the order of the nodes, by the function that
the standard has for the operator, and refuses the model where that function does. Values matter to
it where they are shapes, axes or lengths; weights are never read.
https://github.com/onnx/onnx/blob/main/docs/ShapeInference.md
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from modelaudit.core.errors import Fields
from modelaudit.core.facts import Anomaly
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source
from modelaudit.formats.onnx import inner, values
from modelaudit.formats.onnx.checks import check
from modelaudit.formats.onnx.demands import Unmet, unmet
from modelaudit.formats.onnx.library import STANDARD, Refused, Schema, schema
from modelaudit.formats.onnx.nodes import graphs, misfit, opsets
from modelaudit.formats.onnx.values import UNKNOWN, Value

if TYPE_CHECKING:
    from onnx.onnx_ml_pb2 import GraphProto, ModelProto, NodeProto, TypeProto, ValueInfoProto

Scope = ChainMap[str, Value]
"""Of each value what is known before a run; the innermost graph first."""
AnomaliesThenValues = Generator[Anomaly, None, list[Value]]
"""Yields anomalies, and returns the outputs of what was walked over."""
_JUDGED: Final = (STANDARD, "ai.onnx.ml")
"""The domains of which it is known what kernels demand."""
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
    ) -> AnomaliesThenValues:
        """What nodes refuse; ``passed`` are the inputs that the node around the graph gives.

        Raises Refused where these are not those that the graph states.
        """
        scope = outer.new_child()
        given = {value.name for value in graph.input} if self._replaceable else frozenset[str]()
        for tensor in graph.initializer:
            scope[tensor.name] = values.stored(tensor, self._data, tensor.name not in given)
        for index, value in enumerate(graph.input):
            known = passed[index] if index < len(passed) else UNKNOWN
            if value.name not in scope:
                scope[value.name] = inner.merged(known, _stated(value), value.name)
        declared = {value.name: value.type for value in (*graph.value_info, *graph.output)}
        for index, node in enumerate(graph.node):
            self._bounds.check()
            yield from self._node(node, f"{path}/node[{index}]", scope, declared)
        return [scope.get(value.name, UNKNOWN) for value in graph.output]

    def _node(
        self, node: NodeProto, path: str, scope: Scope, declared: Mapping[str, TypeProto]
    ) -> Iterator[Anomaly]:
        inputs = [scope.get(name, UNKNOWN) if name else UNKNOWN for name in node.input]
        outputs = [UNKNOWN] * len(node.output)
        found = self._definition(node)
        refusal: Refused | None = None
        try:
            if any(graphs(node)):
                outputs = yield from self._inner(node, path, scope, inputs, found)
            elif found is not None:
                version = self._imported[found.domain]
                outputs = values.outputs(found, node, inputs, version, self._data)
        except Refused as error:
            # Without all types it proves nothing: a type may be that of a graph inside a node.
            if all(one.type for name, one in zip(node.input, inputs, strict=True) if name):
                refusal = error
        if found is not None:
            yield from self._problems(found, node, path, inputs, refusal)
        for name, value in zip(node.output, outputs, strict=True):
            if name:
                scope[name] = values.agreed(value, declared.get(name))

    def _inner(
        self,
        node: NodeProto,
        path: str,
        scope: Scope,
        inputs: Sequence[Value],
        found: Schema | None,
    ) -> AnomaliesThenValues:
        """What the graphs inside a node refuse; returns the node's outputs. Raises Refused."""
        since = found.since if found is not None else 0
        given = inner.passed(node, inputs, since) if found is not None else ()
        results = {}
        for name, at, graph in graphs(node):
            results[name] = yield from self.graph(graph, f"{path}/{at}", scope, given)
        made = inner.returned(node, inputs, since, results) if found is not None else ()
        return [*made, *([UNKNOWN] * len(node.output))][: len(node.output)]

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
                if not newer.since:
                    kind = "node-shapes-refused-in-runs"
                    del fields["since"]
            yield from self._once(kind, fields, path)
            if newer is None:
                return
        if found.domain not in _JUDGED:
            return
        constant = _constant(node, inputs)
        for one in unmet(node, inputs, found.since):
            fields = {
                "operator": node.op_type, "what": one.what,
                "given": one.given, "needed": one.needed,
            }  # fmt: skip
            for name, release in (("since", one.since), ("before", one.until)):
                if release:
                    fields = {**fields, name: release}
            yield from self._once(_kind(one, constant), fields, path)

    def _once(self, kind: str, fields: Fields, path: str) -> Iterator[Anomaly]:
        """An anomaly, unless the same one was reported before at another place."""
        key = (kind, *fields.values())
        if key not in self._reported:
            self._reported.add(key)
            yield Anomaly(kind, fields, replace(self._source.at(), object=path))


def _stated(value: ValueInfoProto) -> Value:
    """What a graph says of one of its inputs."""
    return Value(value.type.SerializeToString() if value.type.WhichOneof("value") else b"")


def _kind(missed: Unmet, constant: bool) -> str:
    """The kind of an anomaly; ``constant``: the inputs are, so that a session computes the node."""
    if missed.created:
        return _kernel_kind(missed)
    if missed.since:
        return "node-inputs-refused-since"
    if missed.until:
        return "node-inputs-refused-before"
    return "node-constants-refused" if constant else "node-inputs-refused"


def _kernel_kind(missed: Unmet) -> str:
    if missed.since:
        return "kernel-ignored-before" if missed.ignored else "kernel-refused-since"
    return "kernel-refused-before" if missed.until else "kernel-refused"


def _constant(node: NodeProto, inputs: Sequence[Value]) -> bool:
    return all(one.constant for name, one in zip(node.input, inputs, strict=True) if name)
