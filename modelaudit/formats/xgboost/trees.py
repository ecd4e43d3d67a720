"""Trees of a model whose numbers contradict each other.

A loader that does not check follows a child's number to wherever it leads. Each kind is one
anomaly, with how many trees have it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from modelaudit.core.errors import Fields
from modelaudit.core.facts import Anomaly
from modelaudit.core.location import Location
from modelaudit.formats.treenodes import cycle
from modelaudit.formats.xgboost.document import Tree

DELETED: Final = 0x7FFFFFFF
"""What a node that pruning removed has in place of a feature, and the root in place of a parent."""
_LEAF: Final = -1
_SIZED: Final = (
    *("left_children", "right_children", "parents", "split_indices", "default_left"),
    *("split_conditions", "loss_changes", "sum_hessian", "split_type"),
)


class Contradictions:
    """What was found in the trees so far: the fields of the first of each kind, and how many."""

    def __init__(self, features: int) -> None:
        self._features = features
        self._found: dict[str, dict[str, str | int]] = {}
        self.deleted = False
        """Whether a tree counts nodes that were removed."""

    def look(self, index: int, tree: Tree) -> None:
        """Raises nothing: what does not fit is an anomaly."""
        for kind, fields in self._of(tree):
            self._found.setdefault(kind, {"tree": index, **fields, "trees": 0})
            count = self._found[kind]["trees"]
            self._found[kind]["trees"] = int(count) + 1

    def facts(self, where: Location) -> Iterator[Anomaly]:
        return (Anomaly(kind, fields, where) for kind, fields in self._found.items())

    def _of(self, tree: Tree) -> Iterator[tuple[str, Fields]]:
        nodes = number(tree.tree_param, "num_nodes")
        vector = max(number(tree.tree_param, "size_leaf_vector"), 1)
        for member in (*_SIZED, "base_weights"):
            has = tree.count(member)
            wants = nodes * vector if member == "base_weights" else nodes
            if has is not None and has != wants and not (member == "split_type" and not has):
                yield "xgboost-tree-size", {"member": member, "has": has, "wants": wants}
                return
        removed = tree.split_indices.count(DELETED)
        self.deleted |= removed > 0
        if removed != number(tree.tree_param, "num_deleted"):
            said = number(tree.tree_param, "num_deleted")
            yield "xgboost-tree-size", {"member": "num_deleted", "has": said, "wants": removed}
        yield from self._nodes(tree, nodes)

    def _nodes(self, tree: Tree, nodes: int) -> Iterator[tuple[str, Fields]]:
        inner = [at for at in range(nodes) if tree.left_children[at] != _LEAF]
        for at in inner:
            for child in (tree.left_children[at], tree.right_children[at]):
                if not 0 <= child < nodes:
                    yield "xgboost-child-beyond", {"node": at, "child": child, "nodes": nodes}
                    return
        for at, parent in enumerate(tree.parents):
            if parent != DELETED and not -1 <= parent < nodes:
                yield "xgboost-parent-beyond", {"node": at, "parent": parent, "nodes": nodes}
                return
        for at in inner:
            feature = tree.split_indices[at]
            if not 0 <= feature < max(self._features, 1) and feature != DELETED:
                fields: Fields = {"node": at, "feature": feature, "features": self._features}
                yield "xgboost-split-beyond", fields
                break
        if (below := cycle(tree.left_children, tree.right_children)) is not None:
            yield "xgboost-tree-cycle", {"node": below}


def number(values: dict[str, object], name: str) -> int:
    """A number that is written as a text; 0 for a text that is no number."""
    text = str(values.get(name, ""))
    return int(text) if text.lstrip("-").isdecimal() and len(text) <= 18 else 0
