"""The onnx package's messages and the schemas of its operators.

Both modules are loaded from the package's folder without importing the package: its ``__init__``
imports NumPy and more that nothing here needs, which takes longer than reading most models.

https://github.com/onnx/onnx/blob/main/onnx/onnx.proto and
https://github.com/onnx/onnx/blob/main/docs/Operators.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final, Protocol

from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source
from modelaudit.formats.protobuf import Plan, broken, slim

if TYPE_CHECKING:
    from onnx.onnx_ml_pb2 import (
        AttributeProto,
        FunctionProto,
        ModelProto,
        NodeProto,
        TensorProto,
        TypeProto,
    )

STANDARD: Final = "ai.onnx"
"""The name of the domain that models leave empty."""

_MOST_SHOWN: Final = 160
"""Characters of a text of onnx."""
_INT_MAX: Final = (1 << 31) - 1
"""The largest version that onnx takes; models store 64 bits."""

PLANS: Final = {
    "Model": Plan(
        {7: "Graph", 8: "Opset", 14: "Entry", 20: "Training", 25: "Function"},
        texts=frozenset({2, 3}),
    ),
    "Opset": Plan(texts=frozenset({1})),
    "Entry": Plan(texts=frozenset({1, 2})),
    "Training": Plan({1: "Graph", 2: "Graph"}),
    "Graph": Plan({1: "Node", 5: "Tensor", 11: "Value", 12: "Value", 13: "Value", 15: "Sparse"}),
    "Value": Plan(texts=frozenset({1})),
    "Function": Plan(
        {7: "Node", 9: "Opset", 11: "Attribute", 12: "Value"},
        texts=frozenset({1, 4, 5, 6, 10, 13}),
    ),
    "Node": Plan({5: "Attribute"}, texts=frozenset({1, 2, 4, 7, 8})),
    "Attribute": Plan(
        {5: "Tensor", 6: "Graph", 10: "Tensor", 11: "Graph", 22: "Sparse", 23: "Sparse"},
        lists=frozenset({7, 8, 9}),
        texts=frozenset({1, 21}),
    ),
    "Sparse": Plan({1: "Tensor", 2: "Tensor"}),
    "Tensor": Plan(
        {13: "Entry"}, data=frozenset({4, 5, 6, 7, 9, 10, 11}), stub=9, texts=frozenset({8})
    ),
}
"""Which fields hold weights (the data of tensors, the lists of attributes) and which hold texts."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """An input or output of an operator. ``name`` is that of its type parameter, or a type."""

    name: str
    types: frozenset[str]
    variadic: bool
    homogeneous: bool


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """An operator as one version of its domain's set defines it; ``native`` is onnx's object."""

    domain: str
    name: str
    since: int
    deprecated: bool
    inputs: tuple[Parameter, ...]
    outputs: tuple[Parameter, ...]
    attributes: Mapping[str, bool]
    """by name, whether a node must have it"""
    defaults: tuple[bytes, ...]
    """default values of attributes (serialised AttributeProto)"""
    counts: tuple[int, int, int, int]
    """fewest and most inputs, fewest and most outputs"""
    replaceable: bool
    """whether the standard defines a body of other operators for it"""
    native: Native


class Native(Protocol):
    """The methods of the onnx package's OpSchema that are called here."""

    @property
    def function_opset_versions(self) -> Sequence[int]: ...
    @property
    def context_dependent_function_opset_versions(self) -> Sequence[int]: ...
    def get_function_with_opset_version(self, version: int, /) -> bytes: ...
    def get_context_dependent_function_with_opset_version(
        self, version: int, node: bytes, types: list[bytes], /
    ) -> bytes: ...
    def _infer_node_outputs(
        self,
        node: bytes,
        types: dict[str, bytes],
        data: dict[str, bytes],
        sparse: dict[str, bytes],
        opsets: dict[str, int],
        /,
    ) -> dict[str, bytes]: ...


def read(source: Source, bounds: Bounds) -> ModelProto:
    """A source's message without its weights. Raises Malformed."""
    from google.protobuf.message import DecodeError  # noqa: PLC0415  with the messages

    data = slim(source, PLANS, "Model", bounds)
    model: ModelProto = messages().ModelProto()
    try:
        model.ParseFromString(data)
    except DecodeError as error:
        raise broken(str(error)) from None
    return model


def attribute(data: bytes) -> AttributeProto:
    made: AttributeProto = messages().AttributeProto()
    made.ParseFromString(data)
    return made


def new_node() -> NodeProto:
    made: NodeProto = messages().NodeProto()
    return made


def new_type() -> TypeProto:
    made: TypeProto = messages().TypeProto()
    return made


def new_tensor() -> TensorProto:
    made: TensorProto = messages().TensorProto()
    return made


@cache
def messages() -> ModuleType:
    return _load("onnx_ml_pb2", ".py")


@cache
def _native() -> ModuleType:
    return _load("onnx_cpp2py_export", ".*")


