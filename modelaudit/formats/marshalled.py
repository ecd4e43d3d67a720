"""Python's marshal, as far as code objects need it, read without running or rebuilding anything.

``marshal.loads`` crashes on hostile bytes and reads its own version's code alone; this reads the
layouts of 3.6 to 3.14. The format: CPython Python/marshal.c. A code object does not name its
layout, so each is tried: 3.11 brought ``localspluskinds``, 3.8 the count of positional-only
arguments.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

import msgspec

from modelaudit.core.errors import Malformed

MOST_DEPTH: Final = 60
"""Objects inside each other."""
MOST_OBJECTS: Final = 200_000
_REF: Final = 0x80
_CODE: Final = ord("c")


class Layout(msgspec.Struct, frozen=True):
    """``numbers`` come first, then one object for each letter: b bytes, t tuple, s text, i int."""

    numbers: int
    objects: str
    versions: tuple[str, ...]


_LAYOUTS: Final = (
    Layout(5, "bttt" + "bsssibb", ("3.11", "3.12", "3.13", "3.14")),
    Layout(6, "bttttt" + "ssib", ("3.8", "3.9", "3.10")),
    Layout(5, "bttttt" + "ssib", ("3.6", "3.7")),
)


class Function(msgspec.Struct):
    """A code object. ``arguments`` is how many of ``variables`` are parameters."""

    name: str
    code: bytes
    consts: tuple[Value, ...]
    names: tuple[str, ...]
    variables: tuple[str, ...]
    arguments: int
    versions: tuple[str, ...]
    inner: list[Function] = msgspec.field(default_factory=list)

    def all(self) -> Iterator[Function]:
        """This one and those inside it."""
        yield self
        for function in self.inner:
            yield from function.all()


Value = None | bool | int | float | str | bytes | tuple["Value", ...] | Function


def read(data: bytes) -> Function:
    """The code object that the bytes contain. Raises Malformed."""
    failure = _broken("the bytes contain another object")
    for layout in _LAYOUTS:
        try:
            value = _Reader(data, layout).value(0)
        except Malformed as error:
            failure = error
            continue
        if isinstance(value, Function):
            return value
    raise failure


def _broken(problem: str) -> Malformed:
    return Malformed("broken-code", {"problem": problem})


class _Reader:
    """Reads one value after another; later ones may refer back to the objects in ``refs``."""

    def __init__(self, data: bytes, layout: Layout) -> None:
        self.data = data
        self.layout = layout
        self.position = 0
        self.refs: list[Value] = []
        self.count = 0

    def value(self, depth: int) -> Value:
        self.count += 1
        if depth > MOST_DEPTH:
            raise Malformed("limit", {"limit": "nesting in a code object", "most": MOST_DEPTH})
        if self.count > MOST_OBJECTS:
            raise Malformed("limit", {"limit": "objects in a code object", "most": MOST_OBJECTS})
        type_ = self._take(1)[0]
        marked = bool(type_ & _REF)
        letter = chr(type_ & 0x7F)
        if letter == "r":
            index = self._int()
            if not 0 <= index < len(self.refs):
                raise _broken("a reference points to no object")
            return self.refs[index]
        slot = len(self.refs)
        if marked:
            self.refs.append(None)
        value = self._read(letter, depth)
        if marked:
            self.refs[slot] = value
        return value

    def _read(self, letter: str, depth: int) -> Value:  # noqa: C901, PLR0911, PLR0912  one for each
        match letter:
            case "0" | "N" | "S" | ".":
                return None
            case "F" | "T":
                return letter == "T"
            case "i":
                return self._int()
            case "I":
                return int.from_bytes(self._take(8), "little", signed=True)
            case "g":
                number: float = struct.unpack("<d", self._take(8))[0]
                return number
            case "y":
                return str(struct.unpack("<dd", self._take(16)))
            case "l":
                return self._long()
            case "s":
                return self._take(self._int())
            case "t" | "u" | "a" | "A":
                return self._take(self._int()).decode("utf-8", "surrogatepass")
            case "z" | "Z" | "f":
                return self._take(self._take(1)[0]).decode("latin-1")
            case ")":
                return self._items(self._take(1)[0], depth)
            case "(" | "[" | "<" | ">":
                return self._items(self._int(), depth)
            case "c":
                return self._function(depth)
            case ":":
                return self._items(3, depth)
        raise _broken(f"marshal has no type {letter!r}")

    def _function(self, depth: int) -> Function:
        numbers = [self._int() for _ in range(self.layout.numbers)]
        objects: list[Value] = []
        inner: list[Function] = []
        for letter in self.layout.objects:
            objects.append(self._int() if letter == "i" else self.value(depth + 1))
            wanted = {"b": bytes, "t": tuple, "s": str, "i": int}[letter]
            if not isinstance(objects[-1], wanted):
                raise _broken("the layout of the code object is unknown")
        code, consts, names, variables = objects[:4]
        assert isinstance(code, bytes)
        assert isinstance(consts, tuple)
        assert isinstance(names, tuple)
        assert isinstance(variables, tuple)
        inner = [item for item in consts if isinstance(item, Function)]
        at = self.layout.objects.index("s") + 1
        return Function(
            str(objects[at]), code, consts, _texts(names), _texts(variables), max(numbers[0], 0),
            self.layout.versions, inner,
        )  # fmt: skip

    def _items(self, count: int, depth: int) -> tuple[Value, ...]:
        if not 0 <= count <= len(self.data) - self.position:
            raise _broken("a container has more items than bytes remain")
        return tuple(self.value(depth + 1) for _ in range(count))

    def _long(self) -> int:
        count = self._int()
        digits = struct.unpack(f"<{abs(count)}H", self._take(abs(count) * 2))
        number: int = sum(digit << 15 * index for index, digit in enumerate(digits[:1000]))
        return -number if count < 0 else number

    def _int(self) -> int:
        return int.from_bytes(self._take(4), "little", signed=True)

    def _take(self, count: int) -> bytes:
        taken = self.data[self.position : self.position + count]
        if count < 0 or len(taken) < count:
            raise _broken("the bytes end inside an object")
        self.position += count
        return taken


def _texts(values: tuple[Value, ...]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)
