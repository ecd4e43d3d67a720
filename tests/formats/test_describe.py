"""The comparison of formats: every description is whole, and says what is true today."""

from __future__ import annotations

import pytest

from modelaudit.discovery.folders import FOLDERS
from modelaudit.discovery.identify import COMPRESSIONS
from modelaudit.formats import INSPECTORS
from modelaudit.formats.describe import FormatInfo, describe

FORMATS = describe()
NAMES = {info.name for info in FORMATS}
BY_CONTENT = {folder.format for folder in FOLDERS}
"""Formats that are directories."""


def test_the_formats_that_the_project_is_for() -> None:
    seven = {"pickle", "joblib", "pmml", "onnx", "savedmodel", "hdf5", "torchscript"}
    assert seven <= NAMES


@pytest.mark.parametrize("info", FORMATS, ids=lambda info: info.name)
def test_whole(info: FormatInfo) -> None:
    assert info.use.endswith(".")
    assert info.endings or info.name in BY_CONTENT
    assert not any(extension.startswith(".") for extension in info.extensions)
    assert info.strengths
    assert info.weaknesses
    for text in (*info.strengths, *info.weaknesses, *info.checks):
        assert text.endswith(".")
        assert text[0].isupper()


def test_what_is_said_to_be_checked_has_an_inspector() -> None:
    inspected = {info.name for info in FORMATS if info.inspected}
    assert inspected <= set(INSPECTORS) - COMPRESSIONS


def test_the_inspected_formats_come_first() -> None:
    order = [info.inspected for info in FORMATS]
    assert order == sorted(order, reverse=True)
