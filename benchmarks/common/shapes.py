"""The generated pickles that the benchmarks time: about a million entries each."""

from __future__ import annotations

import pickle
import random
import sys
import types
from collections.abc import Callable
from pathlib import Path

import numpy as np

ENTRIES = 1_000_000


class Node:
    """An object as most of them are pickled: NEWOBJ, a dict of attributes, BUILD."""

    def __init__(self, name: str, value: float, children: list[Node]) -> None:
        self.name = name
        self.value = value
        self.children = children
        self.leaf = not children


def strings_to_ints(entries: int) -> object:
    return {f"feature_{number}": number for number in range(entries)}


def floats(entries: int) -> object:
    source = random.Random(0)
    return [source.random() for _ in range(entries)]


def small_lists(entries: int) -> object:
    return [[number, number + 1, number + 2] for number in range(entries // 4)]


def pairs(entries: int) -> object:
    return [(number, number * 2) for number in range(entries // 2)]


def dicts(entries: int) -> object:
    return [{"id": number, "name": f"row{number}", "ok": True} for number in range(entries // 4)]


def objects(entries: int) -> object:
    """Trees of depth three: each inner node has four children."""
    count = entries // 4 // 21
    return [_tree(f"tree{number}", 2) for number in range(count)]


def _tree(name: str, depth: int) -> Node:
    children = [_tree(f"{name}.{number}", depth - 1) for number in range(4)] if depth else []
    return Node(name, len(name) / 3, children)


SHAPES: dict[str, Callable[[int], object]] = {
    "dict of strings to ints": strings_to_ints,
    "list of floats": floats,
    "list of small lists": small_lists,
    "list of pairs": pairs,
    "list of dicts": dicts,
    "nested objects": objects,
}


def write(directory: Path, entries: int = ENTRIES) -> dict[str, Path]:
    """One file for each shape, in the protocol that ``pickle`` uses by default."""
    files = {}
    for number, (name, make) in enumerate(SHAPES.items()):
        path = directory / f"shape{number}.pkl"
        path.write_bytes(pickle.dumps(make(entries)))
        files[name] = path
    return files


def _stub(module: str, name: str) -> type:
    """A class that pickles under another name, as no package has to be installed for."""
    return type(name, (), {"__module__": module, "__qualname__": name})


def _as_scikit_learn(make: Callable[[Callable[[str, str], type]], object]) -> bytes:
    """The pickle of what ``make`` builds of such classes."""
    made: dict[str, types.ModuleType] = {}

    def class_(module: str, name: str) -> type:
        held = made.setdefault(module, types.ModuleType(module))
        found: type = vars(held).setdefault(name, _stub(module, name))
        return found

    value = make(class_)
    names = {".".join(m.split(".")[:n]) for m in made for n in range(1, m.count(".") + 2)}
    added = {name: made.get(name) or types.ModuleType(name) for name in names}
    sys.modules.update(added)
    try:
        return pickle.dumps(value, protocol=4)
    finally:
        for name in added:
            del sys.modules[name]


def forest(trees: int = 200, nodes: int = 4_000) -> bytes:
    """A RandomForestClassifier of scikit-learn 1.5: its trees, and the arrays of each."""
    dtype = np.dtype(
        [("left_child", "<i8"), ("right_child", "<i8"), ("feature", "<i8"), ("threshold", "<f8"),
         ("impurity", "<f8"), ("n_node_samples", "<i8"), ("weighted_n_node_samples", "<f8"),
         ("missing_go_to_left", "u1")]
    )  # fmt: skip

    def make(class_: Callable[[str, str], type]) -> object:
        tree = class_("sklearn.tree._tree", "Tree")
        state = {"max_depth": 12, "node_count": nodes, "nodes": np.zeros(nodes, dtype),
                 "values": np.zeros((nodes, 1, 2))}  # fmt: skip

        def reduced(self: object) -> tuple[object, ...]:
            arrays = {name: v.copy() if hasattr(v, "copy") else v for name, v in state.items()}
            return tree, (20, np.array([2]), 1), arrays

        vars_of: dict[str, object] = {"__reduce__": reduced}
        for name, value in vars_of.items():
            setattr(tree, name, value)
        forest = class_("sklearn.ensemble._forest", "RandomForestClassifier")()
        members = []
        for number in range(trees):
            one = class_("sklearn.tree._classes", "DecisionTreeClassifier")()
            vars(one).update(
                criterion="gini", splitter="best", max_depth=None, min_samples_split=2,
                random_state=number, n_features_in_=20, n_outputs_=1, n_classes_=np.int64(2),
                classes_=np.array([0.0, 1.0]), tree_=tree(), _sklearn_version="1.5.2",
            )  # fmt: skip
            members.append(one)
        vars(forest).update(
            n_estimators=trees, bootstrap=True, estimators_=members, n_features_in_=20,
            classes_=np.array([0, 1]), n_classes_=2, n_outputs_=1, _sklearn_version="1.5.2",
        )  # fmt: skip
        return forest

    return _as_scikit_learn(make)


def vectorizer(words: int = 200_000) -> bytes:
    """A CountVectorizer with its vocabulary."""
    source = random.Random(0)
    known = {f"{source.getrandbits(40):x}": number for number in range(words)}

    def make(class_: Callable[[str, str], type]) -> object:
        made = class_("sklearn.feature_extraction.text", "CountVectorizer")()
        vars(made).update(
            input="content", encoding="utf-8", lowercase=True, ngram_range=(1, 1),
            vocabulary_=known, dtype=np.int64, _sklearn_version="1.5.2",
        )  # fmt: skip
        return made

    return _as_scikit_learn(make)
