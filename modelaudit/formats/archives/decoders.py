"""Decompression step by step, out of a source: for compressed files and members of archives."""

from __future__ import annotations

import bz2
import importlib
import lzma
import zlib
from collections.abc import Callable
from types import ModuleType
from typing import Final, Protocol

from modelaudit.core.errors import Malformed
from modelaudit.core.limits import MIB
from modelaudit.core.source import Chunks, Source
from modelaudit.discovery.identify import UNKNOWN, identify

_READ: Final = 64 * 1024
_MOST_DICTIONARY: Final = 128 * MIB
"""Bytes of memory that a raw LZMA stream may ask for with its first bytes."""


class Decompressor(Protocol):
    """What bz2, lzma and lz4 share."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes | None: ...

    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


Make = Callable[[], Decompressor]


class Zlib:
    """zlib's decompressor with the interface of the others."""

    def __init__(self, wbits: int) -> None:
        self._inner = zlib.decompressobj(wbits)
        self._filled = False  # what was asked for was given: there may be more without more input

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not (self._inner.unconsumed_tail or self._filled)

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes:
        out = self._inner.decompress(self._inner.unconsumed_tail + data, max_length)
        self._filled = 0 < max_length <= len(out)
        return out


class Decoder:
    """Reads a source piece by piece up to ``end``, or to its end where that is None.

    Streams that follow one another are one, if ``follow`` is true.
    """

    def __init__(
        self, source: Source, start: int, end: int | None, make: Make, *, follow: bool
    ) -> None:
        self._source = source
        self.position = start
        self._end = end
        self._make = make
        self._stream = make()
        self._follow = follow
        self._ended = False
        self.problem = ""

    def read(self, count: int, /) -> bytes:
        while True:
            if self._ended or (self._stream.eof and not self._next()):
                self._ended = True
                return b""
            chunk = b""
            if self._stream.needs_input:
                chunk = self._chunk(_READ)
                if not chunk:
                    self.problem = self.problem or "the compressed data ends too early"
                    return b""
                self.position += len(chunk)
            try:
                out = self._stream.decompress(chunk, count)
            except (
                zlib.error,
                lzma.LZMAError,
                OSError,
                EOFError,
                RuntimeError,
                ValueError,
            ) as error:
                self.problem = f"the compressed data is damaged: {error}"
                self._ended = True
                return b""
            if out:
                return out

    def _chunk(self, count: int) -> bytes:
        most = count if self._end is None else min(count, self._end - self.position)
        return self._source.read(self.position, most)

    def _next(self) -> bool:
        """Begin the next stream, if one follows."""
        self.position -= len(self._stream.unused_data or b"")
        rest = self._chunk(8).lstrip(b"\0")
        if not self._follow or not rest or self.problem:
            return False
        if identify(rest.ljust(8, b"\0")) == UNKNOWN:
            return False
        self._stream = self._make()
        return True


class Zstd:
    """zstandard reads across frames itself, and refuses windows over 128 MiB."""

    def __init__(self, source: Source, start: int, end: int | None) -> None:
        module = extra("zstandard")
        self._error: type[Exception] = module.ZstdError
        self._source = source
        self._position = start
        self._end = end
        decompressor = module.ZstdDecompressor(max_window_size=128 * MIB)
        self._reader: _Reader = decompressor.stream_reader(
            _Packed(self._packed), read_across_frames=True
        )
        self.problem = ""

    def read(self, count: int, /) -> bytes:
        try:
            return self._reader.read(count)
        except self._error as error:
            self.problem = f"the compressed data is damaged: {error}"
            return b""

    def _packed(self, count: int) -> bytes:
        most = count if self._end is None else min(count, self._end - self._position)
        chunk = self._source.read(self._position, most)
        self._position += len(chunk)
        return chunk


class _Reader(Protocol):
    def read(self, count: int, /) -> bytes: ...


class _Packed:
    """What zstandard takes for a file."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self.read = read


class Plain:
    """Bytes that are not compressed, as a decoder."""

    problem = ""

    def __init__(self, source: Source, start: int, end: int) -> None:
        self._source = source
        self._position = start
        self._end = end

    def read(self, count: int, /) -> bytes:
        chunk = self._source.read(self._position, min(count, self._end - self._position))
        self._position += len(chunk)
        return chunk


METHODS: Final = {
    0: "stored",
    8: "deflate",
    9: "deflate64",
    12: "bzip2",
    14: "lzma",
    93: "zstd",
    95: "xz",
    99: "aes",
}
"""Compression methods of zip, by number; others exist and no model comes in them."""


def zip_member(method: int, source: Source, start: int, end: int) -> Chunks:
    """A decoder for a zip's method. Raises Malformed for one that is not known."""
    if method == 0:
        return Plain(source, start, end)
    if method == 93:
        return Zstd(source, start, end)
    if method == 14:
        header = source.read(start, min(9, end - start))
        return Decoder(source, start + 9, end, lambda: _raw_lzma(header), follow=False)
    known: dict[int, Make] = {
        8: lambda: Zlib(-15),
        12: bz2.BZ2Decompressor,
        95: lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ),
    }
    if method not in known:
        detail = f"the compression method {METHODS.get(method, method)} is not known"
        raise Malformed("not-supported", detail)
    return Decoder(source, start, end, known[method], follow=False)


def _raw_lzma(header: bytes) -> Decompressor:
    """APPNOTE 5.8.8: version and length of the properties, then LZMA's five bytes of them."""
    if len(header) < 9 or header[2:4] != b"\x05\x00" or header[4] >= 225:
        raise Malformed("damaged-compression", "the LZMA properties are damaged")
    dictionary = int.from_bytes(header[5:9], "little")
    if dictionary > _MOST_DICTIONARY:
        raise Malformed("limit", f"the LZMA stream asks for a dictionary of {dictionary} bytes")
    bits, code = header[4] % 9, header[4] // 9
    properties = {"lc": bits, "lp": code % 5, "pb": code // 5}
    filters = [{"id": lzma.FILTER_LZMA1, "dict_size": max(dictionary, 4096), **properties}]
    try:
        return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)
    except (lzma.LZMAError, ValueError) as error:
        detail = f"the LZMA properties are damaged: {error}"
        raise Malformed("damaged-compression", detail) from None


def extra(module: str) -> ModuleType:
    """A module of the extra ``archives``."""
    try:
        return importlib.import_module(module)
    except ImportError:
        detail = f"{module} is missing: pip install 'modelaudit-lint[archives]'"
        raise Malformed("needs-extra", detail) from None
