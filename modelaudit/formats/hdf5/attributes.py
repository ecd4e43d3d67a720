"""The text attributes in which Keras stores its configuration and the names of layers.

Only strings are read, only under these names, and only after their length was checked. Keras
splits a list of names of more than 64 KiB into ``layer_names0``, ``layer_names1``, ….
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Final

from h5py import h5a, h5g, h5s, h5t

from modelaudit.core.facts import Fact, Unreadable
from modelaudit.core.limits import MIB
from modelaudit.core.location import Location
from modelaudit.core.source import Source

WANTED: Final = re.compile(rb"keras_version|backend|model_config|training_config")
NAMES: Final = re.compile(rb"(layer_names|weight_names)\d*")
MOST_TEXT: Final = 64 * MIB
"""Bytes of one attribute that is read."""
MOST_NAMES: Final = 20_000
"""Strings of one attribute that is read."""
MOST_ATTRIBUTES: Final = 10_000
"""Attributes of one object that are listed."""


class Texts:
    """``values`` by object and name; ``groups`` are the paths of all groups near the root."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.values: dict[tuple[str, str], list[str]] = {}
        self.groups: set[str] = set()

    def group(self, path: str, group: h5g.GroupID) -> Iterator[Fact]:
        """Read the wanted attributes of one group; yields those that cannot be read."""
        depth = path.count("/")
        if depth <= 3:
            self.groups.add(path)
        count = h5a.get_num_attrs(group)
        where = Location(self._source.path, self._source.members, object=path[:1000])
        if count > MOST_ATTRIBUTES:
            yield _limit("hdf5-attributes", MOST_ATTRIBUTES, where)
        for index in range(min(count, MOST_ATTRIBUTES)):
            attribute = h5a.open(group, index=index)
            name = attribute.name
            wanted = WANTED if path in {"/", "/model_weights"} else NAMES
            if wanted.fullmatch(name) or (path == "/" and NAMES.fullmatch(name)):
                yield from self._read(path, attribute, where)

    def text(self, path: str, name: str) -> str | None:
        """The first string of an attribute; None where there is none."""
        values = self.values.get((path, name))
        return values[0] if values else None

    def names(self, path: str, name: str) -> list[str]:
        """A list of strings, joined again where Keras split it."""
        pieces = [
            (int(key[len(name) :] or 0), values)
            for (where, key), values in self.values.items()
            if where == path and re.fullmatch(rf"{name}\d*", key)
        ]
        return [text for _, values in sorted(pieces) for text in values]

    def _read(self, path: str, attribute: h5a.AttrID, where: Location) -> Iterator[Fact]:
        name = attribute.name.decode("utf-8", "backslashreplace")
        space, type_ = attribute.get_space(), attribute.get_type()
        scalar = space.get_simple_extent_type() == h5s.SCALAR
        count = 1 if scalar else math.prod(space.shape or (0,))
        if not count:  # Keras writes an empty list of names as an empty array of numbers
            self.values[path, name] = []
            return
        if not isinstance(type_, h5t.TypeStringID):
            yield Unreadable("hdf5-attribute-type", {"name": name}, where)
            return
        if count > MOST_NAMES:
            yield _limit("hdf5-attribute-strings", MOST_NAMES, where)
            return
        if count * type_.get_size() > MOST_TEXT:
            yield _limit("hdf5-attribute-bytes", MOST_TEXT, where)
            return
        self.values[path, name] = _strings(attribute, scalar)


def _limit(limit: str, most: int, where: Location) -> Fact:
    return Unreadable("limit", {"limit": limit, "most": most}, where)


def _strings(attribute: h5a.AttrID, scalar: bool) -> list[str]:
    import numpy as np  # noqa: PLC0415  h5py has loaded it

    array = np.zeros(() if scalar else attribute.shape, dtype=attribute.dtype)
    attribute.read(array)
    values = [array[()]] if scalar else list(array.ravel())
    return [
        value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)
        for value in values
    ]
