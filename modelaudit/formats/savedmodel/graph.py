"""A graph and its function library: operators, types, and what reaches outside.

A node is some ten fields, most of its attributes the same as those of thousands of other nodes, so
that each distinct one is read once. Numbers that a node stores are never read.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Anomaly, Fact, Tensor
from modelaudit.core.limits import Bounds
from modelaudit.core.location import Location
from modelaudit.core.source import Buffer, Source
from modelaudit.formats.protobuf import MOST_DEPTH, Field, signed, text
from modelaudit.formats.savedmodel.schema import DTYPES, dtype_name, numbers, walk
from modelaudit.formats.savedmodel.sinks import SINKS

SMALL: Final = 128
"""Bytes of an attribute up to which it is remembered."""
MOST_KINDS: Final = 20_000
"""Distinct things of one kind that are remembered."""
MOST_NODES: Final = 1_000_000
"""Nodes of all graphs of a file, and objects of an object graph; large models have 100,000."""
_FUNCTION_STARTS: Final = frozenset("_abcdefghijklmnopqrstuvwxyz")
"""What the operator of a node that calls a function by its name may begin with."""
LARGE: Final = 1024
"""Bytes of a constant from which it is told as a tensor."""
Span = tuple[int, int]
"""Where a message begins and ends in the buffer."""


@dataclass(slots=True)
class Body:
    """The graph itself, whose name is empty, or one function of its library."""

    name: str = ""
    nodes: dict[str, Span] = field(default_factory=dict)
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    returns: dict[str, str] = field(default_factory=dict)
    compiled: bool = False
    """True for a function that XLA compiles, whose operators need no kernel"""


@dataclass(slots=True)
class Use:
    """How often an operator is used, and where first."""

    count: int
    where: Location


@dataclass(frozen=True, slots=True)
class Site:
    """A node and the body that it stands in."""

    body: Body
    node: str
    op: str
    where: Location


@dataclass(slots=True)
class Graph:
    """What one GraphDef holds."""

    main: Body = field(default_factory=Body)
    functions: dict[str, Body] = field(default_factory=dict)
    uses: dict[tuple[str, bool], Use] = field(default_factory=dict)
    """by operator, and whether it stands in a function that is compiled"""
    sinks: list[Site] = field(default_factory=list)
    """nodes that reach outside"""
    assignments: list[str] = field(default_factory=list)
    """nodes of the graph itself that give a variable its value"""
    calls: dict[str, list[Site]] = field(default_factory=dict)
    """by function, the nodes that call it"""
    attributes: dict[str, Location] = field(default_factory=dict)
    """``Conv2D.padding``, without those that have the producer's default"""
    types: dict[str, Location] = field(default_factory=dict)
    """``Conv2D.T=float32``"""
    dtypes: dict[int, Location] = field(default_factory=dict)
    call_modules: dict[int, Location] = field(default_factory=dict)
    """versions of XlaCallModule, which brings a program for XLA with it"""
    versions: dict[str, list[int]] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)


class Reader:
    """Reads graphs out of one buffer, in which the source begins at ``base``.

    ``placed`` is false for bytes that do not stand in the artifact where they stand here.
    """

    def __init__(self, source: Source, bounds: Bounds, *, placed: bool = True) -> None:
        self.source = source
        self.placed = placed
        self.data, self.base, self.end = source.view()
        self.bounds = bounds
        self.defaults: dict[str, bytes] = {}
        """the producer's defaults, by ``Conv2D.padding``"""
        self.seen: dict[str, set[bytes]] = {}
        """by operator, the attributes that were read, as they stand in the file"""
        self.nodes = 0
        """nodes that were read of all graphs"""
        self._met = 0

    def at(self, position: int, name: str = "") -> Location:
        """The location of a message, and what it is called."""
        where = self.source.at(position - self.base if self.placed else None)
        return Location(where.path, where.members, where.offset, None, name[:200] or None)

    def graph(self, spans: list[Span], made: Graph) -> None:
        """Read one GraphDef, which may come in several parts. Raises Malformed."""
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
        """The defaults that the producer's operators have, out of an OpList."""
        data = self.data
        for _, operator in walk(data, part.value, part.stop, "OpList"):
            op, attributes = "", []
            for name, found in walk(data, operator.value, operator.stop, "OpDef"):
                if name == "name":
                    op = text(data, found)
                elif name == "attr":
                    attributes.append(found)
            for attribute in attributes:
                held = dict(walk(data, attribute.value, attribute.stop, "AttrDef"))
                default = held.get("default_value")
                if default is not None and "name" in held and len(self.defaults) < MOST_KINDS:
                    key = f"{op}.{text(data, held['name'])}"
                    self.defaults[key] = data[
                        default.value : min(default.stop, default.value + SMALL)
                    ]

    def pair(self, part: Field) -> tuple[str, Field | None]:
        """Key and value of an entry of a map."""
        held = dict(walk(self.data, part.value, part.stop, "AttrEntry"))
        return text(self.data, held["key"]) if "key" in held else "", held.get("value")

    def tick(self, position: int) -> None:
        """Raises Malformed where the time is up."""
        self._met += 1
        if not self._met & 0x3FF and time.monotonic() > self.bounds.deadline:
            detail = f"timeout ({self.bounds.limits.timeout} s) reached"
            raise Malformed("limit", detail, position - self.base)

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
        held = dict(walk(self.data, value.value, value.stop, "AttrValue"))
        return "b" in held and bool(held["b"].value)


