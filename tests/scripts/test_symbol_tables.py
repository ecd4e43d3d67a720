"""How names and attributes are read out of sources, and that the tables are what they say."""

from __future__ import annotations

import pytest
from packaging.version import Version

from scripts.common.classes import find_class, sources
from scripts.common.held_parts import by_part
from scripts.common.module_names import has, modules
from scripts.common.read_packages import PACKAGES
from scripts.common.spans import span
from scripts.tables.states import fields


def read(**files: str) -> dict[str, bytes]:
    """Files of a package ``p``: ``a="…"`` is ``p/a.py``."""
    return {f"p/{name}.py": text.encode() for name, text in files.items()}


def test_names_of_every_branch_count() -> None:
    found = modules(
        read(
            a="try:\n    from x import fast as f\nexcept ImportError:\n    def f(): ...\n"
            "if 1:\n    class A: ...\nelse:\n    B = A\nwith open(C := 'c'):\n    D = 1\n"
        )
    )["p.a"]
    assert {"f", "A", "B", "C", "D"} <= found.names
    assert not has(found, "E")


def test_names_of_functions_do_not_count() -> None:
    found = modules(read(a="def f():\n    g = 1\nclass A:\n    def h(self): ...\n"))["p.a"]
    assert found.names == {"f", "A"}


def test_a_star_brings_what_the_other_module_has() -> None:
    found = modules(read(a="from .b import *\n", b="from p.c import *\nx = f()\n", c="y = f()\n"))
    assert has(found["p.a"], "x")
    assert has(found["p.a"], "y")
    assert not has(found["p.a"], "z")


@pytest.mark.parametrize(
    "source",
    [
        "def __getattr__(name): ...",
        "globals()['x'] = 1",
        "for n in names:\n    globals()[n] = 1",
        "def fill():\n    globals().update(found)",
        "import sys\nsetattr(sys.modules[__name__], 'x', 1)",
        "import sys\nsys.modules[__name__] = other",
        "from elsewhere import *",
        "exec(text)",
        "this is no Python",
    ],
)
def test_a_module_with_names_of_run_time_lacks_none(source: str) -> None:
    assert has(modules(read(a=source))["p.a"], "anything")


def test_a_module_put_into_sys_modules_exists() -> None:
    found = modules(read(a="import sys\nsys.modules['p.old'] = sys.modules[__name__]\n"))
    assert has(found["p.old"], "anything")


def test_a_submodule_is_a_name_of_its_package() -> None:
    found = modules({"p/__init__.py": b"", "p/a.py": b""})
    assert has(found["p"], "a")


def test_arguments_of_functions_and_constructors_are_counted() -> None:
    found = modules(
        read(
            a="def f(a, b=1, *, c=2): ...\ndef g(a, *rest): ...\n"
            "class A:\n    def __init__(self, a=1): ...\n"
            "@wrapped\ndef h(a): ...\ndef k(*, needed): ...\n"
        )
    )["p.a"]
    assert found.calls == {"f": "1-2", "g": "1-*", "A.__init__": "0-1"}


def test_a_package_calls_what_it_imports_as_the_module_that_defines_it() -> None:
    files = {"p/__init__.py": b"from p.api import A\n", "p/api.py": b"from p.a import A\n"}
    files["p/a.py"] = b"class A:\n    def __init__(self, a): ...\nclass B(A): ...\n"
    assert modules(files)["p"].calls == {"A.__init__": "1-1"}


def compiled(*words: str) -> dict[str, bytes]:
    return {"p/m.cpython-311-x86_64-linux-gnu.so": "\n".join(words).encode()}


def test_a_compiled_module_has_what_its_texts_name() -> None:
    found = modules(compiled("p.m.Tree", "p.m.build.inner", "helper"))["p.m"]
    assert found.own == {"Tree", "build"}
    assert has(found, "helper")
    assert not has(found, "Forest")


