"""What the page draws of an artifact: its bytes by part, its structure, and the calls it makes.

The worst artifacts come first: of very many, the others are drawn no more, which the page says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from modelaudit.comparison.topics import TOPICS

if TYPE_CHECKING:
    from modelaudit.core.outline import Kind, Mark, Node, Outline

MOST_NODES: Final = 8000
"""Nodes of all outlines that a page shows."""
BAR: Final = 1000
"""Units of the bar's width."""
LEAST: Final = 4
"""Units of it that a part has at least, so that it can be seen."""
_WORDS: Final[dict[Kind, str]] = {
    "weights": "weights",
    "code": "code",
    "structure": "structure of the model",
    "other": "other members",
    "archive": "the archive itself",
    "trailing": "behind the end of the format",
    "rest": "everything else",
}
_HEADINGS: Final = {topic.name: topic.heading for topic in TOPICS}
_DANGEROUS: Final = frozenset({"critical", "high"})


class Slice(msgspec.Struct, frozen=True):
    """One part of the bytes, and its part of the bar."""

    kind: Kind
    words: str
    size: int
    percent: str
    start: int
    width: int


class Branch(msgspec.Struct, frozen=True):
    """A part of the structure under its heading."""

    heading: str
    node: Node


class Picture(msgspec.Struct, frozen=True):
    """An outline as it is drawn. ``stated`` is what the tensors say where that does not fit."""

    slices: tuple[Slice, ...]
    stated: int
    branches: tuple[Branch, ...]
    calls: Node | None


def pictures_of(outlines: Iterable[Outline | None]) -> Iterator[Picture | None]:
    """The pictures, as long as there is room; None for what is not drawn."""
    left = MOST_NODES
    for outline in outlines:
        if outline is None:
            yield None
            continue
        left -= sum(map(_nodes, (*outline.topics, *([outline.calls] if outline.calls else []))))
        yield _picture(outline) if left >= 0 else None


def risk_of(mark: Mark) -> str:
    """What a finding makes of a call or a name, in a word."""
    return "dangerous" if mark.severity in _DANGEROUS else "unreviewed"


def marked(node: Node) -> bool:
    """Whether a finding is about something in it."""
    return node.worst is not None or any(one.mark or marked(one) for one in node.nodes)


def _nodes(node: Node) -> int:
    return 1 + sum(map(_nodes, node.nodes))


def _picture(outline: Outline) -> Picture:
    return Picture(
        slices=tuple(_slices(outline)),
        stated=0 if outline.parts else outline.stated,
        branches=tuple(Branch(_HEADINGS[topic.name], topic) for topic in outline.topics),
        calls=outline.calls,
    )


def _slices(outline: Outline) -> Iterator[Slice]:
    if len(outline.parts) == 1 and outline.parts[0].kind == "rest":
        return  # one bar says nothing
    total = sum(part.size for part in outline.parts)
    widths = [max(part.size * BAR // total, LEAST) for part in outline.parts]
    if widths:
        widest = widths.index(max(widths))
        widths[widest] -= sum(widths) - BAR
    start = 0
    for part, width in zip(outline.parts, widths, strict=True):
        percent = f"{part.size / total:.0%}" if part.size * 100 >= total else "< 1%"
        yield Slice(part.kind, _WORDS[part.kind], part.size, percent, start, width)
        start += width
