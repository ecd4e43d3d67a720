"""What single classes and keys of a configuration mean: code, paths, pickles, names."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from modelaudit.core.facts import Embedded, Fact, Metadata, Reference
from modelaudit.core.limits import MIB
from modelaudit.core.location import Location
from modelaudit.core.source import Source
from modelaudit.discovery.identify import UNKNOWN, identify
from modelaudit.formats.archives.members import leaves
from modelaudit.formats.keras import lambdas

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

OPAQUE: Final = frozenset(
    {"__keras_tensor__", "__tensor__", "__numpy__", "__slice__", "__lambda__", "__bytes__"}
)
"""Classes that hold values and no objects."""
LOOKUPS: Final = frozenset(
    {"StringLookup", "IntegerLookup", "IndexLookup", "TextVectorization", "HashedCrossing"}
)
COMPILED: Final = frozenset({"loss", "metrics", "weighted_metrics"})
"""What a model is compiled with, which a text or an object may name."""
STATES: Final = {
    "StringLookup": "vocabulary",
    "IntegerLookup": "vocabulary",
    "TextVectorization": "vocabulary",
    "Normalization": "mean",
}
"""Layers that are adapted to data, and the key of what they learn where that is told."""
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
    for key in ("input_layers", "output_layers"):
        nodes = config.get(key)
        if isinstance(nodes, list) and nodes and isinstance(nodes[0], str):
            yield Metadata("keras-single-node", key, -1, where)
    state = STATES.get(str(class_name))
    if state is not None and not config.get(state):
        yield Metadata("keras-state-outside", str(class_name), -1, where)
    function = config.get("fn")
    if class_name == "MeanMetricWrapper" and isinstance(function, str):
        yield Metadata("keras-metric", function[:200], -1, where)
    reduction = config.get("reduction")
    if node.role in COMPILED and isinstance(reduction, str):
        yield Metadata("keras-reduction", reduction[:100], -1, where)
    mode = config.get("score_mode")
    if isinstance(mode, str):
        yield Metadata("keras-score-mode", mode[:100], -1, where)


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
    elif node.role in COMPILED and not node.owner:
        kind = "keras-loss" if node.role == "loss" else "keras-metric"
        yield Metadata(kind, text[:200], -1, where)


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
    """Nested models whose nodes Keras 3 cannot find, since Keras 2 counts one more of each.

    Calls are made in the order in which what they are given is there, as Keras 3 makes them.
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
            for name in _unresolved(held):
                yield Metadata("keras-node-beyond", name[:200], -1, where)


def _unresolved(config: dict[str, Json]) -> list[str]:
    """Layers of a functional model whose calls, or whose outputs, refer to nodes never made."""
    layers, outputs = config.get("layers"), config.get("output_layers")
    if not isinstance(layers, list) or not isinstance(outputs, list):
        return []
    waiting: dict[str, list[list[tuple[str, int]]]] = {}
    made: dict[str, int] = {}
    functional: set[str] = set()
    for layer in layers:
        if not isinstance(layer, dict) or not isinstance(layer.get("inbound_nodes"), list):
            return []
        name, nodes = str(layer.get("name")), layer["inbound_nodes"]
        assert isinstance(nodes, list)
        waiting[name] = [list(_references(node)) for node in nodes]
        made[name] = 0 if nodes else 1  # an input is made with its node
        if layer.get("class_name") in ("Functional", "Model"):
            functional.add(name)
    moved = True
    while moved:
        moved = False
        for name, calls in waiting.items():
            while calls and all(made.get(other, 1 << 30) > index for other, index in calls[0]):
                calls.pop(0)
                made[name] += 1
                moved = True
    found = [name for name, calls in waiting.items() if calls]
    for name, index in _references(outputs):
        if index - (name in functional) >= made.get(name, 1 << 30):
            found.append(name)
    return list(dict.fromkeys(found))


def _references(value: Json) -> Iterator[tuple[str, int]]:
    """Every layer and node that is named in lists: ``["dense", 0, 0, {}]``."""
    left = [value]
    while left:
        held = left.pop()
        if not isinstance(held, list):
            continue
        if len(held) >= 3 and isinstance(held[0], str) and isinstance(held[1], int):
            yield held[0], held[1]
        left.extend(held)
