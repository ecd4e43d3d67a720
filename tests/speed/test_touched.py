"""A scan reads the structure of a model, and no weights."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.common import pagecache, weights
from benchmarks.speed.touched import touched

SIZE = 64_000_000
HEAD = 1_000_000
"""Bytes of structure, of whole pages around it, and of members whose checksums are checked."""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what it has read")
@pytest.mark.parametrize("name", weights.WRITERS)
def test_no_weights_are_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / "alone" / name
    path.parent.mkdir()
    weights.WRITERS[name](path, SIZE)
    for file in weights.files(path):
        pagecache.drop(file)
    if sum(map(pagecache.resident, weights.files(path))):
        pytest.skip("temporary files are in memory here")
    read, size = touched(path)
    assert size > 0.99 * SIZE
    assert read <= 0.01 * SIZE + HEAD
