"""XGBoost's own files: JSON, Universal Binary JSON (from 1.6), and the binary form before them.

The version of the library that saved a model is its member ``version``. What else is read is found
by its key, not by parsing: trees are most of a file, and nobody looks at them here. XGBoost sorts
keys, so that what is asked for comes after the trees.
https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from modelaudit.core.facts import Fact, Identity, Metadata, Producer
from modelaudit.core.limits import KIB, Bounds
from modelaudit.core.source import Source

BINARY: Final = b"binf"
_AFTER_BRACE: Final = (b'"', b" ", b"\n", b"\r", b"\t")
"""What follows the first brace of JSON; in Universal Binary JSON it is the type of a length."""
_COUNT: Final = rb"(?:i.|U.|I..|l.{4}|L.{8})"
_NUMBER: Final = rb"(?:i.|U.|I..|l.{4})"
_VERSION: Final = re.compile(
    rb'"version"\s*:\s*\[(\d{1,5})\s*,\s*(\d{1,5})\s*,\s*(\d{1,5})\]', re.DOTALL
)
_PACKED_VERSION: Final = re.compile(
    rb"version\[(?:\$.)?#" + _COUNT + rb"(" + _NUMBER * 3 + rb")", re.DOTALL
)
_PART: Final = re.compile(rb"[iU](.)|I(..)|l(.{4})", re.DOTALL)
_TAIL: Final = 64 * KIB
"""Bytes at the end of a file that are searched first."""
_BASE_SCORE: Final = re.compile(
    rb'"base_score"\s*:\s*"(?P<text>[^"]{1,64})"|base_scoreS'
    + _COUNT
    + rb"(?P<packed>[\[\dE.+-]+)",
    re.DOTALL,
)


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """The form of the file, who saved it, and its intercept."""
    head = source.read(0, 4)
    binary, text = head == BINARY, head[:1] == b"{" and source.read(0, 2)[1:] in _AFTER_BRACE
    form = "binary" if binary else "json" if text else "ubj"
    yield Identity("xgboost", form, source.at())
    yield Metadata("xgboost-form", form, -1, source.at())
    if binary:
        return
    bounds.check()
    match = _found(_VERSION if text else _PACKED_VERSION, source)
    if match is not None:
        parts = [b"".join(one) for one in _PART.findall(match[1])] if not text else ()
        numbers = match.groups() if text else [b"%d" % int.from_bytes(part) for part in parts]
        version = b".".join(numbers).decode()
        yield Producer("xgboost", version, source.at(match.start()))
    if match := _found(_BASE_SCORE, source):
        score = (match["text"] or match["packed"]).decode("latin-1")
        yield Metadata("xgboost-base-score", score, -1, source.at(match.start()))


def _found(pattern: re.Pattern[bytes], source: Source) -> re.Match[bytes] | None:
    """Where a key is: at the end, where XGBoost writes it, or wherever another program does."""
    end = source.size
    if end > _TAIL and (match := pattern.search(source.data, end - _TAIL)):
        return match
    source.expect(0, end)
    return pattern.search(source.data, 0, end)
