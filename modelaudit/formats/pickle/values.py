"""The values on a pickle's stack and memo while it is read symbolically."""

from __future__ import annotations

import msgspec

MOST_ITEMS = 256
"""Scalars of one container that are kept; loading may put any number into it."""


class Global(msgspec.Struct, frozen=True, eq=False):
    """A name that loading resolved; one object for each name of a stream.

    An empty ``module`` is a name whose parts could not be worked out. ``spelled`` is the dotted
    name as the bytes have it, ``asked`` the module and the name that loading looks up, where
    ``module`` and ``name`` are what the same object is reviewed as.
    """

    module: str
    name: str
    spelled: str
    asked: tuple[str, ...] = ()
    dotted: str = ""  # both together

    def __post_init__(self) -> None:
        joined = f"{self.module}.{self.name}" if self.name else self.module
        msgspec.structs.force_setattr(self, "dotted", joined)


class Watch:
    """Whether any value that refers to it has changed since it was looked into."""

    __slots__ = ("changed",)

    def __init__(self) -> None:
        self.changed = False


class Result(msgspec.Struct, eq=False):
    """What a call returned, or an instance that an opcode made.

    ``root`` is the innermost callable that was called to make it.
    """

    callee: Value
    arguments: Value
    root: Value
    state: Value | None = None  # what counts of all that BUILD gave it
    first: Value | None = None  # what BUILD gave it first
    later: list[Value] | None = None  # and after that
    filled: list[Box] | None = None  # what APPENDS, SETITEMS and their like gave it
    pure: bool = False  # what a pure operation gives, whose parts are plain
    is_instance: bool = False  # what NEWOBJ makes
    watch: Watch | None = None
    names: tuple[str, ...] | None = None  # of the calls in it, as long as nothing changes

    @property
    def states(self) -> tuple[Value, ...]:
        """All that BUILD gave it."""
        return () if self.first is None else (self.first, *(self.later or ()))

    def build(self, state: Value, counts: Value) -> None:
        """Note a state, and what counts after it."""
        self.change()
        self.state = counts
        if self.first is None:
            self.first = state
        elif self.later is None:
            self.later = [state]
        else:
            self.later.append(state)

    def fill(self, kind: str, values: list[Value]) -> None:
        self.change()
        if self.filled is None:
            self.filled = []
        if not self.filled or self.filled[-1].kind != kind:
            self.filled.append(Box(kind, []))
        self.filled[-1].add(values)

    def change(self) -> None:
        """What was found out by looking into it is no longer so."""
        if self.watch is not None:
            self.watch.changed = True


class Box(msgspec.Struct, eq=False):
    """A list, dict, set or frozenset. A dict's ``items`` are its keys and values in turn."""

    kind: str
    items: list[Value]
    cut: bool = False  # whether scalars were left out
    runs: list[int] | None = None  # memo entries of runs passed over, which have further items
    watch: Watch | None = None

    def add(self, values: list[Value]) -> None:
        """Put values in: of very many, those that are more than scalars."""
        room = MOST_ITEMS - len(self.items)
        if len(values) <= room:
            self.items += values
            return
        self.cut = True
        room = max(room, 0)
        self.items += values[:room]
        if self.kind != "dict":
            self.items += rich(values[room:])
            return
        for key, value in zip(values[room::2], values[room + 1 :: 2], strict=False):
            if type(key) is not int or type(value) is not int:
                self.items += (key, value)


class Persistent(msgspec.Struct, frozen=True):
    """What the loader's ``persistent_load`` makes of ``ident``."""

    ident: Value


class Unknown:
    """A value that is not in the stream, or was left out: an out-of-band buffer, further items."""

    __slots__ = ()


UNKNOWN = Unknown()

Value = int | tuple["Value", ...] | Global | Result | Box | Persistent | Unknown
"""An ``int`` is the position of the opcode that pushed a scalar, to be decoded when it matters."""


def returned(callee: Value, arguments: Value) -> Result:
    """What a call returns."""
    return Result(callee, arguments, class_of(callee))


def rich(values: list[Value]) -> list[Value]:
    """The values that are more than scalars."""
    return [value for value in values if type(value) is not int]


def bounded(values: list[Value]) -> tuple[Value, ...]:
    """A tuple of values; of very many, ``UNKNOWN`` stands for the scalars that are left out."""
    if len(values) <= MOST_ITEMS:
        return tuple(values)
    return (*values[:MOST_ITEMS], *rich(values[MOST_ITEMS:]), UNKNOWN)


def class_of(value: Value) -> Value:
    """The innermost callable that was called to make a value; of anything else, the value."""
    return value.root if isinstance(value, Result) else value


def dotted(value: Value) -> str:
    """The name of that callable; empty if the stream does not name it."""
    named = class_of(value)
    return named.dotted if isinstance(named, Global) else ""
