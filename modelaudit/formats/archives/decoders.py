"""Decompression of a stretch of a source, step by step: for compressed files and for members."""

from __future__ import annotations

import bz2
import importlib
import lzma
import zlib
from collections.abc import Callable
from types import ModuleType
from typing import Final, Protocol

from modelaudit.core.errors import Fields, Malformed
from modelaudit.core.limits import MIB
from modelaudit.core.source import Chunks, Source
from modelaudit.discovery.identify import HEAD, UNKNOWN, identify

_READ: Final = 64 * 1024
_NEEDED_FOR: Final = {"lz4": "LZ4", "zstandard": "Zstandard", "py7zr": "7z"}
"""What the packages of the extra ``archives`` read."""
_MOST_DICTIONARY: Final = 128 * MIB
"""Bytes of memory that a raw LZMA stream may request in its properties."""


class Decompressor(Protocol):
    """The interface that the decompressors of bz2, lzma and lz4 share."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes | None: ...

    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


Make = Callable[[], Decompressor]

_DAMAGE: Final = (zlib.error, lzma.LZMAError, OSError, EOFError, RuntimeError, ValueError)
"""What the decompressors raise for damaged data."""


class Zlib:
    """zlib's decompressor with the interface of the others."""

    def __init__(self, wbits: int) -> None:
        self._inner = zlib.decompressobj(wbits)
        self._filled = False  # the last call gave all that it was asked for: more may be buffered

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
    """Decompresses a source from ``start`` to ``end``, or to its end where that is None.

    ``follow`` joins streams that come after one another, with zeros between them or without, as
    gzip, bz2 and xz allow; ``following`` makes those after the first where it is another one.
    ``position`` is where the next compressed bytes are read.
    """

    def __init__(
        self,
        source: Source,
        start: int,
        end: int | None,
        make: Make,
        *,
        follow: bool,
        following: Make | None = None,
    ) -> None:
        self._source = source
        self.position = start
        self._end = end
        self._make = following or make
        self._stream = make()
        self._doubtful = -1  # where bytes begin that may be another stream, or none
        self._follow = follow
        self._ended = False
        self.problem = ""

    def read(self, count: int, /) -> bytes:
        while not self._ended:
            if self._stream.eof and not self._begin_next_stream():
                self._ended = True
                break
            packed = b""
            if self._stream.needs_input:
                packed = self._packed(_READ)
                self.position += len(packed)
                if not packed:
                    self._break("it ends too early")
                    break
            try:
                unpacked = self._stream.decompress(packed, count)
            except _DAMAGE as error:
                self._break(str(error))
                break
            if unpacked:
                self._doubtful = -1
                return unpacked
        return b""

    def _break(self, problem: str) -> None:
        """End for a problem; what cannot be read at all behind a whole stream is none."""
        self._ended = True
        if self._doubtful >= 0:
            self.position = self._doubtful
        else:
            self.problem = self.problem or problem

    def _packed(self, count: int) -> bytes:
        """The next compressed bytes, which are not passed over yet."""
        most = count if self._end is None else min(count, self._end - self.position)
        return self._source.read(self.position, most)

    def _begin_next_stream(self) -> bool:
        """True where another stream may follow the one that ended; zeros before it are padding."""
        self.position -= len(self._stream.unused_data or b"")
        if not self._follow or self.problem:
            return False
        ended = self.position
        head = b""
        while not head and (chunk := self._packed(_READ)):
            head = chunk.lstrip(b"\0")
            self.position += len(chunk) - len(head)
        if not head:
            self.position = ended
            return False
        known = identify(head[:HEAD].ljust(8, b"\0")) != UNKNOWN
        self._doubtful = -1 if known else self.position
        self._stream = self._make()
        return True


class Zstd:
    """Zstandard frames from ``start`` to ``end``; the package reads across frames by itself.

    It refuses frames that need a window of more than 128 MiB.
    """

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
            self.problem = str(error)
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
"""Compression methods of zip by number (APPNOTE 4.4.5); no model was seen with any other."""


def zip_member(method: int, source: Source, start: int, end: int) -> Chunks:
    """A decoder for a compression method of zip. Raises Malformed for one that is not supported."""
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
        raise Malformed("compression-method", {"method": METHODS.get(method, method)})
    return Decoder(source, start, end, known[method], follow=False)


def _raw_lzma(header: bytes) -> Decompressor:
    """APPNOTE 5.8.8: version and length of the properties, then LZMA's five bytes of them."""
    if len(header) < 9 or header[2:4] != b"\x05\x00" or header[4] >= 225:
        raise _damaged_lzma("the LZMA properties are invalid")
    dictionary = int.from_bytes(header[5:9], "little")
    if dictionary > _MOST_DICTIONARY:
        fields: Fields = {"limit": "lzma-dictionary-bytes", "most": _MOST_DICTIONARY}
        raise Malformed("limit", fields)
    bits, code = header[4] % 9, header[4] // 9
    properties = {"lc": bits, "lp": code % 5, "pb": code // 5}
    filters = [{"id": lzma.FILTER_LZMA1, "dict_size": max(dictionary, 4096), **properties}]
    try:
        return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)
    except (lzma.LZMAError, ValueError) as error:
        raise _damaged_lzma(str(error)) from None


def _damaged_lzma(problem: str) -> Malformed:
    return Malformed("damaged-compression", {"format": "lzma", "problem": problem})


def extra(module: str) -> ModuleType:
    """A module of the extra ``archives``. Raises Malformed where it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError:
        package = module.partition(".")[0]
        fields: Fields = {"what": _NEEDED_FOR[package], "package": package, "extra": "archives"}
        raise Malformed("needs-extra", fields) from None
