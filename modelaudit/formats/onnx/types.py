"""Types of values, as the standard spells them (``tensor(float)``), and how a schema binds them.

https://github.com/onnx/onnx/blob/main/docs/IR.md#standard-data-types
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from modelaudit.core.errors import Fields
from modelaudit.formats.onnx.library import Parameter, Schema, messages, new_type

if TYPE_CHECKING:
    from onnx.onnx_ml_pb2 import TypeProto

Pairs = tuple[tuple[str, str], ...]
"""A schema's type parameters with the types that they are bound to, as in ``Operator.types``."""
_KNOWN: Final = ("tensor_type", "sparse_tensor_type", "sequence_type", "optional_type", "map_type")
Problem = tuple[str, Fields]
"""The kind of an anomaly and its fields."""


@lru_cache(maxsize=256)
def element(number: int) -> str:
    """The name of an element type (``float``); empty for an unknown number."""
    names: Mapping[str, int] = dict(messages().TensorProto.DataType.items())
    return next((name.lower() for name, value in names.items() if value == number and value), "")


@lru_cache(maxsize=256)
def _number(name: str) -> int:
    number: int = messages().TensorProto.DataType.Value(name.upper())
    return number


def tensor(number: int) -> str:
    """``tensor(float)`` of the number of an element type; empty for an unknown number."""
    return _wrapped("tensor", element(number))


def spelled(type_: TypeProto) -> str:
    """``seq(tensor(float))``; empty where a part of it is missing."""
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


def incomplete(type_: TypeProto) -> bool:
    """Whether a type is stated, and a part of it is missing or has an unknown number."""
    return type_.WhichOneof("value") in _KNOWN and not spelled(type_)


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
    """The types that the parameters of a schema are bound to at one node.

    A parameter that takes several types at once (the state of a Loop) has each of them. ``problem``
    is the first contradiction.
    """

    bound: dict[str, list[str]]
    problem: Problem | None = None

    def one(self, parameter: str) -> str:
        """The type that a parameter is bound to; empty where it is unknown or there are several."""
        types = self.bound.get(parameter, ())
        return types[0] if len(types) == 1 else ""

    def pairs(self) -> Pairs:
        """Each parameter with each of its types, in a stable order."""
        return tuple((name, type_) for name in sorted(self.bound) for type_ in self.bound[name])

    def add(self, schema: Schema, parameter: Parameter, type_: str, place: str) -> None:
        """Bind the type of one input or output; ``place`` says which (``input 0``)."""
        if not type_:
            return
        name = parameter.name
        if type_ not in parameter.types and self.problem is None:
            fields: Fields = {"operator": schema.name, "part": place, "type": type_}
            self.problem = "node-type-not-allowed", fields
        if "(" in name:  # a type rather than a parameter
            return
        types = self.bound.setdefault(name, [])
        if type_ in types:
            return
        if types and parameter.homogeneous and self.problem is None:
            fields = {"operator": schema.name, "part": name, "type": types[0], "other": type_}
            self.problem = "node-type-conflict", fields
        types.append(type_)


def formal(parameters: Sequence[Parameter], index: int) -> Parameter | None:
    """The parameter of the input or output at an index: the last one may take many."""
    if index < len(parameters):
        return parameters[index]
    return parameters[-1] if parameters and parameters[-1].variadic else None


def bind(schema: Schema, inputs: Sequence[str]) -> Binding:
    """What a node's inputs bind; an empty type is that of an omitted or unknown input."""
    binding = Binding({})
    for index, type_ in enumerate(inputs):
        parameter = formal(schema.inputs, index)
        if parameter is not None:
            binding.add(schema, parameter, type_, f"input {index}")
    return binding


def output_type(schema: Schema, binding: Binding, index: int) -> str:
    """The type of an output, where the bound parameters decide it; empty where they do not."""
    parameter = formal(schema.outputs, index)
    if parameter is None or not parameter.homogeneous:
        return ""
    known = binding.one(parameter.name)
    if known:
        return known
    return next(iter(parameter.types)) if len(parameter.types) == 1 else ""
