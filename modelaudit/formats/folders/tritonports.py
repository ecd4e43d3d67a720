"""Triton's configuration against the graph that lies beside it: names, types and shapes of ports.

https://github.com/triton-inference-server/onnxruntime_backend/blob/main/src/onnxruntime.cc
(ValidateInputs, ValidateOutputs), onnxruntime_utils.cc (CompareDimsSupported)
"""

from __future__ import annotations

from collections.abc import Iterator

from modelaudit.core.errors import Fields
from modelaudit.core.facts import Anomaly
from modelaudit.core.location import Location
from modelaudit.discovery.directory import Folder
from modelaudit.formats.folders.onnxports import Port, ports
from modelaudit.formats.prototext import Message


def compared(folder: Folder, config: Message, name: str, where: Location) -> Iterator[Anomaly]:
    """Where the declared inputs and outputs differ from those of a graph. Raises Malformed."""
    with folder.open(name) as source:
        inputs, outputs = ports(source)
    batched = config.text("max_batch_size") not in ("", "0")
    for role, declared, there in (
        ("input", config.messages.get("input", []), inputs),
        ("output", config.messages.get("output", []), outputs),
    ):
        for one in declared:
            said: Fields = {"role": role, "name": one.text("name")[:100], "file": name}
            port = there.get(one.text("name"))
            if port is None:
                yield Anomaly("triton-port-unknown", said, where)
            else:
                for what, mine, its in _differences(one, port, batched=batched):
                    fields: Fields = {**said, "what": what, "declared": mine, "graph": its}
                    yield Anomaly("triton-port-differs", fields, where)
        if role == "input" and declared:  # without any, Triton takes all of the graph's
            yield from _undeclared(declared, there, name, where)


def _undeclared(
    declared: list[Message], there: dict[str, Port], file: str, where: Location
) -> Iterator[Anomaly]:
    """Inputs of the graph that the configuration leaves out."""
    names = {one.text("name") for one in declared}
    for name in there:
        if name not in names:
            yield Anomaly("triton-input-undeclared", {"name": name[:100], "file": file}, where)


def _differences(declared: Message, port: Port, *, batched: bool) -> Iterator[tuple[str, str, str]]:
    type_ = declared.text("data_type")
    if type_ and port.type and type_ != port.type:
        yield "type", type_, port.type
    dims = declared.values.get("dims", [])
    if port.shape is None:
        return
    if batched and port.shape and port.shape[0] >= 0:
        yield "first dimension", "-1, for batches", str(port.shape[0])
        return
    if "reshape" in declared.messages or not dims:
        return
    shape = port.shape[1:] if batched else port.shape
    shown = ", ".join("?" if size < 0 else str(size) for size in shape)
    if len(dims) != len(shape):
        yield "shape", f"[{', '.join(dims)}]", f"[{shown}]"
        return
    for dim, size in zip(dims, shape, strict=True):
        if size >= 0 and dim.isdecimal() and int(dim) != size:
            yield "shape", f"[{', '.join(dims)}]", f"[{shown}]"
            return
