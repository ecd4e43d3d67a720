"""Trees that are cut to a number of nodes: what is left out is counted, what is marked stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from modelaudit.core.findings import SEVERITIES
from modelaudit.core.outline import Mark, Node

MOST_NODES: Final = 120
"""Nodes of one tree that are kept."""
MOST_BESIDE: Final = 30
"""Nodes below one that are kept, and more only where they are marked."""
MOST_DEEP: Final = 8
"""Levels of a tree that are kept."""
MOST_TEXT: Final = 120
"""Characters of one text that are kept."""


@dataclass(slots=True)
class Tree:
    """A node that still grows. ``kept`` are those below it that stay."""

    name: str
    texts: tuple[str, ...] = ()
    count: int = 1
    size: int = -1
    mark: Mark | None = None
    below: list[Tree] = field(default_factory=list)
    kept: bool = False

    def is_like(self) -> tuple[str, tuple[str, ...], Mark | None] | None:
        """What two of them have in common that are shown as one; None where it has others below."""
        return None if self.below else (self.name, self.texts, self.mark)


def worse(one: Mark | None, other: Mark | None) -> Mark | None:
    """The mark that weighs more."""
    if one is None or other is None:
        return one or other
    return min(one, other, key=lambda mark: SEVERITIES.index(mark.severity))


def grown(name: str, leaves: Iterable[tuple[tuple[str, ...], Tree]], joint: str) -> Tree:
    """A tree of names by their parts; what lies below one adds up in it.

    A part that has only one other below it is put together with that one by ``joint``.
    """
    root = Tree(name, count=0)
    nodes: dict[tuple[str, ...], Tree] = {(): root}
    for path, leaf in leaves:
        above = root
        for end in range(1, len(path)):
            node = nodes.get(path[:end])
            if node is None:
                node = nodes[path[:end]] = Tree(path[end - 1], count=0)
                above.below.append(node)
            above = node
        above.below.append(leaf)
    for node in reversed(list(_all(root))):
        if node.below and not node.texts:
            _sum(node, joint)
    return root


def _sum(node: Tree, joint: str) -> None:
    node.below = _folded(node.below, joint)
    node.count = sum(one.count for one in node.below)
    sizes = [one.size for one in node.below if one.size >= 0]
    node.size = sum(sizes) if sizes else -1


def _folded(nodes: list[Tree], joint: str) -> list[Tree]:
    """Those that are alike as one, and those with one other below as that one."""
    found: dict[object, Tree] = {}
    for number, node in enumerate(nodes):
        if len(node.below) == 1 and not node.texts:
            only = node.below[0]
            only.name = f"{node.name}{joint}{only.name}"
            node = only  # noqa: PLW2901
        like = found.setdefault(node.is_like() or number, node)
        if like is not node:
            like.count += node.count
            like.size += max(node.size, 0)
    return list(found.values())


def bounded(root: Tree) -> Node:
    """The tree, cut: what is marked stays first, then what is near the root."""
    left = MOST_NODES
    above: dict[int, Tree] = {}
    marked: list[Tree] = []
    for tree in _near(root, most=None):
        for one in tree.below:
            above[id(one)] = tree
            if one.mark is not None:
                marked.append(one)
    marked.sort(key=lambda one: SEVERITIES.index(one.mark.severity) if one.mark else 0)
    root.kept = True
    for one in marked:
        way: list[Tree] = []
        node = one
        while not node.kept:
            way.append(node)
            node = above[id(node)]
        if len(way) <= left:
            left -= len(way)
            for node in way:
                node.kept = True
    for tree in _near(root, most=MOST_BESIDE):
        if not tree.kept and left and above[id(tree)].kept:
            tree.kept = True
            left -= 1
    return _cut(root)


def _near(root: Tree, most: int | None) -> Iterator[Tree]:
    """The nodes level by level, down to MOST_DEEP; of those beside each other the first few."""
    level = [root]
    for _ in range(MOST_DEEP):
        yield from level
        level = [one for tree in level for one in tree.below[:most]]


def _all(root: Tree) -> Iterator[Tree]:
    """Every node, each before those below it."""
    waiting = [root]
    while waiting:
        tree = waiting.pop()
        yield tree
        waiting.extend(tree.below)


def _cut(tree: Tree) -> Node:
    more, worst = 0, None
    for left_out in (one for one in tree.below if not one.kept):
        for part in _all(left_out):
            more += 0 if part.below else part.count
            worst = worse(worst, part.mark)
    kept = tuple(_cut(one) for one in tree.below if one.kept)
    texts = tuple(map(shortened, tree.texts))
    return Node(shortened(tree.name), texts, tree.count, tree.size, tree.mark, kept, more, worst)


def shortened(text: str) -> str:
    """A text, cut with an ellipsis where it is long."""
    return text if len(text) <= MOST_TEXT else f"{text[: MOST_TEXT - 1]}…"
