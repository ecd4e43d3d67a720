"""The generated pickles that the benchmark times: about a million entries each."""

from __future__ import annotations

import pickle
import random
from collections.abc import Callable
from pathlib import Path

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
