"""How the tables of other names and of classes that act are made."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from scripts.common import alias_probe
from scripts.common.state_calls import acts
from scripts.tables.pickle import acting, aliases


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return self.hook()", True),
        ("return self.inner.hook(1)", True),
        ("return self.hooks[0]()", True),
        ("hook = self.hook; hook()", True),
        ("for hook in self.hooks: hook()", True),
        ("return [hook() for hook in self.hooks]", True),
        ("self.__dict__.update({})", False),
        ("return self.__class__(1)", False),
        ("return len(self.items)", False),
        ("return type(self)()", False),
        ("return print(1)", False),
    ],
)
def test_acts(body: str, expected: bool) -> None:
    function = ast.parse(f"def method(self):\n    {body}").body[0]
    assert isinstance(function, ast.FunctionDef)
    assert acts(function) is expected


def test_inherited_methods_act() -> None:
    files = {
        "one/base.py": b"class Base:\n    def __str__(self):\n        return self.show()\n",
        "one/more.py": b"import one.base\nfrom one.base import Base\n"
        b"class Direct(Base): pass\nclass Dotted(one.base.Base): pass\n"
        b"class Quiet(Base):\n    def __str__(self):\n        return ''\n",
    }
    table: acting.Table = {}
    assert acting.collect(files, table) == 4
    assert table == {
        "one.base": {"Base": {"__str__"}},
        "one.more": {"Direct": {"__str__"}, "Dotted": {"__str__"}},
    }


def test_probe_finds_names_by_identity(tmp_path: Path) -> None:
    (tmp_path / "held.py").write_text(
        "import os as _os\nfrom os import system as run\nfrom json import loads\n"
        "class Holder:\n    call = staticmethod(run)\n    mod = _os\n"
    )
    asked = aliases.question({"os": {"system": "runs a process"}}, {"json": ["loads"]}, ["held"])
    command = [sys.executable, str(Path(alias_probe.__file__))]
    path = {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, check=True, input=asked, capture_output=True, env=path)
    answer = msgspec.json.decode(done.stdout, type=aliases.Answer)
    found = aliases.entries(answer, {}, whole=True)
    held = {entry for entry in found if entry[0] == "held"}
    assert held == {
        ("held", "_os", "os"),
        ("held", "Holder.mod", "os"),
        ("held", "run", "os:system"),
        ("held", "Holder.call", "os:system"),
        ("held", "loads", "json:loads"),
    }


def test_of_a_package_only_what_leads_to_a_rated_name_is_kept() -> None:
    answer = aliases.Answer(
        modules=["held", "held.part"],
        holds=[
            ("held", "_os", "os"),
            ("held", "deep", "other.part.of"),
            ("held", "own", "held.part"),
        ],
        objects=[
            ("held", "run", "os", "system"),
            ("held", "text", "json", "loads"),
            ("held", "mine", "held.part", "Own"),
        ],
        failed=[],
    )
    dangerous = {"os": {"system": "runs a process"}}
    kept = {name for _, name, _ in aliases.entries(answer, dangerous, whole=False)}
    assert kept == {"_os", "deep", "run", "mine"}


def test_modules_share_components() -> None:
    assert aliases.packed(["a", "a.b", "a.b.c", "b"]) == "a 1b 2c b"
