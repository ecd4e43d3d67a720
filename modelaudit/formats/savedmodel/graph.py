"""A graph and its function library: operators, types, and the nodes that reach outside.

Graphs have many nodes with the same attributes, so that each distinct attribute of an operator is
read once. The values of stored tensors are never read.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from modelaudit.core.errors import Fields, Malformed
from modelaudit.core.facts import Anomaly, Fact, Tensor
from modelaudit.core.limits import Bounds
from modelaudit.core.location import Location
from modelaudit.core.source import Buffer, Source
from modelaudit.formats.protobuf import MOST_DEPTH, Field, signed, text, too_deep
from modelaudit.formats.savedmodel.schema import DTYPES, dtype_name, numbers, walk
from modelaudit.knowledge.tensorflow import reaching

SMALL: Final = 128
"""Attributes of at most so many bytes are remembered, to skip the same one in other nodes."""
MOST_KINDS: Final = 20_000
"""Distinct operators, attributes and the like that are remembered, of each sort."""
MOST_NODES: Final = 1_000_000
"""Nodes of all graphs of a file, and objects of an object graph; large models have 100,000."""
_FUNCTION_STARTS: Final = frozenset("_abcdefghijklmnopqrstuvwxyz")
"""First letters of an operator that may be a function's name: a node can call one that way."""
LARGE: Final = 1024
"""Constants of at least so many bytes are reported as tensors."""
MOST_NAME: Final = 200
Span = tuple[int, int]
"""Where a message begins and ends in the buffer."""


@dataclass(slots=True)
class Body:
    """The graph itself, with an empty name, or one function of its library."""

    name: str = ""
    nodes: dict[str, Span] = field(default_factory=dict)
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    returns: dict[str, str] = field(default_factory=dict)
    compiled: bool = False
    """whether XLA compiles the function, so that its operators need no kernel"""


@dataclass(slots=True)
class Use:
    """How often an operator is used, and the first place."""

    count: int
    where: Location


@dataclass(frozen=True, slots=True)
class Site:
    """A node and the body that it belongs to."""

    body: Body
    node: str
    op: str
    where: Location


@dataclass(slots=True)
class Graph:
    """The content of one GraphDef."""

    main: Body = field(default_factory=Body)
    functions: dict[str, Body] = field(default_factory=dict)
    uses: dict[tuple[str, bool], Use] = field(default_factory=dict)
    """by operator, and whether a compiled function uses it"""
    reaching: list[Site] = field(default_factory=list)
    """nodes that reach outside the graph"""
    assignments: list[str] = field(default_factory=list)
    """nodes of the main graph that assign a value to a variable"""
    calls: dict[str, list[Site]] = field(default_factory=dict)
    """by function, the nodes that call it"""
    attributes: dict[str, Location] = field(default_factory=dict)
    """``Conv2D.padding``: attributes that differ from the producer's default"""
    types: dict[str, Location] = field(default_factory=dict)
    """``Conv2D.T=float32``"""
    dtypes: dict[int, Location] = field(default_factory=dict)
    call_modules: dict[int, Location] = field(default_factory=dict)
    """versions of XlaCallModule, an operator that contains a program for XLA"""
    versions: dict[str, list[int]] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)


