"""The values of parameters that a release refuses when it fits an estimator."""

from __future__ import annotations

from modelaudit.knowledge.parameters import refuses
from modelaudit.knowledge.tables import lookup

FOREST = ("sklearn.ensemble._forest", "RandomForestClassifier")
FACTORS = ("sklearn.decomposition._nmf", "NMF")


def refused(version: str, name: tuple[str, str], **texts: str) -> list[str]:
    given = {parameter: (text,) for parameter, text in texts.items()}
    return refuses("scikit-learn", version, *name, given, {})


def test_a_value_that_was_taken_before() -> None:
    automatic = ["max_features='auto'"]
    assert refused("1.5.2", FOREST, max_features="auto") == automatic
    assert refused("1.2.2", FOREST, max_features="auto") == []
    assert refused("1.5.2", FOREST, max_features="sqrt") == []


def test_a_value_that_is_taken_later() -> None:
    assert refused("1.3.2", FACTORS, n_components="auto") == ["n_components='auto'"]
    assert refused("1.6.1", FACTORS, n_components="auto") == []


def test_none_is_a_value() -> None:
    bagging = ("sklearn.ensemble._bagging", "BaggingClassifier")
    nothing = {"max_samples": ("None",)}
    assert refuses("scikit-learn", "1.5.2", *bagging, {}, nothing) == ["max_samples=None"]
    assert refuses("scikit-learn", "1.9.1", *bagging, {}, nothing) == []


def test_a_text_that_no_release_takes() -> None:
    assert refused("1.5.2", FACTORS, init="warn") == ["init='warn'"]
    tree = ("sklearn.tree._classes", "DecisionTreeRegressor")
    assert refused("1.5.2", tree, criterion="mse") == ["criterion='mse'"]


def test_releases_that_say_nothing_and_what_a_list_may_hold_are_left() -> None:
    assert refused("1.0.2", FOREST, max_features="auto") == []
    encoder = ("sklearn.preprocessing._encoders", "OneHotEncoder")
    assert refused("1.5.2", encoder, categories="red") == []
    assert refused("1.5.2", ("mylib", "RandomForestClassifier"), max_features="auto") == []


def test_the_table_is_of_the_releases_that_names_are_read_of() -> None:
    for package in ("scikit-learn", "imbalanced-learn"):
        releases = lookup(f"symbols/{package}", "releases")
        assert lookup(f"parameter_values/{package}", "releases") == releases
