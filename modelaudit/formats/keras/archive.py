"""A ``.keras`` archive: configuration, metadata and weights in a zip, since Keras 2.12.

https://github.com/keras-team/keras/blob/master/keras/src/saving/saving_lib.py
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Fact, Identity, Metadata, Producer, Unreadable
from modelaudit.core.limits import MIB, Bounds
from modelaudit.core.location import Location
from modelaudit.core.source import Source
from modelaudit.formats.archives.zip import embedded
from modelaudit.formats.archives.zipmembers import Archive, open_member
from modelaudit.formats.keras import config

CONFIG: Final = "config.json"
METADATA: Final = "metadata.json"
OLD: Final = "2.12."
"""The release whose archives keep weights where later ones look by the layer's name."""
MOST_METADATA: Final = MIB


def inspect(source: Source, _bounds: Bounds) -> Iterator[Fact]:
    """What is neither a zip nor HDF5 is no model of Keras. Raises Malformed."""
    yield Identity("keras", "", source.at())
    raise Malformed("not-recognised", "the name claims Keras, and this is no zip and no HDF5")


def inspect_archive(source: Source, archive: Archive, bounds: Bounds) -> Iterator[Fact]:
    """The facts of the configuration; weights and assets are artifacts of their own."""
    about = _metadata(source, archive, bounds)
    version = about.get("keras_version")
    yield Identity("keras", version if isinstance(version, str) else "", source.at())
    yield Metadata("keras-container", "archive", -1, source.at())
    if isinstance(version, str):
        yield Producer("keras", version[:100], source.at())
    told = list(archive.named(METADATA))
    for member in archive.named(CONFIG):
        told.append(member)
        where = source.inner(b"", member.name).at()
        try:
            inner = open_member(source, member, bounds)
            text = inner.whole_bytes(config.MOST_TEXT).decode("utf-8", "replace")
        except Malformed as problem:
            yield Unreadable(problem.reason, problem.fields, where)
            continue
        yield from config.facts(text, where, "archive")
        if isinstance(version, str) and version.startswith(OLD):
            yield from _names(text, where)
    yield from embedded(source, archive, bounds, told)


def _names(text: str, where: Location) -> Iterator[Fact]:
    """The names of a model's own layers."""
    try:
        value, _ = config.parse(text)
    except (ValueError, RecursionError):
        return  # told by who reads the rest
    held = value.get("config") if isinstance(value, dict) else None
    layers = held.get("layers") if isinstance(held, dict) else None
    for layer in layers if isinstance(layers, list) else ():
        inner = layer.get("config") if isinstance(layer, dict) else None
        name = inner.get("name") if isinstance(inner, dict) else None
        if isinstance(name, str):
            yield Metadata("keras-layer-name", name[:200], -1, where)


def _metadata(source: Source, archive: Archive, bounds: Bounds) -> dict[str, object]:
    """What wrote it, and when; nothing where that is not there or no JSON."""
    for member in archive.named(METADATA):
        try:
            inner = open_member(source, member, bounds)
            value = json.loads(inner.whole_bytes(MOST_METADATA))
        except (Malformed, ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            return value
    return {}