class Reader:
    """Reads graphs out of one buffer, in which the source begins at ``base``.

    ``placed`` is false for bytes that were converted, so that their offsets mean nothing.
    """

    def __init__(self, source: Source, bounds: Bounds, *, placed: bool = True) -> None:
        self.source = source
        self.placed = placed
        self.data, self.base, self.end = source.view()
        self.bounds = bounds
        self.defaults: dict[str, bytes] = {}
        """the producer's defaults (the first bytes of an AttrValue), by ``Conv2D.padding``"""
        self.seen: dict[str, set[bytes]] = {}
        """by operator, the bytes of the attributes that were read"""
        self.reaching = reaching()
        self.nodes = 0
        """nodes of all graphs"""
        self._met = 0

    def at(self, position: int, name: str = "") -> Location:
        """The location of a message, with the name of what it describes."""
        where = self.source.at(position - self.base if self.placed else None)
        return Location(where.path, where.members, where.offset, None, name[:MOST_NAME] or None)

    def graph(self, spans: list[Span], made: Graph) -> None:
        """Read one GraphDef, which may be in several parts. Raises Malformed."""
        libraries = []
        for start, stop in spans:
            for name, part in walk(self.data, start, stop, "GraphDef"):
                if name == "node":
                    self.tick(part.at)
                    _Node(self, made, made.main).read(part)
                elif name == "library":
                    libraries.append(part)
                elif name == "versions":
                    self._versions(part, made)
        for library in libraries:
            for _, function in walk(self.data, library.value, library.stop, "FunctionDefLibrary"):
                self._function(function, made)
        # Old graphs call a function by a node whose operator is the function's name.
        for name in made.functions:
            made.uses.pop((name, False), None)
            made.uses.pop((name, True), None)

    def read_defaults(self, part: Field) -> None:
        """Remember the defaults of the producer's operators, out of an OpList."""
        data = self.data
        for _, operator in walk(data, part.value, part.stop, "OpList"):
            op, attributes = "", []
            for name, found in walk(data, operator.value, operator.stop, "OpDef"):
                if name == "name":
                    op = text(data, found)
                elif name == "attr":
                    attributes.append(found)
            for attribute in attributes:
                parts = dict(walk(data, attribute.value, attribute.stop, "AttrDef"))
                default = parts.get("default_value")
                if default is not None and "name" in parts and len(self.defaults) < MOST_KINDS:
                    self.defaults[f"{op}.{text(data, parts['name'])}"] = self.beginning(default)

    def beginning(self, part: Field) -> bytes:
        """The first bytes of a message: as many as are compared."""
        return self.data[part.value : min(part.stop, part.value + SMALL)]

    def pair(self, part: Field) -> tuple[str, Field | None]:
        """Key and value of an entry of a map. Raises Malformed for a value in two parts."""
        key, value = "", None
        for name, found in walk(self.data, part.value, part.stop, "AttrEntry"):
            if name == "key":
                key = text(self.data, found)
            elif value is None:
                value = found
            else:
                raise Malformed("repeated-field", {"field": name}, found.at - self.base)
        return key, value

    def tick(self, position: int) -> None:
        """Raises Malformed where the time is up."""
        self._met += 1
        if not self._met & 0x3FF:
            self.bounds.check(position - self.base)

    def _versions(self, part: Field, graph: Graph) -> None:
        for key, number in walk(self.data, part.value, part.stop, "VersionDef"):
            values = graph.versions.setdefault(key, [])
            values += (signed(value) for value in numbers(self.data, number, 64))

    def _function(self, part: Field, graph: Graph) -> None:
        body = Body()
        nodes = []
        for name, found in walk(self.data, part.value, part.stop, "FunctionDef"):
            if name == "signature":
                self._signature(found, body)
            elif name == "node_def":
                nodes.append(found)
            elif name == "ret":
                key, value = self.pair(found)
                body.returns[key] = text(self.data, value) if value is not None else ""
            elif name == "attr":
                key, value = self.pair(found)
                body.compiled |= key == "_XlaMustCompile" and self._is_true(value)
        graph.functions[body.name] = body
        for node in nodes:
            self.tick(node.at)
            _Node(self, graph, body).read(node)

    def _signature(self, part: Field, body: Body) -> None:
        for name, found in walk(self.data, part.value, part.stop, "OpDef"):
            if name == "name":
                body.name = text(self.data, found)
            elif name in ("input_arg", "output_arg"):
                named = dict(walk(self.data, found.value, found.stop, "ArgDef"))
                into = body.inputs if name == "input_arg" else body.outputs
                into.append(text(self.data, named["name"]) if "name" in named else "")

    def _is_true(self, value: Field | None) -> bool:
        if value is None:
            return False
        parts = dict(walk(self.data, value.value, value.stop, "AttrValue"))
        return "b" in parts and bool(parts["b"].value)


