"""What objects of a configuration carry: marshalled code, the names of functions, pickles."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from modelaudit.core.embedded import Embedded
from modelaudit.core.facts import Fact, Metadata
from modelaudit.core.limits import MIB
from modelaudit.core.location import Location
from modelaudit.core.source import Source
from modelaudit.discovery.identify import UNKNOWN, identify
from modelaudit.formats.keras import lambdas
from modelaudit.formats.keras.walk import Json, Node, class_of

MOST_PICKLE: Final = 256 * MIB
MOST_HEAD: Final = 4096
"""Bytes by which an embedded format is recognised."""
SHORTEST_CODE: Final = 9
"""Characters of text below which it cannot be a marshalled function."""
_TORCH: Final = "TorchModuleWrapper"


def facts(node: Node, value: dict[str, Json], where: Location) -> Iterator[Fact]:
    """What one object carries. ``value`` is ``node.value``."""
    class_name, config = class_of(value), value.get("config")
    if not isinstance(config, dict):
        return
    match class_name:
        case "__lambda__":
            for text in _codes(config):
                yield from lambdas.code(text, node.path.rpartition("/")[2], where)
        case "__bytes__":
            yield from _pickle(config.get("value"), node.owner, where)
        case "Lambda":
            yield from _lambda(config, where)
        case "TorchModuleWrapper":
            yield from _pickle(config.get("module"), _TORCH, where)


def bare_code(node: Node, where: Location) -> Iterator[Metadata]:
    """Code of a Python lambda as Keras 3 writes it for an activation: its configuration alone.

    No release rebuilds it, so it never runs.
    """
    value = node.value.get("value") if isinstance(node.value, dict) else None
    code = value[0] if isinstance(value, list) and value else None
    if isinstance(code, str) and len(code) >= SHORTEST_CODE and node.role.endswith("activation"):
        yield Metadata("keras-bare-code", f"{node.owner}.{node.role}"[:200], -1, where)


def _codes(config: dict[str, Json]) -> Iterator[str]:
    """Marshalled code under both of its keys: a Lambda takes ``code``, all else ``value``."""
    for key in ("code", "value"):
        text = config.get(key)
        text = text[0] if isinstance(text, list) and text else text
        if isinstance(text, str):
            yield text


def _lambda(config: dict[str, Json], where: Location) -> Iterator[Fact]:
    """The function, output shape and mask of a Lambda: marshalled code, or the name of one.

    Keras 2 writes code as a list of text, defaults and closure, and a name as text with the module
    beside it. Keras 3 writes an object ``__lambda__`` or ``function``.
    """
    for key in ("function", "output_shape", "mask"):
        value = config.get(key)
        if isinstance(value, list) and value and isinstance(value[0], str):
            if len(value[0]) >= SHORTEST_CODE:
                yield from lambdas.code(value[0], str(config.get("name")), where)
        elif isinstance(value, str):
            module = config.get("module" if key == "function" else f"{key}_module")
            yield _named(f"{module or '?'}.{value}", where)
        elif isinstance(value, dict) and value.get("class_name") != "__lambda__":
            called = value.get("config", value.get("registered_name"))
            yield _named(f"{value.get('module')}.{called}", where)


def _named(function: str, where: Location) -> Metadata:
    return Metadata("keras-lambda-function", function[:200], -1, where)


def _pickle(value: Json, owner: str, where: Location) -> Iterator[Fact]:
    """Bytes for torch.load or pickle, as base64 or as one character for each byte."""
    if isinstance(value, dict):
        value = value.get("value", value.get("config"))
    if isinstance(value, dict):
        value = value.get("value")
    if not isinstance(value, str):
        return
    for encoding, raw in _decoded(value[:MOST_PICKLE]):
        format_ = identify(raw[:MOST_HEAD])
        if format_ != UNKNOWN:
            inner = Source(raw, where.path, (*where.members, "module"))
            handed_to = "torch.load" if owner == _TORCH else ""
            yield Embedded(format_, encoding, handed_to, "value", inner.at(), inner)
            return


def _decoded(text: str) -> Iterator[tuple[str, bytes]]:
    with suppress(binascii.Error, ValueError):
        yield "base64", base64.b64decode(text, validate=True)
    yield "", text.encode("latin-1", "replace")
    yield "", text.encode("utf-8", "replace")
