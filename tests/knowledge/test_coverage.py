"""What the tables know: versions of packages, names in them, and names of packages."""

from __future__ import annotations

import pytest

from modelaudit.knowledge import keras, states
from modelaudit.knowledge.aliases import aliases, runtime, says_nothing, spelled
from modelaudit.knowledge.coverage import coverage, has_name, is_beyond, known_names, packages
from modelaudit.knowledge.tables import lookup


@pytest.mark.parametrize(
    ("package", "version", "state"),
    [
        ("scikit-learn", "1.5.2", "covered"),
        ("scikit-learn", "0.19", "older"),
        ("numpy", "9", "newer"),
        ("numpy", "2.0.1", "covered"),
        ("numpy", "2.4.0", "between"),
        ("python", "3.13.1", "covered"),
        ("python", "3.14", "newer"),
        ("keras", "2.5", "older"),
        ("tensorflow", "99", "newer"),
        ("tensorflow-gpu", "2.10.0", "between"),
        ("tensorflow-gpu", "2.10.1", "covered"),
        ("onnx", "1.3", "covered"),
        ("onnxruntime-gpu", "1.17.1", "covered"),
        ("h5py", "3.9", "between"),
        ("hdf5", "1.14.3", "covered"),
        ("jpmml-evaluator", "0.16.1", "covered"),
        ("jpmml-evaluator", "1.4.9", "older"),
        ("jpmml-evaluator", "1.5.13", "older"),
        ("jpmml-evaluator", "1.5.14", "covered"),
        ("jpmml-evaluator", "0.5.0", "older"),
        ("jpmml-evaluator", "1.7.7", "covered"),
        ("jpmml-evaluator", "1.8.0", "newer"),
        ("pypmml", "0.5.0", "older"),
        ("pypmml", "1.5.8", "covered"),
        ("safetensors", "0.4.5", "covered"),
        ("transformers", "4.40", "covered"),
        ("nunpy", "1.0", "no-table"),
    ],
)
def test_what_the_tables_can_say_of_a_version(package: str, version: str, state: str) -> None:
    assert coverage(package, version).state == state


@pytest.mark.parametrize(
    ("package", "version", "beyond"),
    [
        ("jpmml-evaluator", "1.5.13", True),
        ("jpmml-evaluator", "1.5.14", False),
        ("jpmml-evaluator", "1.6.5", False),  # between two that were tried
        ("jpmml-evaluator", "1.7.8", False),  # a later patch
        ("jpmml-evaluator", "1.8.0", True),
        ("jpmml-evaluator", "0.5.0", True),  # the Python package
        ("jpmml-evaluator", "0.5.1", False),
        ("jpmml-evaluator", "0.17.0", True),
        ("pmml4s", "0.5.0", True),
        ("pypmml", "0.9.17", True),
        ("pypmml", "1.5.0", False),
        ("pypmml", "1.6.0", True),
        ("numpy", "1.0", False),  # its table tells releases apart
        ("nunpy", "1.0", False),
    ],
)
def test_what_no_table_is_about_is_not_judged(package: str, version: str, beyond: bool) -> None:
    assert is_beyond(package, version) is beyond


def test_the_ends_of_a_table_come_with_it() -> None:
    found = coverage("keras", "99")
    assert (found.oldest, found.newest) == (keras.releases()[0], keras.releases()[-1])


def test_a_version_that_is_none_is_an_error() -> None:
    with pytest.raises(ValueError, match="x"):
        coverage("numpy", "x")


@pytest.mark.parametrize("package", sorted(packages()))
def test_every_package_with_a_table_has_releases(package: str) -> None:
    assert coverage(package, "999").newest


@pytest.mark.parametrize("package", sorted(states.READ))
def test_tables_of_one_package_are_of_the_same_releases(package: str) -> None:
    releases = lookup(f"symbols/{package}", "releases")
    assert lookup(f"state_fields/{package}", "releases") == releases


def test_what_a_release_runs_and_what_it_names_are_read_of_different_releases() -> None:
    assert coverage("torch", "1.8.0").state == "older"
    assert coverage("torch", "1.8.0", names=True).state == "covered"
    assert coverage("keras", "2.4.0").state == "older"
    assert coverage("keras", "2.4.0", names=True).state == "covered"


@pytest.mark.parametrize(
    ("package", "module", "name", "known"),
    [
        ("scikit-learn", "sklearn.svm._classes", "SVC", True),
        ("scikit-learn", "sklearn.svm._classes", "NoSuch", False),
        ("scikit-learn", "sklearn.no_such", "SVC", False),
        ("scikit-learn", "sklearn.tree.tree", "DecisionTreeClassifier", True),  # it moved
        ("scikit-learn", "mylib.models", "SVC", False),
        ("numpy", "numpy.dtypes", "Float64DType", True),  # made while it is imported
        ("numpy", "numpy", "no_such", False),  # the names of this module cannot be read
        ("numpy", "numpy", "no_such.deep", False),
        ("python", "builtins", "set", True),
        ("python", "__builtin__", "set", True),
        ("python", "collections", "OrderedDict", True),
        ("python", "fractions", "no_such", False),
        ("python", "mylib.models", "Model", False),
        ("python", "__main__", "Model", False),
        ("transformers", "transformers", "NoSuch", False),
    ],
)
def test_names_that_are_known(package: str, module: str, name: str, known: bool) -> None:
    assert has_name(package, module, name) == known


def test_a_spelling_and_a_build() -> None:
    assert (spelled("sklearn"), runtime("sklearn")) == ("scikit-learn", "sklearn")
    assert (spelled("tensorflow-cpu"), runtime("tensorflow-cpu")) == (
        *("tensorflow-cpu", "tensorflow"),
    )
    assert (spelled("numpy"), runtime("numpy")) == ("numpy", "numpy")


def test_a_short_form_is_not_taken_for_the_package_in_a_file() -> None:
    assert (spelled("py"), spelled("py", in_file=True)) == ("python", "py")
    assert spelled("sklearn", in_file=True) == "scikit-learn"


def test_versions_of_a_placeholder() -> None:
    assert says_nothing("sklearn", "0.0")
    assert says_nothing("sklearn", "0.0.post1")
    assert not says_nothing("sklearn", "0.24.2")
    assert not says_nothing("numpy", "0.0")


def test_aliases_lead_to_packages_in_one_step() -> None:
    assert not [name for name, alias in aliases().items() if alias.of in aliases()]
    assert all(alias.source for alias in aliases().values())
    assert {"numpy", "sklearn", "tensorflow-rocm", "transformers", "pmml4s"} <= known_names()
    assert "nunpy" not in known_names()
