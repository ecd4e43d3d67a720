"""What artifacts need: distributions, versions, ranges, and the comparison with a file."""

from __future__ import annotations

import io
import pickle
from pathlib import Path

import pytest

import modelaudit
from modelaudit import UsageError
from modelaudit.core.facts import Call, Fact, Identity, Import, Layer, Metadata, Operator, Producer
from modelaudit.core.inspection import Inspection
from modelaudit.core.location import Location
from modelaudit.knowledge.distributions import distribution_of
from modelaudit.report.requirements import contradictions, write
from modelaudit.requirements.compare import compare
from modelaudit.requirements.loaders import loaders_of
from modelaudit.requirements.needs import Needs, needs_of
from modelaudit.requirements.settle import settle

W = Location("m.pkl")
REAL = Path(__file__).resolve().parents[2] / "fixtures" / "real" / "pickle"


CORE = "numpy 1.26.0 has no module numpy._core.multiarray, which exists only from 1.26.1 on"


def imported(module: str, name: str = "X") -> Import:
    return Import(module, name, "GLOBAL", f"{module}.{name}", "", 1, 1, W)


def needs(*facts: Fact, path: str = "m.pkl", form: str = "pickle") -> Needs:
    return needs_of([Inspection(path, form, 1, facts)])


def lines(found: Needs) -> list[str]:
    out = io.StringIO()
    write(found, settle(found), out)
    return out.getvalue().splitlines()


@pytest.mark.parametrize(
    ("module", "distribution"),
    [
        ("sklearn.svm._classes", "scikit-learn"), ("yaml", "pyyaml"), ("cv2", "opencv-python"),
        ("PIL.Image", "pillow"), ("google.protobuf.message", "protobuf"), ("os.path", ""),
        ("__builtin__", ""), ("distutils.core", ""), ("google.nothing", None), ("mylib", None),
    ],
)  # fmt: skip
def test_modules_lead_to_distributions(module: str, distribution: str | None) -> None:
    assert distribution_of(module) == distribution


def test_keras_imports_what_an_object_is_of() -> None:
    def rebuilt(module: str) -> Layer:
        return Layer("Adam", module, "", (), "optimizer", "archive", 1, W)

    found = needs(rebuilt("keras.src.backend.torch.optimizers.torch_adam"), form="keras")
    assert "torch" in found.by_name
    assert "keras-hub" in needs(rebuilt("keras_hub.layers"), form="keras").by_name
    assert set(needs(rebuilt("keras.optimizers"), form="keras").by_name) == {"keras"}


def test_each_line_has_its_reason() -> None:
    found = needs(
        imported("sklearn.svm._classes", "SVC"),
        Producer("scikit-learn", "1.2.2", W),
        imported("numpy._core.multiarray", "_reconstruct"),
        imported("collections", "OrderedDict"),
        imported("__main__", "Scorer"),
        imported("mylib.models", "Net"),
        Metadata("pickle-protocol", "5", 5, W),
        Operator("torchvision", "nms", "", -1, "source", "", 1, W),
    )
    assert lines(found) == [
        "# python>=3.8: pickle protocol 5, m.pkl",
        "# python 3.11 is the newest that has releases of all these",
        "# __main__: defined by the program that wrote it; imports __main__.Scorer, m.pkl",
        "# mylib: not known; imports mylib.models.Net, m.pkl",
        "numpy>=1.26.1,<2  # scikit-learn 1.2.2 does not import with NumPy 2",
        "scikit-learn==1.2.2  # written by, m.pkl",
        "torchvision  # uses torchvision::nms, m.pkl",
    ]


def test_a_format_needs_its_reader() -> None:
    framing = Metadata("joblib-framing", "1.2", -1, W)
    assert lines(needs(Identity("joblib", "1.2", W), framing, form="joblib")) == [
        "joblib>=1.2  # arrays as joblib 1.2 writes them, m.pkl"
    ]
    assert lines(needs(Identity("pytorch", "", W), form="pytorch")) == [
        "torch  # reads pytorch, m.pkl"
    ]


