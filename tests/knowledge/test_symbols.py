"""What the tables say of names, arguments and states, for releases in and between the samples."""

from __future__ import annotations

import pytest

from modelaudit.knowledge.states import (
    FITTED,
    are_none,
    lacks,
    lacks_elsewhere,
    lacks_parameters,
)
from modelaudit.knowledge.symbols import accepts, package_of, symbol, takes


@pytest.mark.parametrize(
    ("package", "version", "module", "name", "missing"),
    [
        ("numpy", "1.26.0", "numpy._core.multiarray", "_reconstruct", True),
        ("numpy", "1.26.4", "numpy._core.multiarray", "_reconstruct", False),
        ("numpy", "9.0.0", "numpy._core.multiarray", "_reconstruct", False),
        ("scikit-learn", "1.4.2", "sklearn.ensemble._gb_losses", "BinomialDeviance", True),
        ("scikit-learn", "1.3.2", "sklearn.ensemble._gb_losses", "BinomialDeviance", False),
        ("scikit-learn", "1.2.2", "sklearn.metrics._dist_metrics", "EuclideanDistance64", True),
        ("scikit-learn", "1.3.2", "sklearn.metrics._dist_metrics", "EuclideanDistance64", False),
        ("scikit-learn", "1.7.2", "sklearn.metrics._dist_metrics", "EuclideanDistance", True),
        ("scikit-learn", "1.9.1", "sklearn.neighbors._kd_tree", "KDTree", False),
        ("scikit-learn", "1.9.1", "_loss", "__pyx_unpickle_CyHalfSquaredError", True),
        ("cloudpickle", "2.0.0", "cloudpickle.cloudpickle", "_make_function", True),
        ("cloudpickle", "3.1.0", "cloudpickle.cloudpickle", "_make_function", False),
        ("scipy", "1.7.3", "scipy.sparse._csr", "csr_matrix", True),
        ("scipy", "1.11.4", "scipy.sparse.csr", "csr_matrix", False),
        ("pandas", "1.3.5", "pandas._libs.internals", "_unpickle_block", True),
        ("pandas", "2.0.3", "pandas.core.indexes.numeric", "Int64Index", True),
        ("python", "3.12", "imp", "load_source", True),
        ("python", "3.11", "imp", "load_source", False),
        ("python", "3.13", "collections.abc", "Callable", False),
        ("numpy", "1.26.0", "sklearn.ensemble._gb_losses", "X", False),
    ],
)
def test_what_a_release_lacks(
    package: str, version: str, module: str, name: str, missing: bool
) -> None:
    assert bool(symbol(package, version, module, name)["kind"]) == missing


def test_a_missing_name_comes_with_the_releases_that_have_it() -> None:
    found = symbol(
        "scikit-learn", "1.9.1", "sklearn.compose._column_transformer", "_RemainderColsList"
    )
    assert found["kind"] == "name"
    assert found["what"] == "sklearn.compose._column_transformer._RemainderColsList"
    assert found["has"].startswith("from 1.5")


def test_a_module_that_moved_comes_with_its_new_place() -> None:
    found = symbol("scikit-learn", "1.5.2", "sklearn.tree.tree", "DecisionTreeClassifier")
    assert (found["kind"], found["what"]) == ("module", "sklearn.tree.tree")
    assert found["moved"] == "sklearn.tree._classes"


def test_a_dotted_name_is_looked_up_by_its_first_part() -> None:
    found = symbol("numpy", "1.26.4", "numpy._core.multiarray", "_reconstruct.x")
    assert not found["kind"]


@pytest.mark.parametrize(
    ("package", "version", "module", "name", "opcode", "given", "held"),
    [
        ("numpy", "1.23.5", "numpy.random._pickle", "__randomstate_ctor", "REDUCE", 2, "0 to 1"),
        ("numpy", "1.24.4", "numpy.random._pickle", "__randomstate_ctor", "REDUCE", 2, ""),
        ("numpy", "1.23.5", "numpy.random._pickle", "__randomstate_ctor", "REDUCE", -1, ""),
        ("pandas", "2.1.4", "pandas.core.dtypes.dtypes", "PeriodDtype", "NEWOBJ", 0, "1 to 1"),
        ("pandas", "1.3.5", "pandas.core.dtypes.dtypes", "PeriodDtype", "NEWOBJ", 0, ""),
        ("pandas", "1.3.5", "pandas.core.frame", "NeverHeardOf", "REDUCE", 99, ""),
    ],
)
def test_arguments_that_a_release_takes(
    package: str, version: str, module: str, name: str, opcode: str, given: int, held: str
) -> None:
    assert takes(package, version, module, name, opcode, given) == held


