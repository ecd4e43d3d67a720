"""What the files of installed packages show, without importing them."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelaudit.knowledge.installed import look_up, takes

SCORING = """
from .base import *
from . import parts as pieces
try:
    from fast import solve
except ImportError:
    solve = None
if True:
    LIMIT: int = 3

class Scorer: ...

def rebuild(weights, bias=0.0): ...
def collect(first, *rest): ...
def named(first, *, key): ...

@decorated
def wrapped(): ...
"""
FILES = {
    "inhouse/__init__.py": "",
    "inhouse/scoring.py": SCORING,
    "inhouse/base.py": "class Base: ...\ndef make(one): ...\n",
    "inhouse/parts/__init__.py": "import sys\nsys.modules[__name__] = object()\n",
    "inhouse/late.py": "def __getattr__(name): ...\n",
    "inhouse/broken.py": "def (\n",
    "inhouse/built.cpython-311-x86_64-linux-gnu.so": "\x7fELF",
    "spread/one.py": "X = 1\n",
    "single.py": "Y = 1\n",
}


@pytest.fixture
def folders(tmp_path: Path) -> tuple[str, ...]:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return (str(tmp_path / "none"), str(tmp_path))


@pytest.mark.parametrize(
    ("module", "name", "answer"),
    [
        ("inhouse.scoring", "Scorer", "found"), ("inhouse.scoring", "Scorer.fit", "found"),
        ("inhouse.scoring", "Base", "found"), ("inhouse.scoring", "pieces", "found"),
        ("inhouse.scoring", "solve", "found"), ("inhouse.scoring", "LIMIT", "found"),
        ("inhouse.scoring", "Gone", "no-name"), ("inhouse", "scoring", "found"),
        ("inhouse.gone", "X", "no-module"), ("inhouse.gone.deep", "X", "no-module"),
        ("inhouse.parts.gone", "X", "unknown"), ("inhouse.late", "X", "unknown"),
        ("inhouse.broken", "X", "unknown"), ("inhouse.built", "X", "unknown"),
        ("spread.one", "X", "found"), ("spread.two", "X", "unknown"), ("single", "Y", "found"),
        ("elsewhere", "X", "unknown"), ("inhouse.a b", "X", "unknown"), ("../x", "X", "unknown"),
    ],
)  # fmt: skip
def test_names(folders: tuple[str, ...], module: str, name: str, answer: str) -> None:
    assert look_up(folders, module, name) == answer


@pytest.mark.parametrize(
    ("name", "given", "accepted"),
    [
        ("rebuild", 1, ""), ("rebuild", 2, ""), ("rebuild", 3, "1 to 2"), ("rebuild", 0, "1 to 2"),
        ("rebuild", -1, ""), ("collect", 9, ""), ("collect", 0, "1 or more"), ("named", 5, ""),
        ("wrapped", 5, ""), ("make", 2, "1 to 1"), ("Scorer", 5, ""), ("gone", 5, ""),
    ],
)  # fmt: skip
def test_calls(folders: tuple[str, ...], name: str, given: int, accepted: str) -> None:
    assert takes(folders, "inhouse.scoring", name, given) == accepted
    assert takes(folders, "inhouse.built", name, given) == ""
