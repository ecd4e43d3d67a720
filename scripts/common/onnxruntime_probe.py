"""What one onnxruntime says of itself, as JSON: run by scripts.tables.onnx.runtime, once a release.

It runs under the Python that the release was built for, with that release on its path and nothing
of this project. What it loads are models of no node that it writes here.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable  # Python 3.8 runs this
from typing import Any

import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as state

CPU = "CPUExecutionProvider"
OPEN = 2**31 - 1
DOMAINS = {"ai.onnx": 7, "ai.onnx.ml": 1, "ai.onnx.training": 1, "ai.onnx.preview.training": 1}
"""Sets of operators whose newest version is looked for, from these on."""


def varint(value: int) -> bytes:
    data = bytearray()
    while value > 0x7F:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    data.append(value)
    return bytes(data)


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def text(field: int, content: str | bytes) -> bytes:
    content = content if isinstance(content, bytes) else content.encode()
    return varint(field << 3 | 2) + varint(len(content)) + content


def model(ir: int, opsets: dict[str, int]) -> bytes:
    """A ModelProto whose output is its one initializer."""
    tensor = number(1, 1) + number(2, 1) + text(8, "x") + text(9, bytes(4))
    shape = text(2, text(1, number(1, 1)))
    output = text(1, "x") + text(2, text(1, number(1, 1) + shape))
    graph = text(2, "g") + text(5, tensor) + text(12, output)
    if ir < 4:
        graph += text(11, output)
    imports = b"".join(
        text(8, text(1, "" if domain == "ai.onnx" else domain) + number(2, version))
        for domain, version in opsets.items()
    )
    return number(1, ir) + text(7, graph) + imports


def loads(ir: int, opsets: dict[str, int]) -> str:
    """What the release says against such a model; empty where it loads."""
    try:
        onnxruntime.InferenceSession(model(ir, opsets), providers=[CPU])
    except Exception as error:  # noqa: BLE001  a release has many
        return str(error)
    return ""


def newest(first: int, refusal: Callable[[int], str]) -> int | None:
    """The newest version from ``first`` on that is not refused; None where not even that is."""
    found = None
    for version in range(first, first + 60):
        if refusal(version):
            break
        found = version
    return found


def limits() -> dict[str, int | None]:
    found = {"ir": newest(3, lambda ir: loads(ir, {"ai.onnx": 7}))}
    for domain, first in DOMAINS.items():
        others = {"ai.onnx": 7} if domain != "ai.onnx" else {}
        found[domain] = newest(first, lambda v: loads(3, {**others, domain: v}))  # noqa: B023
    return found


def kernels() -> list[object]:
    return [
        [kernel.domain, kernel.op_name, list(kernel.version_range), kernel.type_constraints]
        for kernel in state.get_all_opkernel_def()
        if kernel.provider == CPU
    ]


def formal(parameters: list[Any]) -> list[list[str]]:
    """The type, or type parameter, of each input or output, and whether it may be left out."""
    return [[one.typeStr, str(one.option).rpartition(".")[2]] for one in parameters]


def schemas() -> list[object]:
    return [
        {
            "domain": schema.domain,
            "name": schema.name,
            "since": schema.since_version,
            "deprecated": schema.deprecated,
            "attributes": sorted(schema.attributes),
            "parameters": [each.type_param_str for each in schema.type_constraints],
            "formal": {each.name: each.typeStr for each in (*schema.inputs, *schema.outputs)},
            "inputs": formal(schema.inputs),
            "outputs": formal(schema.outputs),
            "typed": {
                name: [str(one.type).rpartition(".")[2], one.required]
                for name, one in schema.attributes.items()
            },
            "allowed": {
                one.type_param_str: sorted(one.allowed_type_strs) for one in schema.type_constraints
            },
        }
        for schema in state.get_all_operator_schema()
    ]


def main() -> None:
    onnxruntime.set_default_logger_severity(4)
    told = {"version": onnxruntime.__version__, "limits": limits()}
    if hasattr(state, "get_all_opkernel_def"):
        told["kernels"] = kernels()
        told["schemas"] = schemas()
    json.dump(told, sys.stdout)


main()
