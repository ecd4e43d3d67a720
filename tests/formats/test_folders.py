"""Folders and Python source that try to cost more than they may, or to break their readers."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

import modelaudit
from fixtures.recipes.folders import hub, mlflow
from fixtures.recipes.ggufs import templated
from fixtures.recipes.layouts import layouts
from modelaudit.core.facts import SourceUse, Unreadable
from modelaudit.core.limits import MIB


def reasons(path: Path) -> set[str]:
    facts = modelaudit.inspect(path).facts
    return {fact.reason for fact in facts if isinstance(fact, Unreadable)}


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("nested", ["[" * 50_000, "\n" + "- " * 50_000 + "x\n"])
def test_deep_yaml_is_a_limit(tmp_path: Path, nested: str) -> None:
    written(tmp_path, {"MLmodel": f"flavors: {nested}"})
    assert reasons(tmp_path) & {"limit", "broken-configuration"}


@pytest.mark.parametrize("value", ["!!bool z", '!!int ""', "!!timestamp z", "0x" + "f" * 6000])
def test_scalars_of_yaml_are_texts(tmp_path: Path, value: str) -> None:
    files = mlflow("x = 1\n")
    files["MLmodel"] += f"other: {value}\n"
    assert not reasons(written(tmp_path, files))


def test_a_long_chain_of_conditions_is_a_limit(tmp_path: Path) -> None:
    code = "if a: pass\n" + "elif a: pass\n" * 2000
    assert reasons(written(tmp_path, hub(code))) <= {"limit", "python-syntax"}


def test_classes_upon_classes_are_a_limit(tmp_path: Path) -> None:
    code = "class C0: pass\n"
    code += "".join(f"class C{n}(C{n - 1} if 1 else object): pass\n" for n in range(1, 1000))
    assert reasons(written(tmp_path, hub(code + "C999().x()\n"))) == {"limit"}


def test_a_number_that_jinja_does_not_read_is_said(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(templated("{{ " + "9" * 5000 + " }}"))
    assert reasons(path) == {"template-syntax"}


def test_tables_that_share_a_large_vtable_cost_little(tmp_path: Path) -> None:
    """Every entry of a vector of operators leads to one table of 32,765 fields."""
    count, fields = 3000, 32_765
    data = bytearray(b"\x18\0\0\0TFL3")
    data += bytes(8) + (8).to_bytes(2, "little") + (8).to_bytes(2, "little") + bytes(2)
    data[18:24] = (0).to_bytes(2, "little") + (4).to_bytes(2, "little") + b"\0\0"
    root = len(data)
    data[0:4] = root.to_bytes(4, "little")
    vtable = root - 8
    data[vtable : vtable + 8] = b"\x08\0\x08\0\0\0\x04\0"
    data += (8).to_bytes(4, "little") + (4).to_bytes(4, "little")
    vector = len(data)
    data += count.to_bytes(4, "little") + bytes(4 * count)
    large = len(data)
    data += (4 + 2 * fields).to_bytes(2, "little") + (4).to_bytes(2, "little") + bytes(2 * fields)
    shared = len(data)
    data += (shared - large).to_bytes(4, "little")
    for index in range(count):
        at = vector + 4 + 4 * index
        data[at : at + 4] = (shared - at).to_bytes(4, "little")
    path = tmp_path / "model.tflite"
    path.write_bytes(data)
    tracemalloc.start()
    modelaudit.inspect(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 * MIB


def test_a_use_is_placed_in_the_file_that_has_it(tmp_path: Path) -> None:
    """A function of another module acts where it is written, not where it is called."""
    helper = "import os\n\n\ndef act():\n    os.system('echo modelaudit-marker')\n"
    files = hub("from .helper import act\n\nact()\n", **{"helper.py": helper})
    facts = modelaudit.inspect(written(tmp_path, files)).facts
    uses = [fact for fact in facts if isinstance(fact, SourceUse) and fact.name == "system"]
    assert [(use.where.members, use.where.line) for use in uses] == [(("helper.py",), 5)]


@pytest.mark.parametrize("name", [*layouts()])
def test_an_ordinary_folder_passes(tmp_path: Path, name: str) -> None:
    for file, data in layouts()[name].items():
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    findings = modelaudit.scan(tmp_path).findings
    assert not [one for one in findings if one.severity not in ("info", "low")]
