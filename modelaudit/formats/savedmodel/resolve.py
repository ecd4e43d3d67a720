"""What an argument of an operator is: a constant, the saver's own file name, an asset, an input.

A tensor is followed back through operators that pass it on, out of a function to what its callers
give it, and into a function to what it returns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.formats.protobuf import Field, text, varint
from modelaudit.formats.savedmodel.graph import Body, Graph, Reader, Site, dimensions
from modelaudit.formats.savedmodel.schema import walk
from modelaudit.formats.savedmodel.sinks import SINKS

CONSTANT: Final = "constant"
EMPTY: Final = "empty"
SAVER: Final = "saver"
ASSET: Final = "asset"
INPUT: Final = "input"
COMPUTED: Final = "computed"
WORST: Final = (CONSTANT, COMPUTED, INPUT, ASSET, SAVER, EMPTY)
"""Origins, the one first that tells most about a value which may come from several places."""

MOST_STEPS: Final = 2_000
"""Nodes that are looked at for one argument."""
MOST_CALLERS: Final = 16
SHOWN: Final = 200
"""Characters of one constant that are shown."""
SHOWN_VALUES: Final = 4

_PASSING: Final = frozenset(
    {
        *(
            "Identity",
            "StopGradient",
            "Reshape",
            "ExpandDims",
            "Squeeze",
            "EnsureShape",
            "Snapshot",
        ),
        *("PreventGradient", "BroadcastTo", "Tile", "PlaceholderWithDefault", "ShardedFilename"),
        *("ShardedFilespec", "StringStrip", "StringLower", "StringUpper", "GuaranteeConst"),
    }
)
"""Operators whose result is their first input, as far as a file's name goes."""
_VARIABLES: Final = frozenset({"VarHandleOp", "ReadVariableOp"})
_CHECKPOINTS: Final = frozenset(
    {
        *("Save", "SaveSlices", "SaveV2", "MergeV2Checkpoints"),
        *("Restore", "RestoreSlice", "RestoreV2"),
    }
)
_SAVERS: Final = "the saver's"
_SAVER_INPUT: Final = "saver_filename"
_JOINING: Final = frozenset({"Pack", "ConcatV2", "StringJoin", "Add", "AddV2"})
_CALLING: Final = frozenset({"PartitionedCall", "StatefulPartitionedCall"})
_BRANCHING: Final = frozenset({"If", "StatelessIf", "Case", "StatelessCase"})
_LOOPING: Final = frozenset({"While", "StatelessWhile"})


@dataclass(frozen=True, slots=True)
class Value:
    """Where a value comes from, and a bounded rendering of it."""

    origin: str
    shown: str


_DEFAULT: Final = Value(CONSTANT, "'model'")
"""The name under which a saver of TensorFlow 1 saves where it is given none."""


@dataclass(slots=True)
class Outside:
    """What a graph is told from outside: tensors of the main graph, by name without the index.

    ``bound`` are the values that the object graph binds to the last inputs of a function: a name of
    a constant's node, or an asset's file after a colon.
    """

    saver: set[str] = field(default_factory=set)
    assets: dict[str, str] = field(default_factory=dict)
    bound: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Node:
    op: str
    inputs: list[str]
    attributes: dict[str, Field]


