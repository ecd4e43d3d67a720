"""The states that BUILD gives to instances: their keys and texts, merged by class and keys.

A class is written with the attributes that it had; another release of it may need one that is not
there. The state of ``numpy.dtype`` is a tuple, whose fourth item names the fields of a structured
type. https://docs.python.org/3/library/pickle.html#object.__setstate__
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import msgspec

from modelaudit.core.facts import State
from modelaudit.core.source import Source
from modelaudit.formats.pickle import opcodes
from modelaudit.formats.pickle.executed import EXECUTED
from modelaudit.formats.pickle.reading import Values
from modelaudit.formats.pickle.values import Box, Global, Persistent, Result, Unknown, Value

MOST_KEY: Final = 80
"""Characters of a key; a longer one is not the name of an attribute."""
MOST_TEXT: Final = 16_000
"""Characters of an attribute's text that are kept; a longer one ends with an ellipsis."""
MOST_WORD: Final = 80
"""Characters of a text inside a list or tuple; a longer one is left out."""
MOST_WORDS: Final = 32
"""Texts of one list or tuple that are kept."""
_DEEP: Final = 2
"""Lists and tuples inside each other that are looked into."""
_EXECUTING: Final = frozenset({"scipy", "statsmodels"})
_CONSTANTS: Final = frozenset(opcodes.OP[name] for name in ("NONE", "NEWTRUE", "NEWFALSE", "INT"))
_FIELDS: Final = 3  # position of the names of fields in a dtype's state

Attributes = list[tuple[str, Value]]
"""The keys of a state with their values; a key that is not text is empty."""


class _Shape(msgspec.Struct):
    """The states of one class that have the same keys. ``where`` is the first of them."""

    where: int
    whole: bool
    count: int = 0
    texts: dict[str, dict[str, None]] = msgspec.field(default_factory=dict)
    objects: dict[str, dict[str, None]] = msgspec.field(default_factory=dict)
    constants: dict[str, dict[str, None]] = msgspec.field(default_factory=dict)


class States:
    """States by class and keys."""

    def __init__(self) -> None:
        self._shapes: dict[Global, dict[tuple[str, ...], _Shape]] = {}
        self._spelled: set[tuple[object, ...]] = set()
        self._held: dict[Global, Counter[str]] = {}

    def news(
        self, values: Values, owner: Global, state: Value, position: int, *, early: bool
    ) -> bool:
        """False for a state with the keys, and the kinds of value, of an earlier one.

        Long states of plain data are looked into for the first instances of a class, and where
        there may be an attribute that is run as code.
        """
        if type(state) is not Box or state.kind != "dict":
            return _executes(owner)
        if state.runs and not early:
            return values.may_execute(position)
        items = values.contents(state, whole=True) if state.runs else state.items
        # A pickler writes each key once, so keys are distinguished by where they were written.
        spelled = (owner, *items[0::2], *map(type, items[1::2]))
        if spelled in self._spelled and not state.cut and not _executes(owner):
            return False
        self._spelled.add(spelled)
        return True

    def add(
        self, values: Values, owner: Global, state: Value, attributes: Attributes, position: int
    ) -> None:
        """Note the state that an instance of ``owner`` gets at ``position``."""
        keys = tuple(name for name, _ in attributes if name and len(name) <= MOST_KEY)
        spelled = _is_spelled_out(state) and not (_executes(owner) and _is_pairs(values, state))
        if not keys and (spelled or not _executes(owner)):
            return
        shapes = self._shapes.setdefault(owner, {})
        shape = shapes.get(keys)
        if shape is None:
            shape = shapes[keys] = _Shape(position, spelled)
        shape.whole = shape.whole and spelled
        shape.count += 1
        for name, value in attributes:
            if not name or len(name) > MOST_KEY:
                continue
            if isinstance(value, Result | Global) or _is_no_text(name, value):
                made = self._made(owner, value)
                shape.objects.setdefault(name, {}).update(dict.fromkeys(made))
            elif (constant := _constant(values, value)) is not None:
                shape.constants.setdefault(name, {})[str(constant)] = None
            elif texts := list(_texts(values, value)):
                shape.texts.setdefault(name, {}).update(dict.fromkeys(texts))

    def _made(self, owner: Global, value: Value) -> tuple[str, ...]:
        """The name that a value is or was made by; an instance is noted as held by ``owner``."""
        root = value.root if isinstance(value, Result) else value
        if not isinstance(root, Global):
            return ()
        if isinstance(value, Result):
            self._held.setdefault(root, Counter())[owner.dotted] += 1
        return (root.dotted,)

    def facts(self, source: Source) -> Iterator[tuple[int, State]]:
        """Each fact with its position."""
        for owner, shapes in self._shapes.items():
            for keys, shape in shapes.items():
                texts = {name: tuple(found) for name, found in shape.texts.items()}
                constants = {name: tuple(found) for name, found in shape.constants.items()}
                objects = {name: tuple(found) for name, found in shape.objects.items()}
                held, where = dict(self._held.get(owner, {})), source.at(shape.where)
                yield (
                    shape.where,
                    State(
                        owner.module, owner.name, keys, texts, objects, shape.whole,
                        shape.count, where, constants, held,
                    ),
                )  # fmt: skip


