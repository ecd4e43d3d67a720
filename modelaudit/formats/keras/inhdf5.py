"""A model or weights of Keras in an HDF5 file."""

from __future__ import annotations

from collections.abc import Iterator

from modelaudit.facts import Fact
from modelaudit.formats.hdf5.attributes import Texts
from modelaudit.limits import Bounds
from modelaudit.source import Source


def facts(source: Source, texts: Texts, bounds: Bounds) -> Iterator[Fact]:
    yield from ()