def test_a_compiled_module_is_also_there_by_the_name_it_was_compiled_under() -> None:
    found = modules(compiled("m.Tree", "x"))
    assert found["m"] is found["p.m"]


def test_packed_constants_may_hold_any_name_but_a_part_of_a_known_one() -> None:
    found = modules(compiled("p.m.Distance64", "~someDistance64Pythonic"))["p.m"]
    assert has(found, "Pythonic")
    assert not has(found, "Distance")


def test_a_compiled_module_without_names_lacks_none() -> None:
    assert has(modules(compiled("x", "y"))["p.m"], "anything")


def test_a_name_that_one_module_sets_in_another_is_there() -> None:
    given = read(a="from p import b\nclass X: pass\nb.X = X\n", b="y = 1\n", __init__="")
    assert has(modules(given)["p.b"], "X")


def test_spans_name_the_first_release_and_the_first_without() -> None:
    releases = ("1", "2", "3", "4")
    assert span([True] * 4, releases) == ":"
    assert span([False, True, True, False], releases) == "2:4"
    assert span([True, False, True, True], releases) == ":2 3:"


def needed(body: str, **more: str) -> tuple[set[str], set[str]]:
    """What the class ``A`` of a source needs to predict, and to do anything else."""
    found = needs_of(body, **more)
    return set(found.use), set(found.more)


@pytest.mark.parametrize(
    ("code", "reads"),
    [
        ("return self.x", {"x"}),
        ("return self.step().y", {"stepped"}),
        ("if X:\n            return self.x\n        return self.y", set()),
        ("if X:\n            return self.x\n        return self.x + self.y", {"x"}),
        ("if X:\n            raise ValueError(self.y)\n        return self.x", {"x"}),
        ("if X: a = self.x\n        else: a = self.x + self.y\n        return a", {"x"}),
        ("return getattr(self, 'x', None)", set()),
        ("return getattr(self, 'x')", {"x"}),
        ("try:\n            return self.x\n        except AttributeError: pass", set()),
        ("return self.x is None and self.y", {"x"}),
        ("return not X and self.y", {"y"}),
        ("return X == 1 and self.y", set()),
        ("for a in X: self.x", {"x"}),
        ("return [self.x for a in self.y]", {"x", "y"}),
        ("def inner(): return self.x\n        return inner()", {"x"}),
        ("def inner(): return self.x\n        return None", set()),
        ("return helper(self)", {"helped"}),
        ("self.x = 1\n        return self.x", set()),
        ("return self.limit", set()),
        ("return self.derived", {"base"}),
        ("return super().predict(X)", {"above"}),
        ("if check:\n            return self.x\n        return self.y", {"x"}),
    ],
)
def test_a_read_counts_where_every_way_comes_by_it(code: str, reads: set[str]) -> None:
    body = f"""
from .b import Base, helper
class A(Base):
    limit = 3
    def predict(self, X, check=True):
        {code}
    def step(self):
        return self.stepped
    @property
    def derived(self):
        return self.base
"""
    base = "class Base:\n    def predict(self, X): return self.above\n"
    base += "def helper(model): return model.helped\n"
    assert needed(body, b=base)[0] == reads


def test_get_params_of_scikit_learn_reads_every_parameter() -> None:
    body = "from sklearn.base import BaseEstimator\nclass A(BaseEstimator):\n"
    body += "    def __init__(self, x, *, y=1): self.x, self.y = x, y\n"
    assert needed(body + "    def predict(self): return self.get_params()\n")[0] == {"x", "y"}


def test_what_setstate_adds_is_not_needed() -> None:
    body = "class A:\n    def predict(self): return self.x, self.y\n"
    body += "    def __setstate__(self, state):\n        state.setdefault('x', 1)\n"
    assert needed(body)[0] == {"y"}


def test_what_setstate_only_turns_into_something_else_is_needed() -> None:
    body = "class A:\n    def predict(self): return self.x, self.y\n"
    body += "    def __setstate__(self, state):\n        if state.get('x') is not None:\n"
    body += "            state['x'] = load(state['x'])\n        if 'y' not in state:\n"
    body += "            state['y'] = 1\n"
    assert needed(body)[0] == {"x"}


