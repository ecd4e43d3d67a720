"""Long inert runs: the stretches of a big pickle that build plain data, passed over in C.

Most opcodes of a big pickle build scalars, strings and builtin containers, and nothing that they
do can run code. One compiled expression matches the items of a batch (``MARK … SETITEMS``); its
quantifiers are possessive, so it keeps no state to backtrack to and takes linear time. Every
alternative is a complete value: what an item opens, it closes. Opcodes of protocol 0, byte strings
(which may contain an artifact) and long text are left to the plain loop.

An instance of a class that the stream has made often enough (GET, EMPTY_TUPLE, NEWOBJ, its dict of
plain data, BUILD) adds nothing to what is known and counts as plain data too; the memo index of
the class is part of the expression. A pickler begins a frame between any two values, so
one match contains at most one FRAME, whose position the caller checks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from modelaudit.core.source import Buffer

Matcher = Callable[[Buffer, int, int], "re.Match[bytes] | None"]

NEWOBJ = b"\x81"
_PUT = rb"\x94?+"
_FRAME = rb"(\x95.{8})"
_SPELLED = 8
"""Bytes up to which dots are faster than a count; of more, they take long to compile."""
_LONGEST_NESTED = 63
"""Most bytes of a text in a nested container; each length is an alternative of its own."""


@lru_cache(maxsize=64)
def matcher(classes: tuple[int, ...] = ()) -> Matcher:
    """The matcher of a batch's items, given the memo indices of classes that are well known.

    A group that took part is the FRAME. Compiled on first use, since that takes longer than reading
    a small pickle.
    """
    plain = _any(*_SCALARS, _text(_LONGEST_NESTED), *_TUPLED)
    value = _any(*_SCALARS, _text(255), *_TUPLED, *_containers(plain))
    framed = [_FRAME, *_containers(plain, _FRAME)]
    if classes:
        nested = _any(*_SCALARS, _text(_LONGEST_NESTED), *_TUPLED, *_containers(plain))
        leaf = _instance(classes, nested)
        inner = _any(leaf, nested, *_batches(_any(leaf, plain)))
        framed.append(_instance(classes, inner, _FRAME))
        value = _any(_instance(classes, inner), *_batches(leaf), value)
    items = value + rb"*+"
    return re.compile(items + rb"(?:" + _any(*framed) + items + rb")?+", re.DOTALL).match


def _any(*alternatives: bytes) -> bytes:
    return rb"(?:" + rb"|".join(alternatives) + rb")"


def _text(longest: int) -> bytes:
    return _counted(rb"\x8c", longest) + _PUT


def _counted(code: bytes, longest: int) -> bytes:
    each = (b"." * n if n <= _SPELLED else b".{%d}" % n for n in range(longest + 1))
    lengths = (re.escape(bytes([n])) + content for n, content in enumerate(each))
    return code + b"(?:" + b"|".join(lengths) + b")"


# One level of alternatives, and no counts: the engine goes through these fastest.
_SCALARS = (
    *(rb"G........", rb"K.", rb"M..", rb"h.", rb"J....", rb"[N\x88\x89)]", rb"j...."),
    _counted(rb"\x8a", 16),
)
_TUPLED = (rb"\x86\x94", rb"\x87\x94", rb"\x85\x94", rb"[\x85-\x87]")


def _containers(item: bytes, frame: bytes = b"") -> tuple[bytes, ...]:
    """A builtin container of items; with ``frame``, one that has a FRAME between its items."""
    many = item + rb"*+" + frame + item + rb"*+" if frame else item + rb"++"
    listed = rb"\]" + _PUT + _optional(frame, rb"\(" + many + rb"e|" + item + rb"a")
    mapped = rb"\}" + _PUT + _optional(frame, rb"\(" + many + rb"u|" + item + item + rb"s")
    bag = rb"\x8f" + _PUT + _optional(frame, rb"\(" + many + rb"\x90")
    tupled = rb"\(" + many + rb"[t\x91]" + _PUT
    return listed, mapped, tupled, bag


def _batches(item: bytes) -> tuple[bytes, bytes]:
    """A list or dict of more than one item."""
    many = rb"\((?:" + item + rb")++"
    return rb"\]" + _PUT + many + rb"e", rb"\}" + _PUT + many + rb"u"


def _optional(frame: bytes, filled: bytes) -> bytes:
    """An empty container matches too, unless it has to contain a FRAME.

    Before a MARK it is left alone: that may open its own batch, with a FRAME in the middle.
    """
    return rb"(?:" + filled + (rb")" if frame else rb"|(?!\())")


def _instance(classes: tuple[int, ...], item: bytes, frame: bytes = b"") -> bytes:
    many = item + rb"*+" + frame + item + rb"*+" if frame else item + rb"++"
    made = _any(*(re.escape(instance_of(index)) for index in classes))
    return made + _PUT + rb"\}" + _PUT + rb"\(" + many + rb"ub"


@lru_cache(maxsize=64)
def instance_of(index: int) -> bytes:
    """The opcodes that make an instance of the class that is memoized at ``index``."""
    get = b"h%c" % index if index < 256 else b"j" + index.to_bytes(4, "little")
    return get + b")\x81"


def index_of_class(data: Buffer, position: int) -> int:
    """The memo index of the class of which NEWOBJ at ``position`` makes a plain instance, or -1."""
    if data[position - 1 : position + 1] != b")\x81":
        return -1
    if data[position - 6] == 0x6A:  # LONG_BINGET
        return int.from_bytes(data[position - 5 : position - 1], "little")
    return data[position - 2] if data[position - 3] == 0x68 else -1
