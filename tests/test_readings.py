"""Bytes that are valid as two formats are read as both, and chance is no finding."""

from __future__ import annotations

import json
import lzma
import pickle
from pathlib import Path

import pytest

import modelaudit
from modelaudit.config.model import Config

CONFIG = Config(targets={"requirements": "off"})
EVIL = b"cos\nsystem\n(Vecho modelaudit-marker\ntR."
TEXT = 0x58
"""The opcode of a text whose length is the four bytes that follow."""


def tensors(length: int, begin: bytes = b"") -> bytes:
    """A safetensors file whose header has ``length`` bytes, and begins as JSON that is given."""
    header = {"a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}}
    raw = begin or json.dumps(header).encode()
    return length.to_bytes(8, "little") + raw.ljust(length) + b"\0"


@pytest.mark.parametrize("second", range(0x21))
def test_a_length_that_looks_like_a_protocol(tmp_path: Path, second: int) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(tensors(0x80 | second << 8))
    report = modelaudit.scan([str(path)], config=CONFIG)
    assert [artifact.format for artifact in report.artifacts] == ["safetensors"]
    assert report.findings == ()


def test_a_length_that_looks_like_a_protocol_and_an_opcode(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(tensors(0x80 | 0x02 << 8 | ord("(") << 16))
    report = modelaudit.scan([str(path)], config=CONFIG)
    assert [artifact.format for artifact in report.artifacts] == ["safetensors"]
    assert report.findings == ()


@pytest.mark.parametrize("name", ["model.safetensors", "model.pkl", "model.bin", "model"])
def test_a_pickle_that_is_safetensors_too(tmp_path: Path, name: str) -> None:
    first = b'\0{"__metadata__":{"a":"'
    pickled = b"0cos\nsystem\n(Vecho modelaudit-marker\ntR."
    length = int.from_bytes(bytes([0x80, 2, TEXT, len(first)]), "little")
    data = tensors(length, first[1:] + pickled + b'"}}')
    assert data[:9] == bytes([0x80, 2, TEXT, len(first), 0, 0, 0, 0, 0x7B])
    path = tmp_path / name
    path.write_bytes(data)
    report = modelaudit.scan([str(path)], config=CONFIG)
    assert "PKL101" in {finding.rule for finding in report.findings}


def test_a_pickle_of_protocol_2_is_a_pickle(tmp_path: Path) -> None:
    path = tmp_path / "m"
    path.write_bytes(pickle.dumps({"a": 1}, 2))
    report = modelaudit.scan([str(path)], config=CONFIG)
    assert [artifact.format for artifact in report.artifacts] == ["pickle"]


@pytest.mark.parametrize("dictionary", [4096, 6144, 1 << 16, 1 << 20, 3 << 20])
@pytest.mark.parametrize(("lc", "lp", "pb"), [(3, 0, 2), (0, 2, 0), (4, 0, 4)])
@pytest.mark.parametrize("name", ["m.pkl", "m.joblib", "m.dat"])
def test_lzma_of_any_settings(
    tmp_path: Path, dictionary: int, lc: int, lp: int, pb: int, name: str
) -> None:
    settings = {"id": lzma.FILTER_LZMA1, "dict_size": dictionary, "lc": lc, "lp": lp, "pb": pb}
    path = tmp_path / name
    path.write_bytes(lzma.compress(EVIL, format=lzma.FORMAT_ALONE, filters=[settings]))
    report = modelaudit.scan([str(path)], config=CONFIG)
    assert "PKL101" in {finding.rule for finding in report.findings}


def test_a_length_that_looks_like_lzma(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(tensors(0x5D))
    report = modelaudit.scan([str(path)], config=CONFIG)
    assert [artifact.format for artifact in report.artifacts] == ["safetensors"]
    assert report.findings == ()


@pytest.mark.parametrize("data", [bytes(64), b"\0\0\x10\0\0" + bytes(32), b"a\0\x10" + bytes(32)])
def test_numbers_are_no_lzma(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "numbers"
    path.write_bytes(data)
    assert modelaudit.scan([str(path)], config=CONFIG).artifacts == ()
