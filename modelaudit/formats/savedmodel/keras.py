"""The configurations of Keras objects in a SavedModel: keras_metadata.pb, or the object graph.

Keras 2 rebuilds its objects from them; the graph alone does without.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from modelaudit.facts import Code, Fact, Layer, Location, Unreadable
from modelaudit.formats.protobuf import Field, text
from modelaudit.formats.savedmodel.graph import Reader
from modelaudit.formats.savedmodel.schema import walk
from modelaudit.limits import MIB

MOST_TEXT: Final = 16 * MIB
MOST_OBJECTS: Final = 200_000
MOST_SHOWN: Final = 300
_CALLABLES: Final = ("function", "output_shape", "mask")

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def read(reader: Reader) -> Iterator[Fact]:
    """A keras_metadata.pb. Raises Malformed."""
    texts: list[tuple[str, Field]] = []
    for _, node in walk(reader.data, reader.base, reader.end, "KerasMetadata"):
        reader.tick(node.at)
        held = dict(walk(reader.data, node.value, node.stop, "KerasObject"))
        identifier = text(reader.data, held["identifier"]) if "identifier" in held else ""
        if "metadata" in held:
            texts.append((identifier, held["metadata"]))
    yield from objects(reader, texts)


def objects(reader: Reader, texts: list[tuple[str, Field]]) -> Iterator[Fact]:
    """Layers and code of configurations, each once however many objects repeat it."""
    layers: dict[tuple[object, ...], Layer] = {}
    codes: dict[str, Code] = {}
    count = 0
    for identifier, found in texts:
        where = reader.at(found.at, identifier)
        config = _parse(reader, found)
        if isinstance(config, str):
            yield Unreadable("broken-config", config, where)
            continue
        for value in _objects(config):
            count += 1
            if count > MOST_OBJECTS:
                yield Unreadable("limit", f"more than {MOST_OBJECTS} objects", where)
                break
            layer = _layer(value, where)
            key = (layer.class_name, layer.module, layer.registered_name, layer.keys)
            known = layers.get(key)
            layers[key] = layer if known is None else replace(known, count=known.count + 1)
            for code in _code(value, where):
                codes.setdefault(code.text, code)
    yield from layers.values()
    yield from codes.values()


def _parse(reader: Reader, found: Field) -> Json:
    """The configuration, or as a text what is wrong with it."""
    if found.stop - found.value > MOST_TEXT:
        return f"a configuration of more than {MOST_TEXT} bytes"
    try:
        config: Json = json.loads(text(reader.data, found, MOST_TEXT))
    except (ValueError, RecursionError) as error:
        return f"the configuration is no JSON: {error}"[:MOST_SHOWN]
    return config if not isinstance(config, str) else "the configuration is no JSON object"


def _objects(config: Json) -> Iterator[dict[str, Json]]:
    """Everything in it that names a class, in the order of the text."""
    left = [config]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            if isinstance(value.get("class_name"), str):
                yield value
            left.extend(reversed(list(value.values())))
        elif isinstance(value, list):
            left.extend(reversed(value))


def _layer(value: dict[str, Json], where: Location) -> Layer:
    config = value.get("config")
    keys = tuple(key[:MOST_SHOWN] for key in config) if isinstance(config, dict) else ()
    told = (str(value.get(key) or "")[:MOST_SHOWN] for key in ("class_name", "module"))
    class_name, module = told
    registered = str(value.get("registered_name") or "")[:MOST_SHOWN]
    return Layer(class_name, module, registered, keys[:100], count=1, where=where)


def _code(value: dict[str, Json], where: Location) -> Iterator[Code]:
    """What a Lambda layer calls: marshalled code in base64, or a function's name."""
    config = value.get("config")
    if value["class_name"] != "Lambda" or not isinstance(config, dict):
        return
    for key in _CALLABLES:
        held = config.get(key)
        if isinstance(held, dict):
            held = held.get("items") or held.get("config")
        if isinstance(held, list) and held and isinstance(held[0], str):
            yield Code("python-bytecode", f"Lambda.{key}", (), held[0][:MOST_SHOWN], where)
