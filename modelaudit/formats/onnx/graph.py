"""The graph of a model: every node of it, of graphs inside nodes, and of the model's own functions.

Types follow the values from node to node, since a runtime chooses its kernels by them.
https://github.com/onnx/onnx/blob/main/docs/IR.md
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from modelaudit.core.errors import Fields, Malformed
from modelaudit.core.facts import Anomaly, BodyOperator, Fact, Metadata, Operator, Reference
from modelaudit.core.limits import Bounds
from modelaudit.core.location import Location
from modelaudit.core.source import Source
from modelaudit.formats.onnx import types
from modelaudit.formats.onnx.bodies import Bodies
from modelaudit.formats.onnx.library import STANDARD, domains, schema
from modelaudit.formats.onnx.nodes import (
    bind,
    graphs,
    inputs_of,
    locale,
    misfit,
    opsets,
    shown,
    substituted,
)
from modelaudit.formats.onnx.tensors import Tensors
from modelaudit.formats.onnx.types import Pairs

if TYPE_CHECKING:
    from onnx.onnx_ml_pb2 import AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto

Scope = ChainMap[str, str]
"""The type of each value by its name, empty where it is unknown; the innermost graph first."""
FunctionKey = tuple[str, str, str]
"""Domain, name and overload of one of the model's own functions."""
Types = list[str]
FactsThenTypes = Generator[Fact, None, Types]
"""Yields facts, and returns the types of the outputs of what was walked over."""

_MOST_CALLS: Final = 4096
"""Calls of the model's own functions that are walked over; repeated ones count once."""
_MOST_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class _Block:
    """The surroundings of nodes: the path of their graph, its values and imported domains."""

    path: str
    scope: Scope
    imported: Mapping[str, int]
    """versions of the operator sets by domain"""
    declared: Mapping[str, str]
    """types that the model states for values of the graph"""