class Resolver:
    """Answers for the sinks of one graph."""

    def __init__(self, reader: Reader, graph: Graph, outside: Outside) -> None:
        self.reader = reader
        self.data = reader.data
        self.graph = graph
        self.outside = outside
        self._steps = 0
        self._saving = False
        self._assigned: dict[str, list[str]] | None = None

    def arguments(self, site: Site) -> list[tuple[str, Value]]:
        """Name and value of each argument of a sink that is worth looking at."""
        self._steps = 0
        self._saving = site.op in _CHECKPOINTS
        node = self._node(site.body, site.node)
        if node is None:
            return []
        found = []
        for label, where in SINKS[site.op]:
            if isinstance(where, str):
                found.append((label, self._attribute(node, where)))
            elif where < len(node.inputs):
                found.append((label, self._tensor(site.body, node.inputs[where], frozenset())))
        return found

    def _node(self, body: Body, name: str) -> _Node | None:
        span = body.nodes.get(name)
        if span is None:
            return None
        node = _Node("", [], {})
        for key, part in walk(self.data, *span, "NodeDef"):
            if key == "op":
                node.op = text(self.data, part)
            elif key == "input" and len(node.inputs) < 10_000:
                given = text(self.data, part)
                if not given.startswith("^"):
                    node.inputs.append(given)
            elif key == "attr":
                name, value = self.reader.pair(part)
                if value is not None:
                    node.attributes[name] = value
        return node

    def _attribute(self, node: _Node, name: str) -> Value:
        texts = []
        value = node.attributes.get(name)
        if value is None:
            return Value(EMPTY, "")
        for key, part in walk(self.data, value.value, value.stop, "AttrValue"):
            if key == "s":
                texts.append(self._short(part))
            elif key == "list":
                inner = walk(self.data, part.value, part.stop, "ListValue")
                texts += [self._short(one) for kind, one in inner if kind == "s"]
        return constant(texts)

    def _short(self, part: Field) -> str:
        return text(self.data, part, SHOWN)

    def _tensor(self, body: Body, reference: str, open_: frozenset[tuple[str, str]]) -> Value:
        """The value of a tensor: ``node``, ``node:1``, or in a function ``node:output:1``."""
        self._steps += 1
        self.reader.tick(self.reader.base)
        name = reference.partition(":")[0]
        if self._steps > MOST_STEPS or (body.name, reference) in open_ or len(open_) > 100:
            return Value(COMPUTED, "…")
        open_ |= {(body.name, reference)}
        if not body.name:
            if name in self.outside.assets:
                return Value(ASSET, self.outside.assets[name])
            if self._saving and name in self.outside.saver:
                return self._saver(body, name, open_)
        elif name in body.inputs and name not in body.nodes:
            return self._argument(body, body.inputs.index(name), open_)
        node = self._node(body, name)
        return Value(COMPUTED, "…") if node is None else self._result(body, node, reference, open_)

    def _result(
        self, body: Body, node: _Node, reference: str, open_: frozenset[tuple[str, str]]
    ) -> Value:
        if node.op == "Const":
            value = self._const(node)
            named = self._saving and value == _DEFAULT
            return Value(SAVER, _SAVERS) if named else value
        if node.op in _JOINING:
            return self._joined(body, node, open_)
        if node.op in _VARIABLES:
            return self._variable(body, node, reference, open_)
        return self._passed(body, node, reference, open_)

    def _passed(
        self, body: Body, node: _Node, reference: str, open_: frozenset[tuple[str, str]]
    ) -> Value:
        """The value of another tensor: of an input, or of what a function returns."""
        last = reference.rpartition(":")[2]
        index = int(last) if last.isdecimal() and len(last) < 10 else 0
        passed = {"Fill": 1, "IdentityN": index}.get(node.op, 0 if node.op in _PASSING else -1)
        if 0 <= passed < len(node.inputs):
            return self._tensor(body, node.inputs[passed], open_)
        callee = self._callee(node)
        if callee is not None and index < len(callee.outputs):
            given = callee.returns.get(callee.outputs[index], "")
            return self._tensor(callee, given, open_)
        if node.op == "Placeholder":
            # A graph that is written without its saver has the saver's nodes still.
            own = self._saving and reference.partition(":")[0] == _SAVER_INPUT
            return Value(SAVER, _SAVERS) if own else Value(INPUT, "…")
        return Value(COMPUTED, f"{node.op}(…)"[:SHOWN])

    def _saver(self, body: Body, name: str, open_: frozenset[tuple[str, str]]) -> Value:
        """The file name that a saver is given; one that is fixed to a directory is no such."""
        node = self._node(body, name)
        while node is not None and node.op in _PASSING and node.inputs and len(open_) < 50:
            name = node.inputs[0].partition(":")[0]
            open_ |= {(body.name, name)}
            node = self._node(body, name)
        value = self._const(node) if node is not None and node.op == "Const" else None
        if value is not None and ("/" in value.shown or "\\" in value.shown):
            return value
        return Value(SAVER, _SAVERS)

    def _variable(
        self, body: Body, node: _Node, reference: str, open_: frozenset[tuple[str, str]]
    ) -> Value:
        """What a variable holds: the path of an asset, where that is all it is given."""
        if node.op == "ReadVariableOp" and node.inputs:
            return self._tensor(body, node.inputs[0], open_)
        if self._assigned is None:
            self._assigned = {}
            for name in self.graph.assignments:
                assigning = self._node(self.graph.main, name)
                if assigning is not None and len(assigning.inputs) > 1:
                    handle, given = assigning.inputs[:2]
                    self._assigned.setdefault(handle.partition(":")[0], []).append(given)
        sources = [] if body.name else self._assigned.get(reference.partition(":")[0], [])
        values = [self._tensor(body, one, open_) for one in sources[:MOST_CALLERS]]
        return _worst(values) if values else Value(COMPUTED, "…")

    def _joined(self, body: Body, node: _Node, open_: frozenset[tuple[str, str]]) -> Value:
        """Several strings in one: the saver's where that is the first, else the least known."""
        inputs = node.inputs[: -1 if node.op == "ConcatV2" else None]
        values = [self._tensor(body, given, open_) for given in inputs[:SHOWN_VALUES]]
        values = [value for value in values if value.origin != EMPTY]
        if not values:
            return Value(EMPTY, "")
        if values[0].origin == SAVER:
            return values[0]
        shown = " + ".join(value.shown for value in values)[:SHOWN]
        known = all(value.origin == CONSTANT for value in values)
        return Value(CONSTANT if known else COMPUTED, shown)

    def _argument(self, body: Body, index: int, open_: frozenset[tuple[str, str]]) -> Value:
        """What a function is called with: the worst of what its callers give it."""
        values = list(self._given(body, index, open_))
        if not values:
            return Value(INPUT, "…")
        return _worst(values)

    def _given(self, body: Body, index: int, open_: frozenset[tuple[str, str]]) -> Iterator[Value]:
        bound = self.outside.bound.get(body.name, [])
        if bound and index >= len(body.inputs) - len(bound):
            name = bound[index - (len(body.inputs) - len(bound))]
            if name.startswith(":"):
                yield Value(ASSET, name[1:])
            elif name:
                yield self._tensor(self.graph.main, name, open_)
        for site in self.graph.calls.get(body.name, [])[:MOST_CALLERS]:
            node = self._node(site.body, site.node)
            if node is None:
                continue
            first = 1 if node.op in _BRANCHING else 0
            direct = node.op in _CALLING | _BRANCHING | _LOOPING or node.op == body.name
            if direct and first + index < len(node.inputs):
                yield self._tensor(site.body, node.inputs[first + index], open_)
            else:
                yield Value(COMPUTED, "…")

    def _callee(self, node: _Node) -> Body | None:
        if node.op not in _CALLING:
            return self.graph.functions.get(node.op)
        value = node.attributes.get("f")
        held = {} if value is None else dict(walk(self.data, value.value, value.stop, "AttrValue"))
        if "func" not in held:
            return None
        named = dict(walk(self.data, held["func"].value, held["func"].stop, "NameAttrList"))
        return self.graph.functions.get(text(self.data, named["name"])) if "name" in named else None

    def _const(self, node: _Node) -> Value:
        """The strings of a constant; numbers name no file."""
        value = node.attributes.get("value")
        if value is None:
            return Value(COMPUTED, "…")
        texts: list[str] = []
        for key, tensor in walk(self.data, value.value, value.stop, "AttrValue"):
            if key != "tensor":
                continue
            shape: list[int] = []
            for name, part in walk(self.data, tensor.value, tensor.stop, "TensorProto"):
                if name == "string_val":
                    if len(texts) <= SHOWN_VALUES:
                        texts.append(self._short(part))
                elif name == "tensor_shape":
                    shape = dimensions(self.data, part)
                elif name == "tensor_content":
                    texts += self._packed(part, shape)
        return constant(texts)

    def _packed(self, part: Field, shape: list[int]) -> list[str]:
        """Strings in one run of bytes: the length of each, and then their bytes."""
        count = 1
        for dimension in shape:
            count *= dimension
        try:
            position, lengths = part.value, []
            for _ in range(min(max(count, 0), SHOWN_VALUES + 1)):
                length, position = varint(self.data, position, part.stop)
                lengths.append(length)
            for _ in range(min(count, 1 << 16) - len(lengths)):
                _, position = varint(self.data, position, part.stop)
        except Malformed:
            return []
        texts = []
        for length in lengths:
            stop = min(position + length, part.stop)
            texts.append(
                bytes(self.data[position : min(stop, position + SHOWN)]).decode("utf-8", "replace")
            )
            position = stop
        return texts


def _worst(values: list[Value]) -> Value:
    return min(values, key=lambda value: WORST.index(value.origin))


def constant(texts: list[str]) -> Value:
    """A constant of these strings; empty where all of them are."""
    if not any(texts):
        return Value(EMPTY, "")
    shown = ", ".join(map(repr, texts[:SHOWN_VALUES])) + (
        ", …" if len(texts) > SHOWN_VALUES else ""
    )
    return Value(CONSTANT, shown if len(texts) == 1 else f"[{shown}]")