def test_who_wrote_a_graph_does_not_load_it() -> None:
    assert lines(needs(Producer("torch", "2.1.0", W), form="onnx")) == []
    assert lines(needs(Producer("torch", "2.1.0", W), form="pt2")) == [
        "# python 3.11 is the newest that has releases of all these",
        "torch==2.1.0  # written by, m.pkl",
    ]


def test_versions_that_contradict_each_other_are_told() -> None:
    found = needs_of(
        Inspection(path, "pickle", 1, (Producer("scikit-learn", version, W),))
        for path, version in (("a.pkl", "1.2.2"), ("b.pkl", "1.5.2"))
    )
    assert lines(found) == [
        "scikit-learn  # artifacts contradict each other: 1.2.2 by a.pkl; 1.5.2 by b.pkl"
    ]
    assert contradictions(found, settle(found)) == ["scikit-learn: 1.2.2 by a.pkl; 1.5.2 by b.pkl"]


def test_ranges_that_contradict_each_other_are_told() -> None:
    old, new = (
        imported("sklearn.tree.tree"),
        imported("sklearn.compose._column_transformer", "_RemainderColsList"),
    )
    found = needs(old, new)
    assert lines(found)[0].startswith("scikit-learn  # artifacts contradict each other: <0.24")
    assert len(contradictions(found, settle(found))) == 1


def test_a_range_leaves_out_what_breaks_loading() -> None:
    python, line = lines(needs(imported("sklearn.ensemble._gb_losses")))
    assert python == "# python 3.12 is the newest that has releases of all these"
    assert line.startswith("scikit-learn>=0.21,<1.4  # scikit-learn 0.20.4 has no module sklearn.")
    module, name = "pandas._libs.arrays", "__pyx_unpickle_NDArrayBacked"
    constants = ("", "82904607")
    call = Call(module, name, "REDUCE", "global", False, "", 2, "", "", 1, W, (), constants)
    (line,) = lines(needs(imported(module, name), call))
    assert line.startswith("pandas>=1.4.4  # pandas._libs.arrays.__pyx_unpickle_NDArrayBacked")


def test_of_two_ranges_the_narrower_counts() -> None:
    found = needs(imported("numpy._core.multiarray"), imported("numpy._core.numeric"))
    (line,) = lines(found)
    assert line.startswith("numpy>=2.0  # numpy 1.26.4 has no module numpy._core.numeric")


@pytest.mark.parametrize(
    "version", ["1.0\n--index-url https://evil.example", "1.0 # x", "", "1.0; x", "one", "1" * 99]
)
def test_a_version_cannot_smuggle_anything_into_a_line(version: str) -> None:
    (line,) = lines(needs(Producer("scikit-learn", version, W)))
    assert line.startswith("# scikit-learn: not known; written by scikit-learn")


def test_a_file_cannot_name_a_distribution_of_its_choice() -> None:
    (line,) = lines(needs(Producer("evil", "1.0", W), imported("evil\nevil2", "x\u2028y")))[:1]
    assert line == "# evil: not known; written by evil 1.0, m.pkl"
    assert all(text.startswith("#") for text in lines(needs(imported("evil\nevil2", "x\u2028y"))))


def test_a_line_never_ends_in_a_backslash() -> None:
    found = needs(imported("numpy"), imported("scipy"), path="m\\")
    assert lines(found) == ["numpy  # imports numpy.X, m\\ .", "scipy  # imports scipy.X, m\\ ."]


def test_real_files_need_what_wrote_them() -> None:
    found = needs_of(
        [modelaudit.inspect(REAL / "pipeline.joblib"), modelaudit.inspect(REAL / "xgboost.p4.pkl")]
    )
    written = [line.split("  #")[0] for line in lines(found) if not line.startswith("#")]
    assert written == ["joblib>=1.2", "numpy>=1.26.1", "scikit-learn==1.9.1", "xgboost==3.2.0"]


def test_what_wrote_one_excludes_what_another_imports() -> None:
    found = needs(Producer("tensorflow", "2.15.1", W), imported("numpy._core.numeric"))
    assert lines(found) == [
        "# python 3.11 is the newest that has releases of all these",
        "numpy  # artifacts want numpy>=2.0, and tensorflow 2.15.1 wants numpy<2.0.0,>=1.23.5",
        "tensorflow==2.15.1  # written by, m.pkl",
    ]
    (problem,) = contradictions(found, settle(found))
    assert problem.startswith("numpy: artifacts want numpy>=2.0, and tensorflow 2.15.1 wants")


