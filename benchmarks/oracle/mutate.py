"""Edits of the hostile fixtures, opcode by opcode, with a payload that leaves a trace."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.oracle.grammar import Composed
from benchmarks.oracle.judge import pieces
from fixtures.recipes import asm

FIXTURES: Final = Path(__file__).resolve().parents[2] / "fixtures"
TOPICS: Final = ("pickle", "joblib", "torch")
INERT: Final = b"echo modelaudit-marker"
TRACE: Final = b"touch modelaudit-marke"
"""As long as what the fixtures would run, so that lengths before it stay true."""
LARGEST: Final = 20_000
NOISE: Final = (
    asm.MEMOIZE, asm.DUP, asm.POP, asm.MARK, asm.NONE, asm.POP_MARK, asm.BUILD, asm.EMPTY_DICT,
    asm.REDUCE, asm.EMPTY_TUPLE, asm.binput(0), asm.binget(0),
)  # fmt: skip


@cache
def hostile() -> tuple[tuple[str, str, bytes], ...]:
    found = []
    for topic in TOPICS:
        for path in sorted((FIXTURES / topic).glob("*1??/fail/*")):
            if path.is_file() and path.stat().st_size <= LARGEST:
                data = path.read_bytes().replace(INERT, TRACE)
                found.append((f"{path.parent.parent.name}/{path.name}", path.suffix, data))
    return tuple(found)


@cache
def ordinary() -> tuple[bytes, ...]:
    """Every fixture that is a pickle, hostile or not."""
    paths = sorted((FIXTURES / "pickle").glob("*/*/*"))
    files = (
        path.read_bytes() for path in paths if path.is_file() and path.stat().st_size <= LARGEST
    )
    return tuple(data for data in files if len(pieces(data)) > 2)


def edited(rng: Random, data: bytes) -> bytes:
    """A pickle, edited once or a few times."""
    parts = pieces(data)
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        if len(parts) > 2:
            _, parts = _edited(rng, parts)
    return b"".join(parts)


def mutated(seed: int, number: int) -> Composed:
    """File ``number`` of ``seed``: a fixture, edited."""
    rng = Random(f"{seed}:mutation:{number}")
    name, suffix, data = rng.choice(hostile())
    parts = pieces(data)
    kinds = []
    for _ in range(rng.choice((1, 1, 2, 3))):
        if len(parts) < 3:
            break
        kind, parts = _edited(rng, parts)
        kinds.append(kind)
    if len(parts) < 3:
        place = rng.randrange(len(data) or 1)
        data = data[:place] + rng.randbytes(1) + data[place + rng.choice((0, 1)) :]
        return Composed(f"mutation/{name}/byte", data, suffix)
    return Composed(f"mutation/{name}/{'+'.join(kinds)}", b"".join(parts), suffix)


def _edited(rng: Random, parts: list[bytes]) -> tuple[str, list[bytes]]:
    place = rng.randrange(len(parts) - 1)
    other = rng.randrange(len(parts) - 1)
    kind = rng.choice(("drop", "double", "swap", "memo", "header", "frame", "noise", "move"))
    parts = list(parts)
    if kind == "drop":
        del parts[place]
    elif kind == "double":
        parts.insert(place, parts[place])
    elif kind == "swap":
        parts[place], parts[other] = parts[other], parts[place]
    elif kind == "move":
        parts.insert(other, parts.pop(place))
    elif kind == "memo":
        memo = [n for n, part in enumerate(parts) if part[:1] in b"hqjrgp\x94" and len(part) > 1]
        if memo:
            chosen = rng.choice(memo)
            code = parts[chosen][:1]
            index = rng.randrange(6)
            textual = code in b"gp"
            parts[chosen] = code + (
                b"%d\n" % index if textual else bytes([index]) + parts[chosen][2:]
            )
    elif kind == "header":
        parts.insert(0, asm.proto(rng.randrange(6)))
    elif kind == "frame":
        parts.insert(place, asm.frame(sum(map(len, parts[place:]))))
    else:
        parts.insert(place, rng.choice(NOISE))
    return kind, parts
