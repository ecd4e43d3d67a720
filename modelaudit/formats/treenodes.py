"""Trees of boosters, as two lists with the numbers of each node's children."""

from __future__ import annotations

from collections.abc import Sequence


def cycle(left: Sequence[int], right: Sequence[int]) -> int | None:
    """A node that is below itself, of those that the first node leads to; None in a tree.

    A number that no node has, such as that of a leaf, leads nowhere. A node that two others lead to
    makes no cycle. Time is linear in the number of nodes.
    """
    pairs = zip(left, right, strict=True)
    if not any(0 <= child <= at for at, pair in enumerate(pairs) for child in pair):
        return None
    below, done = set[int](), set[int]()
    stack = [(0, False)]
    while stack:
        at, leaving = stack.pop()
        if leaving:
            below.discard(at)
            done.add(at)
        elif at in below:
            return at
        elif 0 <= at < len(left) and at not in done:
            below.add(at)
            stack += [(at, True), (left[at], False), (right[at], False)]
    return None
