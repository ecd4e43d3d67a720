"""What the command line says to someone who got something a little wrong, or asks what there is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from modelaudit.cli import COMMANDS

Run = Callable[..., SimpleNamespace]


@pytest.mark.parametrize("args", [("x.pkl",), ("models/",), ("*.joblib",), ("a b.pt", "--digest")])
def test_a_path_without_a_command(run: Run, args: tuple[str, ...]) -> None:
    result = run(*args)
    assert result.code == 2
    assert f"{args[0]} is no command; to scan it: modelaudit scan " in result.err


def test_a_command_that_is_misspelt(run: Run) -> None:
    assert "there is no command 'scna'; did you mean 'scan'?" in run("scna", "x").err
    (Path.cwd() / "folder").mkdir()
    assert "to scan it: modelaudit scan folder" in run("folder").err


@pytest.mark.parametrize(
    ("address", "how"),
    [
        ("hf://org/model", "pip install huggingface_hub"),
        ("s3://bucket/model.pkl", "pip install awscli"),
        ("https://example.org/m.pkl", "curl"),
        ("models:/name/1", "pip install mlflow"),
        ("ftp://example.org/m.pkl", "fetch it first, and scan the copy"),
    ],
)
def test_an_address(run: Run, address: str, how: str) -> None:
    result = run("scan", address)
    assert result.code == 2
    assert result.err.startswith(f"modelaudit: error: {address}: modelaudit opens no connection")
    assert how in result.err


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("rules:\n  PKL105:\n    params: {alow: []}\n", ":3:20: rules.PKL105.params: no parameter"),
        ("rules:\n  PKL105:\n    params: {allow: x}\n", ":3:21: rules.PKL105.params.allow: has to"),
        ("rules:\n  PKL1O5: {severity: low}\n", ":2:3: rules.PKL1O5: no rule is called 'PKL1O5'"),
        ("ignore:\n  - PKL\n  - nothing\n", ":3:5: ignore[1]: no rule is called 'nothing'"),
        ("suppress:\n  - {rule: NOT1, path: a, reason: b}\n", ":2:12: suppress[0].rule: no rule"),
    ],
)
def test_what_fits_no_rule_has_a_place(run: Run, text: str, error: str) -> None:
    Path("modelaudit.yaml").write_text(text)
    Path("a.pkl").write_bytes(b"\x80\x04}.")
    result = run("scan", "a.pkl")
    assert result.code == 2
    assert f"modelaudit.yaml{error}" in result.err


def test_an_option_is_not_blamed_on_the_file(run: Run) -> None:
    Path("modelaudit.yaml").write_text("ignore: [PKL]\nselect: [ALL]\n")
    Path("a.pkl").write_bytes(b"\x80\x04}.")
    result = run("scan", "a.pkl", "--select", "nothing")
    assert result.err.startswith("modelaudit: error: select[0]: no rule is called 'nothing'")
    assert run("scan", "a.pkl", "--select", "pkl101,Security").code == 0


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_has_examples(run: Run, command: str) -> None:
    result = run(*([command] if command else []), "--help")
    assert "Examples" in result.out
    assert "    modelaudit " in result.out or "(modelaudit completion" in result.out


@pytest.mark.parametrize(
    ("words", "proposed"),
    [
        ("modelaudit scan --select PKL10", "PKL101"),
        ("modelaudit scan --ignore PKL101,dangerous-c", "PKL101,dangerous-call"),
        ("modelaudit scan --target scikit", "scikit-learn=="),
        ("modelaudit scan --format js", "json"),
        ("modelaudit rules portab", "portability"),
        ("modelaudit formats safet", "safetensors"),
        ("modelaudit base", "baseline"),
    ],
)
def test_completion(run: Run, monkeypatch: pytest.MonkeyPatch, words: str, proposed: str) -> None:
    monkeypatch.setenv("_MODELAUDIT_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
    assert proposed in [line.partition(",")[2] for line in run().out.splitlines()]


@pytest.mark.parametrize(
    ("selector", "meant"),
    [
        ("secrity", "security"),
        ("PLK", "PKL"),
        ("PLK102", "PKL102"),
        ("al", "ALL"),
        ("dangerus-call", "dangerous-call"),
    ],
)
def test_what_is_like_a_rule(run: Run, selector: str, meant: str) -> None:
    said = f"no rule is called {selector!r}; did you mean {meant!r}?"
    assert said in run("rules", selector).err
    Path("a.pkl").write_bytes(b"\x80\x04}.")
    assert said in run("scan", "a.pkl", "--ignore", selector).err


def test_one_format(run: Run) -> None:
    assert run("formats", "SAFETENSORS").out.startswith("safetensors")
    assert run("formats", ".pkl").out == run("formats", "pickle").out
    assert "did you mean 'pickle'?" in run("formats", "pickel").err


def test_a_python_without_a_minor_version(run: Run) -> None:
    Path("a.pkl").write_bytes(b"\x80\x04}.")
    said = "name a minor version too, such as python==3.12"
    assert said in run("scan", "a.pkl", "--target", "python==3").err
    Path("modelaudit.yaml").write_text("targets: {python: '3'}\n")
    assert said in run("scan", "a.pkl").err


def test_an_empty_path(run: Run) -> None:
    assert run("scan", "").err == "modelaudit: error: a path is empty\n"


def test_a_platform_of_the_configuration(run: Run) -> None:
    Path("a.pkl").write_bytes(b"\x80\x04}.")
    Path("modelaudit.yml").write_text("targets: {platform: windows}\n")
    assert run("scan", "a.pkl").code == 0
    Path("modelaudit.yml").write_text("targets: {platform: beos}\n")
    assert "targets.platform: 'beos' is no platform; valid are" in run("scan", "a.pkl").err


def test_what_is_not_selected_is_said(run: Run) -> None:
    Path("a.pkl").write_bytes(b"\x80\x02cos\nsystem\nX\x02\x00\x00\x00id\x85R.")
    out = " ".join(run("scan", "a.pkl", "--select", "PKL2").out.split())
    assert "findings of rules that select or ignore leave out, which are not shown: a.pkl" in out


def test_names_with_white_space_are_told_apart(run: Run) -> None:
    for name in ("a b.pkl", "a  b.pkl", "a\tb.pkl", "::error::x.pkl"):
        Path(name).write_bytes(b"\x80\x04}.")
    rows = [row for row in run("scan", ".").out.splitlines() if " pickle " in row]
    assert len({row.split(" pickle ")[0] for row in rows}) == 4
    assert len({row.index(" pickle ") for row in rows}) == 1


def test_patterns_that_fit_nothing_are_said(run: Run) -> None:
    Path(".git").mkdir()
    for folder in ("a", "b"):
        Path(folder).mkdir()
        Path(folder, "m.pkl").write_bytes(b"\x80\x04}.")
    Path("modelaudit.yaml").write_text(
        "exclude: [a/, aa/, .venv/]\n"
        "overrides: [{paths: ['b/**'], fail-on: low}, {paths: ['c/**'], fail-on: low}]\n"
    )
    for options in ((), ("--config", "modelaudit.yaml")):
        out = " ".join(run("scan", ".", *options).out.split())
        assert "exclude: 'aa/' fits nothing that is not left out anyway" in out
        assert "overrides[1] (c/**) fits no file" in out
        assert (out.count("exclude:"), out.count("overrides[")) == (1, 1)
    assert "fits no" not in run("scan", "b").out


def test_files_that_a_configuration_names_are_there(run: Run) -> None:
    Path("a.pkl").write_bytes(b"\x80\x04}.")
    for text, place in (
        ("packs: [nope]", "modelaudit.yaml:1:9: packs[0]: "),
        ("targets: {requirements: [no.txt]}", "modelaudit.yaml:1:26: targets.requirements: "),
        ("targets: {requirements: {p: [no.txt]}}", "modelaudit.yaml:1:30: targets.requirements: "),
    ):
        Path("modelaudit.yaml").write_text(text)
        result = run("scan", "a.pkl")
        assert (result.code, place in result.err) == (2, True), result.err


def test_a_cache_that_cannot_be_written_is_said(run: Run) -> None:
    Path("a.pkl").write_bytes(b"\x80\x04}.")
    result = run("scan", "a.pkl", "--cache", "/proc/cache")
    assert (result.code, "nothing can be kept there" in result.err) == (0, True)


def test_an_include_that_is_not_there(run: Run) -> None:
    Path("a.pkl").write_bytes(b"\x80\x04}.")
    Path("requirements.txt").write_text("-r base.txt\nnumpy\n")
    result = run("scan", "a.pkl")
    assert result.code == 1
    assert "requirements.txt:1: medium TGT301" in result.out
    result = run("requirements", "a.pkl", "--check", "requirements.txt")
    assert (result.code, "there is no such file: 'base.txt'" in result.err) == (2, True)


def test_a_module_of_a_model_leads_to_the_model(run: Run) -> None:
    Path("hub").mkdir()
    Path("hub", "config.json").write_text(
        '{"model_type": "x", "auto_map": {"AutoModel": "modeling_x.X"}}'
    )
    Path("hub", "modeling_x.py").write_text("import os\nos.system('echo modelaudit-marker')\n")
    out = run("scan", "hub/modeling_x.py").out
    assert "hub!modeling_x.py:2: critical PYT101" in out