class _Node:
    """One NodeDef on its way into a graph."""

    def __init__(self, reader: Reader, graph: Graph, body: Body) -> None:
        self.reader = reader
        self.data = reader.data
        self.graph = graph
        self.body = body
        self.name = self.op = ""
        self.at = 0
        self.calls = False

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
        if self.reader.nodes > MOST_NODES or len(graph.sinks) > MOST_KINDS:
            at = self.at - self.reader.base
            raise Malformed(
                "limit",
                f"more than {MOST_NODES} nodes, or {MOST_KINDS} of them that reach outside",
                at,
            )
        use = graph.uses.get(key)
        if use is not None:
            use.count += 1
        elif len(graph.uses) < MOST_KINDS:
            graph.uses[key] = Use(1, self._where())
        else:
            at = self.at - self.reader.base
            raise Malformed("limit", f"more than {MOST_KINDS} operators", at)
        if self.op in SINKS:
            graph.sinks.append(self._site())
        elif self.op == "AssignVariableOp" and not self.body.name:
            graph.assignments.append(self.name)
        elif self.op[:1] in _FUNCTION_STARTS or "__" in self.op:
            graph.calls.setdefault(self.op, []).append(self._site())

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
        if key.startswith("_") or len(self.graph.attributes) >= MOST_KINDS:
            return
        default = self.reader.defaults.get(name)
        if (
            default is None
            or default != self.data[value.value : min(value.stop, value.value + SMALL)]
        ):
            self.graph.attributes.setdefault(name, self._where())

    def _value(self, part: Field, name: str, message: str, depth: int) -> None:
        """Types, functions and tensors of an AttrValue, or of the list in one.

        ``name`` is empty for an attribute that TensorFlow does not check.
        """
        if depth > MOST_DEPTH:
            detail = f"messages are nested more than {MOST_DEPTH} deep"
            raise Malformed("limit", detail, part.at - self.reader.base)
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
        if number not in graph.dtypes and len(graph.dtypes) < MOST_KINDS:
            graph.dtypes[number] = self._where()
        if len(graph.types) < MOST_KINDS:
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
        """Whether what a tensor holds is as much as its type and shape take."""
        data = self.data
        held: dict[str, Field] = {}
        shape: list[int] = []
        for key, found in walk(data, part.value, part.stop, "TensorProto"):
            self.reader.tick(found.at)
            held[key] = found
            if key == "tensor_shape":
                shape = dimensions(data, found)
        if "dtype" not in held or "tensor_content" not in held:
            return
        content, number = held["tensor_content"], held["dtype"].value
        size, width = content.stop - content.value, DTYPES.get(number, ("", 0))[1]
        if size >= LARGE:
            told = tuple(map(str, shape))
            self._tell(Tensor(self.name, dtype_name(number), told, size, self._where()))
        count = 1
        for dimension in shape:
            count *= dimension
        if width and size and count * width != size:
            detail = f"{self.name[:200]!r} takes {count * width} bytes and has {size}"
            self._tell(Anomaly("tensor-size", detail, self._where()))

    def _tell(self, fact: Fact) -> None:
        if len(self.graph.facts) < self.reader.bounds.limits.max_facts:
            self.graph.facts.append(fact)


def dimensions(data: Buffer, part: Field) -> list[int]:
    """The sizes in a TensorShapeProto, at most 254 as in TensorFlow; -1 for one that is open."""
    found: list[int] = []
    for key, dim in walk(data, part.value, part.stop, "TensorShapeProto"):
        if key == "dim" and len(found) < 254:
            sizes = [one.value for _, one in walk(data, dim.value, dim.stop, "Dim")]
            found.append(signed(sizes[-1]) if sizes else 0)
    return found