def test_a_release_that_pip_does_not_have_is_not_asked_for() -> None:
    found = needs(Producer("keras", "2.15.1", W))
    assert lines(found) == ["keras  # artifacts want keras==2.15.1, which pip has not"]


def test_a_release_built_for_numpy_1_gets_it() -> None:
    assert lines(needs(Producer("scikit-learn", "1.2.2", W))) == [
        "# python 3.11 is the newest that has releases of all these",
        "numpy<2  # scikit-learn 1.2.2 does not import with NumPy 2",
        "scikit-learn==1.2.2  # written by, m.pkl",
    ]


# The comparison with a file.


def compared(tmp_path: Path, text: str, *facts: Fact, name: str = "requirements.txt") -> list[str]:
    file = tmp_path / name
    file.write_text(text)
    return [line.replace(f"{tmp_path}/", "") for line in compare(needs(*facts), file)]


SKLEARN = (imported("sklearn.svm._classes", "SVC"), Producer("scikit-learn", "1.2.2", W))


def test_what_a_file_has_is_fine(tmp_path: Path) -> None:
    assert compared(tmp_path, "scikit-learn==1.2.2\n", *SKLEARN, imported("numpy")) == []
    assert compared(tmp_path, "scikit_learn>=1.2,<1.3\n", *SKLEARN) == []
    assert compared(tmp_path, "numpy\n", imported("numpy._core.multiarray")) == []
    lock = '[[package]]\nname = "scikit-learn"\nversion = "1.2.2"\n'
    assert compared(tmp_path, lock, *SKLEARN, name="uv.lock") == []


def test_what_a_file_lacks_is_missing(tmp_path: Path) -> None:
    assert compared(tmp_path, "numpy==2.0.0\n", *SKLEARN) == [
        "missing: scikit-learn==1.2.2 (written by, m.pkl)"
    ]
    assert compared(tmp_path, "", imported("xgboost.sklearn", "XGBClassifier")) == [
        "missing: xgboost (imports xgboost.sklearn.XGBClassifier, m.pkl)"
    ]


def test_what_a_file_contradicts_is_told(tmp_path: Path) -> None:
    (line,) = compared(tmp_path, "scikit-learn==1.5.2\n", *SKLEARN)
    assert line.startswith("contradicts: scikit-learn==1.2.2 (written by, m.pkl); ")
    assert line.endswith("requirements.txt:1 asks for scikit-learn==1.5.2")
    (line,) = compared(tmp_path, "numpy<1.26\n", imported("numpy._core.multiarray"))
    assert line.startswith(f"contradicts: numpy>=1.26.1 ({CORE}, m.pkl)")
    assert len(compared(tmp_path, "numpy==1.26.0\n", imported("numpy._core.multiarray"))) == 1
    assert compared(tmp_path, "numpy==1.26.4\n", imported("numpy._core.multiarray")) == []


def test_a_broken_file_ends_the_comparison(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"requirements.txt:2: 'numpy=1' is not a requirement"):
        compared(tmp_path, "scipy\nnumpy=1\n", *SKLEARN)


def test_a_pickle_of_plain_data_needs_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.pkl").write_bytes(pickle.dumps([1], 2))
    assert lines(needs_of([modelaudit.inspect(tmp_path / "a.pkl")])) == []


# What loads a format.


def test_of_several_loaders_those_that_are_not_installed_are_none() -> None:
    graph = Inspection("m.onnx", "onnx", 1, ())
    assert {"onnx", "onnxruntime", "openvino"} <= loaders_of(graph)
    assert loaders_of(graph, {"onnxruntime", "openvino", "tensorrt", "onnxruntime-mobile"}) == {
        "onnx"
    }
    saved = Inspection("m", "savedmodel", 1, ())
    assert "tensorflow" in loaders_of(saved, {"tensorflow"})
    assert "torch" in loaders_of(Inspection("m.pt", "pytorch", 1, ()), {"torch"})
