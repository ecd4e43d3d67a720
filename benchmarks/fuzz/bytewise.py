"""Damage to bytes of which nothing is known but that they may be words, or numbers."""

from __future__ import annotations

import re
from random import Random
from typing import Final, Literal

_NUMBERS: Final = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_LONG: Final = (2**31, 2**32, 2**40, 2**62, 2**63 - 1, 2**63, 2**64 - 1)
_TOKEN: Final = re.compile(rb"\w+|\s+|[^\w\s]")
_WORDS: Final = (
    b"", b"0", b"-1", b"9" * 30, b"9" * 5000, b"1e999", b"NaN", b"null", b"true", b"[]", b"{}",
    b'""', b"'", b'"', b"\\ud800", b"\\", b"\xff", b"\xc3", b"\x00", b"\r", b"\n", b"<", b">",
    b"&a;", b"&#0;", b"]]>", b"<!--", b"{{", b"%}", b"{%", b"#}", b"*a", b"&a ", b"!!python/none ",
    b"<<: ", b"- ", b": ", b"? ", b"|\n", b"../", b"/", b"..", b"(" * 300, b"[" * 300, b"{" * 300,
    "\u202e\u00e9\U0001f600".encode(),
)  # fmt: skip


def damaged(rng: Random, data: bytes, other: bytes) -> bytes:
    """The bytes, damaged once or a few times; ``other`` is what they may be crossed with."""
    words = _is_text(data)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        data = _by_words(rng, data) if words and rng.random() < 0.7 else _edited(rng, data, other)
    return data


def _is_text(data: bytes) -> bool:
    head = data[:400]
    return b"\0" not in head and sum(byte < 9 or byte > 126 for byte in head) * 20 < len(head)


def _by_words(rng: Random, data: bytes) -> bytes:
    parts: list[bytes] = _TOKEN.findall(data)
    if not parts:
        return data
    place, again = rng.randrange(len(parts)), rng.randrange(len(parts))
    kind = rng.randrange(6)
    if kind == 0:
        parts[place] = rng.choice(_WORDS)
    elif kind == 1:
        parts[place] = parts[again]
    elif kind == 2:
        del parts[place : place + rng.choice((1, 1, 3, 20))]
    elif kind == 3:
        parts[place:place] = parts[again : again + rng.choice((1, 5, 40))]
    elif kind == 4:
        parts[place] *= rng.choice((2, 3, 50, 1000))
    else:
        parts[place], parts[again] = parts[again], parts[place]
    return b"".join(parts)


def _edited(rng: Random, data: bytes, other: bytes) -> bytes:
    place = rng.randrange(len(data) + 1)
    if rng.random() < 0.25:
        return _number(rng, data, place)
    end = min(len(data), place + rng.choice((1, 1, 2, 4, 8, 16, 64, 512)))
    taken = data[place:end]
    start = rng.randrange(len(other) + 1)
    new, end = (
        (rng.randbytes(1), place + 1),
        (bytes([taken[0] ^ 1 << rng.randrange(8)]) if taken else b"\x80", place + 1),
        (b"", end),
        (taken * rng.choice((2, 3, 100)), end),
        (b"", len(data)),
        (other[start : start + len(taken)], end),
        (rng.randbytes(rng.choice((1, 2, 4, 8))), place),
    )[rng.randrange(7)]
    return data[:place] + new + data[end:]


def _number(rng: Random, data: bytes, place: int) -> bytes:
    """A number of one to eight bytes at a place, at the end of a range or beside what was there."""
    width = rng.choice((1, 2, 4, 4, 8, 8))
    order: Literal["little", "big"] = rng.choice(("little", "little", "big"))
    value = rng.choice((*_NUMBERS, *_LONG))
    if rng.random() < 0.4:
        was = int.from_bytes(data[place : place + width], order)
        value = was + rng.choice((-2, -1, 1, 2, 16))
    new = (value % (1 << 8 * width)).to_bytes(width, order)
    return data[:place] + new + data[place + width :]