def test_other_methods_are_told_apart() -> None:
    body = "class A:\n    def predict(self): return self.x\n"
    body += "    def predict_proba(self): return self.x, self.y\n"
    assert needed(body) == ({"x"}, {"y"})


def test_what_only_a_packages_own_way_of_loading_adds() -> None:
    code = "class A:\n    def __call__(self): return self.x, self.y\n"
    all_of = sources(read(a=code + "    def load(self): self.x = 1\n"))
    class_ = find_class(all_of, "p.a", "A")
    assert class_ is not None
    found = fields.needs(all_of, class_, fields.Methods(restores=("load",)))
    assert found is not None
    assert found.use == {"y"}
    assert found.plain == {"x"}


@pytest.mark.parametrize(
    ("body", "ready"),
    [
        ("def _more_tags(self): return {'requires_fit': False}", True),
        ("def _more_tags(self): return {'requires_fit': self.x}", False),
        (
            "def __sklearn_tags__(self):\n        tags.requires_fit = False",
            True,
        ),
        (
            "def __sklearn_tags__(self):\n        tags.requires_fit = True",
            False,
        ),
        ("def fit(self): pass", False),
    ],
)
def test_what_needs_no_fit(body: str, ready: bool) -> None:
    code = f"class A:\n    def predict(self): return self.x\n    {body}\n"
    assert needs_of(code).ready is ready


@pytest.mark.parametrize(
    ("use", "holds"),
    [
        ("return self.part.inverse(x)", True),
        ("return self.part.predict(x)", False),
        ("return helper(self.part, self.part.inverse(x))", False),
        ("return x", False),
    ],
)
def test_a_part_that_its_holder_uses_for_something_else(use: str, holds: bool) -> None:
    code = "class Part:\n    def predict(self): return self.x\n    def inverse(self): return 1\n"
    code += "class A:\n    def fit(self): self.part = Part()\n"
    code += f"    def predict(self, x):\n        {use}\n"
    all_of = sources(read(a=code))
    class_ = find_class(all_of, "p.a", "A")
    assert class_ is not None
    found = by_part(all_of, [("p.a.A", class_)], ("predict",))
    assert found == {"p.a.Part": {"p.a.A": holds}}


def needs_of(body: str, **more: str) -> fields.Needs:
    all_of = sources(read(a=body, **more))
    class_ = find_class(all_of, "p.a", "A")
    assert class_ is not None
    found = fields.needs(all_of, class_, fields.Methods())
    assert found is not None
    return found


def test_a_branch_that_an_attribute_decides_needs_more() -> None:
    body = "class A:\n    def predict(self):\n"
    body += "        way = self._one if self.flag else self._other\n        return way()\n"
    body += "    def _one(self): return self.x\n    def _other(self): return self.y\n"
    found = needs_of(body)
    assert found.use == {"flag"}
    assert found.given == {"flag=True": {"x"}, "flag=False": {"y"}}


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("return self.x.y", {"x"}),
        ("return self.x[0]", {"x"}),
        ("return self.x > 1", {"x"}),
        ("return 1 + self.x", {"x"}),
        ("return 1 in self.x", {"x"}),
        ("return self.x.get()", {"x"}),
        ("for one in self.x: pass", {"x"}),
        ("return self.x", set()),
        ("return self.x == 1", set()),
        ("return self.x is not None and self.x > 1", set()),
        ("return self.x > 1 if self.x is not None else 0", set()),
        ("try: self.x.y\n        except TypeError: pass", set()),
    ],
)
def test_a_value_that_may_not_be_none(code: str, values: set[str]) -> None:
    assert needs_of(f"class A:\n    def predict(self):\n        {code}\n").values == values


def test_releases_are_in_order() -> None:
    for package in PACKAGES.values():
        assert list(package.releases) == sorted(package.releases, key=Version)