def attributes_of(values: Values, owner: Global, state: Value) -> Attributes:
    """What a state sets: a dict's items, and those of a pair of dicts, one of them for slots."""
    if isinstance(state, tuple) and owner.dotted == "numpy.dtype":
        names = state[_FIELDS] if len(state) > _FIELDS else ()
        return [(values.text(name) or "", ()) for name in names] if isinstance(names, tuple) else []
    parts = state if isinstance(state, tuple) and len(state) == 2 else (state,)
    return [item for part in parts for item in _items(values, part)]


def _items(values: Values, part: Value) -> Attributes:
    """The items of a dict, or of an object that was filled as one."""
    if isinstance(part, Result):
        boxes = [box for box in part.filled or () if box.kind == "dict"]
        return [item for box in boxes for item in _items(values, box)]
    if not isinstance(part, Box) or part.kind != "dict":
        return []
    items = values.contents(part, whole=True)
    return [(values.text(k) or "", v) for k, v in zip(items[0::2], items[1::2], strict=False)]


def _is_spelled_out(state: Value) -> bool:
    """False where a state, or a key in it, is what a call returns, and where keys are left out."""
    parts = state if isinstance(state, tuple) and len(state) == 2 else (state,)
    for part in parts:
        if isinstance(part, Box):
            if part.cut or any(isinstance(key, Result | Unknown) for key in part.items[0::2]):
                return False
        elif isinstance(part, Result | Persistent | Unknown):
            return False
    return True


def _is_pairs(values: Values, state: Value) -> bool:
    """Whether ``dict.update`` may take a state for pairs, each of a key and its value."""
    if isinstance(state, Box) and state.kind != "dict":
        return bool(state.cut or state.runs) or _are_pairs(values, state.items)
    return isinstance(state, tuple) and _are_pairs(values, state)


def _are_pairs(values: Values, items: Sequence[Value]) -> bool:
    return bool(items) and all(_is_pair(values, item) for item in items)


def _is_pair(values: Values, item: Value) -> bool:
    if isinstance(item, int):
        return values.source.data[item] in opcodes.ITERABLE
    if isinstance(item, Box):
        width = 2 if item.kind == "dict" else 1
        return item.cut or bool(item.runs) or len(item.items) == 2 * width
    return len(item) == 2 if isinstance(item, tuple) else not isinstance(item, Global)


def _is_no_text(name: str, value: Value) -> bool:
    """Whether a library may run what is not spelled out as one text."""
    return name in EXECUTED and not isinstance(value, int)


@lru_cache(maxsize=256)
def _executes(owner: Global) -> bool:
    """Whether the class may be one of those that run text of their state as code."""
    return owner.module.partition(".")[0] in _EXECUTING


def _texts(values: Values, value: Value) -> Iterator[str]:
    """The text or bytes that a value is, or the short texts inside it."""
    if isinstance(value, int):
        if (text := _text(values, value)) is not None:
            yield text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1] + "…"
    elif isinstance(value, tuple | Box):
        words = (word for word in _inside(values, value, _DEEP) if 0 < len(word) <= MOST_WORD)
        yield from (word for word, _ in zip(words, range(MOST_WORDS), strict=False))


def _inside(values: Values, value: Value, depth: int) -> Iterator[str]:
    """The texts in a list or tuple, and in those inside it."""
    if isinstance(value, int):
        if values.source.data[value] in opcodes.TEXT and (text := values.text(value)) is not None:
            yield text
    elif depth and (isinstance(value, tuple) or (isinstance(value, Box) and value.kind == "list")):
        for item in value if isinstance(value, tuple) else values.contents(value):
            yield from _inside(values, item, depth - 1)


def _constant(values: Values, value: Value) -> bool | str | None:
    """``None`` as a text, or a truth value; None for any other value."""
    if not isinstance(value, int) or values.source.data[value] not in _CONSTANTS:
        return None
    scalar = values.scalar(value)
    if scalar is None:
        return "None"
    return scalar if isinstance(scalar, bool) else None


def _text(values: Values, position: int) -> str | None:
    code = values.source.data[position]
    if code in opcodes.TEXT:
        return values.text(position)
    if code not in opcodes.BYTES:
        return None
    scalar = values.scalar(position)
    return scalar.decode("latin-1") if isinstance(scalar, bytes) else None
