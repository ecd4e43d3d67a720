"""Where the arguments of operators that reach outside the graph come from.

A tensor is followed back through operators that pass it on, out of a function to the arguments of
its callers, and into a function to what it returns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from modelaudit.formats.protobuf import Field, text
from modelaudit.formats.savedmodel.graph import Body, Graph, Reader, Site
from modelaudit.formats.savedmodel.schema import walk
from modelaudit.formats.savedmodel.values import (
    ASSET,
    COMPUTED,
    EMPTY,
    INPUT,
    SAVER,
    SHOWN,
    UNKNOWN,
    Value,
    combined,
    of_attribute,
    of_constant,
    worst,
)
from modelaudit.knowledge.tensorflow import reaching

MOST_STEPS: Final = 2_000
"""Tensors that are followed for one operator."""
MOST_DEPTH: Final = 100
MOST_CALLERS: Final = 16
"""Calls of a function, and assignments of a variable, that are followed."""
MOST_PARTS: Final = 64
"""Strings of a list, or of a joined name, that are followed."""
MOST_INPUTS: Final = 10_000

_FIRST_INPUT: Final = frozenset(
    {
        *("Identity", "StopGradient", "Reshape", "ExpandDims", "Squeeze", "EnsureShape"),
        *("Snapshot", "PreventGradient", "BroadcastTo", "Tile", "PlaceholderWithDefault"),
        *("ShardedFilename", "ShardedFilespec", "StringStrip", "StringLower", "StringUpper"),
        *("GuaranteeConst",),
    }
)
"""Operators whose result names the same file as their first input."""
_VARIABLES: Final = frozenset({"VarHandleOp", "ReadVariableOp"})
_CHECKPOINTS: Final = frozenset(
    {
        *("Save", "SaveSlices", "SaveV2", "MergeV2Checkpoints"),
        *("Restore", "RestoreSlice", "RestoreV2"),
    }
)
"""Operators by which a saver reads and writes the model's own checkpoint."""
_SAVER_DEFAULT: Final = ("model",)
"""The name under which a saver of TensorFlow 1 saves if it gets none."""
_SAVER_INPUT: Final = "saver_filename"
"""The placeholder of a saver's file name, which is in the graph even without its SaverDef."""
_OWN_CHECKPOINT: Final = Value(SAVER, "the saver's")
_LISTING: Final = frozenset({"Pack", "ConcatV2", "Select", "SelectV2"})
_COMBINING: Final = _LISTING | {"StringJoin", "Add", "AddV2"}
_CHOOSING: Final = frozenset({"Select", "SelectV2"})
"""Operators whose first input, a condition, chooses among the others."""
_TABLES: Final = frozenset({"InitializeTableFromTextFile", "InitializeTableFromTextFileV2"})
"""Operators that run while loading, when the path of an asset takes the place of a constant."""
_CALLING: Final = frozenset({"PartitionedCall", "StatefulPartitionedCall"})
_BRANCHING: Final = frozenset({"If", "StatelessIf", "Case", "StatelessCase"})
_LOOPING: Final = frozenset({"While", "StatelessWhile"})


@dataclass(slots=True)
class Outside:
    """Tensors of the main graph that loading sets, by name without the output's index.

    ``saver`` are the tensors for the checkpoint's file name, ``assets`` those that loading sets to
    the path of an asset. ``bound`` are the values that the object graph binds to the last inputs of
    a function: the name of a constant's node, or a colon and an asset's file. ``outputs`` are the
    tensors that the signatures give, those apart that loading runs itself.
    """

    saver: set[str] = field(default_factory=set)
    assets: dict[str, str] = field(default_factory=dict)
    bound: dict[str, list[str]] = field(default_factory=dict)
    outputs: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Node:
    op: str
    inputs: list[str]
    attributes: dict[str, Field]


@dataclass(frozen=True, slots=True)
class _Tensor:
    """A tensor to be followed: ``node``, ``node:1``, or in a function ``node:output:1``."""

    body: Body
    reference: str
    path: frozenset[tuple[str, str]]
    """function and reference of the tensors through which it was reached"""

    @property
    def node(self) -> str:
        return self.reference.partition(":")[0]

    @property
    def index(self) -> int:
        """Which output of the node it is."""
        last = self.reference.rpartition(":")[2]
        return int(last) if last.isdecimal() and len(last) < 10 else 0

    def source(self, reference: str, body: Body | None = None) -> _Tensor:
        """Another tensor that this one's value comes from."""
        path = self.path | {(self.body.name, self.reference)}
        return _Tensor(body or self.body, reference, path)

    @property
    def is_endless(self) -> bool:
        return (self.body.name, self.reference) in self.path or len(self.path) > MOST_DEPTH


