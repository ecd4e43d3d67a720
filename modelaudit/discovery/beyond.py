"""Formats whose sign need not be among the first bytes.

A configuration of Keras in JSON: loaders know it by its place (``config.json`` beside weights) or
are given it, so that a long value before its keys, or ``class\\u005fname``, hides it from a look at
the first bytes only. PMML: comments of any length may stand before the root.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from modelaudit.core.late import late

if TYPE_CHECKING:
    from modelaudit.core.source import Source

HEAD: Final = 4096


def _key(name: str) -> Callable[[], re.Pattern[bytes]]:
    spelled = "".join(rf"(?:{letter}|(?i:\\u{ord(letter):04x}))" for letter in name)
    return late(rf'"{spelled}"\s*:'.encode())


_KEYS: Final = (_key("class_name"), _key("config"))


def is_keras_json(source: Source) -> bool:
    """Whether a JSON object has the two keys of every object of Keras."""
    start = source.read(0, HEAD).lstrip()
    if b"\0" in start or (start and not start.startswith(b"{")):
        return False
    data, begin, end = source.view()
    if data.find(b'"class_name"', begin, end) < 0 and data.find(b"\\u00", begin, end) < 0:
        return False  # much faster than a pattern
    return all(key().search(data, begin, end) for key in _KEYS)


# What may stand before the root of an XML document: declaration, comments, instructions, DOCTYPE.
_PMML: Final = late(
    rb"(?:\xef\xbb\xbf)?\s*+(?:(?><\?.*?\?>|<!--.*?-->"
    rb"|<!DOCTYPE(?:[^\[>\"']|\"[^\"]*+\"|'[^']*+')*+(?:\[.*?\]\s*+)?>)\s*+)*+"
    rb"<(?:[\w.-]+:)?PMML[\s/>]",
    re.DOTALL,
)
_EBCDIC: Final = "<?xml".encode("cp037")
_MOST_WIDE: Final = 4 << 20
"""Bytes of a document in UTF-16 that are looked at."""


def is_pmml(head: bytes) -> bool:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or head[:4] in (b"<\0?\0", b"\0<\0?"):
        head = head.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").replace(b"\0", b"")
    return _PMML().match(head) is not None


def is_far_pmml(source: Source) -> bool:
    """A document whose root is behind the first bytes, or in EBCDIC, which XML allows too."""
    start = source.read(0, HEAD)
    if start.startswith(_EBCDIC):
        return "<PMML".encode("cp037") in start
    if b"<" not in start[:8] and start.strip():
        return False
    if b"\0" in start[:4]:
        return is_pmml(source.read(0, _MOST_WIDE))
    data, begin, end = source.view()
    return data.find(b"PMML", begin, end) >= 0 and _PMML().match(data, begin, end) is not None
