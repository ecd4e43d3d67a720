"""How names are rated, and what reviewed functions may be given."""

from __future__ import annotations

import pytest

from modelaudit.knowledge.arguments import unfit
from modelaudit.knowledge.pickle_globals import rate


@pytest.mark.parametrize(
    ("module", "name", "tier", "shape"),
    [
        ("os", "system", "dangerous", "function"),
        ("numpy", "ndarray", "safe", "function"),
        ("pprint", "pprint", "known", "function"),
        ("sklearn.utils._tags", "Tags", "known", "class"),
        ("scipy.stats._continuous_distns", "gamma_gen", "safe", "class"),
        ("mylib", "Model", "unreviewed", "class"),
        ("__main__", "Model", "unreviewed", "class"),
        ("numpy", "", "known", "module"),
        ("sklearn.svm._classes", "SVC.predict", "stored", "function"),
        ("sklearn.svm._classes", "SVC.set_params", "known", "function"),
        ("sklearn.svm._classes", "predict", "known", "function"),
        ("sklearnex.svm", "SVC.predict", "unreviewed", "function"),
    ],
)
def test_a_name_has_a_tier_and_a_shape(module: str, name: str, tier: str, shape: str) -> None:
    rated = rate(module, name)
    assert (rated["tier"], rated["shape"]) == (tier, shape)


def test_a_reviewed_name_takes_precedence_over_its_whole_module() -> None:
    assert rate("os", "stat_result")["tier"] == "safe"
    assert rate("os", "anything")["tier"] == "dangerous"


@pytest.mark.parametrize(
    ("module", "name", "origins", "makers", "wrong"),
    [
        ("numpy", "log", ["constant"], [""], ""),
        ("numpy", "log", ["numpy.dtype()"], ["numpy.dtype()"], ""),
        ("numpy", "log", ["mylib.A()"], ["mylib.A()"], "mylib.A()"),
        ("numpy", "log", ["other"], ["mylib.A()"], "mylib.A()"),
        ("numpy", "log", ["numpy.dtype()"], ["numpy.dtype() >mylib.A()"], "mylib.A()"),
        ("numpy", "log", ["builtins.len"], [""], "builtins.len"),
        ("numpy", "log", ["other"], ["\N{HORIZONTAL ELLIPSIS}"], "more than was looked at"),
        ("builtins", "dict", ["other"], ["mylib.A()"], ""),
        ("builtins", "dict", ["mylib.A()"], ["mylib.A()"], "mylib.A()"),
        ("builtins", "type", ["constant", "other"], ["", ""], "other"),
        (
            "pandas.core.indexes.base",
            "_new_Index",
            ["pandas.Index", "other"],
            ["", ">mylib.A()"],
            "",
        ),
        ("sklearn._loss._loss", "__pyx_unpickle_A", ["a.B"], ["", "", "mylib.A()"], ""),
        ("mylib", "make", ["mylib.A()"], ["mylib.A()"], ""),
    ],
)
def test_a_reviewed_function_takes_what_it_was_reviewed_for(
    module: str, name: str, origins: list[str], makers: list[str], wrong: str
) -> None:
    assert unfit(module, name, origins, makers) == wrong
