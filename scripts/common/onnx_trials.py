"""What a release of onnxruntime runs that does not list its kernels: models of one node are loaded.

Releases before 1.16 do not tell their operators and kernels. Each operator and kernel of 1.16 is
tried in them: a model of one node is loaded with each type, and with each attribute. What this
cannot ask (operators with graphs inside, types that no input decides) is taken to be as in 1.16.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

from onnx import ModelProto, TypeProto, helper

from scripts.common.files import ROOT

TRIAL: Final = ROOT / "scripts" / "common" / "onnxruntime_trial.py"
IR: Final = 7
"""One that every release takes."""
MOST_BASES: Final = 12
"""Assignments of types that are tried before a kernel is taken to be absent."""
DECIDING: Final = frozenset({"to", "dtype", "output_datatype", "output_dtype"})
"""Attributes that hold the type of an output."""
NO_KERNEL: Final = "Could not find an implementation"
NOT_ALLOWED: Final = (") of input parameter (", "' of input parameter (")
"""What is said of a type that the operator does not have in this release."""
UNDECIDED: Final = ("INVALID_GRAPH", "InferenceError]", "Type Error", "type inference failed")
"""What is said of a model for a reason that has nothing to do with kernels."""
UNKNOWN: Final = ("is not a registered function/op", "No Op registered for", "No opset registered")
UNKNOWN_ATTRIBUTE: Final = "Unrecognized attribute"
ELEMENTS: Final = {
    name: number
    for number, name in enumerate(
        (
            *("", "float", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool"),
            *("float16", "double", "uint32", "uint64", "complex64", "complex128", "bfloat16"),
        )
    )
    if name
}

Schema = dict[str, Any]
Types = Mapping[str, str]
Answer = Literal["runs", "none", "not-allowed", "undecided"]
"""Whether there is a kernel for some types; a model may be refused for another reason."""


class Runtime:
    """One release in a process of its own, which is started again where a model kills it."""

    def __init__(self, python: str, folder: Path, trial: Path = TRIAL) -> None:
        self._command = [python, str(trial)]
        self._environment = {**os.environ, "PYTHONPATH": str(folder)}

    @cached_property
    def _child(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def refusal(self, model: bytes) -> str:
        """What it says against a model; empty where it loads, ``crash`` where it dies."""
        child = self._child
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(base64.b64encode(model).decode() + "\n")
        child.stdin.flush()
        answer = child.stdout.readline()
        if not answer:
            child.wait()
            del self._child
            return "crash"
        text: str = json.loads(answer)
        return text


def type_of(text: str) -> TypeProto | None:
    """A type as schemas write it; None for one that has no such message."""
    kind, _, inner = text.removesuffix(")").partition("(")
    if kind == "tensor" and inner in ELEMENTS:
        return helper.make_tensor_type_proto(ELEMENTS[inner], None)
    within = type_of(inner) if kind in ("seq", "optional") else None
    if within is None:
        return None
    make: Callable[[TypeProto], TypeProto] = (
        helper.make_sequence_type_proto if kind == "seq" else helper.make_optional_type_proto
    )
    return make(within)


def model(schema: Schema, types: Types, *, extra: str = "") -> bytes | None:
    """A model of one node with these types, and one more attribute; None where it cannot be made.

    All inputs are given but the optional and variadic ones, whose place is the last.
    """
    inputs, outputs = [], []
    for index, (formal, option) in enumerate(schema["inputs"]):
        if option != "Single" and not (option == "Variadic" and index == 0):
            break
        made = type_of(types.get(formal, formal))
        if made is None:
            return None
        inputs.append(helper.make_value_info(f"i{index}", made))
    for index, (formal, option) in enumerate(schema["outputs"]):
        if option == "Optional":
            break
        made = type_of(types.get(formal, formal))
        outputs.append(helper.make_value_info(f"o{index}", made or TypeProto()))
    decided = {formal for formal, _ in schema["inputs"]}
    free = [types[formal] for formal, _ in schema["outputs"] if formal in types.keys() - decided]
    attributes = dict(_attributes(schema, free, extra))
    if None in attributes.values():
        return None
    node = helper.make_node(
        schema["name"],
        [one.name for one in inputs],
        [one.name for one in outputs],
        domain=schema["domain"],
        **attributes,
    )
    graph = helper.make_graph([node], "g", inputs, outputs)
    opsets = {"": 7, schema["domain"]: schema["since"]}
    imported = [helper.make_opsetid(domain, version) for domain, version in opsets.items()]
    made_model: ModelProto = helper.make_model(graph, opset_imports=imported, ir_version=IR)
    return made_model.SerializeToString()


def _attributes(schema: Schema, free: list[str], extra: str) -> Iterator[tuple[str, Any]]:
    for name, (kind, required) in schema["typed"].items():
        if name in DECIDING and free and type_of(free[0]):
            yield name, ELEMENTS.get(free[0].removeprefix("tensor(").removesuffix(")"))
        elif required or name == extra:
            yield (
                name,
                {"INT": 1, "FLOAT": 1.0, "STRING": "x", "INTS": [1], "FLOATS": [1.0]}.get(kind),
            )


def asked(reference: Schema, runtime: Runtime, limits: Mapping[str, int | None]) -> Schema:
    """``kernels`` and ``schemas`` of a release, in the form of its own answer.

    ``reference`` is the answer of the first release that tells them.
    """
    schemas = []
    kernels: list[Any] = []
    for schema in reference["schemas"]:
        domain = schema["domain"]
        if schema["since"] > (limits.get(domain or "ai.onnx") or schema["since"]):
            continue
        found = [one for one in reference["kernels"] if _of(one, schema)]
        if not schema["deprecated"] and not _known(schema, found, runtime):
            continue
        schemas.append({**schema, "attributes": _taken(schema, found, runtime)})
        kernels += (one for one in (_kernel(each, schema, runtime) for each in found) if one)
    return {"schemas": schemas, "kernels": kernels}


def _of(kernel: Any, schema: Schema) -> bool:
    domain, name, (first, last), _ = kernel
    same = (domain, name) == (schema["domain"], schema["name"])
    return same and (first == schema["since"] or first < schema["since"] <= last)


def _bound(schema: Schema, constraints: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The types of each parameter, which a kernel may name by an input or output."""
    bound = {name: sorted(types) for name, types in schema["allowed"].items()}
    for key, types in constraints.items():
        parameter = key if key in bound else schema["formal"].get(key)
        if parameter in bound:
            bound[parameter] = sorted(types)
    return bound


