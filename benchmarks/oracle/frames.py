"""What a pickle lies in: joblib's arrays, NumPy's files, archives and compressed streams."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Final

from fixtures.recipes import asm

Wrapped = tuple[str, bytes, str]
"""What it lies in, the bytes, and the ending of the file's name."""

DTYPES: Final = (
    ("i8", 8), ("f8", 8), ("f4", 4), ("c", 1), ("a5", 5), ("S3", 3), ("U2", 8), ("V7", 7),
    ("p", 8),
    ("P", 8), ("n", 8), ("N", 8), (">i4", 4), ("?", 1), ("e", 2), ("g", 16), ("G", 32), ("F", 8),
    ("D", 16), ("M8[ns]", 8), ("l", 8), ("L", 8),
    ("b", 1), ("B", 1), ("h", 2), ("q", 8), ("=u2", 2),
    ("int", 8), ("float64", 8), ("uint8", 1), ("f", 4), ("i4,f8", 12), ("2i4", 8), ("S", 0),
)  # fmt: skip
"""Types by their spelling, and the bytes of an item as NumPy counts them on Linux."""


def wrap(rng: Random, stream: bytes) -> Wrapped:
    which = rng.choices(
        ("plain", "array", "npy", "npz", "zip", "gzip", "zlib", "bz2", "xz", "padded"),
        (60, 14, 4, 3, 3, 3, 4, 2, 2, 5),
    )[0]
    if which == "array":
        return joblib_array(rng, stream)
    if which == "npy":
        return "npy", npy(stream), ".npy"
    if which in ("npz", "zip"):
        return archived(rng, which, stream)
    packers: dict[str, Callable[[bytes], bytes]] = {
        "gzip": partial(gzip.compress, mtime=0),
        "zlib": zlib.compress,
        "bz2": bz2.compress,
        "xz": lzma.compress,
    }
    if which in packers:
        return which, packers[which](stream), rng.choice((".joblib", ".pkl"))
    if which == "padded":
        return which, stream + rng.randbytes(rng.choice((1, 9, 300))), ".pkl"
    return which, stream, rng.choice((".pkl", ".pkl", ".joblib", ".pt", ".bin", ".pickle"))


def npy(stream: bytes) -> bytes:
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + stream


def archived(rng: Random, which: str, stream: bytes) -> Wrapped:
    packed = io.BytesIO()
    method = rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    members = {"a.npy": npy(stream)}
    if which == "zip":
        named = {"data.pkl": stream, "version": b"3\n", "byteorder": b"little"}
        members = {f"archive/{name}": data for name, data in named.items()}
    with zipfile.ZipFile(packed, "w") as zip_:
        for name, data in members.items():
            zip_.writestr(zipfile.ZipInfo(name), data, method)  # with a date that does not move
    return which, packed.getvalue(), ".npz" if which == "npz" else rng.choice((".pt", ".zip"))


def joblib_array(rng: Random, stream: bytes) -> Wrapped:
    """An array whose wrapper comes first, its bytes, and the payload behind them.

    A reader that takes an item for longer passes over the payload, and one that takes it for
    shorter finds a pickle that ends.
    """
    code, size = rng.choice(DTYPES)
    count = rng.choice((0, 1, 3, 40, 200, 600))
    aligned = rng.choice(("absent", "absent", "none", "16"))
    made = asm.global_("joblib.numpy_pickle", "NumpyArrayWrapper") + asm.EMPTY_TUPLE + asm.NEWOBJ
    state = _wrapper_state(rng, _dtype(rng, code), count, aligned)
    head = asm.proto(4) + made + state + asm.BUILD
    padding = b""
    if aligned == "16":
        length = 16 - (len(head) + 1) % 16
        padding = bytes([length]) + b"\xff" * length
    span = size * count
    filling = rng.choice((b"\x00" * span, b"\xff" * span, (asm.NONE * span)[:-1] + asm.STOP))
    rest = stream[2:] if stream[:1] == b"\x80" else stream
    behind = rng.choice((b"", asm.NONE * rng.choice((50, 5000)) + asm.STOP))
    data = head + padding + filling[:span] + asm.POP + rest + behind
    return f"array:{code}:{aligned}", data, ".joblib"


def _dtype(rng: Random, code: str) -> bytes:
    """The type as NumPy writes it, with a state or without; the state has a size and flags."""
    made = asm.calls("numpy", "dtype", asm.text(code), asm.NEWFALSE, asm.NEWTRUE)
    if rng.random() < 0.6:
        return made
    order = rng.choice("|<=")
    sizes = [asm.binint(rng.choice((-1, -1, 0, 64))), asm.binint(-1)]
    flags = asm.binint1(rng.choice((0, 0, 1, 63)))
    parts = [asm.binint1(3), asm.text(order), asm.NONE, asm.NONE, asm.NONE, *sizes, flags]
    return made + asm.tuple_(*parts) + asm.BUILD


def _wrapper_state(rng: Random, dtype: bytes, count: int, aligned: str) -> bytes:
    """The attributes of the wrapper, some of them twice, behind others, or in slots."""
    shape = asm.tuple_(asm.binint(count))
    pairs = [
        asm.text("subclass"), asm.global_("numpy", "ndarray"), asm.text("shape"), shape,
        asm.text("order"), asm.text(rng.choice("CF")), asm.text("dtype"), dtype,
        asm.text("allow_mmap"), asm.NEWFALSE,
    ]  # fmt: skip
    if aligned == "none":
        pairs += [asm.text("numpy_array_alignment_bytes"), asm.NONE]
    if aligned == "16":
        pairs += [asm.text("numpy_array_alignment_bytes"), asm.binint1(16)]
    way = rng.random()
    if way < 0.1:
        other = rng.choice((count + 5, 0, 4000))
        pairs = [asm.text("shape"), asm.tuple_(asm.binint(other)), *pairs]
    elif way < 0.2:
        pairs = [part for n in range(140) for part in (asm.text(f"k{n}"), asm.NONE)] + pairs
    if way < 0.9:
        return asm.dict_(*pairs)
    if way < 0.95:
        return asm.tuple_(asm.NONE, asm.dict_(*pairs))
    earlier = asm.dict_(asm.text("shape"), asm.tuple_(asm.binint(4000)))
    return asm.tuple_(earlier, asm.dict_(*pairs))
