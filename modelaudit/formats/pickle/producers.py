"""Who wrote an object, where its pickled state says so: a distribution and its version.

scikit-learn puts ``_sklearn_version`` into the state of each of its estimators. A Booster of
XGBoost carries its model as one value, and the version of the library that pickled it is at
the end of that: as UBJSON from 1.6 on (https://ubjson.org), as JSON before, and in the releases
before 1.3 as JSON behind a binary model.
https://github.com/dmlc/xgboost/blob/master/doc/tutorials/saving_model.rst
"""

from __future__ import annotations

import re
from typing import Final

from modelaudit.core.late import late
from modelaudit.formats.pickle import opcodes
from modelaudit.formats.pickle.reading import Values
from modelaudit.formats.pickle.values import Global, Result, Value

_VERSIONS: Final = {"_sklearn_version": "scikit-learn"}
"""Keys of a state whose value is the version of a distribution."""
_BOOSTER: Final = "xgboost.core.Booster"
HANDLE: Final = "handle"
"""The key of a Booster's model."""
KEYS: Final = frozenset({*_VERSIONS, HANDLE})
"""Keys of a state that may contain a version."""
_TAIL: Final = 96
"""Bytes at the end of a Booster's model that contain its version."""
_WRAPPED: Final = 2
"""Calls around the model: bytearray(…) before protocol 5, _codecs.encode(…) inside before 3."""
_NUMBER: Final = rb"(?:i[\x00-\x7f]|U.|I..)"
_VERSION: Final = late(
    rb"L\x00{7}\x07version\[#L\x00{7}\x03(?P<packed>" + _NUMBER * 3 + rb")\}{1,2}$"
    rb'|"version":\[(?P<plain>\d{1,5},\d{1,5},\d{1,5})\]\}{1,2}$',
    re.DOTALL,
)
_PACKED: Final = re.compile(rb"i(.)|U(.)|I(..)", re.DOTALL)


def producer(values: Values, owner: Global, key: str, value: Value) -> tuple[str, str] | None:
    """Distribution and version that wrote the object whose state has ``value`` under ``key``."""
    name, version = _VERSIONS.get(key, ""), ""
    if name:
        version = values.text(value) or ""
    elif owner.dotted == _BOOSTER:
        name, version = "xgboost", _booster(values, value)
    return (name, version) if version else None


def _booster(values: Values, value: Value) -> str:
    """The version at the end of a Booster's model; empty where there is none."""
    for _ in range(_WRAPPED):
        if isinstance(value, Result) and isinstance(value.arguments, tuple) and value.arguments:
            value = value.arguments[0]
    match = _VERSION().search(_tail(values, value)) if isinstance(value, int) else None
    if match is None:
        return ""
    if match["plain"] is not None:
        return match["plain"].decode().replace(",", ".")
    parts = _PACKED.findall(match["packed"])
    return ".".join(str(int.from_bytes(b"".join(part))) for part in parts)


def _tail(values: Values, position: int) -> bytes:
    """The last bytes of a value. Protocols 1 and 2 have them as text, whose ASCII part is alike."""
    data = values.source.data
    if data[position] in opcodes.COUNTED:
        start, length = opcodes.payload(data, position)
        return bytes(data[max(start, start + length - _TAIL) : start + length])
    text = values.text(position) or ""  # protocol 0 spells most bytes as escapes
    return text[-_TAIL:].encode("latin-1", "replace")
