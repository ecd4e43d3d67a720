"""Configurations that name Python: which texts are ones, and where their readers stop."""

from __future__ import annotations

from pathlib import Path

import pytest

import modelaudit
from modelaudit.core.facts import Code, Identity, Import, Reference, Unreadable
from modelaudit.formats.folders.yamlconfig import MOST_TEXTS

ACTS = "m:\n  _target_: os.system\n  command: echo modelaudit-marker\n"


def scanned(path: Path, text: str) -> modelaudit.Report:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return modelaudit.scan(path)


def reasons(path: Path) -> set[str]:
    return {fact.reason for fact in modelaudit.inspect(path).facts if isinstance(fact, Unreadable)}


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\n",
        "_target_: {{ one }} {% two %}\n",
        "target: a.b\nother: 1\n",
        "train: a\nval: b\n",
        "backbone: resnet18\nhead: linear\n",
        "# see !new in the manual\na: 1\n",
        "download: true\nurl: x\n",
        "share: 50%\n",
    ],
)
def test_any_other_yaml_is_no_model(tmp_path: Path, text: str) -> None:
    assert not scanned(tmp_path / "config.yaml", text).artifacts


@pytest.mark.parametrize("name", ["config.yaml", "a.yml", "A.YAML"])
def test_what_acts_is_found_by_its_text(tmp_path: Path, name: str) -> None:
    assert [one.rule for one in scanned(tmp_path / name, ACTS).findings] == ["FLD104"]


def test_another_ending_is_no_configuration(tmp_path: Path) -> None:
    assert not scanned(tmp_path / "notes.txt", ACTS).artifacts


@pytest.mark.parametrize("more", ["x: " + "[" * 200 + "]" * 200, "x: " + "[1," * 60_000])
def test_what_is_too_much_is_said(tmp_path: Path, more: str) -> None:
    path = tmp_path / "config.yaml"
    scanned(path, ACTS + more + "\n")
    report = modelaudit.scan(path)
    assert not report.artifacts or reasons(path) & {"limit", "broken-configuration"}


def test_a_long_configuration_is_a_limit(tmp_path: Path) -> None:
    scanned(tmp_path / "config.yaml", ACTS + "x: " + "y" * (1 << 20) + "\n")
    assert reasons(tmp_path / "config.yaml") == {"limit"}


def test_a_model_of_many_texts_is_a_limit(tmp_path: Path) -> None:
    rows = "".join(f"  - [-1, 1, 'f({n})', []]\n" for n in range(MOST_TEXTS + 1))
    scanned(tmp_path / "net.yaml", f"nc: 1\nbackbone:\n{rows}head: []\n")
    assert reasons(tmp_path / "net.yaml") == {"limit"}


def test_a_text_that_is_no_python_only_stops_its_loader(tmp_path: Path) -> None:
    text = "nc: 1\nbackbone:\n  - [-1, 1, 'a b(', []]\nhead: []\n"
    assert not scanned(tmp_path / "net.yaml", text).findings


def test_a_name_stands_in_its_line(tmp_path: Path) -> None:
    scanned(tmp_path / "config.yaml", "a: 1\nb: 2\n" + ACTS)
    facts = modelaudit.inspect(tmp_path / "config.yaml").facts
    assert [fact.where.line for fact in facts if isinstance(fact, Import)] == [4]


def test_a_script_stands_in_its_line(tmp_path: Path) -> None:
    text = "train: a\nval: b\ndownload: |\n  import os\n  os.system('echo modelaudit-marker')\n"
    report = scanned(tmp_path / "data.yaml", text)
    found = [one for one in report.findings if one.rule == "PYT101"]
    assert [one.where.line for one in found] == [5]


def test_a_directory_is_read_as_each_kind_that_it_has_the_files_of(tmp_path: Path) -> None:
    (tmp_path / "MLmodel").write_text("flavors: {}\n")
    (tmp_path / "config.json").write_text('{"model_type": "small"}')
    (tmp_path / "_CHECKPOINT_METADATA").write_text("{}")
    facts = modelaudit.inspect(tmp_path).facts
    formats = {fact.format for fact in facts if isinstance(fact, Identity)}
    assert formats == {"mlflow", "hub", "orbax"}


def test_a_stage_of_dvc_is_read_beside_what_it_tracks(tmp_path: Path) -> None:
    stage = "cmd: echo modelaudit-marker\nouts:\n- path: model.pkl\n"
    (tmp_path / "model.pkl").write_bytes(b"\x80\x04N.")
    (tmp_path / "model.pkl.dvc").write_text(f"md5: {'0' * 32}\n{stage}")
    formats = {one.format for one in modelaudit.scan(tmp_path).artifacts}
    assert formats == {"pickle", "dvc"}


@pytest.mark.parametrize("version", ["", "version: 1\n"])
def test_commands_of_a_list_are_each_read(tmp_path: Path, version: str) -> None:
    path = tmp_path / "dvc.yaml"
    path.write_text(f"{version}stages:\n  a:\n    cmd: [first, second]\n  b:\n    cmd: third\n")
    facts = modelaudit.inspect(path).facts
    assert [fact.text for fact in facts if isinstance(fact, Code)] == ["first", "second", "third"]


def test_texts_of_a_modelfile_name_no_weights(tmp_path: Path) -> None:
    path = tmp_path / "Modelfile"
    path.write_text('FROM small\nSYSTEM """\nFROM other\n"""\nADAPTER ../away.gguf\n')
    facts = modelaudit.inspect(path).facts
    found = [(fact.target, fact.where.line) for fact in facts if isinstance(fact, Reference)]
    assert found == [("small", 1), ("../away.gguf", 5)]


@pytest.mark.parametrize(
    "text",
    [
        "m: {target: os.system, params: {command: echo modelaudit-marker}}\n",
        '{"m": {"target":"os.system","params":{"command":"echo modelaudit-marker"}}}\n',
        '{train: a, val: b, download: "import os; os.system(1)"}\n',
        '{"nc": 1, "backbone": [[-1, 1, "exec(1)", []]], "head": []}\n',
        '{"class_path":"os.system"}\n',
        "#" + "x" * (2 << 20) + "\n" + ACTS,
        "\ufeff" + ACTS,
    ],
    ids=["flow", "quoted", "data-set", "detector", "class", "padded", "marked"],
)
def test_another_spelling_hides_nothing(tmp_path: Path, text: str) -> None:
    assert any(one.gates for one in scanned(tmp_path / "config.yaml", text).findings)


def test_wide_characters_hide_nothing(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(ACTS.encode("utf-16"))
    assert any(one.gates for one in modelaudit.scan(path).findings)


def test_json_names_python_too(tmp_path: Path) -> None:
    found = scanned(tmp_path / "settings.json", '{"m": {"_target_": "os.system"}}').findings
    assert [one.rule for one in found] == ["FLD104"]
    words = '{"model": {"vocab": {"_target_": 3, "class_path": 4, "\\u0041x": 5}}}'
    assert not scanned(tmp_path / "tokenizer.json", words).artifacts
