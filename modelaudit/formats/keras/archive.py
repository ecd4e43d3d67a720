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
from modelaudit.core.source import Source
from modelaudit.formats.archives.zip import embedded
from modelaudit.formats.archives.zipmembers import Archive, open_member
from modelaudit.formats.keras import config

CONFIG: Final = "config.json"
METADATA: Final = "metadata.json"
MOST_METADATA: Final = MIB
"""Bytes of the metadata."""


def inspect_archive(source: Source, archive: Archive, bounds: Bounds) -> Iterator[Fact]:
    """The facts of the configuration; weights and assets are artifacts of their own."""
    about = _metadata(source, archive, bounds)
    version = about.get("keras_version")
    yield Identity("keras", version if isinstance(version, str) else "", source.at())
    yield Metadata("keras-container", "archive", -1, source.at())
    if isinstance(version, str):
        yield Producer("keras", version[:100], source.at())
    read_here = list(archive.named(METADATA))
    for member in archive.named(CONFIG):
        read_here.append(member)
        where = source.inner(b"", member.name).at()
        try:
            inner = open_member(source, member, bounds)
            text = inner.whole_bytes(config.MOST_TEXT).decode("utf-8", "replace")
        except Malformed as problem:
            yield Unreadable(problem.reason, problem.fields, where)
            continue
        yield from config.facts(text, where, "archive")
    yield from embedded(source, archive, bounds, read_here)


def _metadata(source: Source, archive: Archive, bounds: Bounds) -> dict[str, object]:
    """What wrote the archive, and when; empty where no member says so in JSON."""
    for member in archive.named(METADATA):
        try:
            inner = open_member(source, member, bounds)
            value = json.loads(inner.whole_bytes(MOST_METADATA))
        except (Malformed, ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            return value
    return {}
