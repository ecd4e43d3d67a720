"""``modelaudit rules new``: a skeleton that is a valid rule, and clear errors."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from modelaudit.judge.catalogue import Catalogue, load, read_files

Run = Callable[..., SimpleNamespace]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "rules" / "pickle").mkdir(parents=True)
    (tmp_path / "fixtures" / "recipes").mkdir(parents=True)
    (tmp_path / "rules" / "pickle" / "PKL191.yaml").write_text("id: PKL191\n")
    return tmp_path


@pytest.mark.parametrize(
    ("rule", "arguments", "topic", "category"),
    [
        ("PKL192", (), "pickle", "security"),
        ("PKL292", ("--topic", "pickle"), "pickle", "compatibility"),
        ("TSTX301", ("--topic", "testing"), "testing", "integrity"),
    ],
)
def test_the_skeleton_is_a_rule(
    run: Run, checkout: Path, rule: str, arguments: tuple[str, ...], topic: str, category: str
) -> None:
    result = run("rules", "new", rule, *arguments)
    assert (result.code, result.err) == (0, "")
    file = checkout / "rules" / topic / f"{rule}.yaml"
    assert f"wrote rules/{topic}/{rule}.yaml\n" in result.out
    catalogue = Catalogue()
    read_files(catalogue, [file], {})
    written = catalogue.rules[rule]
    assert (written.category, written.topic) == (category, topic)
    assert (written.effect is None) == (category != "compatibility")
    assert catalogue.compiled(written)


def test_the_recipe_yields_both_outcomes(
    run: Run, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("rules", "new", "PKL192").code == 0
    recipes = checkout / "fixtures" / "recipes"
    (recipes / "__init__.py").touch()
    (recipes / "paths.py").write_text("Fixture = tuple[str, bytes]\n")
    for name, file in (("skeletons", "__init__.py"), ("skeletons.pkl192", "pkl192.py")):
        spec = importlib.util.spec_from_file_location(name, recipes / file)
        assert spec is not None
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        module.__path__ = [str(recipes)]
        spec.loader.exec_module(module)
    folders = [path.rpartition("/")[0] for path, data in module.fixtures() if data]
    assert folders == ["pickle/PKL192/fail", "pickle/PKL192/pass"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("pkl192",), "'pkl192' is not a rule id: "),
        (("PKL592",), "'PKL592' is not a rule id: "),
        (("PKL1921",), "'PKL1921' is not a rule id: "),
        (("PKL191",), "the id PKL191 is taken by rules/pickle/PKL191.yaml; PKL1"),
        (("PKL101",), "the id PKL101 is taken by rules/pickle/PKL101.yaml; PKL1"),
        (("PKLX101",), "no rule begins with PKLX; did you mean 'PKL'?; name the topic"),
        (("PKL192", "--topic", "onnx"), "rules that begin with PKL belong to the topic pickle"),
        (("TST101", "--topic", "../up"), "'../up' cannot be a topic"),
        (("TST101", "--topic", "tables"), "'tables' cannot be a topic"),
    ],
)
def test_what_cannot_be_written_is_refused(
    run: Run, checkout: Path, arguments: tuple[str, ...], message: str
) -> None:
    before = sorted(checkout.rglob("*"))
    result = run("rules", "new", *arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"modelaudit: error: {message}")
    assert result.err.count("\n") == 1
    assert sorted(checkout.rglob("*")) == before


def test_nothing_is_overwritten(run: Run, checkout: Path) -> None:
    (checkout / "fixtures" / "recipes" / "pkl192.py").write_text("mine")
    result = run("rules", "new", "PKL192")
    assert result.err == "modelaudit: error: fixtures/recipes/pkl192.py exists already\n"
    assert not (checkout / "rules" / "pickle" / "PKL192.yaml").exists()


def test_it_works_in_a_checkout_alone(run: Run) -> None:
    result = run("rules", "new", "PKL192")
    assert result.code == 2
    assert "there is no checkout of it here" in result.err


def test_a_rule_is_shown_with_and_without_the_command(run: Run) -> None:
    rule = min(load().rules)
    assert run("rules", "show", rule).out == run("rules", rule).out
    help_ = run("rules", "--help")
    assert help_.code == 0
    assert "new" in help_.out
    assert "show" in help_.out
