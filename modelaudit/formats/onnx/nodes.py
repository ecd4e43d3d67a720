"""One node of a graph: its attributes, whether it fits its schema, and the types it computes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from modelaudit.formats.onnx import types
from modelaudit.formats.onnx.library import STANDARD, Schema, inferred, new_node
from modelaudit.formats.onnx.types import Binding, Problem

if TYPE_CHECKING:
    from onnx.onnx_ml_pb2 import AttributeProto, GraphProto, NodeProto, OperatorSetIdProto

MOST_SHOWN: Final = 6
"""Attributes of a node that are shown."""
MOST_TEXT: Final = 60
_INTERNAL: Final = "__"
"""How attributes begin that tools leave in a model, and that every reader ignores."""
_LOCALE: Final = "en_US.UTF-8"
"""What a StringNormalizer asks for on systems other than Windows, if it names no locale."""
_INT, _FLOAT, _STRING = 2, 1, 3

Graphs = Mapping[str, Sequence[str]]
"""The types of the outputs of the graphs inside a node, by its attribute."""


def opsets(imports: Iterable[OperatorSetIdProto]) -> dict[str, int]:
    """Versions by domain; the last one counts."""
    return {one.domain or STANDARD: one.version for one in imports}


def graphs(node: NodeProto) -> Iterator[tuple[str, str, GraphProto]]:
    """Graphs inside a node: the attribute's name, the path to the graph, and the graph."""
    for attribute in node.attribute:
        if attribute.HasField("g"):
            yield attribute.name, attribute.name, attribute.g
        for index, graph in enumerate(attribute.graphs):
            yield attribute.name, f"{attribute.name}[{index}]", graph


def inputs_of(node: NodeProto, given: Sequence[str]) -> Sequence[str]:
    """The types of the inputs of a graph inside a node, which the node's own inputs decide."""
    if node.op_type == "Loop":
        return ("tensor(int64)", "tensor(bool)", *given[2:])
    if node.op_type == "Scan":
        return given
    if node.op_type == "SequenceMap":
        return [types.unwrapped("seq", type_) or type_ for type_ in given]
    return ()


def locale(node: NodeProto) -> str:
    """The locale that the kernel of a node asks the machine for; empty where it asks for none."""
    if node.op_type != "StringNormalizer" or node.domain:
        return ""
    given = {one.name: one for one in node.attribute}
    action = given["case_change_action"].s if "case_change_action" in given else b"NONE"
    sensitive = given["is_case_sensitive"].i if "is_case_sensitive" in given else 0
    if sensitive and action == b"NONE":
        return ""
    named = given["locale"].s[:MOST_TEXT].decode("utf-8", "replace") if "locale" in given else ""
    return named or _LOCALE


def misfit(found: Schema, node: NodeProto) -> Problem | None:
    """The first way in which a node does not fit its schema; None where it fits."""
    operator = found.name
    least_in, most_in, least_out, most_out = found.counts
    if not least_in <= (count := len(node.input)) <= most_in:
        return "node-arity", {"operator": operator, "part": "inputs", "count": count}
    if not least_out <= (count := len(node.output)) <= most_out:
        return "node-arity", {"operator": operator, "part": "outputs", "count": count}
    present = {attribute.name for attribute in node.attribute}
    for name in sorted(present - set(found.attributes)):
        if not name.startswith(_INTERNAL):
            return "node-unknown-attribute", {"operator": operator, "part": name[:100]}
    for name, required in found.attributes.items():
        if required and name not in present:
            return "node-missing-attribute", {"operator": operator, "part": name}
    return None


def bind(
    found: Schema, node: NodeProto, given: Sequence[str], inner: Graphs, version: int
) -> tuple[Binding, list[str]]:
    """How a node's types bind the parameters of its schema, and the types of its outputs."""
    binding = types.bind(found, given)
    outputs = [types.output_type(found, binding, index) for index in range(len(node.output))]
    returned = _from_graphs(node, inner)
    if returned:
        outputs = [*returned, *outputs[len(returned) :]][: len(outputs)]
    elif not all(outputs) and all(
        type_ or not n for n, type_ in zip(node.input, given, strict=True)
    ):
        worked_out = _inferred(found, tuple(given), len(outputs), _attributes(node), version)
        outputs = [known or other for known, other in zip(outputs, worked_out, strict=True)]
    for index, type_ in enumerate(outputs):
        parameter = types.formal(found.outputs, index)
        if parameter is not None:
            binding.add(found, parameter, type_, f"output {index}")
    return binding, outputs


def _from_graphs(node: NodeProto, inner: Graphs) -> Sequence[str]:
    """The types of a node's outputs, as far as the graphs inside it decide them."""
    if node.op_type == "If":
        branches = (inner.get("then_branch", ()), inner.get("else_branch", ()))
        return max(branches, key=lambda branch: sum(map(bool, branch)))
    body = inner.get("body", ())
    return body[1:] if node.op_type == "Loop" else body if node.op_type == "Scan" else ()


def _attributes(node: NodeProto) -> bytes:
    """The attributes without graphs, serialised: a key of a cache that can be parsed again."""
    made = new_node()
    made.attribute.extend(one for one in node.attribute if not one.HasField("g") and not one.graphs)
    data: bytes = made.SerializeToString()
    return data


@lru_cache(maxsize=4096)
def _inferred(
    found: Schema, given: tuple[str, ...], outputs: int, attributes: bytes, version: int
) -> list[str]:
    node = new_node()
    node.ParseFromString(attributes)
    node.op_type = found.name
    node.domain = found.domain
    known = {f"i{index}": types.serialised(type_) for index, type_ in enumerate(given) if type_}
    node.input.extend(f"i{index}" if type_ else "" for index, type_ in enumerate(given))
    node.output.extend(f"o{index}" for index in range(outputs))
    result = inferred(found, node, known, version)
    return [types.parsed(result.get(name, b"")) for name in node.output]


def substituted(node: NodeProto, values: Mapping[str, AttributeProto]) -> NodeProto:
    """A node of a function's body, with the attributes of the call that it refers to filled in."""
    if not any(attribute.ref_attr_name for attribute in node.attribute):
        return node
    made = new_node()
    made.CopyFrom(node)
    del made.attribute[:]
    for attribute in node.attribute:
        value = values.get(attribute.ref_attr_name) if attribute.ref_attr_name else attribute
        if value is not None:
            added = made.attribute.add()
            added.CopyFrom(value)
            added.name = attribute.name
    return made


def shown(node: NodeProto) -> str:
    """A bounded rendering of a node's attributes."""
    parts = [f"{one.name[:MOST_TEXT]}={_value(one)}" for one in node.attribute[:MOST_SHOWN]]
    return ", ".join(parts) + (", …" if len(node.attribute) > MOST_SHOWN else "")


def _value(attribute: AttributeProto) -> str:
    if attribute.type == _STRING:
        text = attribute.s[: MOST_TEXT + 1].decode("utf-8", "replace")
        return repr(text if len(text) <= MOST_TEXT else text[:MOST_TEXT] + "…")
    if attribute.type == _INT:
        return str(attribute.i)
    return f"{attribute.f:g}" if attribute.type == _FLOAT else "…"
