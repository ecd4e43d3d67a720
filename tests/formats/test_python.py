"""Python source whose names, texts or order only look like something else."""

from __future__ import annotations

from pathlib import Path

import pytest

import modelaudit
from fixtures.recipes.folders import hub
from modelaudit.core.facts import SourceUse


def uses(folder: Path, code: str) -> set[str]:
    """The names that loading the code calls, as far as they are known."""
    for name, text in hub(code).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    found = [one for one in modelaudit.inspect(folder).facts if isinstance(one, SourceUse)]
    loaded = [one for one in found if one.how == "call" and one.when != "use"]
    return {f"{one.module}.{one.name}".strip(".") for one in loaded}


@pytest.mark.parametrize(
    "text",
    [
        "b'+AG8Acw-'.decode('utf-7')",
        "str(b'+AG8Acw-', encoding='utf-7')",
        "str(b'math', 'rot13')",
        "'{}'.format(input())",
        "'math' if input() else input()",
        "C().b64decode('bWF0aA==')",
    ],
)
def test_a_text_that_only_looks_constant_is_none(tmp_path: Path, text: str) -> None:
    code = (
        f"class C:\n    def b64decode(self, x):\n        return input()\n\n\n__import__({text})\n"
    )
    assert "math" not in " ".join(uses(tmp_path, code + "__import__('json').loads('')\n"))
    assert "json.loads" in uses(tmp_path, code + "__import__('json').loads('')\n")


@pytest.mark.parametrize(
    "text",
    [
        "b'subprocess'.decode()",
        "str(b'subprocess', 'utf-8')",
        "'sub%s' % 'process'",
        "__import__('base64').b64decode('c3VicHJvY2Vzcw==').decode('ascii')",
        "bytes.fromhex('73756270726f63657373').decode()",
        "''.join(map(chr, [115, 117, 98, 112, 114, 111, 99, 101, 115, 115]))",
    ],
)
def test_a_constant_is_put_together(tmp_path: Path, text: str) -> None:
    assert "subprocess.run" in uses(tmp_path, f"__import__({text}).run('')\n")


def test_private_names_are_those_of_their_class(tmp_path: Path) -> None:
    code = "class _A:\n    import subprocess as __m\n\n    class B:\n        __n = 1\n\n\n"
    assert "subprocess.run" in uses(tmp_path, code + "_A._A__m.run('')\n")
    code = "# \u00fcml\u00e4ut\nclass A:\n    import subprocess as _\uff3fm\n\n\nA._A__m.run('')\n"
    assert "subprocess.run" in uses(tmp_path, code)


def test_a_second_class_is_loaded_too(tmp_path: Path) -> None:
    code = "class Other:\n    pass\n\n\nclass SmallModel:\n"
    code += "    def __init__(self):\n        open('a', 'w')\n"
    assert "builtins.open" in uses(tmp_path, code)


def test_what_is_looked_up_before_it_is_bound(tmp_path: Path) -> None:
    code = "class A:\n    m = None\n\n    def go(self):\n        self.m.run('')\n\n\n"
    code += "a = A()\na.go()\nimport subprocess\n\nA.m = subprocess\na.go()\n"
    assert "subprocess.run" in uses(tmp_path, code)


def test_a_thousand_values_do_not_hide_one(tmp_path: Path) -> None:
    code = "import subprocess\n" + "".join(f"x = f{n} = lambda: {n}\n" for n in range(100))
    assert "subprocess.run" in uses(tmp_path, f"{code}x = subprocess\nx.run('')\n")
    parts = ", ".join(map(str, range(1000)))
    code = f"import subprocess\nx = [{parts}, subprocess]\nx[1000].run('')\n"
    assert "subprocess.run" in uses(tmp_path, code)
