"""The configurations of Keras objects in a SavedModel: keras_metadata.pb, or the object graph.

Keras 2 rebuilds its objects from them; the graph alone does without.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from modelaudit.core.facts import Embedded, Fact, Layer, Setting, Unreadable
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
        held = dict(walk(reader.data, node.value, node.stop, "KerasObject"))
        identifier = text(reader.data, held["identifier"]) if "identifier" in held else ""
        if "metadata" in held:
            texts.append((identifier, held["metadata"]))
    yield from objects(reader, texts)


def objects(reader: Reader, texts: list[tuple[str, Field]]) -> Iterator[Fact]:
    """What configurations say, each thing once: an object's is told again by all that hold it."""
    told: dict[object, Fact] = {}
    for identifier, found in texts:
        reader.tick(found.at)
        where = reader.at(found.at, identifier)
        if found.stop - found.value > MOST_TEXT:
            yield Unreadable("limit", f"a configuration of more than {MOST_TEXT} bytes", where)
            continue
        for fact in config.facts(text(reader.data, found, MOST_TEXT), where, VIA):
            if isinstance(fact, Embedded):
                yield fact
                continue
            key = replace(fact, where=reader.at(0))
            if isinstance(key, Layer | Setting):
                key = replace(key, count=0)
            known = told.setdefault(key, fact)
            if known is fact or not isinstance(fact, Layer | Setting):
                continue
            if isinstance(known, Layer | Setting):
                told[key] = replace(known, count=known.count + fact.count)
    yield from told.values()
