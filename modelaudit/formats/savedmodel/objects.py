"""The object graph of a SavedModel: what Keras objects, assets and bound values are in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.formats.protobuf import Field, text
from modelaudit.formats.savedmodel.graph import MOST_KINDS, MOST_NODES, Reader
from modelaudit.formats.savedmodel.schema import MESSAGES, numbers, walk


@dataclass(slots=True)
class Objects:
    """``bound`` has the values bound to each function: a constant's node, or ``:`` and an asset."""

    identifiers: dict[str, int] = field(default_factory=dict)
    """the offset of the first object of each class (``_tf_keras_model``)"""
    metadata: list[tuple[str, Field]] = field(default_factory=list)
    """identifier and configuration of Keras objects, which releases before 2.5 write here"""
    bound: dict[str, list[str]] = field(default_factory=dict)
    saves: dict[int, str] = field(default_factory=dict)
    """by the function that saves it, the name of a part of an object, such as a table"""
    unsigned: dict[int, int] = field(default_factory=dict)
    """functions that are saved without a signature, with their offset"""

    def unsigned_saves(self) -> list[tuple[str, int]]:
        """Parts that a function without a signature saves: name, and offset of the function."""
        return [(what, self.unsigned[n]) for n, what in self.saves.items() if n in self.unsigned]


def read(reader: Reader, part: Field, assets: list[str]) -> Objects:
    """``assets`` are the names of the files, by index. Raises Malformed."""
    found = Objects()
    nodes: list[str] = []
    functions = []
    for name, inner in walk(reader.data, part.value, part.stop, "SavedObjectGraph"):
        reader.tick(inner.at)
        if len(nodes) >= MOST_NODES:
            at = inner.at - reader.base
            raise Malformed("limit", {"limit": "objects of graph", "most": MOST_NODES}, at)
        if name == "nodes":
            nodes.append(_node(reader, inner, found, assets, len(nodes)))
        else:
            functions.append(inner)
    for entry in functions:
        key, value = reader.pair(entry)
        if value is not None and len(found.bound) < MOST_KINDS:
            found.bound[key] = [
                nodes[index] if index < len(nodes) else "" for index in _inputs(reader, value)
            ]
    return found


def _inputs(reader: Reader, part: Field) -> Iterator[int]:
    for _, found in walk(reader.data, part.value, part.stop, "SavedConcreteFunction"):
        yield from numbers(reader.data, found, MOST_KINDS)


def _node(reader: Reader, part: Field, found: Objects, assets: list[str], index: int) -> str:
    """The value of an object that a function captures, as in ``bound``; empty for a variable."""
    data = reader.data
    captured = ""
    names = set[str]()
    for name, inner in walk(data, part.value, part.stop, "SavedObject"):
        if name in names and name != "saveable_objects":
            raise Malformed("repeated-field", {"field": name}, inner.at - reader.base)
        names.add(name)
        parts = dict(walk(data, inner.value, inner.stop, _KINDS[name]))
        if name == "asset":
            number = parts["asset_file_def_index"].value if parts else 0
            captured = f":{assets[number]}" if number < len(assets) else ""
        elif name == "constant":
            captured = text(data, parts["operation"]) if parts else ""
        elif name == "bare_concrete_function":
            spec = parts.get("function_spec")
            if spec is not None and not _is_signed(reader, spec):
                found.unsigned[index] = inner.at
        elif name == "saveable_objects":
            _saveable(reader, inner, found)
        else:
            _user_object(reader, parts, found, part.at)
    return captured


_KINDS: Final = dict(MESSAGES["SavedObject"].values())


def _is_signed(reader: Reader, spec: Field) -> bool:
    """False for a FunctionSpec that says there is no signature."""
    data = reader.data
    signature = dict(walk(data, spec.value, spec.stop, "FunctionSpec")).get("input_signature")
    if signature is None:
        return True
    return not dict(walk(data, signature.value, signature.stop, "StructuredValue"))


def _saveable(reader: Reader, entry: Field, found: Objects) -> None:
    name, value = reader.pair(entry)
    # An object that lists its own tensors has an entry TENSORS, and no save function is called.
    if value is None or name.endswith("TENSORS") or len(found.saves) >= MOST_KINDS:
        return
    parts = dict(walk(reader.data, value.value, value.stop, "SaveableObject"))
    if "save_function" in parts:
        found.saves[parts["save_function"].value] = name


def _user_object(reader: Reader, parts: dict[str, Field], found: Objects, at: int) -> None:
    identifier = text(reader.data, parts["identifier"]) if "identifier" in parts else ""
    if len(found.identifiers) < MOST_KINDS:
        found.identifiers.setdefault(identifier, at)
    metadata = parts.get("metadata")
    if metadata is not None and metadata.stop > metadata.value:
        found.metadata.append((identifier, metadata))