class Resolver:
    """Follows the arguments of the operators of one graph."""

    def __init__(self, reader: Reader, graph: Graph, outside: Outside) -> None:
        self._reader = reader
        self._data = reader.data
        self._graph = graph
        self._outside = outside
        self._steps = 0
        self._saving = False
        """whether the arguments are those of an operator that handles checkpoints"""
        self._assigned: dict[str, list[str]] | None = None
        self._running: set[str] | None = None
        self._site = Site(graph.main, "", "", reader.at(reader.base))
        """the operator whose arguments are followed"""

    def arguments(self, site: Site) -> list[tuple[str, Value]]:
        """Name and value of each argument that says what an operator reaches."""
        self._steps = 0
        self._saving = site.op in _CHECKPOINTS
        self._site = site
        node = self._node(site.body, site.node)
        if node is None:
            return []
        arguments = []
        for label, where in reaching()[site.op].arguments:
            if isinstance(where, str):
                value = node.attributes.get(where)
                given = Value(EMPTY, "") if value is None else of_attribute(self._data, value)
                arguments.append((label, given))
            elif where < len(node.inputs):
                tensor = _Tensor(site.body, node.inputs[where], frozenset())
                arguments.append((label, self._value(tensor)))
        return arguments

    def _node(self, body: Body, name: str) -> _Node | None:
        span = body.nodes.get(name)
        if span is None:
            return None
        node = _Node("", [], {})
        for key, part in walk(self._data, *span, "NodeDef"):
            if key == "op":
                node.op = text(self._data, part)
            elif key == "input" and len(node.inputs) < MOST_INPUTS:
                reference = text(self._data, part)
                if not reference.startswith("^"):  # which only orders nodes
                    node.inputs.append(reference)
            elif key == "attr":
                name, value = self._reader.pair(part)
                if value is not None:
                    node.attributes[name] = value
        return node

    def _value(self, tensor: _Tensor) -> Value:
        self._steps += 1
        self._reader.tick(self._reader.base)
        if self._steps > MOST_STEPS or tensor.is_endless:
            return UNKNOWN
        body, name = tensor.body, tensor.node
        if not body.name:
            if name in self._outside.assets:
                return self._asset(tensor)
            if self._saving and name in self._outside.saver:
                return self._saver_name(tensor)
        elif name in body.inputs and name not in body.nodes:
            return self._parameter(tensor, body.inputs.index(name))
        node = self._node(body, name)
        return UNKNOWN if node is None else self._result(tensor, node)

    def _result(self, tensor: _Tensor, node: _Node) -> Value:
        """The value of an output of a node."""
        if node.op == "Const":
            value = self._constant(node)
            is_default = self._saving and value.constants == _SAVER_DEFAULT
            return _OWN_CHECKPOINT if is_default else value
        if node.op in _COMBINING:
            return self._combined(tensor, node)
        if node.op in _VARIABLES:
            return self._variable(tensor, node)
        source = self._passed_on(tensor, node) or self._returned(tensor, node)
        if source is not None:
            return self._value(source)
        if node.op != "Placeholder":
            return Value(COMPUTED, f"{node.op}(…)"[:SHOWN])
        is_saver = self._saving and tensor.node == _SAVER_INPUT
        return _OWN_CHECKPOINT if is_saver else Value(INPUT, "…")

    def _combined(self, tensor: _Tensor, node: _Node) -> Value:
        # The last input of ConcatV2 is the axis.
        parts = node.inputs[:-1] if node.op == "ConcatV2" else node.inputs
        parts = parts[1:] if node.op in _CHOOSING else parts
        values = [self._value(tensor.source(part)) for part in parts[:MOST_PARTS]]
        if len(parts) > MOST_PARTS:
            values.append(UNKNOWN)
        return combined(values, is_list=node.op in _LISTING)

    def _returned(self, tensor: _Tensor, node: _Node) -> _Tensor | None:
        """The tensor that a called function returns."""
        callee = self._callee(node)
        if callee is None or tensor.index >= len(callee.outputs):
            return None
        return tensor.source(callee.returns.get(callee.outputs[tensor.index], ""), callee)

    def _passed_on(self, tensor: _Tensor, node: _Node) -> _Tensor | None:
        """The input that an operator passes on unchanged, as far as a file's name goes."""
        if node.op in _FIRST_INPUT:
            index = 0
        elif node.op == "Fill":
            index = 1
        elif node.op == "IdentityN":
            index = tensor.index
        else:
            return None
        return tensor.source(node.inputs[index]) if index < len(node.inputs) else None

    def _saver_name(self, tensor: _Tensor) -> Value:
        """The file name that a saver gets. A constant with a directory is not chosen by loading."""
        node = self._node(tensor.body, tensor.node)
        while node is not None and node.op in _FIRST_INPUT and node.inputs:
            tensor = tensor.source(node.inputs[0].partition(":")[0])
            if len(tensor.path) >= MOST_DEPTH // 2:
                break
            node = self._node(tensor.body, tensor.node)
        if node is None or node.op == "Placeholder":
            return _OWN_CHECKPOINT
        if node.op != "Const":  # only the saver's own operators are given a name in its place
            return UNKNOWN if tensor.is_endless else self._result(tensor, node)
        value = self._constant(node)
        leaves = any(re.search(r"[/\\]|^\.", name) for name in value.constants)
        return value if leaves else _OWN_CHECKPOINT

    def _asset(self, tensor: _Tensor) -> Value:
        """An asset's path, which loading gives to what it runs itself, and not to what is served.

        There a constant has the value that is in the graph.
        """
        asset = Value(ASSET, self._outside.assets[tensor.node])
        node = self._node(tensor.body, tensor.node)
        if node is None or node.op != "Const":
            return asset
        if self._site.op in _TABLES and self._site.node not in self._served():
            return asset
        value = self._constant(node)
        return asset if value.constants == (asset.shown,) else value

    def _served(self) -> set[str]:
        """The nodes of the main graph that a signature runs."""
        if self._running is None:
            self._running = set()
            pending = list(self._outside.outputs)
            while pending:
                name = pending.pop().lstrip("^").partition(":")[0]
                span = self._graph.main.nodes.get(name)
                if name in self._running or span is None:
                    continue
                self._reader.tick(self._reader.base)
                self._running.add(name)
                pending += (
                    text(self._data, part)
                    for key, part in walk(self._data, *span, "NodeDef")
                    if key == "input"
                )
        return self._running

    def _variable(self, tensor: _Tensor, node: _Node) -> Value:
        """What a variable of the main graph is assigned, such as the path of an asset."""
        if node.op == "ReadVariableOp" and node.inputs:
            return self._value(tensor.source(node.inputs[0]))
        if tensor.body.name:
            return UNKNOWN
        assigned = self._assignments().get(tensor.node, [])
        values = [self._value(tensor.source(one)) for one in assigned[:MOST_CALLERS]]
        is_complete = 0 < len(assigned) <= MOST_CALLERS
        return worst(values if is_complete else [*values, UNKNOWN])

    def _assignments(self) -> dict[str, list[str]]:
        """The tensors that each variable of the main graph is assigned."""
        if self._assigned is None:
            self._assigned = {}
            for name in self._graph.assignments:
                node = self._node(self._graph.main, name)
                if node is not None and len(node.inputs) > 1:
                    handle, value = node.inputs[:2]
                    self._assigned.setdefault(handle.partition(":")[0], []).append(value)
        return self._assigned

    def _parameter(self, tensor: _Tensor, index: int) -> Value:
        """An input of a function: the worst of what is bound to it and what its callers pass."""
        values = [*self._bound(tensor, index), *self._passed_by_callers(tensor, index)]
        return worst(values) if values else Value(INPUT, "…")

    def _bound(self, tensor: _Tensor, index: int) -> Iterator[Value]:
        bound = self._outside.bound.get(tensor.body.name, [])
        first = len(tensor.body.inputs) - len(bound)
        if not bound or index < first:
            return
        name = bound[index - first]
        if name.startswith(":"):
            yield Value(ASSET, name[1:])
        elif name:
            yield self._value(tensor.source(name, self._graph.main))

    def _passed_by_callers(self, tensor: _Tensor, index: int) -> Iterator[Value]:
        function = tensor.body.name
        callers = self._graph.calls.get(function, [])
        if len(callers) > MOST_CALLERS:  # the others may pass anything
            yield UNKNOWN
        for site in callers[:MOST_CALLERS]:
            node = self._node(site.body, site.node)
            if node is None:
                continue
            place = index + 1 if node.op in _BRANCHING else index  # after the condition
            direct = node.op in _CALLING | _BRANCHING | _LOOPING or node.op == function
            if direct and place < len(node.inputs):
                yield self._value(tensor.source(node.inputs[place], site.body))
            else:
                yield UNKNOWN

    def _callee(self, node: _Node) -> Body | None:
        """The function that a node calls; old graphs call one by a node with its name."""
        if node.op not in _CALLING:
            return self._graph.functions.get(node.op)
        value = node.attributes.get("f")
        if value is None:
            return None
        function = dict(walk(self._data, value.value, value.stop, "AttrValue")).get("func")
        if function is None:
            return None
        name = dict(walk(self._data, function.value, function.stop, "NameAttrList")).get("name")
        return self._graph.functions.get(text(self._data, name)) if name is not None else None

    def _constant(self, node: _Node) -> Value:
        value = node.attributes.get("value")
        return UNKNOWN if value is None else of_constant(self._data, value)
