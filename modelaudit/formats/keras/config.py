"""A configuration of Keras: JSON (or YAML, before 2.6) of classes and what to build them with.

``{"class_name": …, "config": {…}}`` is an object; ``module`` and ``registered_name`` came with
Keras 2.12. Loading rebuilds every object, at whatever depth, so every one is a fact.
https://keras.io/api/models/model_saving_apis/serialization_utils/
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from modelaudit.core.facts import Anomaly, Fact, Layer, Unreadable
from modelaudit.core.limits import MIB
from modelaudit.core.location import Location
from modelaudit.formats.keras import graph, payloads
from modelaudit.formats.keras.settings import Settings
from modelaudit.formats.keras.walk import (
    MOST_NAME,
    VALUES,
    Json,
    Node,
    below,
    class_of,
    spelled,
)

MOST_TEXT: Final = 64 * MIB
"""Bytes of one configuration."""
MOST_PROBLEM: Final = 300
"""Characters of what a parser says."""
MOST_REPEATED: Final = 8
"""Keys that occur twice and become facts."""
MOST_KEYS: Final = 100
"""Keys of one object."""
MOST_OBJECTS: Final = 200_000
"""Values of one configuration."""
MOST_KINDS: Final = 4000
"""Objects that differ in class, place or keys, each of which is a fact."""
_NOWHERE: Final = Location("")


def facts(text: str, where: Location, via: str) -> Iterator[Fact]:
    """Every fact of one configuration. ``via`` is what contains it, as ``Layer.via`` says."""
    if len(text) > MOST_TEXT:
        yield _limit("bytes of one configuration", MOST_TEXT, where)
        return
    try:
        value, repeated = parse(text)
    except (ValueError, RecursionError) as error:
        problem = str(error)[:MOST_PROBLEM]
        yield Unreadable("broken-config", {"language": "JSON", "problem": problem}, where)
        return
    for key in repeated[:MOST_REPEATED]:
        yield Anomaly("keras-duplicate-key", {"key": key}, where)
    yield from of_value(value, where, via)


def parse(text: str) -> tuple[Json, list[str]]:
    """The value, and keys that occur twice in one object. Raises ValueError, RecursionError."""
    repeated: list[str] = []

    def pairs(items: list[tuple[str, Json]]) -> dict[str, Json]:
        made = dict(items)
        if len(made) < len(items):
            counts = Counter(key for key, _ in items)
            repeated.extend(key for key, count in counts.items() if count > 1)
        return made

    return json.loads(text, object_pairs_hook=pairs), repeated


class _Layers:
    """Collects the objects of one configuration by kind."""

    def __init__(self, via: str) -> None:
        self._via = via
        self._facts: dict[Layer, Layer] = {}

    def add(self, node: Node, value: dict[str, Json], where: Location) -> bool:
        """Count an object. False where there are too many kinds to count one more."""
        kind = _kind(node, value, self._via)
        known = self._facts.get(kind)
        if known is not None:
            self._facts[kind] = replace(known, count=known.count + 1)
        elif len(self._facts) < MOST_KINDS:
            self._facts[kind] = replace(kind, count=1, where=where)
        else:
            return False
        return True

    def finish(self) -> Iterator[Fact]:
        yield from self._facts.values()


def of_value(value: Json, where: Location, via: str) -> Iterator[Fact]:
    """The facts of a configuration that is parsed already."""
    layers, settings = _Layers(via), Settings()
    left = [Node(value)]
    count = 0
    while left:
        node = left.pop()
        count += 1
        if count > MOST_OBJECTS:
            yield _limit("values of one configuration", MOST_OBJECTS, where)
            break
        here = replace(where, object=node.path or where.object)
        inner = node.value
        if isinstance(inner, dict) and isinstance(inner.get("class_name"), str):
            class_name = class_of(inner)
            if class_name not in VALUES and not layers.add(node, inner, here):
                yield _limit("different objects of one configuration", MOST_KINDS, here)
                break
            yield from payloads.facts(node, inner, here)
            config = inner.get("config")
            if isinstance(config, dict):
                if len(config) > MOST_KEYS:
                    yield _limit("keys of one object", MOST_KEYS, here)
                settings.name(class_name, config.get("name"), node.role, here)
                yield from graph.single_nodes(config, here)
        else:
            settings.text(node, here)
        left.extend(reversed(list(below(node))))
    yield from layers.finish()
    yield from settings.finish()
    if via == "hdf5":  # no other form counts the nodes of nested models in its references
        yield from graph.unmade_nodes(value, where)


def _kind(node: Node, value: dict[str, Json], via: str) -> Layer:
    """What an object has in common with others that are the same: no count and no place yet."""
    config = value.get("config")
    class_name, role = str(value["class_name"]), node.role
    if class_name == "function":
        class_name = config if isinstance(config, str) else str(value.get("registered_name"))
        role = "function"
    if class_name == "__typespec__":
        class_name = str(value.get("spec_name"))
    module, class_name = spelled(value.get("module", ""), class_name)
    given = config if isinstance(config, dict) else {}
    return Layer(
        class_name=class_name[:MOST_NAME],
        module=module[:MOST_NAME],
        registered_name=str(value.get("registered_name") or "")[:MOST_NAME],
        keys=tuple(given)[:MOST_KEYS],
        role=role,
        via=via,
        count=0,
        where=_NOWHERE,
        unset=_unset(given),
        layers=tuple(_layer_names(given)),
    )


def _unset(config: dict[str, Json]) -> tuple[str, ...]:
    """The keys that have no value."""
    keys = [key for key, value in config.items() if value is None or value in ("", [], {})]
    return tuple(keys[:MOST_KEYS])


def _layer_names(config: dict[str, Json]) -> Iterator[str]:
    """The names of the layers directly inside a model."""
    layers = config.get("layers")
    for layer in layers if isinstance(layers, list) else ():
        inner = layer.get("config") if isinstance(layer, dict) else None
        name = inner.get("name") if isinstance(inner, dict) else None
        if isinstance(name, str):
            yield name[:MOST_NAME]


def _limit(limit: str, most: int, where: Location) -> Unreadable:
    return Unreadable("limit", {"limit": limit, "most": most}, where)
