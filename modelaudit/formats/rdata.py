"""R's serialization: ``.rds`` with one object, ``.rda`` with the names of several.

Items follow one another depth first, each with flags of 32 bits: the type in the low byte, then
bits for attributes and a tag. Numbers are big-endian. A promise without a value is evaluated by
the first use of what was read, in R before 4.4.0.
https://cran.r-project.org/doc/manuals/r-release/R-ints.html#Serialization-Formats
https://nvd.nist.gov/vuln/detail/CVE-2024-27322
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from modelaudit.core.errors import Fields, Malformed
from modelaudit.core.facts import Anomaly, Fact, Identity, Metadata, Producer
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source

MOST_PENDING: Final = 1_000_000
"""Items that wait for those inside of them."""
MOST_TEXT: Final = 200
_ITEM, _ITEMS, _INTEGERS, _CODE, _CONSTANTS, _CONSTANT, _LANGUAGE = range(7)

_HAS_ATTRIBUTES: Final = 0x200
_HAS_TAG: Final = 0x400
_WIDTHS: Final = {10: 4, 13: 4, 14: 8, 15: 16, 24: 1}
"""Bytes of an element: logical, integer, double, complex, raw."""
_EMPTY: Final = frozenset({254, 253, 252, 251, 247, 246, 242, 241})
"""Types that are values of their own: NULL, the environments of R, a missing argument."""
_PAIRS: Final = frozenset({2, 3, 5, 6, 17})
"""Types of two items with a tag: lists, closures, promises, calls, ``...``."""
_VECTORS: Final = frozenset({16, 19, 20})
_NAMES: Final = frozenset({248, 249, 250})
"""Types that are a vector of texts: a persistent name, a namespace, a package."""
_ATTRIBUTED: Final = frozenset({239, 240})
_SHARED: Final = 244
_SHARED_AGAIN: Final = 243
_SYMBOL, _ENVIRONMENT, _PROMISE, _CALL, _TEXT = 1, 4, 5, 6, 9
_BYTECODE, _POINTER, _WEAK, _S4, _ALTREP, _REFERENCE, _UNBOUND = 21, 22, 23, 25, 238, 255, 252
_IN_CODE: Final = frozenset({2, 6, _SHARED, _SHARED_AGAIN, *_ATTRIBUTED})


class _Reader:
    """Walks the items; ``promises`` has the offsets of those without a value, and their calls."""

    def __init__(self, source: Source, position: int, bounds: Bounds) -> None:
        self.source = source
        self.position = position
        self.bounds = bounds
        self.promises: list[tuple[int, str]] = []
        self._promise = -1
        self._pending: list[tuple[int, int]] = []

    def integer(self) -> int:
        raw = self.source.read(self.position, 4)
        if len(raw) < 4:
            raise Malformed("truncated", {"what": "an item"}, self.position)
        self.position += 4
        return int.from_bytes(raw, signed=True)

    def walk(self) -> None:
        """Read all items of one object. Raises Malformed."""
        self._pending.append((_ITEM, 1))
        steps = 0
        while self._pending:
            steps += 1
            if not steps % 4096:
                self.bounds.check(self.position)
            if len(self._pending) > MOST_PENDING:
                limit: Fields = {"limit": "items inside each other", "most": MOST_PENDING}
                raise Malformed("limit", limit, self.position)
            task, count = self._pending.pop()
            if count > 1:
                self._pending.append((task, count - 1))
            self._do(task)

    def _do(self, task: int) -> None:
        if task == _ITEM:
            self._item(self.integer())
        elif task == _INTEGERS:
            self.integer()
        elif task == _CODE:
            self._push((_ITEM, 1), (_CONSTANTS, 1))
        elif task == _CONSTANTS:
            self._push((_CONSTANT, self.integer()))
        elif task == _CONSTANT:
            type_ = self.integer()
            if type_ == _BYTECODE:
                self._push((_CODE, 1))
            elif type_ in _IN_CODE:
                self._language(type_)
            else:
                self._push((_ITEM, 1))
        else:
            self._language(self.integer())

    def _language(self, type_: int) -> None:
        """A call inside of bytecode, whose parts may be shared."""
        if type_ == _SHARED_AGAIN:
            self.integer()
            return
        if type_ == _SHARED:
            self.integer()
            type_ = self.integer()
        if type_ in _IN_CODE:
            attributes = ((_ITEM, 1),) if type_ in _ATTRIBUTED else ()
            self._push(*attributes, (_ITEM, 1), (_LANGUAGE, 2))
        else:
            self._push((_ITEM, 1))

    def _push(self, *tasks: tuple[int, int]) -> None:
        self._pending += [task for task in reversed(tasks) if task[1] > 0]

    def _item(self, flags: int) -> None:
        type_ = flags & 0xFF
        has_attributes = bool(flags & _HAS_ATTRIBUTES)
        after = ((_ITEM, 1),) if has_attributes else ()
        if type_ in _EMPTY:
            return
        if type_ in _PAIRS:
            if type_ == _PROMISE:
                self._look_at_promise(flags)
            tag = ((_ITEM, 1),) if flags & _HAS_TAG else ()
            self._push(*after, *tag, (_ITEM, 2))
        elif type_ == _SYMBOL:
            self._symbol()
        elif type_ == _TEXT:
            self._pass(self.integer(), 1)
            self._push(*after)
        elif type_ in _WIDTHS:
            self._pass(self._length(), _WIDTHS[type_])
            self._push(*after)
        elif type_ in _VECTORS:
            self._push((_ITEM, self._length()), *after)
        elif type_ in _NAMES:
            self.integer()
            self._push((_ITEM, self.integer()))
        else:
            self._rare(type_, flags, after)

    def _rare(self, type_: int, flags: int, after: tuple[tuple[int, int], ...]) -> None:
        if type_ == _REFERENCE:
            if not flags >> 8:
                self.integer()
        elif type_ == _ENVIRONMENT:
            self.integer()
            self._push((_ITEM, 4))
        elif type_ == _ALTREP:
            self._push((_ITEM, 3))
        elif type_ == _POINTER:
            self._push((_ITEM, 2), *after)
        elif type_ in (_WEAK, _S4):
            self._push(*after)
        elif type_ in (7, 8):
            self._pass(self.integer(), 1)
        elif type_ == _BYTECODE:
            self.integer()
            self._push((_CODE, 1), *after)
        else:
            raise Malformed("rdata-type", {"type": type_}, self.position - 4)

    def _length(self) -> int:
        length = self.integer()
        if length == -1:
            return self.integer() << 32 | self.integer() & 0xFFFFFFFF
        return length

    def _pass(self, count: int, width: int) -> None:
        size = max(count, 0) * width  # a text of length -1 is NA
        if size > self.source.extent - self.position and self.source.bounded:
            raise Malformed("truncated", {"what": "a vector"}, self.position)
        self.position += size

    def _symbol(self) -> None:
        """A name: its text follows. That of a promise's call is kept."""
        self.integer()
        length = self.integer()
        name = self.source.read(self.position, max(0, min(length, MOST_TEXT)))
        self._pass(length, 1)
        if self._promise >= 0:
            self.promises[-1] = (self._promise, name.decode("utf-8", "replace"))
            self._promise = -1

    def _look_at_promise(self, flags: int) -> None:
        """Remember a promise whose value is not there and whose expression is a call."""
        at = self.position
        if flags & _HAS_TAG:  # an environment to evaluate it in: what was evaluated has none
            self.promises.append((at, ""))
            return
        if flags & _HAS_ATTRIBUTES:
            self.promises.append((at, ""))
            return
        if self.source.read(at, 4)[3:] == bytes([_UNBOUND]):
            self.promises.append((at, ""))
            self._promise = at


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """The versions of R, and promises without a value. Raises Malformed."""
    position = 5 if source.read(0, 3) == b"RDX" else 0
    yield Identity("rdata", "", source.at())
    if source.read(position, 2) != b"X\n":
        raise Malformed("not-supported", {"what": "R data as text or in the machine's own order"})
    reader = _Reader(source, position + 2, bounds)
    version, writer, oldest = reader.integer(), reader.integer(), reader.integer()
    yield Metadata("rdata-version", "", version, source.at())
    yield Producer("r", _release(writer), source.at())
    yield Metadata("rdata-needs-r", _release(oldest), -1, source.at())
    if version not in (2, 3):
        raise Malformed("not-supported", {"what": f"version {version} of R's serialization"})
    if version == 3:
        length = reader.integer()
        reader.position += max(length, 0)
    problem: Malformed | None = None
    try:
        reader.walk()
    except Malformed as reached:
        problem = reached
    for at, name in reader.promises:
        yield Anomaly("rdata-promise", {"name": name or "a call"}, source.at(at))
    if problem is not None:
        raise problem


def _release(packed: int) -> str:
    """``4.3.1`` of the number that R packs a release into."""
    return f"{packed >> 16}.{packed >> 8 & 0xFF}.{packed & 0xFF}"
