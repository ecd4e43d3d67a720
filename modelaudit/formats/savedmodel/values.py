"""The value of an operator's argument: where it comes from, and the strings in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod
from typing import Final

from modelaudit.core.errors import Fields, Malformed
from modelaudit.core.source import Buffer
from modelaudit.formats.protobuf import Field, text, varint
from modelaudit.formats.savedmodel.graph import dimensions
from modelaudit.formats.savedmodel.schema import walk

CONSTANT: Final = "constant"
EMPTY: Final = "empty"
SAVER: Final = "saver"
ASSET: Final = "asset"
INPUT: Final = "input"
COMPUTED: Final = "computed"
WORST: Final = (CONSTANT, COMPUTED, INPUT, ASSET, SAVER, EMPTY)
"""Origins from the most telling to the least: of several origins a value has the first in here."""

SHOWN: Final = 200
"""Bytes of one string that are kept."""
SHOWN_VALUES: Final = 4
"""Strings that are shown; of a tensor, one more than these is kept."""
MOST_PACKED: Final = 1 << 16
"""Strings of a tensor whose lengths are looked at."""
MOST_STRINGS: Final = 1000
"""Strings of one attribute."""


@dataclass(frozen=True, slots=True)
class Value:
    """``shown`` is a bounded rendering, ``constants`` the constant strings in the value."""

    origin: str
    shown: str
    constants: tuple[str, ...] = ()


UNKNOWN: Final = Value(COMPUTED, "…")


def constant(texts: list[str]) -> Value:
    """A constant of these strings; empty where all of them are."""
    if not any(texts):
        return Value(EMPTY, "")
    shown = ", ".join(map(repr, texts[:SHOWN_VALUES]))
    if len(texts) > SHOWN_VALUES:
        shown += ", …"
    return Value(CONSTANT, shown if len(texts) == 1 else f"[{shown}]", tuple(texts))


def worst(values: Iterable[Value]) -> Value:
    """The value whose origin counts most."""
    return min(values, key=lambda value: WORST.index(value.origin))


def combined(values: list[Value], *, is_list: bool) -> Value:
    """Several strings as a list or as one: a constant where all of them are.

    The saver's where all are, or where a name that is joined begins with the saver's and has only
    constants behind it that stay below that.
    """
    values = [value for value in values if value.origin != EMPTY]
    if not values:
        return Value(EMPTY, "")
    if values[0].origin == SAVER and all(
        value.origin == SAVER or (not is_list and _stays(value)) for value in values[1:]
    ):
        return values[0]
    shown = " + ".join(value.shown for value in values)[:SHOWN]
    known = all(value.origin == CONSTANT for value in values)
    constants = tuple(text for value in values for text in value.constants)
    return Value(CONSTANT if known else COMPUTED, shown, constants)


def _stays(value: Value) -> bool:
    return value.origin == CONSTANT and not any(".." in text for text in value.constants)


def of_attribute(data: Buffer, value: Field) -> Value:
    """The strings of an AttrValue. Raises Malformed where they are too many."""
    texts: list[str] = []
    for key, part in walk(data, value.value, value.stop, "AttrValue"):
        if key == "s":
            texts.append(text(data, part, SHOWN))
        elif key == "list":
            for kind, one in walk(data, part.value, part.stop, "ListValue"):
                if kind == "s":
                    texts.append(text(data, one, SHOWN))
                if len(texts) > MOST_STRINGS:
                    fields: Fields = {"limit": "strings of attribute", "most": MOST_STRINGS}
                    raise Malformed("limit", fields)
    return constant(texts)


def of_constant(data: Buffer, value: Field) -> Value:
    """The strings of the tensor in an AttrValue; numbers name no file."""
    texts: list[str] = []
    for key, tensor in walk(data, value.value, value.stop, "AttrValue"):
        if key != "tensor":
            continue
        shape: list[int] = []
        for name, part in walk(data, tensor.value, tensor.stop, "TensorProto"):
            if name == "string_val":
                if len(texts) <= SHOWN_VALUES or (part.stop > part.value and not any(texts)):
                    texts.append(text(data, part, SHOWN))
            elif name == "tensor_shape":
                shape = dimensions(data, part)
            elif name == "tensor_content":
                texts += _packed(data, part, prod(shape))
    return constant(texts)


def _packed(data: Buffer, part: Field, count: int) -> list[str]:
    """The first of ``count`` strings in ``tensor_content``: all their lengths, then their bytes.

    Of strings that begin with empty ones also the first that is not.
    """
    lengths: list[int] = []
    position = part.value
    try:
        for index in range(min(count, MOST_PACKED)):
            length, position = varint(data, position, part.stop)
            if index <= SHOWN_VALUES or (length and not any(lengths)):
                lengths.append(length)
    except Malformed:
        return []
    texts = []
    for length in lengths:
        stop = min(position + length, part.stop)
        content = bytes(data[position : min(stop, position + SHOWN)])
        texts.append(content.decode("utf-8", "replace"))
        position = stop
    if count > MOST_PACKED and not any(texts):
        texts.append("…")  # what follows was not looked at
    return texts
