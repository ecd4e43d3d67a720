"""The memo of a stream: what PUT and MEMOIZE stored, by index."""

from __future__ import annotations

from modelaudit.formats.pickle.values import UNKNOWN, Value

SOLID = 1 << 62
"""More than any index: a memo without runs in it is solid up to here."""


def run_entry(start: int, length: int) -> int:
    """A memo entry for all values that a run of ``length`` bytes at ``start`` memoizes.

    Always negative, which no position is.
    """
    return -((start << 64) | length)


def run_span(entry: int) -> tuple[int, int]:
    """Start and end of the run that an entry represents."""
    start, length = -entry >> 64, -entry & 0xFFFFFFFFFFFFFFFF
    return start, start + length


class SparseMemo:
    """A memo whose indices have gaps, with the interface of a list.

    MEMOIZE stores at the number of entries, as in the C unpickler, even if that index is taken.
    """

    __slots__ = ("entries",)

    def __init__(self, values: list[Value]) -> None:
        self.entries: dict[int, Value] = dict(enumerate(values))

    def __len__(self) -> int:
        return len(self.entries)

    def __getitem__(self, index: int) -> Value:
        return self.entries[index]

    def __setitem__(self, index: int, value: Value) -> None:
        self.entries[index] = value

    def append(self, value: Value) -> None:
        self.entries[len(self.entries)] = value


class MemoView:
    """The first ``length`` entries of another memo, and what is stored over them."""

    __slots__ = ("below", "length", "own")

    def __init__(self, below: Memo, length: int) -> None:
        self.below = below
        self.length = min(length, len(below))
        self.own: dict[int, Value] = {}

    def __len__(self) -> int:
        return self.length + len(self.own)

    def __getitem__(self, index: int) -> Value:
        if index in self.own:
            return self.own[index]
        return self.below[index] if index < self.length else UNKNOWN

    def __setitem__(self, index: int, value: Value) -> None:
        self.own[index] = value

    def append(self, value: Value) -> None:
        self.own[self.length + len(self.own)] = value


Memo = list[Value] | SparseMemo | MemoView
