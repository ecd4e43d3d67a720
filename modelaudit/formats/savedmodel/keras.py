"""The configurations of Keras objects in a SavedModel: keras_metadata.pb, or the object graph.

Keras 2 rebuilds its objects from them. TensorFlow alone does not need them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from modelaudit.core.embedded import Embedded
from modelaudit.core.errors import Fields
from modelaudit.core.facts import Fact, Layer, Setting, Unreadable
from modelaudit.core.limits import MIB
from modelaudit.formats.keras import config
from modelaudit.formats.protobuf import Field, text
from modelaudit.formats.savedmodel.graph import Reader
from modelaudit.formats.savedmodel.schema import walk

VIA: Final = "savedmodel"
MOST_TEXT: Final = 16 * MIB


def read(reader: Reader) -> Iterator[Fact]:
    """A keras_metadata.pb. Raises Malformed."""
    texts: list[tuple[str, Field]] = []
    for _, node in walk(reader.data, reader.base, reader.end, "KerasMetadata"):
        reader.tick(node.at)
        parts = dict(walk(reader.data, node.value, node.stop, "KerasObject"))
        identifier = text(reader.data, parts["identifier"]) if "identifier" in parts else ""
        if "metadata" in parts:
            texts.append((identifier, parts["metadata"]))
    yield from objects(reader, texts)


def objects(reader: Reader, texts: list[tuple[str, Field]]) -> Iterator[Fact]:
    """The facts of configurations, each once: those of an object repeat those of its parts."""
    facts: dict[object, Fact] = {}
    for identifier, found in texts:
        reader.tick(found.at)
        where = reader.at(found.at, identifier)
        if found.stop - found.value > MOST_TEXT:
            fields: Fields = {"limit": "bytes of configuration", "most": MOST_TEXT}
            yield Unreadable("limit", fields, where)
            continue
        for fact in config.facts(text(reader.data, found, MOST_TEXT), where, VIA):
            if isinstance(fact, Embedded):
                yield fact
                continue
            key = _key(fact)
            known = facts.setdefault(key, fact)
            if known is fact or not isinstance(fact, Layer | Setting):
                continue
            if isinstance(known, Layer | Setting):
                facts[key] = replace(known, count=known.count + fact.count)
    yield from facts.values()


def _key(fact: Struct) -> tuple[object, ...]:
    """A fact without its place, and a layer or a setting without its count."""
    ignored = {"where", "count"} if isinstance(fact, Layer | Setting) else {"where"}
    values = (getattr(fact, name) for name in fact.__struct_fields__ if name not in ignored)
    plain = (tuple(value.items()) if isinstance(value, dict) else value for value in values)
    return (type(fact), *plain)
