"""Graphs inside nodes: the shapes that Scan, Loop and If give them, and take from them.

https://github.com/onnx/onnx/blob/main/docs/Operators.md#Scan
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from modelaudit.formats.onnx.library import Refused
from modelaudit.formats.onnx.values import UNKNOWN, Dims, Value, shaped, shown

if TYPE_CHECKING:
    from onnx.onnx_ml_pb2 import NodeProto

Results = Mapping[str, Sequence[Value]]
"""The outputs of the graphs inside a node, by its attribute."""
_BATCHED: Final = 9
"""The version of Scan up to which its values begin with a dimension for the batch."""


class _Scan(NamedTuple):
    """A Scan: ``states`` go round, ``scanned`` are cut along an axis each."""

    states: Sequence[Value]
    scanned: Sequence[Value]
    axes: Sequence[int]
    batched: bool


def passed(node: NodeProto, inputs: Sequence[Value], since: int) -> Sequence[Value]:
    """The inputs of a graph inside a node, as far as its own inputs decide them.

    ``since`` is the version of the operator. Raises Refused where the inputs contradict each other.
    """
    if node.op_type == "Loop":  # the shape of what goes round may change
        return (UNKNOWN, UNKNOWN, *(shaped(one, None) for one in inputs[2:]))
    if node.op_type != "Scan":
        return ()
    scan = _scan(node, inputs, since)
    if scan is None:
        return ()
    first = 1 if scan.batched else 0
    _agree("length", (_size(one, axis) for one, axis in zip(scan.scanned, scan.axes, strict=True)))
    if scan.batched:
        _agree("batch", (_size(one, 0) for one in (*scan.states, *scan.scanned)))
    states = [shaped(one, None if one.dims is None else one.dims[first:]) for one in scan.states]
    scanned = [_cut(one, axis, first) for one, axis in zip(scan.scanned, scan.axes, strict=True)]
    return [*states, *scanned]


def returned(
    node: NodeProto, inputs: Sequence[Value], since: int, results: Results
) -> Sequence[Value]:
    """The outputs of a node, by those of the graphs inside it. Raises Refused as ``passed()``."""
    match node.op_type:
        case "If":
            branches = results.get("then_branch", ()), results.get("else_branch", ())
            return [_either(*both) for both in zip(*branches, strict=False)]
        case "Loop":
            made = results.get("body", ())[1:]
            states = max(len(inputs) - 2, 0)
            return [
                shaped(one, None if index < states or one.dims is None else (-1, *one.dims))
                for index, one in enumerate(made)
            ]
        case "Scan":
            scan = _scan(node, inputs, since)
            return [] if scan is None else _scan_outputs(node, scan, results.get("body", ()))
    return ()


def merged(given: Value, stated: Value, name: str) -> Value:
    """An input of a graph with what the graph states of it. Raises Refused if these contradict."""
    one, other = given.dims, stated.dims
    if one is None or other is None:
        return stated if one is None and stated.type else given
    if len(one) != len(other) or any(
        a != b for a, b in zip(one, other, strict=True) if a >= 0 <= b
    ):
        raise Refused(f"{name[:60]!r} inside is {shown(one)} and has {shown(other)}")
    return shaped(stated, tuple(map(max, one, other)))


def _scan(node: NodeProto, inputs: Sequence[Value], since: int) -> _Scan | None:
    """None where the node names no sensible axes, which other checks report."""
    attributes = {one.name: one for one in node.attribute}
    given = inputs if since >= _BATCHED else inputs[1:]
    number = attributes["num_scan_inputs"].i if "num_scan_inputs" in attributes else 0
    if not 1 <= number <= len(given):
        return None
    states, scanned = given[: len(given) - number], given[len(given) - number :]
    if since < _BATCHED:
        return _Scan(states, scanned, [1] * number, batched=True)
    axes = list(attributes["scan_input_axes"].ints) if "scan_input_axes" in attributes else []
    axes = axes or [0] * number
    if len(axes) != number:
        return None
    return _Scan(states, scanned, axes, batched=False)


def _scan_outputs(node: NodeProto, scan: _Scan, made: Sequence[Value]) -> list[Value]:
    outputs = []
    states = len(scan.states)
    for index, (state, one) in enumerate(zip(scan.states, made, strict=False)):
        rest = None if state.dims is None else state.dims[1 if scan.batched else 0 :]
        merged(shaped(one, one.dims), shaped(state, rest), f"state {index}")
        outputs.append(state if state.type else shaped(one, None if scan.batched else one.dims))
    length = max((_size(*one) for one in zip(scan.scanned, scan.axes, strict=True)), default=-1)
    attribute = next((one for one in node.attribute if one.name == "scan_output_axes"), None)
    axes = attribute.ints if attribute is not None else ()
    for index, one in enumerate(made[states:]):
        axis = axes[index] if index < len(axes) else 0
        if one.dims is None or scan.batched or not -len(one.dims) - 1 <= axis <= len(one.dims):
            outputs.append(shaped(one, None))
            continue
        place = axis % (len(one.dims) + 1)
        outputs.append(shaped(one, (*one.dims[:place], length, *one.dims[place:])))
    return outputs


def _size(value: Value, axis: int) -> int:
    dims = value.dims
    return dims[axis] if dims is not None and -len(dims) <= axis < len(dims) else -1


def _cut(value: Value, axis: int, first: int) -> Value:
    """A value without one axis, and without the dimensions before ``first``."""
    dims = value.dims
    if dims is None or not -len(dims) <= axis < len(dims):
        return shaped(value, None)
    kept = [size for index, size in enumerate(dims) if index not in (axis % len(dims), first - 1)]
    return shaped(value, tuple(kept))


def _agree(what: str, sizes: Iterator[int]) -> None:
    known = {size for size in sizes if size >= 0}
    if len(known) > 1:
        raise Refused(f"the inputs have {' and '.join(map(str, sorted(known)))} as {what}")


def _either(one: Value, other: Value) -> Value:
    """What either of two branches gives."""
    first, second = one.dims, other.dims
    if not one.type or not other.type:
        return UNKNOWN
    if first is None or second is None or len(first) != len(second):
        return shaped(one, None)
    both: Dims = tuple(a if a == b else -1 for a, b in zip(first, second, strict=True))
    return shaped(one, both)
