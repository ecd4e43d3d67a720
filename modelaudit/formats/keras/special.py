"""What single classes and keys of a configuration mean: code, paths, pickles, names."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from modelaudit.facts import Embedded, Fact, Location, Metadata, Reference
from modelaudit.formats.archives.members import leaves
from modelaudit.formats.keras import lambdas
from modelaudit.identify import UNKNOWN, identify
from modelaudit.limits import MIB
from modelaudit.source import Source

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

OPAQUE: Final = frozenset(
    {"__keras_tensor__", "__tensor__", "__numpy__", "__slice__", "__lambda__", "__bytes__"}
)
"""Classes that hold values and no objects."""
LOOKUPS: Final = frozenset(
    {"StringLookup", "IntegerLookup", "IndexLookup", "TextVectorization", "HashedCrossing"}
)
NESTED: Final = frozenset({"Functional", "Sequential", "Model"})
_URL: Final = re.compile(r"(?:https?|ftp|gs|s3|hdfs|file)://", re.IGNORECASE)
_PATHS: Final = {
    "vocabulary": "keras-vocabulary",
    "idf_weights": "keras-vocabulary",
    "filepath": "keras-path",
    "file_path": "keras-path",
    "fname": "keras-path",
    "origin": "keras-path",
    "cache_dir": "keras-path",
}
"""Keys whose text is opened as a file."""
_MOST_PICKLE: Final = 256 * MIB


@dataclass(frozen=True, slots=True)
class Node:
    """A value; ``role`` is the key that leads to it, ``owner`` the class it is configuration of."""

    value: Json
    role: str
    path: str
    owner: str


def facts(node: Node, held: dict[str, Json], where: Location) -> Iterator[Fact]:
    """What an object says beyond its class and keys."""
    class_name, config = held["class_name"], held.get("config")
    if class_name == "__lambda__" and isinstance(config, dict):
        text = config.get("value", config.get("code"))
        text = text[0] if isinstance(text, list) and text else text
        if isinstance(text, str):
            yield from lambdas.code(text, node.path.rpartition("/")[2], where)
    elif class_name == "__bytes__" and isinstance(config, dict):
        yield from _pickle(config.get("value"), node.owner, where)
    elif class_name == "__typespec__":
        yield Metadata("keras-typespec", str(held.get("spec_name"))[:200], -1, where)
    if not isinstance(config, dict):
        return
    yield from _configured(node, class_name, config, where)


def _configured(
    node: Node, class_name: Json, config: dict[str, Json], where: Location
) -> Iterator[Fact]:
    """What the configuration of an object says by its class."""
    name = config.get("name")
    if isinstance(name, str) and node.role in ("layers", "layer", "cell", ""):
        yield from _name(name, where)
    if class_name == "Lambda":
        yield from _lambda(config, str(name), where)
    elif class_name == "TFSMLayer":
        target = str(config.get("filepath"))[:1000]
        yield Reference("keras-savedmodel", target, leaves(target), where)
    elif class_name == "TorchModuleWrapper":
        yield from _pickle(config.get("module"), "TorchModuleWrapper", where)
    if node.role == "dtype" or class_name in ("Policy", "DTypePolicy"):
        yield Metadata("keras-dtype-policy", str(name)[:100], -1, where)
    for key in ("reduction", "score_mode"):
        value = config.get(key)
        if isinstance(value, str):
            yield Metadata(
                f"keras-{key.replace('_', '-')}", f"{class_name}:{value}"[:200], -1, where
            )


def plain(node: Node, where: Location) -> Iterator[Fact]:
    """What a text says by the key that leads to it."""
    text = node.value
    if not isinstance(text, str) or not text:
        return
    if node.role in _PATHS and (node.owner in LOOKUPS or node.role != "vocabulary"):
        yield from _path(node, text, where)
    elif _URL.match(text):
        yield Reference("keras-url", text[:1000], leaves=True, where=where)
    elif node.role.endswith("activation"):
        yield Metadata("keras-activation", text[:200], -1, where)
    elif node.role in ("metrics", "weighted_metrics") and not node.owner:
        yield Metadata("keras-metric", text[:200], -1, where)
    elif node.role in ("loss", "losses") and not node.owner:
        yield Metadata("keras-loss", text[:200], -1, where)


def _path(node: Node, text: str, where: Location) -> Iterator[Fact]:
    if node.owner == "TFSMLayer":
        return
    target = text[:1000]
    outside = leaves(target) or _URL.match(target) is not None
    yield Reference(_PATHS[node.role], target, outside, where)


def _name(name: str, where: Location) -> Iterator[Fact]:
    """Names become paths of what a layer stores, in the archive and in HDF5."""
    if "/" in name or "\\" in name or ".." in name:
        yield Metadata("keras-path-in-name", name[:200], -1, where)
    elif not name.isascii():
        yield Metadata("keras-name-not-ascii", name[:200], -1, where)


def _lambda(config: dict[str, Json], name: str, where: Location) -> Iterator[Fact]:
    """The function, output shape and mask of a Lambda: marshalled code, or the name of one."""
    for key in ("function", "output_shape", "mask"):
        value = config.get(key)
        if isinstance(value, list) and value and isinstance(value[0], str):
            if len(value[0]) > 8:
                yield from lambdas.code(value[0], name, where)
        elif isinstance(value, dict) and value.get("class_name") == "__lambda__":
            continue  # it is an object of its own
        elif isinstance(value, str):
            module = config.get("module" if key == "function" else f"{key}_module")
            yield Metadata("keras-lambda-function", f"{module or '?'}.{value}"[:200], -1, where)
        elif isinstance(value, dict):
            called = value.get("config", value.get("registered_name"))
            yield Metadata(
                "keras-lambda-function", f"{value.get('module')}.{called}"[:200], -1, where
            )


def _pickle(value: Json, owner: str, where: Location) -> Iterator[Fact]:
    """Bytes that torch.load or pickle takes, in base64 or as characters."""
    if isinstance(value, dict):
        value = value.get("value", value.get("config"))
    if isinstance(value, dict):
        value = value.get("value")
    if not isinstance(value, str):
        return
    for encoding, raw in _decoded(value[:_MOST_PICKLE]):
        format_ = identify(raw[:4096])
        if format_ != UNKNOWN:
            inner = Source(raw, where.path, (*where.members, "module"))
            handed = "torch.load" if owner == "TorchModuleWrapper" else ""
            yield Embedded(format_, encoding, handed, "value", inner.at(), inner)
            return


def _decoded(text: str) -> Iterator[tuple[str, bytes]]:
    with suppress(binascii.Error, ValueError):
        yield "base64", base64.b64decode(text, validate=True)
    yield "", text.encode("latin-1", "replace")
    yield "", text.encode("utf-8", "replace")


def graph(value: Json, where: Location, via: str) -> Iterator[Fact]:
    """Nodes of a nested model that its own configuration does not have.

    Keras 2 counts the node that a model makes for itself, and Keras 3 does not find it.
    """
    if via != "hdf5":
        return
    left: list[Json] = [value]
    while left:
        held = left.pop()
        if isinstance(held, list):
            left.extend(held)
        elif isinstance(held, dict):
            left.extend(held.values())
            layers = held.get("layers")
            if isinstance(layers, list):
                for name in _beyond([layer for layer in layers if isinstance(layer, dict)]):
                    yield Metadata("keras-node-beyond", name[:200], -1, where)


def _beyond(layers: list[dict[str, Json]]) -> list[str]:
    """The names of nested models that a later node of theirs is used of than there are."""
    nodes: dict[str, int] = {}
    for layer in layers:
        inbound = layer.get("inbound_nodes")
        if layer.get("class_name") in NESTED and isinstance(inbound, list):
            nodes[str(layer.get("name"))] = len(inbound)
    found: dict[str, None] = {}
    for layer in layers:
        for node in _lists(layer.get("inbound_nodes")):
            if len(node) < 3 or not isinstance(node[0], str) or not isinstance(node[1], int):
                continue
            if node[1] >= nodes.get(node[0], 1 << 62):
                found[node[0]] = None
    return list(found)


def _lists(value: Json) -> Iterator[list[Json]]:
    """Every list inside lists."""
    left = [value]
    while left:
        held = left.pop()
        if isinstance(held, list):
            yield held
            left.extend(held)
