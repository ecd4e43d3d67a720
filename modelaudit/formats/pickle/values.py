"""The values on a pickle's stack and memo while it is read symbolically."""

from __future__ import annotations

from dataclasses import dataclass

MOST_ITEMS = 256
"""Items of one container that are kept; loading may put any number into it."""


@dataclass(frozen=True, slots=True, eq=False)
class Global:
    """A name that loading resolved; one object for each name of a stream.

    An empty ``module`` is a name whose parts could not be worked out. ``spelled`` is the dotted
    name as the bytes have it.
    """

    module: str
    name: str
    spelled: str

    @property
    def dotted(self) -> str:
        return f"{self.module}.{self.name}" if self.name else self.module


class Result:
    """What a call returned, or an instance that an opcode made."""

    __slots__ = ("arguments", "callee", "is_instance", "pure", "root", "state")

    def __init__(self, callee: Value, arguments: Value) -> None:
        self.callee = callee
        self.root: Value = callee.root if isinstance(callee, Result) else callee
        self.arguments = arguments
        self.state: Value | None = None
        self.pure = False  # what a pure operation gives, whose parts are plain
        self.is_instance = False  # what NEWOBJ makes


class Box:
    """A list, dict, set or frozenset. A dict's ``items`` are its keys and values in turn."""

    __slots__ = ("items", "kind", "run")

    def __init__(self, kind: str, items: list[Value]) -> None:
        self.kind = kind
        self.items = items
        self.run = 0  # the memo entry of the first run passed over, which has further items

    def add(self, values: list[Value]) -> None:
        room = MOST_ITEMS - len(self.items)
        self.items += values if len(values) <= room else values[: max(room, 0)]


@dataclass(frozen=True, slots=True)
class Persistent:
    """What the loader's ``persistent_load`` makes of ``ident``."""

    ident: Value


class Unknown:
    """A value that is not in the stream, or was left out: an out-of-band buffer, further items."""

    __slots__ = ()


UNKNOWN = Unknown()

Value = int | tuple["Value", ...] | Global | Result | Box | Persistent | Unknown
"""An ``int`` is the position of the opcode that pushed a scalar, to be decoded when it matters."""


def class_of(value: Value) -> Value:
    """The innermost callable that was called to make a value; of anything else, the value."""
    return value.root if isinstance(value, Result) else value
