"""Random streams of opcodes that mostly load, full of what readers of pickles may read differently.

Every name in a stream is its own, so that one which a scan takes for another is noticed.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from fixtures.recipes import asm

_INDICES: Final = (0, 1, 2, 3, 5, 255, 256, 257, 70_000)
_NUMBERS: Final = (
    "0", "1", "00", "01", "-1", "010", "0x1f", "0b1", "0o7", " 7 ", "1_0", "+5", "08", "1e3", "",
    "00 ", "\t1", "99999999999999999999", "-0", "0L", "7L", "7l", "1\r", "\u0661",
)  # fmt: skip
_FLOATS: Final = ("1.5", "nan", "inf", "-inf", "1e400", " 2.0", "1_0.0", "0x1p3", "", "1,5", "1.\r")
_INDEX_TEXTS: Final = (
    "0",
    "1",
    "01",
    " 1",
    "+1",
    "1_0",
    "1 ",
    "0x1",
    "1L",
    "1\r",
    "-0",
    "",
    "\u0661",
)
_ODD_TEXTS: Final = (
    "", "a", "a\\u0062c", "\\U0001F600", "\\x41", "\\\\u0041", "é", "日本", "a\rb", "\\ud800", "'",
    '"', "a\x00b", "\x85", "\u2028",
)  # fmt: skip


class _Stream:
    """The stream so far, and what lies on the stack: letters, with ``(`` for a mark.

    ``s`` is text, ``n`` a name or what a call returned, ``l``, ``d``, ``e`` a list, dict or set,
    ``t`` a tuple, ``i`` an instance of a class, ``x`` anything else.
    """

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.parts: list[bytes] = []
        self.stack: list[str] = []
        self.memo: dict[int, str] = {}
        self.names = 0
        self.memoized = 0

    def put(self, piece: bytes, letter: str = "") -> None:
        self.parts.append(piece)
        if letter:
            self.stack.append(letter)

    # Scalars.

    def scalar(self) -> None:
        rng = self.rng
        ways: tuple[Callable[[], bytes], ...] = (
            lambda: asm.NONE,
            lambda: asm.NEWTRUE,
            lambda: asm.binint1(rng.randrange(256)),
            lambda: asm.binint(rng.choice((-1, 0, 1, 1 << 30))),
            lambda: b"M" + rng.randbytes(2),
            lambda: asm.int_(rng.choice(_NUMBERS)),
            lambda: asm.long_(rng.choice(_NUMBERS)),
            lambda: asm.float_(rng.choice(_FLOATS)),
            lambda: asm.binfloat(1.5),
            lambda: asm.long1(rng.randbytes(rng.choice((0, 1, 5)))),
            lambda: asm.long4(rng.randbytes(rng.choice((0, 1, 5)))),
            lambda: asm.short_binbytes(rng.randbytes(rng.choice((0, 3)))),
            lambda: asm.binbytes(b"(c.R"),
            lambda: asm.binbytes8(b"0]."),
            lambda: asm.bytearray8(rng.choice((b"", b"Nt."))),
            lambda: b"\x97" + rng.choice((b"", b"\x98")),
        )
        self.put(rng.choice(ways)(), "x")

    def text(self, words: str) -> None:
        rng = self.rng
        ways = [asm.binunicode(words), asm.binunicode8(words), asm.unicode_(words)]
        if len(words.encode()) < 256:
            ways += [asm.short_binunicode(words)] * 4 + [asm.short_binstring(words)]
        quote = rng.choice("'\"")
        ways.append(asm.string(f"{quote}{words}{quote}"))
        ways.append(asm.string("'" + "".join(f"\\x{byte:02x}" for byte in words.encode()) + "'"))
        ways.append(asm.string("'" + "".join(f"\\{byte:03o}" for byte in words.encode()) + "'"))
        ways.append(asm.unicode_("".join(f"\\u{ord(letter):04x}" for letter in words)))
        ways.append(asm.string(f"'{words}' "))
        ways.append(asm.binstring(words))
        self.put(rng.choice(ways), "s")

    # Names.

    def name(self) -> None:
        rng = self.rng
        self.names += 1
        number = f"{self.names}{'x' * rng.randrange(4)}"
        module, name = f"pack{number}", f"Name{number}"
        if rng.random() < 0.15:
            name += rng.choice(("é", ".inner", " ", "\r", "\t", "\x85", "\u2028", "\\u0041"))
        if rng.random() < 0.05:
            module += rng.choice(("é", " ", "\r", ".", "\x0b"))
        if rng.random() < 0.5:
            self.put(asm.global_(module, name), "n")
            return
        self.text(module)
        self.detour()
        self.text(name)
        self.detour()
        self.put(asm.STACK_GLOBAL)
        self.stack[-2:] = ["n"]

    def detour(self) -> None:
        """What leaves the top of the stack as it is."""
        rng = self.rng
        if rng.random() < 0.7:
            return
        index = rng.choice(_INDICES)
        way = rng.randrange(9)
        if way == 0:
            self.store(index)
        elif way == 1:
            self.store(index)
            self.put(asm.POP + self._get(index))
        elif way == 2:
            self.put(asm.DUP + asm.POP)
        elif way == 3:
            self.put(asm.MARK + asm.NONE * rng.randrange(3) + asm.POP_MARK)
        elif way == 4:
            self.put(asm.MARK + asm.POP)
        elif way == 5:
            self.put(asm.proto(rng.choice((0, 2, 4, 5, 5))))
        elif way == 6:
            self.memoize()
        elif way == 7:
            self.put(asm.NONE + self._put(index) + asm.POP)
            self.memo[index] = "x"
        else:
            self.put(asm.frame(rng.choice((0, 1, 5, 9, 40, 1 << 20))))

    # The memo.

    def _put(self, index: int) -> bytes:
        ways = [asm.long_binput(index), asm.put(str(index))]
        if index < 256:
            ways += [asm.binput(index)] * 2
        return self.rng.choice(ways)

    def _get(self, index: int) -> bytes:
        ways = [asm.long_binget(index), asm.get(str(index))]
        if index < 256:
            ways += [asm.binget(index)] * 2
        return self.rng.choice(ways)

    def store(self, index: int) -> None:
        if self.stack and self.stack[-1] != "(":
            self.put(self._put(index))
            self.memo[index] = self.stack[-1]

    def memoize(self) -> None:
        if self.stack and self.stack[-1] != "(":
            self.put(asm.MEMOIZE)
            self.memo[len(self.memo)] = self.stack[-1]

    def recall(self) -> None:
        rng = self.rng
        if rng.random() < 0.05:
            self.put(asm.get(rng.choice(_INDEX_TEXTS)), "x")
        elif self.memo:
            index = rng.choice(list(self.memo))
            self.put(self._get(index), self.memo[index])

    # Containers, and what is on the stack.

    def since_mark(self) -> list[str] | None:
        for place in range(len(self.stack) - 1, -1, -1):
            if self.stack[place] == "(":
                inner = self.stack[place + 1 :]
                del self.stack[place:]
                return inner
        return None

    def close(self) -> None:
        """Something that ends at a mark."""
        rng = self.rng
        if "(" not in self.stack:
            self.put(asm.MARK, "(")
            return
        inner = self.since_mark() or []
        below = self.stack[-1] if self.stack else ""
        if below in ("l", "i") and rng.random() < 0.6:
            self.put(asm.APPENDS)
        elif below in ("d", "i") and len(inner) % 2 == 0 and rng.random() < 0.6:
            self.put(asm.SETITEMS)
        elif below in ("e", "i") and rng.random() < 0.6:
            self.put(asm.ADDITEMS)
        elif inner[:1] == ["n"] and rng.random() < 0.5:
            self.put(b"o", "i")
        elif rng.random() < 0.15:
            self.names += 1
            self.put(asm.inst(f"pack{self.names}", f"Name{self.names}"), "i")
        else:
            code, letter = rng.choice(
                ((b"t", "t"), (b"t", "t"), (b"l", "l"), (b"1", ""), (b"\x91", "x"))
            )
            if len(inner) % 2 == 0 and rng.random() < 0.2:
                code, letter = b"d", "d"
            self.put(code, letter)

    def small(self) -> None:
        count = self.rng.choice((0, 1, 2, 3))
        if count == 0:
            code, letter = self.rng.choice(((b")", "t"), (b"]", "l"), (b"}", "d"), (b"\x8f", "e")))
            self.put(code, letter)
        elif len(self.stack) >= count and "(" not in self.stack[-count:]:
            self.put((b"\x85", b"\x86", b"\x87")[count - 1])
            self.stack[-count:] = ["t"]

    def act(self) -> None:
        """A call, or what fills the object below."""
        rng, top = self.rng, self.stack[-3:]
        if top[-2:] in (["n", "t"], ["i", "t"]):
            code = rng.choice((b"R", b"R", b"\x81"))
            self.put(code)
            self.stack[-2:] = ["i"]
        elif top == ["n", "t", "d"]:
            self.put(b"\x92")
            self.stack[-3:] = ["i"]
        elif top[-2:-1] in (["i"], ["n"]) and top[-1] in "dtslx":
            self.put(asm.BUILD)
            self.stack.pop()
        elif top[-2:-1] in (["l"], ["i"]) and top[-1] != "(":
            self.put(asm.APPEND)
            self.stack.pop()
        elif top[:1] in (["d"], ["i"]) and "(" not in top and len(top) == 3:
            self.put(asm.SETITEM)
            del self.stack[-2:]
        elif top[-1:] == ["n"]:
            self.put(asm.EMPTY_TUPLE, "t")
        else:
            self.name()

    def other(self) -> None:
        rng = self.rng
        way = rng.randrange(9)
        if way == 0 and self.stack:
            self.put(asm.POP)
            self.stack.pop()
        elif way == 1 and self.stack and self.stack[-1] != "(":
            self.put(asm.DUP, self.stack[-1])
        elif way == 2:
            self.put(rng.choice((asm.ext1(7), asm.ext2(300), asm.ext4(300), asm.ext2(7))), "n")
        elif way == 3:
            self.put(asm.persid(rng.choice(("1", "é", ""))), "n")
        elif way == 4 and self.stack and self.stack[-1] != "(":
            self.put(b"Q")
            self.stack[-1] = "n"
        elif way == 5:
            self.text(rng.choice(_ODD_TEXTS))
        elif way == 6:
            self.put(asm.put(rng.choice(_INDEX_TEXTS)))
        else:
            self.detour()


def composed(rng: Random) -> bytes:
    """One stream, or a few one after another."""
    made = b"".join(_one(rng) for _ in range(rng.choice((1, 1, 1, 2))))
    return made + rng.choice((b"", b"", b"", b"x", b"\x80\x04"))


def _one(rng: Random) -> bytes:
    stream = _Stream(rng)
    head = rng.choice((b"", asm.proto(2), asm.proto(4), asm.proto(5)))
    ways = (
        *(stream.scalar, stream.name, stream.recall, stream.close),
        *(stream.small, stream.act, stream.other, stream.detour),
    )
    weights = (3, 3, 2, 4, 4, 6, 2, 2)
    for _ in range(rng.choice((5, 15, 40, 100))):
        rng.choices(ways, weights)[0]()
    while "(" in stream.stack and rng.random() < 0.95:
        stream.close()
    if not stream.stack or stream.stack[-1] == "(":
        stream.name()
    body = b"".join(stream.parts)
    if rng.random() < 0.1:
        body = asm.framed(body)
    return head + body + asm.STOP
