"""A part of ``make fuzz-readers``: damaged files of any format break no reader and cost little."""

from __future__ import annotations

from pathlib import Path

import pytest

import modelaudit
from benchmarks.fuzz.check import Reader, made
from benchmarks.fuzz.corpus import content, seeds
from benchmarks.fuzz.structure import below
from modelaudit.config.model import Config
from modelaudit.formats import INSPECTORS
from tests.defects import defects

FOUND = Path(__file__).with_name("found")
FILES = 250
SEED = 7
NONE_SMALL = {"7z", "nemo", "python-path"}
"""Formats without a fixture of their own that is small enough."""


def test_every_format_is_damaged() -> None:
    assert {name for name in INSPECTORS if not {name, f"{name}/"} & set(seeds())} <= NONE_SMALL


def test_a_file_is_damaged_the_same_each_time() -> None:
    assert [made(SEED, n) for n in range(30)] == [made(SEED, n) for n in range(30)]


@pytest.mark.parametrize("format_", ["keras", "torchscript", "gzip", "safetensors", "onnx", "tar"])
def test_damage_gets_below_the_outermost_layer(format_: str) -> None:
    """What comes out is of the same format, and not what it was."""
    from random import Random

    for number, seed in enumerate(seeds()[format_][:5]):
        data = content(seed.files[0][1])
        damaged = [below(Random(f"{number}:{n}"), format_, data, data) for n in range(10)]
        assert any(one not in {None, data} for one in damaged)


def test_damaged_files_break_no_reader() -> None:
    reader = Reader()
    try:
        found = [
            (defect.number, defect.format, defect.problem)
            for number in range(FILES)
            for defect in reader.defects(number, made(SEED, number))
        ]
    finally:
        reader.close()
    assert found == []
    assert reader.slowest[0] < 10


@pytest.mark.parametrize("path", sorted(FOUND.iterdir()), ids=lambda path: path.name)
def test_what_was_found_breaks_no_reader_any_more(path: Path) -> None:
    """Files that did, as small as they were found."""
    assert defects(modelaudit.scan(path, Config(), jobs=1)) == []
