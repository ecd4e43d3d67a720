"""A reader and a rule that break are seen by what the tests of bad input look for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import modelaudit
from modelaudit.config.model import Config
from modelaudit.core.facts import Fact
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source
from modelaudit.formats.pickle import inspector
from tests.defects import defects

HARMLESS = b"\x80\x04]\x94(K\x01K\x02e."
RULE = """
id: TST301
name: breaks
title: t
category: integrity
severity: high
since: 0.1.0
for: artifact
when: facts.Identity[7].format == ""
message: m
why: w
fix: f
"""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "model.pkl"
    path.write_bytes(HARMLESS)
    return path


def test_a_sound_run_has_none(model: Path) -> None:
    assert defects(modelaudit.scan([model], jobs=1)) == []


def test_a_reader_that_breaks_is_one(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(source: Source, bounds: Bounds) -> Iterator[Fact]:
        yield from ()
        raise IndexError(source.path)

    monkeypatch.setattr(inspector, "inspect", broken)
    report = modelaudit.scan([model], jobs=1)
    assert [where for where, _ in defects(report)] == [str(model)]


def test_a_rule_that_breaks_is_one(model: Path, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "TST301.yaml").write_text(RULE)
    report = modelaudit.scan([model], Config(packs=[str(pack)]), jobs=1)
    ((_, message),) = defects(report)
    assert "TST301" in message
