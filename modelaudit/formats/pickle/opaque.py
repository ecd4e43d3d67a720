"""The stretches of a stream that are numbers to it: arrays, and long values that are no artifact.

Whatever looks through a stream for words passes over them, so that weights are not read.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

SHORTEST: Final = 16 * 1024
"""Bytes of a stretch that is worth a note."""


class Opaque:
    """Stretches in the order of the stream, which do not overlap."""

    __slots__ = ("_starts", "_stops")

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._stops: list[int] = []

    @property
    def end(self) -> int:
        """Where the last one ends; 0 before there is one."""
        return self._stops[-1] if self._stops else 0

    def add(self, start: int, stop: int) -> None:
        """Note a stretch that begins behind all others."""
        if stop - start >= SHORTEST:
            self._starts.append(start)
            self._stops.append(stop)

    def around(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """What lies between two positions and outside of the stretches, in order."""
        index = max(bisect_right(self._starts, start) - 1, 0)
        for first, stop in zip(self._starts[index:], self._stops[index:], strict=True):
            if first >= end:
                break
            if start < first:
                yield start, first
            start = max(start, stop)
        if start < end:
            yield start, end