class Walk:
    """One walk over a model. ``used`` collects the domains of its nodes."""

    def __init__(self, source: Source, bounds: Bounds, model: ModelProto) -> None:
        self.used: set[str] = set()
        self._source = source
        self._bounds = bounds
        self._tensors = Tensors(source)
        self._functions = {_key(one): one for one in model.functions}
        self._opsets = opsets(model.opset_import)
        self._bodies = Bodies()
        self._tally = _Tally()
        self._reported: set[tuple[object, ...]] = set()
        self._results: dict[tuple[object, ...], Types] = {}
        """output types of the model's functions, by function, input types and attributes"""
        self._active: list[FunctionKey] = []
        self._locales: set[str] = set()
        self._nodes_met = 0

    def model(self, model: ModelProto) -> Iterator[Fact]:
        """Everything that may run; operators and attributes, which nodes share, at the end."""
        yield from self._graph(model.graph, "graph", ChainMap(), self._opsets)
        for index, training in enumerate(model.training_info):
            path = f"training[{index}]"
            initialization, algorithm = training.initialization, training.algorithm
            yield from self._graph(initialization, f"{path}/init", ChainMap(), self._opsets)
            outer: Scope = ChainMap(dict.fromkeys(_defined(model.graph), ""))
            yield from self._graph(algorithm, f"{path}/algorithm", outer, self._opsets)
        for index, function in enumerate(model.functions):
            yield from self._stored_in(function.attribute_proto, f"function[{index}]")
        called = {key[0] for key in self._results}
        for key in self._functions:
            if key not in called:  # a reader may process functions that nothing calls
                yield from self._function(key, (), {})
        yield from self._tally.facts()

    def _graph(
        self,
        graph: GraphProto,
        path: str,
        outer: Scope,
        imported: Mapping[str, int],
        passed: Sequence[str] = (),
    ) -> FactsThenTypes:
        """``passed`` are the types of the inputs, where the node around the graph decides them."""
        scope = outer.new_child()
        for index, value in enumerate(graph.input):
            from_node = passed[index] if index < len(passed) else ""
            scope[value.name] = types.spelled(value.type) or from_node
        for index, tensor in enumerate(graph.initializer):
            where = self._at(f"{path}/initializer[{index}]")
            yield from self._tensors.stored(tensor, tensor.name, where)
            scope[tensor.name] = types.tensor(tensor.data_type)
        for index, sparse in enumerate(graph.sparse_initializer):
            where = self._at(f"{path}/sparse_initializer[{index}]")
            yield from self._tensors.sparse(sparse, where)
            scope[sparse.values.name] = types.tensor(sparse.values.data_type)
        declared = {
            value.name: types.spelled(value.type) for value in (*graph.value_info, *graph.output)
        }
        yield from self._untyped(graph, path)
        yield from self._nodes(graph.node, _Block(path, scope, imported, declared))
        for value in graph.output:
            if value.name not in scope:
                yield from self._undefined(value.name, f"{path}/output")
        return [scope.get(value.name) or declared[value.name] for value in graph.output]

    def _untyped(self, graph: GraphProto, path: str) -> Iterator[Fact]:
        """Values that are declared with a type that has no element type, or an unknown one."""
        untyped = [
            value
            for value in (*graph.input, *graph.output, *graph.value_info)
            if types.incomplete(value.type)
        ]
        if untyped:
            used = {name for node in graph.node for name in (*node.input, *node.output)}
            used.update(value.name for value in (*graph.input, *graph.output))
            for value in untyped:
                if value.name in used:
                    fields: Fields = {"name": value.name[:_MOST_NAME]}
                    yield from self._once("value-without-element-type", fields, path)

    def _nodes(self, nodes: Sequence[NodeProto], block: _Block) -> Iterator[Fact]:
        """Nodes in their order; each adds its outputs to the scope."""
        scope = block.scope
        computed = {name for node in nodes for name in node.output}
        for index, node in enumerate(nodes):
            self._tick()
            path = f"{block.path}/node[{index}]"
            for name in node.input:
                if not name or name in scope:
                    continue
                if name in computed:
                    fields: Fields = {"name": name[:_MOST_NAME]}
                    yield from self._once("unsorted-graph", fields, path)
                else:
                    yield from self._undefined(name, path)
            inputs = [scope.get(name, "") for name in node.input]
            outputs = yield from self._node(node, path, block, inputs)
            for name, type_ in zip(node.output, outputs, strict=True):
                if name:
                    yield from self._define(node, name, type_, block, path)

    def _define(
        self, node: NodeProto, name: str, type_: str, block: _Block, path: str
    ) -> Iterator[Fact]:
        """Add an output of a node to the scope, with what contradicts it."""
        short = name[:_MOST_NAME]
        if name in block.scope.maps[0]:
            yield from self._once("redefined-value", {"name": short}, path)
        declared = block.declared.get(name, "")
        if declared and type_ and declared != type_:
            fields: Fields = {
                "operator": node.op_type, "part": short, "type": type_, "other": declared
            }  # fmt: skip
            yield from self._once("node-type-mismatch", fields, path)
        block.scope[name] = type_ or declared

    def _node(self, node: NodeProto, path: str, block: _Block, inputs: Types) -> FactsThenTypes:
        """One node: a call of a function of the model, or an operator of an imported set."""
        domain = node.domain or STANDARD
        self.used.add(domain)
        inner: dict[str, Types] = {}
        for name, at, graph in graphs(node):
            passed = inputs_of(node, inputs)
            inner_path = f"{path}/{at}"
            inner[name] = yield from self._graph(
                graph, inner_path, block.scope, block.imported, passed
            )
        yield from self._stored_in(node.attribute, path)
        if (wanted := locale(node)) and wanted not in self._locales:
            self._locales.add(wanted)
            yield Reference("locale", wanted, leaves=False, where=self._at(path))
        key = (domain, node.op_type, node.overload)
        if key in self._functions:
            return (yield from self._call(key, node, path, inputs))
        version = block.imported.get(domain, -1)
        definition = schema(domain, node.op_type, version) if version > 0 else None
        since = definition.since if definition else version
        where = self._at(path)
        self._tally.attributes(node, f"{domain}::{node.op_type}@{since}", where)
        if definition is None or definition.deprecated:
            self._tally.operator(node, domain, version, where)
            return ["" for _ in node.output]
        binding, outputs = bind(definition, node, inputs, inner, version)
        problem = misfit(definition, node) or binding.problem
        if problem:
            yield from self._once(*problem, path)
        body = self._bodies.of(definition, node, inputs, version)
        self._tally.operator(node, domain, version, where, binding.pairs(), body)
        return outputs

    def _stored_in(self, attributes: Sequence[AttributeProto], path: str) -> Iterator[Fact]:
        """The tensors among the attributes of a node, or those that a function has by default."""
        for attribute in attributes:
            where = self._at(f"{path}/{attribute.name}")
            tensors = [*attribute.tensors, *([attribute.t] if attribute.HasField("t") else [])]
            for tensor in tensors:
                yield from self._tensors.stored(tensor, tensor.name or attribute.name, where)
            sparse = [*attribute.sparse_tensors]
            if attribute.HasField("sparse_tensor"):
                sparse.append(attribute.sparse_tensor)
            for one in sparse:
                yield from self._tensors.sparse(one, where)

    def _call(self, key: FunctionKey, node: NodeProto, path: str, inputs: Types) -> FactsThenTypes:
        """A call of one of the model's own functions, whose body depends on types and attributes.

        Functions that call each other twice on each level would be walked over 2^levels times, so
        that the result of the same call is remembered.
        """
        if key in self._active:
            fields: Fields = {"domain": key[0], "function": key[1]}
            yield from self._once("recursive-function", fields, path)
            return ["" for _ in node.output]
        attributes = b"".join(sorted(one.SerializeToString() for one in node.attribute))
        call = (key, tuple(inputs), attributes)
        if call not in self._results:
            if len(self._results) >= _MOST_CALLS:
                raise Malformed("limit", {"limit": "calls of functions", "most": _MOST_CALLS})
            values = {one.name: one for one in node.attribute}
            self._results[call] = yield from self._function(key, inputs, values)
        results = self._results[call]
        return [*results, *("" for _ in node.output)][: len(node.output)]

    def _function(
        self, key: FunctionKey, inputs: Sequence[str], values: Mapping[str, AttributeProto]
    ) -> FactsThenTypes:
        """The body of one of the model's functions; ``values`` are the attributes of its call."""
        function = self._functions[key]
        scope: Scope = ChainMap(dict.fromkeys(function.input, ""))
        scope.update(zip(function.input, inputs, strict=False))
        values = {**{one.name: one for one in function.attribute_proto}, **values}
        nodes = [substituted(node, values) for node in function.node]
        declared = {value.name: types.spelled(value.type) for value in function.value_info}
        imported = {**self._opsets, **opsets(function.opset_import)}
        block = _Block(f"function[{key[0]}.{key[1]}]", scope, imported, declared)
        self._active.append(key)
        yield from self._nodes(nodes, block)
        self._active.pop()
        return [scope.get(name, "") for name in function.output]

    def _undefined(self, name: str, path: str) -> Iterator[Fact]:
        yield from self._once("undefined-value", {"name": name[:_MOST_NAME]}, path)

    def _once(self, kind: str, fields: Fields, path: str) -> Iterator[Fact]:
        """An anomaly, unless the same one was reported before at another place."""
        key = (kind, *fields.values())
        if key not in self._reported:
            self._reported.add(key)
            yield Anomaly(kind, fields, self._at(path))

    def _at(self, path: str) -> Location:
        return replace(self._source.at(), object=path)

    def _tick(self) -> None:
        self._nodes_met += 1
        if not self._nodes_met & 0xFF:
            self._bounds.check()


