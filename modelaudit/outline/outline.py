"""The outline of an artifact, out of its facts and of what was found about them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from modelaudit.comparison.topics import TOPICS, said_of
from modelaudit.core.facts import Element, Fact, Layer, Member, Metadata, Operator, Tensor
from modelaudit.core.outline import Outline
from modelaudit.core.report import Outcome
from modelaudit.outline.calls import calls_of
from modelaudit.outline.marks import Marks, marks_of
from modelaudit.outline.parts import parts_of, stated_of
from modelaudit.outline.trees import Tree, bounded, grown

LEFT_OUT: Final = frozenset(
    {"format", "calls", "settings", "attributes", "anomalies", "unread", "embedded"}
)
"""Topics of a comparison that an outline has elsewhere, or that are no part of a structure."""
_NO_TEXT: Final = frozenset({"attributes", "keys", "sha256", "bytes", "listed", "in"})
"""Fields that are no text of a node."""
_WORDED: Final = frozenset({"through", "registered as", "made by", "runs on"})
"""Fields whose name says what they are."""
_JOINTS: Final = {"operators": "::", "metadata": " = ", "tensors": "."}
"""What stands between the parts of a name, where it is no slash."""
_USUAL: Final = frozenset({"file", "stored", "layers", "graph"})
"""Texts that are not worth to be read."""
_SEPARATOR: Final = re.compile(r"[/.]")
Path = tuple[str, ...]


def outline_of(facts: Sequence[Fact], outcome: Outcome) -> Outline:
    """The outline of the artifact of an outcome. The time is linear in the facts."""
    artifact = outcome.artifact
    assert artifact is not None  # what has an outline is one
    marks = marks_of(outcome.findings, outcome.suppressed)
    leaves: dict[str, list[tuple[Path, Tree]]] = {}
    for fact in facts:
        if isinstance(fact, Element) and fact.attribute:
            continue
        for topic, path, leaf in _leaf(fact, marks):
            leaves.setdefault(topic, []).append((path, leaf))
    wanted = [topic.name for topic in TOPICS if topic.name not in LEFT_OUT]
    if len({(leaf.name, leaf.texts) for _, leaf in leaves.get("producers", ())}) <= len(
        artifact.producers
    ):
        wanted.remove("producers")  # the artifact names them all
    return Outline(
        parts=parts_of(facts, artifact.size, packed=artifact.packed),
        stated=stated_of(facts),
        topics=tuple(
            bounded(grown(name, _merged(leaves[name]), _JOINTS.get(name, "/")))
            for name in wanted
            if name in leaves
        ),
        calls=calls_of(facts, marks),
    )


def _leaf(fact: Fact, marks: Marks) -> Iterator[tuple[str, Path, Tree]]:
    said = said_of(fact)
    if said is None:
        return
    topic, name, fields = said
    texts: list[str] = []
    count, size = 1, -1
    for field, value in fields:
        if isinstance(value, int):
            count = value if field == "count" else count
            size = value if field in ("span", "size") else size
        elif value and field not in _NO_TEXT and value not in _USUAL:
            worded = field in _WORDED or (field, topic) == ("version", "operators")
            texts.append(f"{field} {value}" if worded else value)
    path_of = _PATHS.get(type(fact))
    path = (name,) if path_of is None else path_of(fact, name)
    texts = [text for text in dict.fromkeys(texts) if text not in path]
    yield topic, path, Tree(path[-1], tuple(texts), count, size, marks.of(fact))


def _merged(leaves: Iterable[tuple[Path, Tree]]) -> Iterator[tuple[Path, Tree]]:
    """Those of one path that are alike as one, where the first is."""
    found: dict[object, tuple[Path, Tree]] = {}
    for path, leaf in leaves:
        kept = found.setdefault((path, leaf.is_like()), (path, leaf))[1]
        if kept is not leaf:
            kept.count += leaf.count
            kept.size += max(leaf.size, 0)
    yield from found.values()


def _tensor(fact: Tensor, name: str) -> Path:
    return tuple(part for part in _SEPARATOR.split(fact.name) if part) or (name,)


def _member(fact: Member, name: str) -> Path:
    return tuple(part for part in name.split("/") if part) or (name,)


def _metadata(fact: Metadata, name: str) -> Path:
    return name, fact.value or str(fact.number)


def _operator(fact: Operator, name: str) -> Path:
    domain, _, rest = name.partition("::")
    return domain, rest


def _layer(fact: Layer, name: str) -> Path:
    """A layer lies in the object that holds it."""
    return (*(part for part in (fact.where.object or "").split("/") if part), name)


_PATHS: Final[dict[type[Fact], Callable[..., Path]]] = {
    Tensor: _tensor,
    Member: _member,
    Metadata: _metadata,
    Operator: _operator,
    Layer: _layer,
}
