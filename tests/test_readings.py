"""Bytes that are valid as two formats are read as both, and chance is no finding."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

import modelaudit
from modelaudit.config.model import Config

CONFIG = Config(targets={"requirements": "off"})
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
