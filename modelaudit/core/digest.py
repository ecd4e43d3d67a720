"""What tells two pieces of code apart that are too long to be shown."""

from __future__ import annotations


def measured(data: bytes) -> tuple[int, str]:
    """How many bytes there are, and their SHA-256 in hexadecimal digits; none for no bytes."""
    import hashlib  # noqa: PLC0415  few artifacts carry code

    return (len(data), hashlib.sha256(data).hexdigest()) if data else (-1, "")
