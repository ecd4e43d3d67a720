"""What a reader meets where it may have stopped to follow: many items, keys, instances, calls."""

from __future__ import annotations

from typing import Final

from benchmarks.oracle.emit import Emitter
from fixtures.recipes import asm

MANY: Final = {"items": 10, "keys": 10, "instances": 10, "calls": 10, "plain": 1}
"""What there may be many of, and how often; plain values take a scan ten times as long."""


def executed(emit: Emitter) -> bytes:
    """A state that SciPy's distributions execute."""
    template = (
        "open('M','w')\ndef _parse_args(self, *a, **k): pass\n"
        "def _parse_args_rvs(self, *a, **k): pass\n"
        "def _parse_args_stats(self, *a, **k): pass\n"
    )
    pairs = [(emit.text("_parse_arg_template"), emit.text(template))]
    if emit.rng.random() < 0.3:
        pairs.insert(0, (pairs[0][0], emit.text("pass")))
    others = emit.rng.choice((0, 0, 140, 300))
    pairs[:0] = [(asm.short_binunicode(f"k{n}"), asm.NONE) for n in range(others)]
    return emit.mapping(*pairs)


def overwritten(emit: Emitter) -> bytes:
    """Many instances by a memo index, which then becomes another class."""
    index = emit.rng.choice((9, 200))
    plain = asm.EMPTY_DICT + asm.MARK + asm.short_binunicode("a") + asm.binint1(1) + asm.SETITEMS
    made = asm.binget(index) + asm.EMPTY_TUPLE + asm.NEWOBJ
    first = emit.name("argparse", "Namespace") + asm.binput(index) + asm.POP
    second = emit.name("scipy.stats._continuous_distns", "norm_gen") + asm.binput(index) + asm.POP
    many = asm.EMPTY_LIST + asm.MARK + (made + plain + asm.BUILD) * 22_000 + asm.APPENDS
    return first + many + asm.POP + second + emit.listed(made + executed(emit) + asm.BUILD)


def behind_many(emit: Emitter, which: str, body: bytes) -> bytes:
    """After more items, keys, instances or calls than a reader may care to follow."""
    rng = emit.rng
    if which == "items":
        return asm.MARK + asm.NONE * 300 + body + rng.choice((asm.TUPLE, asm.LIST))
    if which == "keys":
        pairs = [(asm.short_binunicode(f"k{n}"), asm.NONE) for n in range(300)]
        return emit.mapping(*pairs, (emit.text("model"), body))
    if which == "instances":
        made = asm.global_("argparse", "Namespace") + asm.EMPTY_TUPLE + asm.NEWOBJ
        return asm.MARK + made * 250 + body + asm.LIST
    if which == "calls":
        return asm.MARK + asm.calls("numpy", "float64", asm.binint1(1)) * 30 + body + asm.LIST
    return asm.EMPTY_LIST + asm.MARK + asm.binint(70_000) * 60_000 + asm.APPENDS + asm.POP + body
