"""Spells values as opcodes: the same value in the many ways that unpicklers take for it."""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from random import Random

from fixtures.recipes import asm

_PLAIN = frozenset(string.ascii_letters + string.digits + " _.,:;()[]'/-=<>")


class Emitter:
    """One stream; ``rng`` decides every spelling. ``noise`` is how likely a detour is."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.noise = rng.choice((0.0, 0.0, 0.05, 0.2))
        self.outside = rng.random() < 0.04  # what only an unpickler that is given objects loads
        self.text_only = rng.random() < 0.1
        self.prologue = b""
        self._stored: dict[bytes, int] = {}
        self._next = rng.choice((0, 0, 3, 250, 70_000))

    def finish(self, body: bytes) -> bytes:
        """The stream: a header, what the memo gets first, the value, and STOP."""
        rng = self.rng
        body = self.prologue + body
        version = rng.choice((None, 2, 3, 4, 4, 5))
        if rng.random() < 0.1 and body:
            body = asm.framed(body)
        head = b"" if version is None else asm.proto(version)
        if rng.random() < 0.05:
            head += asm.proto(rng.choice((0, 1, 4)))
        leftover = rng.choice((b"(", b"N", b"(N", b"]")) if rng.random() < self.noise else b""
        return head + leftover + body + asm.STOP

    def value(self, spelled: bytes) -> bytes:
        """A value, and detours that leave it on top of the stack."""
        if self.outside and self.rng.random() < 0.3:
            spelled += asm.BINPERSID
        if self.rng.random() >= self.noise:
            return spelled
        index = self._index()
        detours: tuple[Callable[[], bytes], ...] = (
            lambda: spelled + self._put(index),
            lambda: spelled + self._put(index) + asm.POP + self._get(index),
            lambda: spelled + asm.DUP + asm.POP,
            lambda: asm.NONE + asm.POP + spelled,
            lambda: asm.MARK + asm.NONE + asm.POP_MARK + spelled,
            lambda: asm.MARK + asm.POP + spelled,
            lambda: spelled + asm.MARK + spelled + asm.POP_MARK,
            lambda: asm.NONE + self._put(index) + asm.POP + spelled + self._put(index),
            lambda: spelled + asm.MEMOIZE,
            lambda: asm.MARK + spelled + asm.TUPLE + asm.POP + spelled,
        )
        return self.rng.choice(detours)()

    def _index(self) -> int:
        self._next += self.rng.choice((1, 1, 1, 2, 7))
        return self._next

    def _put(self, index: int) -> bytes:
        if index < 256 and self.rng.random() < 0.5:
            return asm.binput(index)
        return self.rng.choice((asm.put(str(index)), asm.long_binput(index)))

    def _get(self, index: int) -> bytes:
        if index < 256 and self.rng.random() < 0.5:
            return asm.binget(index)
        return self.rng.choice((asm.get(str(index)), asm.long_binget(index)))

    def recalled(self, spelled: bytes) -> bytes:
        """A value that the prologue stored, behind a decoy or not."""
        index = self._stored.get(spelled)
        if index is None:
            index = self._stored[spelled] = self._index()
            decoy = self.rng.choice((b"", asm.NONE + self._put(index) + asm.POP))
            self.prologue += decoy + spelled + self._put(index) + asm.POP
        return self._get(index)

    def text(self, words: str) -> bytes:
        raw = words.encode()
        plain = set(words) <= _PLAIN
        ways = [asm.unicode_(words) if plain else asm.binunicode(words)]
        if not self.text_only:
            ways += [asm.short_binunicode(words) if len(raw) < 256 else asm.binunicode(words)] * 4
            ways += [asm.binunicode(words), asm.binunicode8(words)]
            if words.isascii():
                ways += [asm.short_binstring(words), asm.binstring(words)]
        if plain:
            ways.append(asm.unicode_("".join(f"\\u{ord(letter):04x}" for letter in words)))
            if "'" not in words:
                ways.append(asm.string(f"'{words}'"))
                ways.append(asm.string("'" + "".join(f"\\x{ord(c):02x}" for c in words) + "'"))
        spelled = self.rng.choice(ways)
        if self.rng.random() < self.noise:
            return self.recalled(spelled)
        return self.value(spelled)

    def number(self, number: int) -> bytes:
        ways = [asm.int_(str(number)), asm.long_(f"{number}L"), asm.long_(str(number))]
        if -(1 << 31) <= number < 1 << 31:
            ways += [asm.binint(number), asm.long1(number.to_bytes(5, "little", signed=True))]
        if 0 <= number < 256:
            ways += [asm.binint1(number)] * 3
        return self.rng.choice(ways)

    def tupled(self, *items: bytes) -> bytes:
        marked = asm.MARK + b"".join(items) + asm.TUPLE
        return self.value(self.rng.choice((asm.tuple_(*items), marked)))

    def listed(self, *items: bytes) -> bytes:
        joined = b"".join(items)
        ways = [
            asm.EMPTY_LIST + asm.MARK + joined + asm.APPENDS,
            asm.MARK + joined + asm.LIST,
            asm.EMPTY_LIST + b"".join(item + asm.APPEND for item in items),
        ]
        return self.value(self.rng.choice(ways))

    def mapping(self, *pairs: tuple[bytes, bytes]) -> bytes:
        joined = b"".join(key + value for key, value in pairs)
        ways = [
            asm.EMPTY_DICT + asm.MARK + joined + asm.SETITEMS,
            asm.MARK + joined + asm.DICT,
            asm.EMPTY_DICT + b"".join(key + value + asm.SETITEM for key, value in pairs),
        ]
        return self.value(self.rng.choice(ways))

    def state(self, attributes: dict[str, bytes]) -> bytes:
        """A state for BUILD: a dict, or the pair of one with another for slots."""
        pairs = [(self.text(name), value) for name, value in attributes.items()]
        if self.rng.random() < 0.1:
            pairs = [
                (self.text(f"k{n}"), asm.NONE) for n in range(self.rng.choice((3, 140)))
            ] + pairs
        if self.rng.random() < 0.15:
            empty = self.rng.choice((asm.NONE, asm.EMPTY_DICT))
            return self.tupled(empty, self.mapping(*pairs))
        return self.mapping(*pairs)

    def name(self, module: str, name: str) -> bytes:
        ways = [self.text(module) + self.text(name) + asm.STACK_GLOBAL] * 3
        if "." not in name:
            ways.append(asm.global_(module, name))
        spelled = self.rng.choice(ways)
        if self.rng.random() < self.noise:
            return self.recalled(spelled)
        return self.value(spelled)

    def call(self, callee: bytes, *arguments: bytes) -> bytes:
        ways = [
            callee + self.tupled(*arguments) + asm.REDUCE,
            callee + self.tupled(*arguments) + asm.REDUCE,
            asm.MARK + callee + b"".join(arguments) + asm.OBJ,
        ]
        if self.rng.random() < 0.1:
            ways.append(callee + self.listed(*arguments) + asm.REDUCE)
        return self.value(self.rng.choice(ways if arguments else ways[:2]))

    def named_call(self, module: str, name: str, *arguments: bytes) -> bytes:
        if arguments and "." not in name and self.rng.random() < 0.15:
            return self.value(asm.MARK + b"".join(arguments) + asm.inst(module, name))
        return self.call(self.name(module, name), *arguments)

    def new(self, callee: bytes, *arguments: bytes) -> bytes:
        """An instance, by the opcodes that call ``__new__`` of a class."""
        ways = [callee + self.tupled(*arguments) + asm.NEWOBJ] * 3
        ways.append(callee + self.tupled(*arguments) + asm.EMPTY_DICT + asm.NEWOBJ_EX)
        return self.value(self.rng.choice(ways))

    def pick(self, ways: Sequence[str]) -> str:
        return self.rng.choice(ways)
