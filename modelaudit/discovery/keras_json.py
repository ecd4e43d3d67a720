"""The configuration of a Keras model in JSON, wherever its keys are and however they are spelled.

Loaders know it by its place (``config.json`` beside weights) or are given it, so that a long value
before the keys, or ``class\\u005fname``, hides it from a look at the first bytes only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from modelaudit.core.source import Source

HEAD: Final = 4096


def _key(name: str) -> re.Pattern[bytes]:
    spelled = "".join(rf"(?:{letter}|(?i:\\u{ord(letter):04x}))" for letter in name)
    return re.compile(rf'"{spelled}"\s*:'.encode())


_KEYS: Final = (_key("class_name"), _key("config"))


def is_keras_json(source: Source) -> bool:
    """Whether a JSON object has the two keys of every object of Keras."""
    start = source.read(0, HEAD).lstrip()
    if start and not start.startswith(b"{"):
        return False
    data, begin, end = source.view()
    if data.find(b'"class_name"', begin, end) < 0 and data.find(b"\\u00", begin, end) < 0:
        return False  # much faster than a pattern
    return all(key.search(data, begin, end) for key in _KEYS)
