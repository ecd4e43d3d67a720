"""The calls that loading makes, each with the calls whose results it takes below it.

Facts tell calls in the order in which loading makes them, equal ones once, and name what each
argument comes from. So a call takes the latest earlier one of that name; one that changes an
instance, or calls what another one returned, takes all since that one, which made what it is given.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from modelaudit.comparison.topics import dotted, said_of
from modelaudit.core.facts import Call, Fact
from modelaudit.core.outline import Node
from modelaudit.outline.marks import Marks
from modelaudit.outline.trees import Tree, bounded, worse

_RESULT: Final = "()"
"""The end of an origin that is the result of a call."""
_MAKING: Final = frozenset({"REDUCE", "NEWOBJ", "NEWOBJ_EX", "OBJ", "INST"})
"""Opcodes that call what they are given; the others change what a call returned."""


class _Made:
    """The results that no later call has taken yet."""

    def __init__(self) -> None:
        self._trees: list[Tree | None] = []
        self._at: dict[str, list[int]] = {}

    def add(self, result: str, tree: Tree) -> None:
        self._at.setdefault(result, []).append(len(self._trees))
        self._trees.append(tree)

    def one(self, result: str) -> list[Tree]:
        """Take the latest result of a call."""
        places = self._at.get(result)
        if not places:
            return []
        place = places.pop()
        tree, self._trees[place] = self._trees[place], None
        return [] if tree is None else [tree]

    def since(self, result: str) -> list[Tree]:
        """Take the latest result of a call, and all after it."""
        places = self._at.get(result)
        if not places:
            return []
        begin = places[-1]
        taken = [tree for tree in self._trees[begin:] if tree is not None]
        del self._trees[begin:]
        for other in self._at.values():
            while other and other[-1] >= begin:
                other.pop()
        return taken

    def rest(self) -> list[Tree]:
        return [tree for tree in self._trees if tree is not None]


def calls_of(facts: Iterable[Fact], marks: Marks) -> Node | None:
    """The tree of calls; None for an artifact whose loading makes none."""
    by_stream: dict[tuple[str, ...], list[Call]] = {}
    for fact in facts:
        if isinstance(fact, Call):
            by_stream.setdefault(fact.where.members, []).append(fact)
    if not by_stream:
        return None
    count = sum(call.count for calls in by_stream.values() for call in calls)
    root = Tree("calls", count=count)
    for members, calls in by_stream.items():
        made = _Made()
        for call in sorted(calls, key=lambda call: call.where.offset or 0):
            _make(call, made, marks)
        trees = _alike(made.rest())
        if members and len(by_stream) > 1:
            trees = [Tree("/".join(members), count=len(trees), below=trees)]
        root.below += trees
    return bounded(root)


def _make(call: Call, made: _Made, marks: Marks) -> None:
    result = dotted(call.module, call.name)
    on_result = call.callee == "result" or (call.opcode not in _MAKING and not call.target)
    below = made.since(result) if on_result else []
    for origin in call.origins:
        if origin.endswith(_RESULT):
            below += made.one(origin.removesuffix(_RESULT))
    said = said_of(call)
    name, mark = said[1] if said is not None else result, marks.of(call)
    if call.opcode == "BUILD" and below and _is_plain(below[0], result):
        name, mark = f"{result}().__setstate__", worse(mark, below.pop(0).mark)
    through = (f"through {call.via}",) if call.via else ()
    texts = (f"({call.arguments})", *through)
    made.add(result, Tree(name, texts, call.count, mark=mark, below=_alike(below)))


def _is_plain(tree: Tree, name: str) -> bool:
    """Whether a call makes an instance out of nothing."""
    return tree.name == name and tree.texts == ("()",) and not tree.below


def _alike(trees: list[Tree]) -> list[Tree]:
    """Calls that are equal, and take no other, as one."""
    found: dict[object, Tree] = {}
    for number, tree in enumerate(trees):
        like = found.setdefault(tree.is_like() or number, tree)
        if like is not tree:
            like.count += tree.count
    return list(found.values())