def _bases(bound: Mapping[str, list[str]]) -> Iterator[dict[str, str]]:
    """Assignments of types to try, the same place of every list at first."""
    for place in range(MOST_BASES):
        yield {name: types[place % len(types)] for name, types in bound.items() if types}


def _known(schema: Schema, found: list[Any], runtime: Runtime) -> bool:
    bound = _bound(schema, found[0][3] if found else {})
    made = model(schema, next(_bases(bound)))
    return made is None or not any(one in runtime.refusal(made) for one in UNKNOWN)


def _taken(schema: Schema, found: list[Any], runtime: Runtime) -> list[str]:
    """The attributes that a release takes for an operator."""
    base = next(_bases(_bound(schema, found[0][3] if found else {})))
    taken = []
    for name in schema["attributes"]:
        made = model(schema, base, extra=name)
        if made is None or UNKNOWN_ATTRIBUTE not in runtime.refusal(made):
            taken.append(name)
    return taken


def _kernel(kernel: Any, schema: Schema, runtime: Runtime) -> Any:
    """The kernel for this version alone, with the types that a release takes; None where none."""
    domain, name, _, constraints = kernel
    version = [schema["since"], schema["since"]]
    bound = _bound(schema, constraints)

    def has(types: Types) -> Answer:
        made = model(schema, types)
        refusal = runtime.refusal(made) if made is not None else "INVALID_GRAPH"
        if NO_KERNEL in refusal:
            return "none"
        if any(one in refusal for one in NOT_ALLOWED):
            return "not-allowed"
        return "undecided" if any(one in refusal for one in UNDECIDED) else "runs"

    answers = [(base, has(base)) for base in _bases(bound)]
    base = next((types for types, answer in answers if answer == "runs"), None)
    if base is None:
        refused = any(answer == "none" for _, answer in answers)
        return None if refused else [domain, name, version, bound]
    held = {
        parameter: [one for one in types if has({**base, parameter: one}) in ("runs", "undecided")]
        for parameter, types in bound.items()
    }
    return [domain, name, version, held]
