"""Numbers and checksums of tar headers, as Python's tarfile reads them, which is more than octal.

https://github.com/python/cpython/blob/main/Lib/tarfile.py (``nti``, ``calc_chksums``)
"""

from __future__ import annotations

BLOCK = 512


def number(raw: bytes) -> int:
    """Octal text, with the signs and underscores that ``int`` takes, or base 256.

    0 for what is neither, and for a negative number.
    """
    if raw[:1] == b"\x80":
        return int.from_bytes(raw[1:])
    text = raw.partition(b"\0")[0].strip() or raw.strip(b" \0").partition(b"\0")[0].strip()
    try:
        return max(0, int(text, 8))
    except ValueError:
        return 0


def checksum_fits(raw: bytes) -> bool:
    """True for a valid header checksum, over unsigned bytes or, as old writers did, signed ones."""
    if len(raw) < BLOCK:
        return False
    declared = number(raw[148:156])
    rest = raw[:148] + b" " * 8 + raw[156:BLOCK]
    unsigned = sum(rest)
    signed = unsigned - 256 * sum(byte > 0x7F for byte in rest)  # noqa: PLR2004
    return declared > 0 and declared in (unsigned, signed)
