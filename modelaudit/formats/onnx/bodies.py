"""What operators of the standard are made of: those that others of the standard can stand in for.

A runtime without a kernel for such an operator runs its body instead.
https://github.com/onnx/onnx/blob/main/docs/IR.md#functions
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from modelaudit.formats.onnx import library, types
from modelaudit.formats.onnx.library import STANDARD, Schema
from modelaudit.formats.onnx.nodes import bind, graphs, inputs_of, opsets, substituted

if TYPE_CHECKING:
    from onnx.onnx_ml_pb2 import NodeProto

_MOST_DEPTH: Final = 6
_MOST_LINES: Final = 400
"""Operators of one body, those of bodies inside it included; the standard's have some fifty."""

Key = tuple[Schema, tuple[str, ...], bytes, int]


class Bodies:
    """Bodies that were asked for; the same node in the same types has the same one."""

    def __init__(self) -> None:
        self._known: dict[Key, tuple[str, ...]] = {}

    def of(
        self, found: Schema, node: NodeProto, given: Sequence[str], version: int
    ) -> tuple[str, ...]:
        """``Operator.body`` of a node; empty for an operator that has none."""
        if not found.replaceable:
            return ()
        attributes = b"".join(sorted(one.SerializeToString() for one in node.attribute))
        key = (found, tuple(given), attributes, version)
        if key not in self._known:
            lines: list[str] = []
            _expand(lines, found, node, given, version, 0)
            self._known[key] = tuple(lines)
        return self._known[key]


def _expand(
    lines: list[str], found: Schema, node: NodeProto, given: Sequence[str], version: int, depth: int
) -> None:
    """Add the operators of one body, and below each those of its own."""
    told = [types.serialised(one) if one else b"" for one in given]
    try:
        function = library.body(found, node, told, version)
    except library.Undecided:
        lines.append(f"{depth} ?")
        return
    if function is None or depth >= _MOST_DEPTH:
        return
    scope = dict.fromkeys(function.input, "")
    scope.update(zip(function.input, given, strict=False))
    defaults = map(library.attribute, found.defaults)
    values = {one.name: one for one in (*defaults, *function.attribute_proto, *node.attribute)}
    imported = {**opsets(function.opset_import), found.domain: version}
    nodes = [substituted(one, values) for one in function.node]
    _nodes(lines, nodes, scope, imported, depth)


def _nodes(
    lines: list[str],
    nodes: Iterable[NodeProto],
    scope: dict[str, str],
    imported: Mapping[str, int],
    depth: int,
) -> None:
    for node in nodes:
        if len(lines) >= _MOST_LINES:
            return
        given = [scope.get(name, "") for name in node.input]
        domain = node.domain or STANDARD
        version = imported.get(domain, -1)
        inner: dict[str, list[str]] = {}
        at = len(lines)
        lines.append("")
        for name, _, graph in graphs(node):
            held = dict(scope)
            held.update(dict.fromkeys((value.name for value in graph.input), ""))
            held.update(
                zip((value.name for value in graph.input), inputs_of(node, given), strict=False)
            )
            held.update({one.name: types.tensor(one.data_type) for one in graph.initializer})
            _nodes(lines, graph.node, held, imported, depth)
            inner[name] = [held.get(value.name, "") for value in graph.output]
        found = library.schema(domain, node.op_type, version)
        if found is None:
            lines[at] = f"{depth} {domain} {node.op_type} {version}"
            continue
        binding, outputs = bind(found, node, given, inner, version)
        lines[at] = " ".join((str(depth), domain, node.op_type, str(version), *binding.listed()))
        scope.update(zip(node.output, outputs, strict=True))
        if found.replaceable:
            _expand(lines, found, node, given, version, depth + 1)
