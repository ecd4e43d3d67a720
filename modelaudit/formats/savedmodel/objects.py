"""The object graph of a SavedModel: what Keras objects, assets and bound values are in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from modelaudit.formats.protobuf import Field, text
from modelaudit.formats.savedmodel.graph import MOST_KINDS, Reader
from modelaudit.formats.savedmodel.schema import numbers, walk

MOST_OBJECTS: Final = 1_000_000


@dataclass(slots=True)
class Objects:
    """``bound`` has what is bound to each function: a constant's node, or ``:`` and an asset."""

    identifiers: dict[str, int] = field(default_factory=dict)
    """by what an object is (``_tf_keras_model``), where it stands"""
    metadata: list[tuple[str, Field]] = field(default_factory=list)
    """identifier and configuration of Keras objects, where releases before 2.5 keep it"""
    bound: dict[str, list[str]] = field(default_factory=dict)


def read(reader: Reader, part: Field, assets: list[str]) -> Objects:
    """``assets`` are the names of the files, by index. Raises Malformed."""
    found = Objects()
    nodes: list[str] = []
    functions = []
    for name, inner in walk(reader.data, part.value, part.stop, "SavedObjectGraph"):
        reader.tick(inner.at)
        if name == "nodes":
            nodes.append(_node(reader, inner, found, assets))
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


def _node(reader: Reader, part: Field, found: Objects, assets: list[str]) -> str:
    """What the object stands for where a function captures it; empty for what is no constant."""
    data = reader.data
    stands = ""
    for name, inner in walk(data, part.value, part.stop, "SavedObject"):
        if name == "asset":
            held = dict(walk(data, inner.value, inner.stop, "SavedAsset"))
            index = held["asset_file_def_index"].value if held else 0
            stands = f":{assets[index]}" if index < len(assets) else ""
        elif name == "constant":
            held = dict(walk(data, inner.value, inner.stop, "SavedConstant"))
            stands = text(data, held["operation"]) if held else ""
        elif name == "user_object":
            held = dict(walk(data, inner.value, inner.stop, "SavedUserObject"))
            identifier = text(data, held["identifier"]) if "identifier" in held else ""
            if len(found.identifiers) < MOST_KINDS:
                found.identifiers.setdefault(identifier, part.at)
            if "metadata" in held and held["metadata"].stop > held["metadata"].value:
                found.metadata.append((identifier, held["metadata"]))
    return stands
