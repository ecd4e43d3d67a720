"""LightGBM's text: a head, trees whose sizes the head announces, and the parameters of training.

Loaders take the sizes and the counts as they are stated, and a tree that lacks a member ends the
process: nothing catches what is thrown inside of a parallel loop.
https://github.com/lightgbm-org/LightGBM/blob/main/src/boosting/gbdt_model_text.cpp
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from modelaudit.core.errors import Fields, Malformed
from modelaudit.core.facts import Anomaly, Element, Fact, Identity, Metadata
from modelaudit.core.limits import MIB, Bounds, reached
from modelaudit.core.source import Source
from modelaudit.formats.treenodes import cycle

MOST_BLOCK: Final = 256 * MIB
"""Bytes of one tree, of the head, and of what follows the trees."""
MOST_TREES: Final = 1_000_000
_TREE: Final = b"Tree="
_END: Final = b"\nend of trees"
_HEAD: Final = ("num_class", "label_index", "max_feature_idx", "feature_names", "feature_infos")
"""Members without which a model is refused."""
_MEMBERS: Final = (
    "num_cat",
    "leaf_value",
    "split_feature",
    "threshold",
    "left_child",
    "right_child",
)
"""Members without which a tree ends the process; those from the third on only with a split."""
_LINE: Final = re.compile(rb"^(\w+)=([^\r\n]*)", re.MULTILINE)
_PARAMETER: Final = re.compile(rb"^\[(\w+): ", re.MULTILINE)
_NUMBERS: Final = re.compile(rb"[-+.\deE\snaif]*")
_IN_PICKLE: Final = "value@"
_MOST_NAME: Final = 100

Members = dict[str, bytes]


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """What a release has to know to read it, and what contradicts itself. Raises Malformed."""
    data = source.whole()
    start = data.find(b"\n" + _TREE, 0, MOST_BLOCK) + 1
    head = _members(source, 0, start or min(source.extent, MOST_BLOCK))
    yield Identity("lightgbm", _text(head, "version"), source.at())
    yield Metadata(
        "lightgbm-objective", _text(head, "objective").partition(" ")[0], -1, source.at()
    )
    for member in _HEAD:
        if member not in head:
            yield Anomaly("lightgbm-head", {"member": member}, source.at())
    features = _number(head, "max_feature_idx") + 1
    for member in ("feature_names", "feature_infos"):
        if member in head and (has := len(head[member].split())) != features:
            fields: Fields = {"member": member, "has": has, "wants": features}
            yield Anomaly("lightgbm-features", fields, source.at())
    if _text(head, "num_tree_per_iteration") == "0":
        yield Anomaly("lightgbm-no-trees-per-round", {}, source.at())
    if start:
        yield from _trees(source, head, start, features, bounds)
    # A pickled Booster is rebuilt without its parameters.
    if not (source.members and source.members[-1].startswith(_IN_PICKLE)):
        yield from _parameters(source, start)


def _trees(
    source: Source, head: Members, start: int, features: int, bounds: Bounds
) -> Iterator[Fact]:
    """The first of each kind of contradiction, and how many trees have it."""
    found: dict[str, dict[str, str | int]] = {}
    linear = False
    places: list[int] = []
    for at, end in _blocks(source, start):
        bounds.check(at)
        members = _members(source, at, end)
        linear |= members.get("is_linear", b"").strip() == b"1"
        for kind, fields in _of_tree(members, features):
            held = found.setdefault(kind, {"tree": len(places), **fields, "trees": 0})
            held["trees"] = int(held["trees"]) + 1
        places.append(at)
    if linear:
        yield Metadata("lightgbm-part", "linear-trees", -1, source.at(start))
    for kind, fields in found.items():
        yield Anomaly(kind, fields, source.at(places[int(fields["tree"])]))
    yield from _sizes(source, head, places)


def _blocks(source: Source, start: int) -> Iterator[tuple[int, int]]:
    """Where each tree begins and ends. Raises Malformed at a limit."""
    data = source.whole()
    end_of_trees = data.find(_END, start)
    last = end_of_trees + 1 if end_of_trees >= 0 else source.extent
    count = 0
    while start < last:
        following = data.find(b"\n" + _TREE, start, min(last, start + MOST_BLOCK)) + 1
        end = following or last
        count += 1
        if end - start > MOST_BLOCK:
            raise reached("bytes-at-once", MOST_BLOCK)
        if count > MOST_TREES:
            raise Malformed("limit", {"limit": "trees of one model", "most": MOST_TREES}, start)
        yield start, end
        start = end


def _members(source: Source, start: int, end: int) -> Members:
    """The lines of a block by their names; of two the first, as loaders take it."""
    found: Members = {}
    for match in _LINE.finditer(source.read(start, end - start)):
        found.setdefault(match[1].decode(), match[2])
    return found


def _of_tree(members: Members, features: int) -> Iterator[tuple[str, Fields]]:
    leaves = _number(members, "num_leaves")
    if leaves < 1:
        yield "lightgbm-member", {"member": "num_leaves"}
        return
    wanted = _MEMBERS if leaves > 1 else _MEMBERS[:2]
    if missing := [one for one in wanted if not members.get(one, b"").strip()]:
        yield "lightgbm-member", {"member": missing[0]}
        return
    for member in ("leaf_value", "threshold"):
        if member in wanted and _NUMBERS.fullmatch(members[member]) is None:
            yield "lightgbm-member", {"member": member}
            return
    for member in ("leaf_value", *wanted[2:]):
        wants = leaves if member == "leaf_value" else leaves - 1
        if (has := len(members[member].split())) != wants:
            yield "lightgbm-count", {"member": member, "has": has, "wants": wants}
            return
    if leaves > 1:
        yield from _nodes(members, leaves, features)


def _nodes(members: Members, leaves: int, features: int) -> Iterator[tuple[str, Fields]]:
    """Children are nodes from 0 on, and leaves from -1 down."""
    left, right, split = (
        _numbers(members[name]) for name in ("left_child", "right_child", "split_feature")
    )
    if not (left and right and split):
        yield "lightgbm-member", {"member": "left_child"}
        return
    for at, pair in enumerate(zip(left, right, strict=True)):
        for child in pair:
            if not -leaves <= child < leaves - 1:
                yield "lightgbm-child-beyond", {"node": at, "child": child, "leaves": leaves}
                return
    beyond = next((at for at, one in enumerate(split) if not 0 <= one < max(features, 1)), None)
    if beyond is not None:
        fields: Fields = {"node": beyond, "feature": split[beyond], "features": features}
        yield "lightgbm-split-beyond", fields
    if (below := cycle(left, right)) is not None:
        yield "lightgbm-tree-cycle", {"node": below}


def _sizes(source: Source, head: Members, places: list[int]) -> Iterator[Anomaly]:
    """Whether trees begin where the announced sizes put them; each is read from there."""
    sizes = _numbers(head.get("tree_sizes", b""))
    if not sizes:
        if head.get("tree_sizes", b"").strip():
            fields: Fields = {"announced": 0, "has": len(places)}
            yield Anomaly("lightgbm-trees-left-out", fields, source.at(places[0]))
        return
    at = places[0]
    for index, size in enumerate(sizes):
        if index >= len(places) or at != places[index]:
            yield Anomaly("lightgbm-tree-sizes", {"tree": index}, source.at(at))
            return
        at += size
    if len(sizes) < len(places):
        fields = {"announced": len(sizes), "has": len(places)}
        yield Anomaly("lightgbm-trees-left-out", fields, source.at(places[0]))
    elif at > source.extent:
        yield Anomaly("lightgbm-tree-sizes", {"tree": len(sizes) - 1}, source.at(places[-1]))


def _parameters(source: Source, start: int) -> Iterator[Fact]:
    """The names of the parameters of training, which a loader may look up."""
    data = source.whole()
    at = data.find(b"\nparameters:", data.find(_END, start))
    if at < 0:
        return
    end = data.find(b"\nend of parameters", at, at + MIB)
    block = source.read(at, end - at if end > 0 else MIB)
    names = tuple(sorted({one.decode() for one in _PARAMETER.findall(block)}))
    yield Element("parameters", "parameters", "", 1, source.at(at), attributes=names)


def _text(members: Members, name: str) -> str:
    return members.get(name, b"").decode("utf-8", "replace").strip()[:_MOST_NAME]


def _number(members: Members, name: str) -> int:
    numbers = _numbers(members.get(name, b""))
    return numbers[0] if numbers else 0


def _numbers(text: bytes) -> list[int]:
    """Whole numbers; none where something else is among them."""
    try:
        return [int(one) for one in text.split()]
    except ValueError:
        return []