class _Tally:
    """Facts that many nodes share: operators with their counts, and attributes."""

    def __init__(self) -> None:
        self._operators: dict[tuple[object, ...], Operator] = {}
        self._attributes: dict[tuple[str, int], Metadata] = {}

    def facts(self) -> Iterator[Fact]:
        yield from self._operators.values()
        yield from self._attributes.values()

    def attributes(self, node: NodeProto, operator: str, where: Location) -> None:
        """The attributes that a node has, with the value of integers of 0 or more."""
        for attribute in node.attribute:
            number = max(attribute.i, -1) if attribute.type == attribute.INT else -1
            name = f"{operator}.{attribute.name[:_MOST_NAME]}"
            if (name, number) not in self._attributes:
                key = "onnx-integer-attribute" if number >= 0 else "onnx-attribute"
                self._attributes[name, number] = Metadata(key, name, number, where)

    def operator(
        self,
        node: NodeProto,
        domain: str,
        version: int,
        where: Location,
        bound: Pairs = (),
        body: tuple[BodyOperator, ...] = (),
    ) -> None:
        """One more use of an operator with these types and this body."""
        key = (domain, node.op_type, version, bound, body)
        known = self._operators.get(key)
        if known is None:
            arguments = "" if domain in domains() else shown(node)
            known = Operator(
                domain, node.op_type, "", version, "graph", arguments, 0, where, bound, body
            )
        self._operators[key] = replace(known, count=known.count + 1)


def _key(function: FunctionProto) -> FunctionKey:
    return function.domain or STANDARD, function.name, function.overload


def _defined(graph: GraphProto) -> Iterator[str]:
    """The names of all values of a graph, which its training may use."""
    yield from (value.name for value in graph.input)
    yield from (tensor.name for tensor in graph.initializer)
    yield from (name for node in graph.node for name in node.output)
