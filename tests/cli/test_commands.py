"""The commands beside ``scan``."""

from __future__ import annotations

import json
import pickle
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

from modelaudit.cli import COMMANDS, cli
from modelaudit.config.schema import config_schema
from modelaudit.judge import catalogue
from modelaudit.sandbox import decompile, process
from modelaudit.version import VERSION

Run = Callable[..., SimpleNamespace]
EVIL = b"cposix\nsystem\n(S'echo \\x1b[2J'\ntR."


def test_version_and_help(run: Run) -> None:
    assert run("--version").out == f"modelaudit {VERSION}\n"
    text = run("--help").out
    for name in ("scan", "inspect", "rules", "formats", "config", "completion"):
        assert f"\n  {name} " in text
    bare = run()
    assert (bare.code, bare.out) == (2, "")
    assert "Usage:" in bare.err


def test_the_list_of_commands_says_what_each_says() -> None:
    context = click.Context(cli)
    for name, said in COMMANDS.items():
        command = cli.get_command(context, name)
        assert command is not None
        assert command.get_short_help_str(1000) == said


def test_inspect_tree(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.pkl").write_bytes(EVIL)
    result = run("inspect", "a.pkl")
    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[0] == f"a.pkl · pickle · {len(EVIL)} bytes"
    assert any("import" in line and "posix.system" in line for line in lines)
    assert any("call" in line and "posix.system(" in line and "echo" in line for line in lines)
    assert "\x1b" not in result.out


def test_inspect_json(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.pkl").write_bytes(EVIL)
    plain = json.loads(run("inspect", "a.pkl", "--format", "json").out)
    assert plain["schema"] == "modelaudit/inspect/1"
    assert (plain["path"], plain["format"], plain["size"]) == ("a.pkl", "pickle", len(EVIL))
    calls = [fact for fact in plain["facts"] if fact["fact"] == "Call"]
    assert [(call["module"], call["name"]) for call in calls] == [("posix", "system")]
    assert calls[0]["location"]["offset"] == EVIL.index(b"R.")


def test_inspect_of_what_is_not_there(run: Run) -> None:
    result = run("inspect", "absent.pkl")
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert "absent.pkl" in result.err


def test_decompile(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.pkl").write_bytes(EVIL)
    result = run("inspect", "--decompile", "a.pkl")
    assert result.code == 0
    assert "from posix import system" in result.out
    assert "system(" in result.out
    assert "\x1b" not in result.out


def test_decompile_executes_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.pkl").write_bytes(b"cos\nsystem\n(S'touch executed'\ntR.")
    assert run("inspect", "--decompile", "a.pkl").code == 0
    assert not (tmp_path / "executed").exists()


def test_decompile_imports_nothing_from_the_working_directory(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.pkl").write_bytes(EVIL)
    for name in ("fickling", "ast", "modelaudit"):
        (tmp_path / f"{name}.py").write_text("open('executed', 'w')", encoding="utf-8")
    assert run("inspect", "--decompile", "a.pkl").code == 0
    assert not (tmp_path / "executed").exists()


def test_decompile_refuses_in_one_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "text.pkl").write_bytes(b"hello, this is no pickle")
    result = run("inspect", "--decompile", "text.pkl")
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert "text.pkl: fickling cannot read this as a pickle" in result.err
    (tmp_path / "big.pkl").write_bytes(pickle.dumps(bytes(decompile.MAX_INPUT)))
    assert "larger than 256 KiB" in run("inspect", "--decompile", "big.pkl").err
    assert "absent.pkl: No such file" in run("inspect", "--decompile", "absent.pkl").err
    monkeypatch.setattr(decompile, "TIMEOUT", 0.001)
    monkeypatch.setattr(process, "GRACE", 0.0)
    assert "took more than 0.001 seconds" in run("inspect", "--decompile", "text.pkl").err


def test_decompile_survives_a_pickle_whose_code_is_huge(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubled = b"]" + b"".join(b"q%c(h%ch%cl" % (n, n, n) for n in range(60)) + b"."
    (tmp_path / "bomb.pkl").write_bytes(doubled)
    monkeypatch.setattr(decompile, "TIMEOUT", 2)
    result = run("inspect", "--decompile", "bomb.pkl")
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)


def test_rules_are_listed_by_topic(run: Run) -> None:
    result = run("rules")
    rules = catalogue.load().rules
    assert rules
    for rule in rules.values():
        assert f"  {rule.id}  {rule.severity}" in result.out
    assert f"{len(rules)} rules." in result.out


def test_every_rule_is_explained(run: Run) -> None:
    for rule in catalogue.load().rules.values():
        result = run("rules", rule.id)
        assert result.code == 0
        assert result.out.startswith(f"{rule.name} ({rule.id})\n{rule.severity} · {rule.category}")
        for heading in ("What it finds", "Why it matters", "How to fix it", "Condition"):
            assert f"\n{heading}\n" in result.out
        assert " ".join(rule.fix.split()) in result.out
        assert all(f"- {reference}" in result.out for reference in rule.references)


def test_a_rule_is_found_by_name_and_in_lower_case(run: Run) -> None:
    rule = next(iter(catalogue.load().rules.values()))
    assert run("rules", rule.name).out == run("rules", rule.id).out
    assert run("rules", rule.id.lower()).out == run("rules", rule.id).out


def test_a_rule_that_is_not_there(run: Run) -> None:
    result = run("rules", "PKL1O1")
    assert result.code == 2
    assert result.err.startswith(
        "modelaudit: error: no rule is called 'PKL1O1'; did you mean 'PKL1"
    )


def test_rules_by_prefix_and_category(run: Run) -> None:
    rules = catalogue.load().rules.values()
    for selector in ("pkl2", "portability"):
        result = run("rules", selector)
        chosen = [r for r in rules if r.category == selector or r.id.startswith(selector.upper())]
        assert f"\n{len(chosen)} rules. " in result.out
        assert all(f"  {rule.id}  " in result.out for rule in chosen)
    assert "a category (security, compatibility, integrity, portability)" in run("rules", "q").err


def test_rules_as_json(run: Run) -> None:
    plain = json.loads(run("rules", "--format", "json").out)
    rules = catalogue.load().rules
    assert [rule["id"] for rule in plain["rules"]] == sorted(rules)
    first = plain["rules"][0]
    assert first["for"] == rules[first["id"]].for_
    assert "file" not in first
    assert len(json.loads(run("rules", first["id"], "--format", "json").out)["rules"]) == 1


def test_formats(run: Run) -> None:
    text = run("formats").out
    plain = json.loads(run("formats", "--format", "json").out)
    inspected = {info["name"] for info in plain["formats"] if info["inspected"]}
    assert {"joblib", "pickle"} <= inspected
    for info in plain["formats"]:
        assert f"{info['title']} · {info['name']} · " in text
        for part in (*info["strengths"], *info["weaknesses"], *info["checks"], info["use"]):
            assert part in text


def test_config_show(run: Run, tmp_path: Path) -> None:
    assert run("config", "show").out.startswith("# no configuration found: defaults\nversion: 1\n")
    path = tmp_path / "modelaudit.yaml"
    path.write_text("fail-on: low\n", encoding="utf-8")
    shown = run("config", "show").out
    assert shown.startswith(f"# {path}\n")
    assert "\nfail-on: low\n" in shown
    again = tmp_path / "again.yaml"
    again.write_text(shown, encoding="utf-8")
    assert (
        run("config", "show", "--config", str(again)).out.splitlines()[1:]
        == (shown.splitlines()[1:])
    )


def test_config_schema(run: Run) -> None:
    assert run("config", "schema").out == config_schema()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(run: Run, shell: str) -> None:
    result = run("completion", shell)
    assert result.code == 0
    assert "_MODELAUDIT_COMPLETE" in result.out


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_the_script_for_bash_is_one(run: Run) -> None:
    script = run("completion", "bash").out
    child = subprocess.run(["bash", "-n"], input=script.encode(), capture_output=True, check=False)
    assert (child.returncode, child.stderr) == (0, b"")


def test_completion_completes(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_MODELAUDIT_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "modelaudit scan --fo")
    monkeypatch.setenv("COMP_CWORD", "2")
    assert run().out == "plain,--format\n"
