"""Operators of ai.onnx.ml: trees and features, whose numbers are attributes.

https://github.com/onnx/onnx/blob/main/docs/Operators-ml.md
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from modelaudit.formats.onnx.demands.kinds import Demand, Node, Unmet
from modelaudit.formats.protobuf import KEPT

_NEGATIVE_SINCE: Final = "1.24"
_TARGETS_SINCE: Final = "1.28"


def _features(node: Node) -> Iterator[Unmet]:
    data, chosen = node.dims(0), node.numbers(1)
    if not data or data[-1] < 0:
        return
    for one in chosen or ():
        if one >= data[-1] or one < 0:
            since = _NEGATIVE_SINCE if one < 0 else ""
            yield Unmet("index", str(int(one)), f"0 to {data[-1] - 1}", since=since)
            return


def _choices(node: Node) -> Iterator[Unmet]:
    for name, most, unset in (("post_transform", 4, 0), ("aggregate_function", 3, 1)):
        given = node.integer(name, unset)
        if not 0 <= given <= most:
            yield Unmet(name, str(given), f"0 to {most}", created=True)


def _trees(node: Node) -> Iterator[Unmet]:
    number = node.integer("n_targets", 0)
    if number < 1:
        refused = Unmet("n_targets", str(number), "1 or more", created=True)
        yield refused._replace(since=_TARGETS_SINCE)
    targets = node.integers("leaf_targetids")
    for one in targets:
        if number > 0 and not 0 <= one < number:
            refused = Unmet("target of a leaf", str(one), f"0 to {number - 1}", created=True)
            yield refused._replace(since=_TARGETS_SINCE, ignored=True)
            break
    yield from _choices(node)
    if max(len(one.ints) for one in node.attributes.values()) >= KEPT:
        return  # the rest was omitted
    leaves, nodes = len(targets), len(node.integers("nodes_featureids"))
    for side in ("true", "false"):
        places = node.integers(f"nodes_{side}nodeids")
        ends = node.integers(f"nodes_{side}leafs")
        for place, end in zip(places, ends, strict=False):
            if not 0 <= place < (leaves if end else nodes):
                refused = Unmet(
                    f"nodes_{side}nodeids", str(place), "a node or a leaf", created=True
                )
                yield refused
                return
    for one in node.integers("nodes_featureids"):
        if one < 0:
            refused = Unmet("feature of a node", str(one), "0 or more", created=True)
            yield refused._replace(since=_TARGETS_SINCE, ignored=True)
            return


DEMANDS: Final[Mapping[str, Demand]] = {
    "ArrayFeatureExtractor": _features,
    "TreeEnsemble": _trees,
}
