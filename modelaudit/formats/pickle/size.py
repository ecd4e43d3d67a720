"""How much memory the values of a stream take while it is read."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.limits import KIB, MIB, reached
from modelaudit.formats.pickle.values import Value

MOST_MARKS: Final = 250_000
"""Stacks, one for each MARK; a pickler has some for each container inside another."""
EARLY: Final = 16 * KIB
"""Bytes after which a stream's first look tells what there was before it."""
OFTEN: Final = 256 * KIB
SELDOM: Final = 4 * MIB
"""Bytes of a stream between two looks, which take longer the more there is."""
MOST_BEFORE: Final = 3_000_000
"""Blocks of memory at a stream's first look above which garbage is collected."""
MOST_A_BYTE: Final = 200
"""Bytes of memory that an opcode of one byte takes at most: an empty list and its slots."""
_SLOT: Final = 8
_NUMBER: Final = 32
_OBJECT: Final = 64
"""Bytes of a place on stack or memo, of the position of a scalar, and of a block of memory that
anything else takes: a container takes two or three."""


class Size:
    """Watches one stream. ``most`` is bytes of memory, as they are estimated."""

    __slots__ = ("_before", "_due", "_most")

    def __init__(self, most: int) -> None:
        self._most = most
        self._due = 0
        self._before = -1

    def begin(self, pos: int) -> int:
        """A stream begins; up to where it may be read before the first look."""
        self._due = pos + EARLY
        return self._due

    def check(
        self, stack: Sequence[Value], outer: Sequence[Sequence[Value]], memo: int, pos: int
    ) -> None:
        """Raise Malformed where the values take too much."""
        if pos < self._due:
            return
        if len(outer) > MOST_MARKS:
            raise Malformed("limit", {"limit": "marks", "most": MOST_MARKS}, pos)
        slots = len(stack) + sum(map(len, outer)) + memo
        blocks = sys.getallocatedblocks()
        if self._before < 0:
            if blocks > MOST_BEFORE:  # mostly what earlier streams left, in cycles
                gc.collect()
                blocks = sys.getallocatedblocks()
            self._before = blocks - slots
        blocks = max(blocks - self._before, 0)
        numbers = min(blocks, slots)
        taken = slots * _SLOT + numbers * _NUMBER + (blocks - numbers) * _OBJECT
        if taken > self._most:
            raise reached("max-memory", self._most, pos)
        self._due = pos + min(max((self._most - taken) // MOST_A_BYTE, OFTEN), SELDOM)