class _Node:
    """Reads one NodeDef into a graph."""

    def __init__(self, reader: Reader, graph: Graph, body: Body) -> None:
        self.reader = reader
        self.data = reader.data
        self.graph = graph
        self.body = body
        self.name = self.op = ""
        self.at = 0
        self.calls = False
        """whether the attribute that is being read names a function"""

    def read(self, part: Field) -> None:
        data = self.data
        self.at = part.at
        attributes = []
        for key, found in walk(data, part.value, part.stop, "NodeDef"):
            if key == "op":
                self.op = text(data, found)
            elif key == "name":
                self.name = text(data, found)
            elif key == "attr":
                attributes.append(found)
        self.body.nodes[self.name] = (part.value, part.stop)
        self._count()
        seen = self.reader.seen.setdefault(self.op, set())
        for attribute in attributes:
            raw = b""
            if attribute.stop - attribute.value <= SMALL:
                raw = data[attribute.value : attribute.stop]
                if raw in seen:
                    continue
            self.calls = False
            self._attribute(attribute)
            if raw and not self.calls and len(seen) < MOST_KINDS:
                seen.add(raw)

    def _count(self) -> None:
        graph, key = self.graph, (self.op, self.body.compiled)
        self.reader.nodes += 1
        self._check("nodes", self.reader.nodes, MOST_NODES)
        self._check("nodes that reach outside", len(graph.reaching), MOST_KINDS)
        use = graph.uses.get(key)
        if use is not None:
            use.count += 1
        else:
            self._check("operators", len(graph.uses) + 1, MOST_KINDS)
            graph.uses[key] = Use(1, self._where())
        if self.op in self.reader.reaching:
            graph.reaching.append(self._site())
        elif self.op == "AssignVariableOp" and not self.body.name:
            graph.assignments.append(self.name)
        elif self.op[:1] in _FUNCTION_STARTS or "__" in self.op:
            graph.calls.setdefault(self.op, []).append(self._site())

    def _check(self, limit: str, count: int, most: int) -> None:
        """Raises Malformed where there are too many."""
        if count > most:
            at = self.at - self.reader.base
            raise Malformed("limit", {"limit": limit, "most": most}, at)

    def _site(self) -> Site:
        return Site(self.body, self.name, self.op, self._where())

    def _where(self) -> Location:
        within = f"{self.body.name}/{self.name}" if self.body.name else self.name
        return self.reader.at(self.at, within)

    def _attribute(self, part: Field) -> None:
        key, value = self.reader.pair(part)
        if value is None:
            return
        name = f"{self.op}.{key}"
        self._value(value, "" if key.startswith("_") else name, "AttrValue", 0)
        if key.startswith("_"):
            return
        self._check("attributes", len(self.graph.attributes), MOST_KINDS)
        default = self.reader.defaults.get(name)
        if default is None or default != self.reader.beginning(value):
            self.graph.attributes.setdefault(name, self._where())

    def _value(self, part: Field, name: str, message: str, depth: int) -> None:
        """Types, functions and tensors of an AttrValue, or of the list in one.

        ``name`` is empty for an attribute that TensorFlow does not check.
        """
        if depth > MOST_DEPTH:
            raise too_deep(part.at - self.reader.base)
        data = self.data
        for key, found in walk(data, part.value, part.stop, message):
            self.reader.tick(found.at)
            if key == "list":
                self._value(found, name, "ListValue", depth + 1)
            elif key == "type" and name:
                for number in numbers(data, found):
                    self._type(name, number)
            elif key == "func":
                self._call(found, depth)
            elif key == "tensor":
                self._tensor(found)
            elif key == "i" and name == "XlaCallModule.version":
                self.graph.call_modules.setdefault(found.value, self._where())

    def _type(self, name: str, number: int) -> None:
        graph = self.graph
        self._check("element types", max(len(graph.dtypes), len(graph.types)), MOST_KINDS)
        if number not in graph.dtypes:
            graph.dtypes[number] = self._where()
        graph.types.setdefault(f"{name}={dtype_name(number)}", self._where())

    def _call(self, part: Field, depth: int) -> None:
        """A function that is named by an attribute, which may have attributes itself."""
        self.calls = True
        for key, found in walk(self.data, part.value, part.stop, "NameAttrList"):
            if key == "name":
                self.graph.calls.setdefault(text(self.data, found), []).append(self._site())
                continue
            _, value = self.reader.pair(found)
            if value is not None:
                self._value(value, "", "AttrValue", depth + 2)

    def _tensor(self, part: Field) -> None:
        """A large tensor, and whether it has as many bytes as its type and shape need."""
        data = self.data
        parts: dict[str, Field] = {}
        shape: list[int] = []
        for key, found in walk(data, part.value, part.stop, "TensorProto"):
            self.reader.tick(found.at)
            parts[key] = found
            if key == "tensor_shape":
                shape = dimensions(data, found)
        if "dtype" not in parts or "tensor_content" not in parts:
            return
        content, number = parts["tensor_content"], parts["dtype"].value
        size = content.stop - content.value
        if size >= LARGE:
            named = dtype_name(number)
            self._add(Tensor(self.name, named, tuple(map(str, shape)), size, self._where()))
        for fields in size_mismatch(self.name, number, shape, size):
            self._add(Anomaly("tensor-size", fields, self._where()))

    def _add(self, fact: Fact) -> None:
        self._check("max-facts", len(self.graph.facts) + 1, self.reader.bounds.limits.max_facts)
        self.graph.facts.append(fact)


def size_mismatch(name: str, dtype: int, shape: list[int], size: int) -> Iterator[Fields]:
    """The fields of ``tensor-size`` where ``size`` bytes do not fit the type and shape.

    Counts are text: they may be larger than a rule's integers, of 64 bits.
    """
    width = DTYPES.get(dtype, ("", 0))[1]
    expected = math.prod(shape) * width
    if width and size and expected != size:
        yield {"name": name[:MOST_NAME], "expected": str(expected), "size": str(size)}


def dimensions(data: Buffer, part: Field) -> list[int]:
    """The sizes in a TensorShapeProto, at most 254 as in TensorFlow; -1 for an unknown one."""
    found: list[int] = []
    for key, dim in walk(data, part.value, part.stop, "TensorShapeProto"):
        if key == "dim" and len(found) < 254:
            sizes = [one.value for _, one in walk(data, dim.value, dim.stop, "Dim")]
            found.append(signed(sizes[-1]) if sizes else 0)
    return found
