"""One artifact in a compressed stream: zlib, gzip, bz2, xz, lzma, lz4, zstd, and joblib's old ZF.

Nothing is inflated beyond what the inspector of the inner artifact asks for.
https://github.com/joblib/joblib/blob/main/joblib/compressor.py lists the prefixes that joblib
knows; numpy_pickle_compat.py in the same directory describes the ZF header: ``ZF``, the length in
hexadecimal padded to 19 characters (to 20 by Python 2), then a zlib stream.
"""

from __future__ import annotations

import bz2
import lzma
from collections.abc import Iterator
from functools import partial
from typing import Final

from modelaudit.core.embedded import Embedded
from modelaudit.core.errors import Fields, Malformed
from modelaudit.core.facts import Anomaly, Fact, Identity, Metadata
from modelaudit.core.limits import MIB, Bounds
from modelaudit.core.source import Chunks, Inflated, Source
from modelaudit.discovery.identify import HEAD, identify
from modelaudit.formats.archives.decoders import Decoder, Make, Zlib, Zstd, extra

_DICTIONARY: Final = 256 * MIB
"""Bytes that an xz or lzma stream may ask for; the strongest preset takes 65 MiB."""
_ZF_HEADER: Final = 2 + 19


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """The inner artifact as an ``Embedded`` fact, then damage and trailing bytes of the stream."""
    kind = identify(source.read(0, HEAD))
    yield Identity(kind, "", source.at())
    yield Metadata("compression", kind, -1, source.at())
    inner = Inflated(partial(_open, kind, source), source.extent, source, bounds)
    inner.settle()
    format_ = identify(inner.data[:HEAD])
    yield Embedded(format_, kind, "", "stream", source.at(), inner)
    while inner.growing:  # what the inner inspector did not ask for is inflated to its end
        inner.skip(inner.size, 1 << 20)
    inner.release()
    decoder = inner.decoder
    if decoder.problem:
        raise Malformed("damaged-compression", {"format": kind, "problem": decoder.problem})
    if isinstance(decoder, Decoder) and decoder.position < source.extent:
        fields: Fields = {"size": source.extent - decoder.position}
        yield Anomaly("trailing-data", fields, source.at(decoder.position))


def _open(kind: str, source: Source) -> Chunks:
    """The decoder at the beginning of the compressed data. Raises Malformed."""
    if kind == "zstd":
        return Zstd(source, 0, None)
    makers: dict[str, Make] = {
        "joblib-zfile": lambda: Zlib(15),
        "zlib": lambda: Zlib(15),
        "gzip": lambda: Zlib(31),
        "bz2": bz2.BZ2Decompressor,
        "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_DICTIONARY),
        "lzma": lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_DICTIONARY),
    }
    if kind != "lz4" and kind not in makers:
        raise Malformed("not-recognised", {"claimed": "a compressed file"})
    make: Make = makers[kind] if kind in makers else extra("lz4.frame").LZ4FrameDecompressor
    start = 0
    if kind == "joblib-zfile":
        start = _ZF_HEADER + (source.read(_ZF_HEADER, 1) == b" ")
    # Python reads xz and lzma behind one another, whichever comes first.
    either: Make = lambda: lzma.LZMADecompressor(lzma.FORMAT_AUTO, memlimit=_DICTIONARY)  # noqa: E731
    following = either if kind in ("xz", "lzma") else None
    return Decoder(source, start, None, make, follow=True, following=following)