def _load(name: str, ending: str) -> ModuleType:
    """A module of the onnx package, loaded once for the process without the package itself.

    It is registered in ``sys.modules`` under its full name, which other modules of onnx import.
    """
    full = f"onnx.{name}"
    if full in sys.modules:
        return sys.modules[full]
    package = find_spec("onnx")
    assert package is not None
    assert package.origin is not None
    files = sorted(Path(package.origin).parent.glob(name + ending))
    file = next(path for path in files if path.suffix in (".py", ".so", ".pyd"))
    spec = spec_from_file_location(full, file)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[full] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@lru_cache(maxsize=4096)
def schema(domain: str, name: str, version: int) -> Schema | None:
    """An operator's schema in a version of its domain's set; None if the set lacks the operator."""
    defs = _native().defs
    try:
        found = defs.get_schema(name, min(version, _INT_MAX), "" if domain == STANDARD else domain)
    except defs.SchemaError:
        return None
    return Schema(
        domain,
        name,
        found.since_version,
        found.deprecated,
        tuple(map(_parameter, found.inputs)),
        tuple(map(_parameter, found.outputs)),
        {key: attribute.required for key, attribute in found.attributes.items()},
        _defaults(found.attributes.values()),
        (found.min_input, found.max_input, found.min_output, found.max_output),
        found.has_function or found.has_context_dependent_function,
        found,
    )


def _parameter(given: _Formal) -> Parameter:
    variadic = str(given.option).endswith("Variadic")
    types = frozenset(given.types)
    return Parameter(given.type_str, types, variadic, given.is_homogeneous)


def _defaults(attributes: Iterable[_Attribute]) -> tuple[bytes, ...]:
    return tuple(one._default_value for one in attributes if one._default_value)  # noqa: SLF001


class _Attribute(Protocol):
    _default_value: bytes


class _Formal(Protocol):
    type_str: str
    types: set[str]
    option: object
    is_homogeneous: bool


@cache
def domains() -> frozenset[str]:
    """The domains for which the onnx package has schemas."""
    return frozenset(found.domain or STANDARD for found in _native().defs.get_all_schemas())


def inferred(
    found: Schema, node: NodeProto, types: Mapping[str, bytes], version: int
) -> dict[str, bytes]:
    """The types (serialised TypeProto) of a node's outputs by name, as its schema infers them.

    ``types`` are those of its inputs. Empty where the schema cannot infer them, which is not an
    error: it may need shapes or values that are not known here.
    """
    try:
        return worked_out(found, node, types, {}, version)
    except Refused:
        return {}


class Refused(Exception):
    """An operator takes no inputs of these types, shapes and values; ``problem`` is onnx's text."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def worked_out(
    found: Schema,
    node: NodeProto,
    types: Mapping[str, bytes],
    values: Mapping[str, bytes],
    version: int,
) -> dict[str, bytes]:
    """As ``inferred()``, out of types with shapes, and out of values (serialised TensorProto).

    Raises Refused where the schema's own inference fails.
    """
    domain = "" if found.domain == STANDARD else found.domain
    failures = (_native().shape_inference.InferenceError, _native().checker.ValidationError)
    opsets = {domain: min(version, _INT_MAX)}
    try:
        return found.native._infer_node_outputs(  # noqa: SLF001  what onnx.shape_inference wraps
            node.SerializeToString(), dict(types), dict(values), {}, opsets
        )
    except (*failures, RuntimeError, ValueError, IndexError) as error:
        raise Refused(_first_line(str(error))) from None


def _first_line(text: str) -> str:
    """The first line of onnx's text without what precedes it in brackets."""
    line = text.partition("\n")[0].strip()
    return line.rpartition("Error] ")[2][:_MOST_SHOWN]


def body(
    found: Schema, node: NodeProto, types: Sequence[bytes], version: int
) -> FunctionProto | None:
    """The body that can replace an operator in a version of its set; None where it has none.

    ``types`` are those of all its inputs, empty for an omitted one. Raises Undecided where the body
    depends on more than types. A fixed body that was written for an older version of the set is
    valid while none of its operators has changed since; one that is built for the node always is.
    """
    native = found.native
    fixed = [one for one in native.function_opset_versions if one <= version]
    if fixed:
        written = max(fixed)
        function = _function(native.get_function_with_opset_version(written))
        return function if _still_valid(function, found.domain, written, version) else None
    built = [one for one in native.context_dependent_function_opset_versions if one <= version]
    return _function(_built(native, max(built), node, types)) if built else None


def _built(native: Native, version: int, node: NodeProto, types: Sequence[bytes]) -> bytes:
    """The body (serialised FunctionProto) that is built for one node. Raises Undecided."""
    try:
        data = native.get_context_dependent_function_with_opset_version(
            version, node.SerializeToString(), list(types)
        )
    except (_native().shape_inference.InferenceError, _native().checker.ValidationError):
        raise Undecided from None
    if not data:
        raise Undecided
    return data


def _function(data: bytes) -> FunctionProto:
    made: FunctionProto = messages().FunctionProto()
    made.ParseFromString(data)
    return made


class Undecided(Exception):
    """The body of an operator depends on shapes or values."""


def _still_valid(function: FunctionProto, domain: str, written: int, version: int) -> bool:
    """Whether no operator of the body has changed between two versions of its set."""
    for node in function.node:
        if (node.domain or STANDARD) == domain:
            before = schema(domain, node.op_type, written)
            now = schema(domain, node.op_type, version)
            if before is None or now is None or before.since != now.since:
                return False
    return True
