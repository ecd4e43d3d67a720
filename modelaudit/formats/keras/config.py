"""A configuration of Keras: JSON (or YAML, before 2.6) of classes and what to build them with.

``{"class_name": …, "config": {…}}`` is an object; ``module`` and ``registered_name`` came with
Keras 2.12. Loading rebuilds every object, wherever it stands, so every one is a fact.
https://keras.io/api/models/model_saving_apis/serialization_utils/
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from modelaudit.core.facts import Anomaly, Fact, Layer, Unreadable
from modelaudit.core.limits import MIB
from modelaudit.core.location import Location
from modelaudit.formats.keras import special
from modelaudit.formats.keras.special import Json, Node

MOST_TEXT: Final = 64 * MIB
MOST_KEYS: Final = 100
MOST_OBJECTS: Final = 200_000
MOST_PATH: Final = 200
MOST_KINDS: Final = 4000
"""Objects that differ in class, place or keys, and are told one by one."""


def facts(text: str, where: Location, via: str) -> Iterator[Fact]:
    """Every fact of one configuration. ``via`` is what holds it, as ``Layer.via`` says."""
    if len(text) > MOST_TEXT:
        yield Unreadable("limit", f"a configuration of more than {MOST_TEXT} bytes", where)
        return
    try:
        value, repeated = parse(text)
    except (ValueError, RecursionError) as error:
        yield Unreadable("broken-config", f"the configuration is no JSON: {error}"[:300], where)
        return
    for key in repeated[:8]:
        yield Anomaly("keras-duplicate-key", f"an object has the key {key!r} twice", where)
    yield from of_value(value, where, via)


def parse(text: str) -> tuple[Json, list[str]]:
    """The value, and keys that occur twice in one object. Raises ValueError, RecursionError."""
    repeated: list[str] = []

    def pairs(items: list[tuple[str, Json]]) -> dict[str, Json]:
        found = dict(items)
        if len(found) < len(items):
            counts = Counter(key for key, _ in items)
            repeated.extend(key for key, count in counts.items() if count > 1)
        return found

    return json.loads(text, object_pairs_hook=pairs), repeated


@dataclass(frozen=True, slots=True)
class _Kind:
    """What objects are told together by."""

    class_name: str
    module: str
    registered_name: str
    keys: tuple[str, ...]
    role: str


def of_value(value: Json, where: Location, via: str) -> Iterator[Fact]:
    """The facts of a configuration that is parsed already."""
    layers: dict[_Kind, Layer] = {}
    left = [Node(value, "", "", "")]
    count = 0
    while left:
        node = left.pop()
        count += 1
        if count > MOST_OBJECTS:
            yield Unreadable("limit", f"more than {MOST_OBJECTS} values in it", where)
            break
        here = replace(where, object=node.path or where.object)
        held = node.value
        if isinstance(held, dict) and isinstance(held.get("class_name"), str):
            kind = _kind(node, held)
            known = layers.get(kind)
            if kind.class_name in special.OPAQUE:
                pass
            elif known is not None:
                layers[kind] = replace(known, count=known.count + 1)
            elif len(layers) < MOST_KINDS:
                layers[kind] = _layer(kind, via, here)
            else:
                yield Unreadable("limit", f"more than {MOST_KINDS} kinds of objects", here)
                break
            yield from special.facts(node, held, here)
        else:
            yield from special.plain(node, here)
        left.extend(reversed(list(_below(node))))
    yield from layers.values()
    yield from special.graph(value, where, via)


def _kind(node: Node, held: dict[str, Json]) -> _Kind:
    config = held.get("config")
    class_name = str(held["class_name"])
    role, keys = node.role, tuple(config)[:MOST_KEYS] if isinstance(config, dict) else ()
    if class_name == "function":
        class_name = config if isinstance(config, str) else str(held.get("registered_name"))
        role = "function"
    if class_name == "__typespec__":
        class_name = str(held.get("spec_name"))
    module = "None" if held.get("module", "") is None else str(held.get("module", ""))
    registered = str(held.get("registered_name") or "")
    return _Kind(class_name[:300], module[:300], registered[:300], keys, role)


def _layer(kind: _Kind, via: str, where: Location) -> Layer:
    return Layer(
        kind.class_name, kind.module, kind.registered_name, kind.keys, kind.role, via, 1, where
    )


def _below(node: Node) -> Iterator[Node]:
    """What is inside a value, with the role that its place gives it."""
    held = node.value
    if isinstance(held, list):
        for item in held:
            # A list of words is no path and no name of a function, but for what is compiled with.
            role = node.role if not isinstance(item, str) or node.role in special.COMPILED else ""
            if isinstance(item, dict | list | str):
                yield Node(item, role, node.path, node.owner)
        return
    if not isinstance(held, dict):
        return
    path, owner = node.path, node.owner
    class_name = held.get("class_name")
    if isinstance(class_name, str):
        if class_name in special.OPAQUE:
            return
        config = held.get("config")
        name = config.get("name") if isinstance(config, dict) else None
        part = name if isinstance(name, str) else class_name
        path, owner = f"{path}/{part}".strip("/")[:MOST_PATH], class_name
    for key, item in held.items():
        if isinstance(item, dict | list | str):
            # What a model is compiled with may be by the name of its output.
            kept = key == "config" or (node.role in special.COMPILED and not owner)
            yield Node(item, node.role if kept else key, path, owner)
