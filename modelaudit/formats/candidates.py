"""The formats to read bytes as: what they show, and a pickle where a pickle loader would run them.

A loader of pickles asks for no signature, so the first bytes of another format may be its opcodes:
the name of a tar's first member, the length in an R data file. And a name may claim a format that
is not read, for bytes that nothing marks. Picklers never write such a stream.
"""

from __future__ import annotations

from typing import Final

from modelaudit.core.limits import KIB, Bounds
from modelaudit.core.source import Source
from modelaudit.discovery.identify import UNKNOWN, candidate_formats, claimed

_READ_SO: Final = frozenset({"pickle", "pytorch"})
"""Formats that are read as pickles."""
_STARTS: Final = frozenset(
    bytes((code,)) for code in b"()BCFGIJKLMNSTUVX]c}\x80\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x95\x96"
)
"""Opcodes that need nothing on the stack, and nothing from the loader."""
_PROBED: Final = 64 * KIB
"""Bytes of a long compressed stream that are read first; more, as long as no opcode breaks."""


def formats_of(source: Source, bounds: Bounds) -> list[str]:
    """Every format that the bytes are to be read as; at least one, which may be ``unknown``."""
    formats = candidate_formats(source)
    if not _READ_SO.isdisjoint(formats) or source.read(0, 1) not in _STARTS:
        return formats
    if formats == [UNKNOWN] and not claimed(source.members[-1] if source.members else source.path):
        return formats  # of which the engine asks the same
    if not _runs(source, bounds):
        return formats
    return [*(name for name in formats if name != UNKNOWN), "pickle"]


def _runs(source: Source, bounds: Bounds) -> bool:
    """Whether a stream from the first byte on calls what it names, before it breaks."""
    from modelaudit.formats.pickle.streams import Stream  # noqa: PLC0415  few files come here

    if source.bounded:
        return Stream(source.part(0, source.extent, "", bounds.limits), bounds, 0).acts
    size, most = _PROBED, bounds.limits.max_embedded
    head = source.read(0, size)
    if _claims(head) > most:  # passing over it keeps nothing, and needs a reader of its own
        return Stream(source.again(), bounds, 0).acts
    while True:
        stream = Stream(Source(head, source.path), bounds, 0)
        if stream.acts or stream.ending.position < len(head) or len(head) < size:
            return stream.acts
        if size >= most:
            return True
        size *= 8
        head = source.read(0, size)


def _claims(head: bytes) -> int:
    """The bytes that the first value claims; four letters of a name claim half a gigabyte."""
    from modelaudit.formats.pickle import opcodes  # noqa: PLC0415

    return opcodes.payload(head, 0)[1] if head[0] in opcodes.COUNTED else 0
