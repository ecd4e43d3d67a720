"""What the onnx package knows: the messages of its format, and the schemas of its operators.

Both are loaded out of the package without the package itself, whose ``__init__`` imports NumPy and
more that nothing here needs and that takes longer than reading most models.

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

from modelaudit.core.errors import Malformed
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source
from modelaudit.formats.protobuf import Plan, slim

if TYPE_CHECKING:
    from onnx.onnx_ml_pb2 import AttributeProto, FunctionProto, ModelProto, NodeProto, TypeProto

STANDARD: Final = "ai.onnx"
"""The domain that models spell as nothing."""

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
"""Where a model has its weights: in the data fields of tensors, and in the lists of attributes; and
the texts that are read here."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """An input or output of an operator. ``name`` is that of its type parameter, or a type."""

    name: str
    types: frozenset[str]
    variadic: bool
    homogeneous: bool


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """An operator as one version of its domain's set has it; ``native`` is onnx's own."""

    domain: str
    name: str
    since: int
    deprecated: bool
    inputs: tuple[Parameter, ...]
    outputs: tuple[Parameter, ...]
    attributes: Mapping[str, bool]
    """by name, whether it has to be given"""
    defaults: tuple[bytes, ...]
    """the attributes (serialised AttributeProto) that it has where they are not given"""
    counts: tuple[int, int, int, int]
    """least and most inputs, least and most outputs"""
    replaceable: bool
    """whether operators of the standard can stand in for it"""
    native: Native


class Native(Protocol):
    """What is called of an OpSchema of the onnx package."""

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
        raise Malformed("broken-message", f"no ModelProto: {error}") from None
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


@cache
def messages() -> ModuleType:
    return _load("onnx_ml_pb2", ".py")


@cache
def _native() -> ModuleType:
    return _load("onnx_cpp2py_export", ".*")


def _load(name: str, ending: str) -> ModuleType:
    """A module of the onnx package, which is not imported itself; once for the process."""
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
    """The schema that an operator has in a version of its domain's set; None where it has none."""
    defs = _native().defs
    try:
        found = defs.get_schema(name, version, "" if domain == STANDARD else domain)
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
    """The domains whose operators the onnx package has schemas of."""
    return frozenset(found.domain or STANDARD for found in _native().defs.get_all_schemas())


def inferred(
    found: Schema, node: NodeProto, types: Mapping[str, bytes], version: int
) -> dict[str, bytes]:
    """The types (serialised TypeProto) of a node's outputs by name, as its schema works them out.

    ``types`` are those of its inputs. Empty where the schema cannot tell, which is no error here:
    it may need shapes or values that are not known.
    """
    domain = "" if found.domain == STANDARD else found.domain
    try:
        return found.native._infer_node_outputs(  # noqa: SLF001  what onnx.shape_inference wraps
            node.SerializeToString(), dict(types), {}, {}, {domain: version}
        )
    except (_native().shape_inference.InferenceError, _native().checker.ValidationError):
        return {}


def body(
    found: Schema, node: NodeProto, types: Sequence[bytes], version: int
) -> FunctionProto | None:
    """What an operator can be replaced by in a version of its set; None where it cannot.

    ``types`` are those of all its inputs, empty for one that is left out. Raises Undecided where it
    depends on more than they tell. A body that was written down for an older version holds as long
    as none of its operators has changed since; one that is built for the node holds always.
    """
    native = found.native
    made: FunctionProto = messages().FunctionProto()
    plain = [one for one in native.function_opset_versions if one <= version]
    if plain:
        made.ParseFromString(native.get_function_with_opset_version(max(plain)))
        return made if _holds(made, found.domain, max(plain), version) else None
    built = [one for one in native.context_dependent_function_opset_versions if one <= version]
    if not built:
        return None
    try:
        data = native.get_context_dependent_function_with_opset_version(
            max(built), node.SerializeToString(), list(types)
        )
    except (_native().shape_inference.InferenceError, _native().checker.ValidationError):
        raise Undecided from None
    if not data:
        raise Undecided
    made.ParseFromString(data)
    return made


class Undecided(Exception):
    """What an operator can be replaced by depends on shapes or values."""


def _holds(function: FunctionProto, domain: str, written: int, version: int) -> bool:
    for node in function.node:
        if (node.domain or STANDARD) == domain:
            before = schema(domain, node.op_type, written)
            now = schema(domain, node.op_type, version)
            if before is None or now is None or before.since != now.since:
                return False
    return True
