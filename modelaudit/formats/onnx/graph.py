"""The graph of a model: every node of it, of graphs inside nodes, and of the model's own functions.

https://github.com/onnx/onnx/blob/main/docs/IR.md
"""

from __future__ import annotations

import time
from collections import ChainMap
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Anomaly, Fact, Metadata, Operator
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
    misfit,
    opsets,
    shown,
    substituted,
)
from modelaudit.formats.onnx.tensors import Tensors

if TYPE_CHECKING:
    from onnx.onnx_ml_pb2 import AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto

Scope = ChainMap[str, str]
"""Values by name, with their types; empty where that is not known. The innermost graph first."""
FunctionKey = tuple[str, str, str]
"""Domain, name and overload of one of the model's own functions."""
Types = list[str]
Told = Generator[Fact, None, Types]
"""Facts, and at their end the types of what was gone through gives."""

_MOST_CALLS: Final = 4096
"""Calls of the model's own functions with other types than before that are gone into."""
_MOST_NAME: Final = 100


class Walk:
    """One walk over a model. Facts that many nodes share are kept to its end."""

    def __init__(self, source: Source, bounds: Bounds, model: ModelProto) -> None:
        self.used: set[str] = set()
        self._source = source
        self._bounds = bounds
        self._tensors = Tensors(source)
        self._functions = {_key(one): one for one in model.functions}
        self._opsets = opsets(model.opset_import)
        self._bodies = Bodies()
        self._operators: dict[tuple[object, ...], Operator] = {}
        self._attributes: dict[tuple[str, int], Metadata] = {}
        self._said: set[tuple[str, str]] = set()
        self._results: dict[tuple[object, ...], Types] = {}
        self._active: list[FunctionKey] = []
        self._met = 0

    def model(self, model: ModelProto) -> Iterator[Fact]:
        """Everything that runs or may be run, and the operators at the end."""
        yield from self._graph(model.graph, "graph", ChainMap(), self._opsets)
        for index, training in enumerate(model.training_info):
            path = f"training[{index}]"
            outer: Scope = ChainMap(dict.fromkeys(_given(model.graph), ""))
            yield from self._graph(
                training.initialization, f"{path}/init", ChainMap(), self._opsets
            )
            yield from self._graph(training.algorithm, f"{path}/algorithm", outer, self._opsets)
        called = {key[0] for key in self._results}
        for key in self._functions:  # a reader may take those as well that nothing calls
            if key not in called:
                yield from self._function(key, (), {})
        yield from self._operators.values()
        yield from self._attributes.values()

    def _graph(
        self,
        graph: GraphProto,
        path: str,
        outer: Scope,
        imported: Mapping[str, int],
        given: Sequence[str] = (),
    ) -> Told:
        """A graph; ``given`` are the types of its inputs as far as who runs it tells them."""
        scope = outer.new_child()
        for index, value in enumerate(graph.input):
            told = given[index] if index < len(given) else ""
            scope[value.name] = types.spelled(value.type) or told
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
        yield from self._nodes(graph.node, path, scope, imported, declared)
        for value in graph.output:
            if value.name not in scope:
                yield from self._undefined(value.name, f"{path}/output")
        return [scope.get(value.name) or declared[value.name] for value in graph.output]

    def _nodes(
        self,
        nodes: Sequence[NodeProto],
        path: str,
        scope: Scope,
        imported: Mapping[str, int],
        declared: Mapping[str, str],
    ) -> Iterator[Fact]:
        """Nodes in their order, each adding its outputs to the scope."""
        later = {name for node in nodes for name in node.output}
        for index, node in enumerate(nodes):
            self._tick()
            where = f"{path}/node[{index}]"
            for name in node.input:
                if name and name not in scope:
                    yield from self._missing(name, where, given_later=name in later)
            given = [scope.get(name, "") for name in node.input]
            outputs = yield from self._node(node, where, scope, imported, given)
            for name, type_ in zip(node.output, outputs, strict=True):
                if not name:
                    continue
                if name in scope.maps[0]:
                    detail = f"the value {name[:_MOST_NAME]!r} is given twice"
                    yield from self._once("name-twice", detail, where)
                hint = declared.get(name, "")
                if hint and type_ and hint != type_:
                    detail = f"{node.op_type} gives {type_}, and {name[:_MOST_NAME]!r} is {hint}"
                    yield from self._once("schema-violation", detail, where)
                scope[name] = type_ or hint

    def _node(
        self,
        node: NodeProto,
        path: str,
        scope: Scope,
        imported: Mapping[str, int],
        given: Types,
    ) -> Told:
        domain = node.domain or STANDARD
        self.used.add(domain)
        inner: dict[str, Types] = {}
        for name, at, graph in graphs(node):
            told = inputs_of(node, given)
            inner[name] = yield from self._graph(graph, f"{path}/{at}", scope, imported, told)
        yield from self._constants(node, path)
        key = (domain, node.op_type, node.overload)
        if key in self._functions:
            return (yield from self._call(key, node, path, given))
        version = imported.get(domain, -1)
        found = schema(domain, node.op_type, version) if version > 0 else None
        self._note(node, f"{domain}::{node.op_type}@{found.since if found else version}", path)
        if found is None or found.deprecated:
            self._count(node, domain, version, path)
            return ["" for _ in node.output]
        binding, outputs = bind(found, node, given, inner, version)
        problem = misfit(found, node) or binding.problem
        if problem:
            yield from self._once("schema-violation", problem, path)
        body = self._bodies.of(found, node, given, version)
        self._count(node, domain, version, path, binding.listed(), body)
        return outputs

    def _constants(self, node: NodeProto, path: str) -> Iterator[Fact]:
        """The tensors among a node's attributes."""
        for attribute in node.attribute:
            where = self._at(f"{path}/{attribute.name}")
            tensors = [*attribute.tensors, *([attribute.t] if attribute.HasField("t") else [])]
            for tensor in tensors:
                yield from self._tensors.stored(tensor, tensor.name or attribute.name, where)
            sparse = [*attribute.sparse_tensors]
            if attribute.HasField("sparse_tensor"):
                sparse.append(attribute.sparse_tensor)
            for held in sparse:
                yield from self._tensors.sparse(held, where)

    def _call(self, key: FunctionKey, node: NodeProto, path: str, given: Types) -> Told:
        """A node that is one of the model's own functions: its body with these types."""
        if key in self._active:
            detail = f"the function {key[0]}.{key[1]} calls itself"
            yield from self._once("recursive-function", detail, path)
            return ["" for _ in node.output]
        attributes = b"".join(sorted(one.SerializeToString() for one in node.attribute))
        known = (key, tuple(given), attributes)
        if known not in self._results:
            if len(self._results) >= _MOST_CALLS:
                raise Malformed("limit", f"more than {_MOST_CALLS} calls of the model's functions")
            values = {one.name: one for one in node.attribute}
            self._results[known] = yield from self._function(key, given, values)
        results = self._results[known]
        return [*results, *("" for _ in node.output)][: len(node.output)]

    def _function(
        self, key: FunctionKey, given: Sequence[str], values: Mapping[str, AttributeProto]
    ) -> Told:
        """The body of one of the model's functions, called with some types and attributes."""
        function = self._functions[key]
        scope: Scope = ChainMap(dict.fromkeys(function.input, ""))
        scope.update(zip(function.input, given, strict=False))
        values = {**{one.name: one for one in function.attribute_proto}, **values}
        nodes = [substituted(node, values) for node in function.node]
        declared = {value.name: types.spelled(value.type) for value in function.value_info}
        imported = {**self._opsets, **opsets(function.opset_import)}
        self._active.append(key)
        yield from self._nodes(nodes, f"function[{key[0]}.{key[1]}]", scope, imported, declared)
        self._active.pop()
        return [scope.get(name, "") for name in function.output]

    def _note(self, node: NodeProto, operator: str, path: str) -> None:
        """The attributes that a node has, each with its number if it is one."""
        for attribute in node.attribute:
            number = attribute.i if attribute.type == attribute.INT else -1
            name = f"{operator}.{attribute.name[:_MOST_NAME]}"
            if (name, number) not in self._attributes:
                fact = Metadata("operator-attribute", name, number, self._at(path))
                self._attributes[name, number] = fact

    def _count(
        self,
        node: NodeProto,
        domain: str,
        version: int,
        path: str,
        bound: tuple[str, ...] = (),
        body: tuple[str, ...] = (),
    ) -> None:
        key = (domain, node.op_type, version, bound, body)
        known = self._operators.get(key)
        if known is None:
            shown_ = "" if domain in domains() else shown(node)
            where = self._at(path)
            known = Operator(
                domain, node.op_type, "", version, "graph", shown_, 0, where, bound, body
            )
        self._operators[key] = replace(known, count=known.count + 1)

    def _missing(self, name: str, path: str, *, given_later: bool) -> Iterator[Fact]:
        if not given_later:
            yield from self._undefined(name, path)
            return
        detail = f"the value {name[:_MOST_NAME]!r} is used before it is given"
        yield from self._once("unsorted-graph", detail, path)

    def _undefined(self, name: str, path: str) -> Iterator[Fact]:
        detail = f"nothing gives the value {name[:_MOST_NAME]!r}"
        yield from self._once("undefined-name", detail, path)

    def _once(self, kind: str, detail: str, path: str) -> Iterator[Fact]:
        if (kind, detail) not in self._said:
            self._said.add((kind, detail))
            yield Anomaly(kind, detail, self._at(path))

    def _at(self, path: str) -> Location:
        return replace(self._source.at(), object=path)

    def _tick(self) -> None:
        self._met += 1
        if not self._met & 0xFF and time.monotonic() > self._bounds.deadline:
            raise Malformed("limit", f"timeout ({self._bounds.limits.timeout} s) reached")


def _key(function: FunctionProto) -> FunctionKey:
    return function.domain or STANDARD, function.name, function.overload


def _given(graph: GraphProto) -> Iterator[str]:
    """The names that a graph's inputs and initializers give, which training may use."""
    yield from (value.name for value in graph.input)
    yield from (tensor.name for tensor in graph.initializer)
    yield from (name for node in graph.node for name in node.output)
