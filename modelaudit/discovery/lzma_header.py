"""How the oldest format of lzma shows, which has no magic number."""

from __future__ import annotations

from typing import Final

_MOST: Final = 4096
"""Bytes that have to inflate, as far as there are so many."""


def is_lzma(head: bytes) -> bool:
    """The header that liblzma takes for one: https://github.com/tukaani-project/xz, doc/.

    A byte of properties, the size of the dictionary, and that of the content, which may be unknown.
    """
    if len(head) < 14 or head[0] >= 225:  # noqa: PLR2004
        return False
    dictionary = int.from_bytes(head[1:5], "little")
    content = int.from_bytes(head[5:13], "little")
    power = dictionary // 3 if dictionary % 3 == 0 else dictionary
    usual = head[0] == 0x5D  # noqa: PLR2004  what every writer uses unless it is asked for another
    if power & (power - 1) and dictionary != 0xFFFFFFFF:  # noqa: PLR2004
        return False
    if content >= 1 << 38 and content != (1 << 64) - 1:
        return False
    if not usual and not (dictionary >= 1 << 12 and content > 0 and head[13] == 0):
        return False
    return _inflates(head)


def _inflates(head: bytes) -> bool:
    import lzma  # noqa: PLC0415  few files come here

    try:
        lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=1 << 32).decompress(head, _MOST)
    except lzma.LZMAError:
        return False
    return True
