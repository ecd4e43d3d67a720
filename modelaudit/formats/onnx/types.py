"""Types of values, as text (``tensor(float)``), and how an operator's schema binds them.

https://github.com/onnx/onnx/blob/main/docs/IR.md#standard-data-types
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from modelaudit.formats.onnx.library import Parameter, Schema, messages, new_type

if TYPE_CHECKING:
    from onnx.onnx_ml_pb2 import TypeProto


@lru_cache(maxsize=256)
def element(number: int) -> str:
    """The name of an element type (``float``); empty for a number that is none."""
    names: Mapping[str, int] = dict(messages().TensorProto.DataType.items())
    return next((name.lower() for name, value in names.items() if value == number and value), "")


@lru_cache(maxsize=256)
def _number(name: str) -> int:
    number: int = messages().TensorProto.DataType.Value(name.upper())
    return number


def tensor(number: int) -> str:
    """``tensor(float)`` of the number of an element type; empty for a number that is none."""
    return _wrapped("tensor", element(number))


def spelled(type_: TypeProto) -> str:
    """``seq(tensor(float))``; empty where a part of it is not told."""
    match type_.WhichOneof("value"):
        case "tensor_type":
            return tensor(type_.tensor_type.elem_type)
        case "sparse_tensor_type":
            return _wrapped("sparse_tensor", element(type_.sparse_tensor_type.elem_type))
        case "sequence_type":
            return _wrapped("seq", spelled(type_.sequence_type.elem_type))
        case "optional_type":
            return _wrapped("optional", spelled(type_.optional_type.elem_type))
        case "map_type":
            key, value = element(type_.map_type.key_type), spelled(type_.map_type.value_type)
            return f"map({key},{value})" if key and value else ""
    return ""


def _wrapped(name: str, inner: str) -> str:
    return f"{name}({inner})" if inner else ""


def unwrapped(name: str, text: str) -> str:
    """``tensor(float)`` out of ``seq(tensor(float))`` for ``seq``; empty for another type."""
    return text[len(name) + 1 : -1] if text.startswith(f"{name}(") else ""


@lru_cache(maxsize=1024)
def serialised(text: str) -> bytes:
    """The TypeProto of a type that ``spelled()`` gave."""
    made = new_type()
    _fill(made, text)
    data: bytes = made.SerializeToString()
    return data


def _fill(made: TypeProto, text: str) -> None:
    if inner := unwrapped("tensor", text):
        made.tensor_type.elem_type = _number(inner)
    elif inner := unwrapped("sparse_tensor", text):
        made.sparse_tensor_type.elem_type = _number(inner)
    elif inner := unwrapped("seq", text):
        _fill(made.sequence_type.elem_type, inner)
    elif inner := unwrapped("optional", text):
        _fill(made.optional_type.elem_type, inner)
    elif inner := unwrapped("map", text):
        key, _, value = inner.partition(",")
        made.map_type.key_type = _number(key)
        _fill(made.map_type.value_type, value)


def parsed(data: bytes) -> str:
    """What ``serialised()`` was given."""
    made = new_type()
    made.ParseFromString(data)
    return spelled(made)


@dataclass(slots=True)
class Binding:
    """What the type parameters of a schema stand for at one node.

    A parameter that takes several types at once (the state of a Loop) has each of them.
    """

    bound: dict[str, list[str]]
    problem: str = ""

    def one(self, parameter: str) -> str:
        """The type that a parameter stands for; empty where it is not known, or several."""
        types = self.bound.get(parameter, ())
        return types[0] if len(types) == 1 else ""

    def listed(self) -> tuple[str, ...]:
        """``T=tensor(float)`` for each, in a stable order."""
        return tuple(f"{name}={type_}" for name in sorted(self.bound) for type_ in self.bound[name])

    def add(self, schema: Schema, parameter: Parameter, type_: str, place: str) -> None:
        """Note the type of one input or output, and what speaks against it."""
        if not type_:
            return
        name = parameter.name
        if type_ not in parameter.types:
            self.problem = self.problem or f"{place} of {schema.name} may not be {type_}"
        if "(" in name:  # a type, and no parameter
            return
        types = self.bound.setdefault(name, [])
        if type_ in types:
            return
        if types and parameter.homogeneous:
            self.problem = (
                self.problem or f"{schema.name} has {types[0]} and {type_} for its {name}"
            )
        types.append(type_)


def formal(parameters: Sequence[Parameter], index: int) -> Parameter | None:
    """The parameter that the input or output of an index belongs to: the last may take many."""
    if index < len(parameters):
        return parameters[index]
    return parameters[-1] if parameters and parameters[-1].variadic else None


def bind(schema: Schema, inputs: Sequence[str]) -> Binding:
    """What a node's inputs bind; an empty text is an input that is left out or unknown."""
    binding = Binding({})
    for index, type_ in enumerate(inputs):
        parameter = formal(schema.inputs, index)
        if parameter is not None:
            binding.add(schema, parameter, type_, f"input {index}")
    return binding


def output_type(schema: Schema, binding: Binding, index: int) -> str:
    """The type of an output that the schema's parameters decide; empty where they do not."""
    parameter = formal(schema.outputs, index)
    if parameter is None or not parameter.homogeneous:
        return ""
    known = binding.one(parameter.name)
    if known:
        return known
    return next(iter(parameter.types)) if len(parameter.types) == 1 else ""