def test_a_checksum_of_a_compiled_class() -> None:
    given = "82904607"
    assert accepts("pandas", "1.3.5", "pandas._libs.arrays", given) is False
    assert accepts("pandas", "2.2.3", "pandas._libs.arrays", given) is True
    assert accepts("pandas", "2.2.3", "pandas._libs.nothing", given) is None
    assert accepts("pandas", "2.2.3", "pandas._libs.arrays", "text") is False


def test_a_state_is_judged_only_where_something_was_fitted() -> None:
    encoder = ("sklearn.preprocessing._encoders", "OneHotEncoder")
    template = ["categories", "drop", "sparse", "dtype", "handle_unknown", "_sklearn_version"]
    assert lacks("scikit-learn", "1.4.2", *encoder, template, {}) == []
    fitted = [*template, "categories_", "drop_idx_"]
    assert "_infrequent_enabled" in lacks("scikit-learn", "1.4.2", *encoder, fitted, {})
    assert lacks("scikit-learn", "1.0.2", *encoder, fitted, {}) == []
    assert lacks("numpy", "1.4.2", *encoder, fitted, {}) == []
    assert "feature_name_combiner" in lacks_elsewhere("scikit-learn", "1.4.2", *encoder, fitted)


def test_any_fitted_attribute_will_do_where_one_is_asked_for() -> None:
    tfidf = ("sklearn.feature_extraction.text", "TfidfTransformer")
    old = ["norm", "use_idf", "smooth_idf", "sublinear_tf", "_idf_diag", "_sklearn_version"]
    assert FITTED in lacks("scikit-learn", "1.6.1", *tfidf, old, {})
    assert FITTED not in lacks("scikit-learn", "1.6.1", *tfidf, [*old, "idf_"], {})


def test_what_a_flag_of_the_state_decides_is_needed_where_it_is_so() -> None:
    machine = ("sklearn.svm._classes", "NuSVR")
    keys = ["_sparse", "support_", "shape_fit_"]
    sparse, dense = {"_sparse": ("True",)}, {"_sparse": ("False",)}
    assert "_effective_probability" in lacks("scikit-learn", "1.9.0", *machine, keys, sparse)
    assert "_effective_probability" not in lacks("scikit-learn", "1.9.0", *machine, keys, dense)
    assert "_effective_probability" not in lacks("scikit-learn", "1.8.0", *machine, keys, sparse)


def test_none_is_no_value_to_compare() -> None:
    ranker = ("lightgbm.sklearn", "LGBMRanker", ["_Booster", "_n_classes"])
    none = {"_n_classes": ("None",)}
    assert are_none("lightgbm", "4.3.0", *ranker, none) == ["_n_classes"]
    assert are_none("lightgbm", "3.3.5", *ranker, none) == []
    assert are_none("lightgbm", "4.3.0", *ranker, {"_Booster": ("None",), **none}) == []


def test_get_params_needs_the_parameters_of_the_target() -> None:
    scaled = ("sklearn.manifold._mds", "MDS", ["n_components", "metric", "dissimilarity"])
    assert "normalized_stress" in lacks_parameters("scikit-learn", "1.5.2", *scaled)
    assert "init" not in lacks_parameters("scikit-learn", "1.5.2", *scaled)
    assert "init" in lacks_parameters("scikit-learn", "1.9.1", *scaled)
    forest = ("sklearn.ensemble._forest", "RandomForestClassifier", ["n_estimators"])
    assert lacks_parameters("scikit-learn", "0.24.2", *forest) == ["min_impurity_split"]
    assert lacks_parameters("scikit-learn", "0.23.2", *forest) == []
    assert lacks_parameters("numpy", "2.0.0", *forest) == []


def test_optuna_counts_the_trials_that_wait() -> None:
    storage = ("optuna.storages._in_memory", "InMemoryStorage", ["_studies"])
    assert "_prev_waiting_trial_number" in lacks("optuna", "4.5.0", *storage, {})


def test_a_module_belongs_to_a_distribution() -> None:
    assert package_of("sklearn.svm") == "scikit-learn"
    assert package_of("_loss") == "scikit-learn"
    assert package_of("collections") == "python"
