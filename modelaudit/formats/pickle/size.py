"""How many values the stack and the memo may have, by the memory that they take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.formats.pickle.values import Value

MOST_STACKED: Final = 32_000_000
"""Values on stack and memo together; each takes up to 40 bytes."""
MOST_PUSHED: Final = 2_500_000
"""Values on all stacks; an empty list takes 180 bytes. A pickler has as many for one tuple only."""
MOST_MARKS: Final = 250_000
"""Stacks, one for each MARK; a pickler has some for each container inside another."""


def check(stack: Sequence[Value], outer: Sequence[Sequence[Value]], memo: int, pos: int) -> None:
    """Raise Malformed where the values take too much memory."""
    pushed = len(stack) + sum(map(len, outer))
    for what, count, most in (
        ("marks", len(outer), MOST_MARKS),
        ("values on the stack", pushed, MOST_PUSHED),
        ("values on stack and memo", pushed + memo, MOST_STACKED),
    ):
        if count > most:
            raise Malformed("limit", {"limit": what, "most": most}, pos)
