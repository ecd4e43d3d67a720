"""Targets out of options and configuration, and out of what is installed."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from modelaudit.core.errors import UsageError
from modelaudit.core.findings import Target
from modelaudit.sandbox.torch_query import torch_operators
from modelaudit.targets.environment import installed
from modelaudit.targets.named import from_options, parse, resolve


def test_an_option_is_a_name_and_a_version() -> None:
    assert parse("Scikit_Learn==1.5.2") == Target("scikit-learn", "1.5.2", "--target")


@pytest.mark.parametrize("text", ["torch", "==1.0", "torch>=2", "torch==", "torch==two", ""])
def test_what_is_no_option_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"--target|is not a version"):
        parse(text)


def test_an_option_takes_precedence_over_the_configuration() -> None:
    chosen = resolve(
        [parse("torch==2.6")], {"Torch": "2.5", "python": "==3.11", "requirements": "off"}
    )
    assert [str(target) for target in chosen] == ["torch 2.6", "python 3.11"]
    with pytest.raises(UsageError, match="target python: 'x' is not a version"):
        resolve([], {"python": "x"})


def test_environment_stands_for_what_is_installed() -> None:
    found = {target.name: target for target in from_options(["environment", "torch==2.6"])}
    assert found["python"] == Target("python", platform.python_version(), "environment")
    assert found["torch"].source == "--target"
    assert installed(["pytest", "no-such-distribution"], "environment") == [
        Target("pytest", version("pytest"), "environment")
    ]


def test_operators_of_what_is_no_torch() -> None:
    assert torch_operators("no-such-interpreter") is None
    operators = torch_operators(sys.executable)
    assert operators is None or "aten::add" in operators


def test_operators_are_what_torch_says(tmp_path: Path) -> None:
    """An interpreter that answers as torch would, with a line of its own before."""
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\necho hello\necho \'["aten::add", "aten::add"]\'\n')
    python.chmod(0o755)
    assert torch_operators(str(python)) == frozenset({"aten::add"})
