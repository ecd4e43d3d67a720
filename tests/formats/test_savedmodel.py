"""SavedModels as directories, and graphs as files: facts, damage, and what they cost."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tomllib
import zipfile
from pathlib import Path

import pytest

import modelaudit
from benchmarks.common.environment import peak_memory
from benchmarks.speed import savedmodel as savedmodel_benchmark
from modelaudit import engine
from modelaudit.config.model import Config
from modelaudit.core.facts import Fact, Layer, Metadata, Operator, Producer, Tensor
from modelaudit.core.findings import at_least
from modelaudit.core.limits import Bounds, Limits
from modelaudit.core.source import Source
from modelaudit.discovery.discover import discover
from modelaudit.discovery.identify import candidate_formats, identify
from modelaudit.formats import INSPECTORS
from modelaudit.knowledge import tables
from modelaudit.knowledge.tensorflow import reaching

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
REAL = FIXTURES / "real" / "savedmodel"
MODELS = ("module", "tables", "data-set", "keras", "version-1")
FILES = ("frozen.pb", "frozen.pbtxt", "session/model.meta", "checkpoint/weights.index")
CLEAN = FIXTURES / "savedmodel" / "TFS101" / "pass" / "saver-graph"


def facts(path: Path) -> list[Fact]:
    return list(modelaudit.inspect(path).facts)


def operators(path: Path) -> dict[str, int]:
    return {fact.name: fact.count for fact in facts(path) if isinstance(fact, Operator)}


def metadata(found: list[Fact], key: str) -> list[str]:
    return [fact.value for fact in found if isinstance(fact, Metadata) and fact.key == key]


# What TensorFlow wrote itself.


def test_provenance_names_every_file() -> None:
    provenance = tomllib.loads((REAL / "provenance.toml").read_text("utf-8"))
    provenance.pop("environment")
    expected = {
        name: digest for entry in provenance.values() for name, digest in entry["sha256"].items()
    }
    files = [path for path in REAL.rglob("*") if path.is_file() and path.suffix != ".toml"]
    digests = {
        path.relative_to(REAL).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }
    assert expected == digests


@pytest.mark.parametrize("name", [*MODELS, *FILES])
def test_real_is_quiet(name: str) -> None:
    report = modelaudit.scan([REAL / name])
    assert report.complete, [artifact.unread for artifact in report.artifacts]
    assert not [f for f in report.findings if at_least(f.severity, "low")]


@pytest.mark.parametrize("name", MODELS)
def test_directory_is_one_artifact(name: str) -> None:
    report = modelaudit.scan([REAL / name])
    assert [(a.path, a.format) for a in report.artifacts] == [(str(REAL / name), "savedmodel")]
    assert report.other == 0


@pytest.mark.parametrize(
    ("name", "format_"),
    list(zip(FILES, ("tensorflow-graph",) * 3 + ("tensorflow-checkpoint",), strict=True)),
)
def test_files_are_recognised_by_content(name: str, format_: str, tmp_path: Path) -> None:
    renamed = tmp_path / "model.data"
    shutil.copyfile(REAL / name, renamed)
    (artifact,) = modelaudit.scan([renamed]).artifacts
    assert artifact.format == format_


def test_text_says_what_the_binary_form_says() -> None:
    def summary(name: str) -> set[object]:
        return {
            (type(fact).__name__, *(getattr(fact, key, "") for key in ("name", "key", "value")))
            for fact in facts(REAL / name)
        }

    assert summary("frozen.pbtxt") == summary("frozen.pb")


def test_facts_of_a_module() -> None:
    found = facts(REAL / "module")
    assert [f.version for f in found if isinstance(f, Producer)] == ["2.15.1"]
    assert metadata(found, "meta-graph-tags") == ["serve"]
    assert metadata(found, "graph-producer") == ["1645"]
    assert "serving_default(x: float32) -> (output_0: float32)" in metadata(found, "signature")
    tensors = {f.name: (f.dtype, f.shape, f.span) for f in found if isinstance(f, Tensor)}
    assert tensors["w/.ATTRIBUTES/VARIABLE_VALUE"] == ("float32", ("3", "2"), 24)
    assert {"MatMul", "StatelessWhile"} <= set(operators(REAL / "module"))


def test_layers_of_keras() -> None:
    layers = {f.class_name for f in facts(REAL / "keras") if isinstance(f, Layer)}
    assert {"Sequential", "Dense", "BatchNormalization"} <= layers


@pytest.mark.parametrize(
    ("name", "operator", "origins"),
    [
        ("module", "SaveV2", ("saver",)),
        ("module", "RestoreV2", ("saver",)),
        ("version-1", "MergeV2Checkpoints", ("saver", "saver")),
        ("session/model.meta", "SaveV2", ("saver",)),
        ("tables", "InitializeTableFromTextFileV2", ("asset",)),
        ("data-set", "CacheDatasetV2", ("empty",)),
    ],
)
def test_arguments_are_followed(name: str, operator: str, origins: tuple[str, ...]) -> None:
    found = [f for f in facts(REAL / name) if isinstance(f, Operator) and f.name == operator]
    assert {f.origins for f in found} == {origins}


# Directories.


@pytest.mark.parametrize(
    "named", ["", "saved_model.pb", "variables", "variables/variables.index", "fingerprint.pb"]
)
def test_every_part_leads_to_the_directory(named: str) -> None:
    report = modelaudit.scan([REAL / "module" / named])
    assert [artifact.path for artifact in report.artifacts] == [str(REAL / "module")]


def test_parts_named_together_are_one_artifact() -> None:
    named = [REAL / "module", REAL / "module" / "saved_model.pb", REAL / "module" / "variables"]
    assert len(modelaudit.scan(named).artifacts) == 1


def test_current_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REAL / "module")
    for named in (".", "saved_model.pb", "variables/variables.index"):
        assert [artifact.path for artifact in modelaudit.scan([named]).artifacts] == ["."]


def test_other_files_of_the_directory_are_artifacts_of_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "model.pb"  # a directory's name claims nothing where it is an artifact
    shutil.copytree(CLEAN, folder)
    (folder / "weights.pkl").write_bytes(b"\x80\x04N.")
    (folder / "README.md").write_text("# a model\n")
    report = modelaudit.scan([tmp_path])
    assert [Path(a.path).name for a in report.artifacts] == ["model.pb", "weights.pkl"]
    assert report.other == 1
    assert not report.findings


def test_size_is_that_of_all_parts() -> None:
    (artifact,) = modelaudit.scan([REAL / "tables"]).artifacts
    files = [path for path in (REAL / "tables").rglob("*") if path.is_file()]
    assert artifact.size == sum(path.stat().st_size for path in files)


def test_asset_is_inspected(tmp_path: Path) -> None:
    shutil.copytree(REAL / "tables", tmp_path / "m")
    (tmp_path / "m" / "assets" / "extra.pkl").write_bytes(b"cos\nsystem\n(Vecho marker\ntR.")
    (finding,) = modelaudit.scan([tmp_path / "m"]).findings
    assert (finding.rule, finding.where.members) == ("PKL101", ("assets/extra.pkl",))


def test_pipe_in_a_directory_is_not_opened(tmp_path: Path) -> None:
    shutil.copytree(CLEAN, tmp_path / "m")
    index = tmp_path / "m" / "variables" / "variables.index"
    index.unlink()
    os.mkfifo(index)
    report = modelaudit.scan([tmp_path / "m"])
    assert {finding.rule for finding in report.findings} >= {"GEN309"}


def test_pointer_in_place_of_a_model(tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").write_text("version https://git-lfs.github.com/spec/v1\n")
    (artifact,) = modelaudit.scan([tmp_path]).artifacts
    assert artifact.format == "savedmodel"
    assert "Git LFS pointer" in artifact.unread[0]


def test_links_into_a_cache_are_followed(tmp_path: Path) -> None:
    """As a download from a hub lies on the disk."""
    shutil.copytree(REAL / "module", tmp_path / "blobs")
    (tmp_path / "m" / "variables").mkdir(parents=True)
    for path in (tmp_path / "blobs").rglob("*"):
        if path.is_file():
            name = path.relative_to(tmp_path / "blobs")
            (tmp_path / "m" / name).symlink_to(path)
    report = modelaudit.scan([tmp_path / "m"])
    assert [artifact.format for artifact in report.artifacts] == ["savedmodel"]
    assert not report.findings


def test_parts_inside_an_archive_are_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "model.zip", "w") as archive:
        for path in sorted((REAL / "keras").rglob("*")):
            archive.write(path, path.relative_to(REAL))
    report = modelaudit.scan([tmp_path / "model.zip"])
    assert report.complete
    assert not report.findings
    found = facts(tmp_path / "model.zip")
    assert {f.version for f in found if isinstance(f, Producer)} == {"2.15.1"}


def test_what_is_saved_without_a_signature_is_found() -> None:
    assert metadata(facts(REAL / "tables"), "saved-without-signature") == ["table"]
    assert not metadata(facts(REAL / "keras"), "saved-without-signature")


def test_members_are_bounded() -> None:
    report = modelaudit.scan([REAL / "module"], Config(limits=Limits(max_members=2)))
    assert "GEN307" in {finding.rule for finding in report.findings}


def test_folder_found_beside_a_file(tmp_path: Path) -> None:
    shutil.copytree(CLEAN, tmp_path / "m")
    found = list(discover([str(tmp_path)]))
    assert [(Path(item.path).name, item.format) for item in found] == [("m", "savedmodel")]


def test_constants_of_an_attribute_are_complete() -> None:
    """A rule may ask for the last of many strings, where the rendering has the first few."""
    folder = FIXTURES / "savedmodel" / "TFS101" / "fail" / "last-of-many-urls"
    (found,) = (f for f in facts(folder) if isinstance(f, Operator) and f.name.startswith("Debug"))
    assert len(found.constants) == 9
    assert found.constants[-1].startswith("FILE://")


def test_effects_are_those_of_operators_that_exist() -> None:
    """A misspelled operator, or a misspelled effect in a rule, would never fire."""
    known = tables.table("tensorflow")["operators"]
    assert isinstance(known, dict)
    assert sorted(set(reaching()) - set(known)) == []
    effects = {one.effect for one in reaching().values()}
    for path in (FIXTURES.parent / "rules" / "savedmodel").glob("TFS*.yaml"):
        for match in re.finditer(r"effect (?:==|in) (\[[^]]*\]|\"[^\"]*\")", path.read_text()):
            assert set(re.findall(r"[a-z-]{2,}", match[1])) <= effects, path


# Damage.


def read(data: bytes, name: str) -> list[Fact]:
    source = Source(data, name)
    bounds = Bounds.starting_now(Limits(), 1 << 20)
    return list(engine._inspect(source, "savedmodel", "savedmodel", bounds, 0))


def failed(found: list[Fact]) -> list[Fact]:
    return [fact for fact in found if getattr(fact, "reason", "") == "inspector-failed"]


SAMPLES = {
    "saved_model.pb": (CLEAN / "saved_model.pb").read_bytes(),
    "saved_model.pbtxt": (
        FIXTURES / "savedmodel" / "TFS101" / "fail" / "text" / "saved_model.pbtxt"
    ).read_bytes(),
    "keras_metadata.pb": (
        FIXTURES / "savedmodel" / "TFS106" / "fail" / "metadata" / "keras_metadata.pb"
    ).read_bytes(),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_cut_at_every_length(name: str) -> None:
    """A message that is cut is often valid still, and never breaks the reader."""
    data = SAMPLES[name]
    for length in range(len(data)):
        found = read(data[:length], name)
        assert found, length
        assert not failed(found), length


@pytest.mark.parametrize("name", SAMPLES)
def test_every_other_byte_flipped(name: str) -> None:
    for place in range(0, len(SAMPLES[name]), 2):
        changed = bytearray(SAMPLES[name])
        changed[place] ^= (0xFF, 0x01, 0x80, 0x08)[place // 2 % 4]
        found = read(bytes(changed), name)
        assert found, place
        assert not failed(found), (place, failed(found))


def test_index_cut_and_flipped() -> None:
    data = (REAL / "module" / "variables" / "variables.index").read_bytes()
    inspect = INSPECTORS["tensorflow-checkpoint"].load()
    damaged = [data[:length] for length in range(len(data))]
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 0xFF
        damaged.append(bytes(changed))
    for one in damaged:
        source = Source(one, "variables.index")
        found = engine._guarded(
            inspect(source, Bounds.starting_now(Limits(), 1 << 20)),
            source,
            "tensorflow-checkpoint",
            "",
            Bounds.starting_now(Limits(), 1 << 20),
            0,
        )
        assert not failed(list(found))


def test_files_that_are_not_graphs_are_not_taken_for_one() -> None:
    onnx = b"\x08\x07\x12\x07pytorch\x1a\x032.0\x3a\x00"
    assert identify(onnx) == "onnx"
    for data in (b"\n\x05hello", b"\n\x00\x12\x00", b"node [label=x]", b"\n" * 40, b"library: x"):
        assert candidate_formats(Source(data, "x")) == ["unknown"], data


# What it costs.


def test_constant_of_a_gigabyte_costs_no_memory(tmp_path: Path) -> None:
    savedmodel_benchmark.write(tmp_path / "model", savedmodel_benchmark.GIB)
    report = modelaudit.scan([tmp_path / "model"])
    assert report.complete
    assert not report.findings
    peak = peak_memory(tmp_path / "model")
    assert peak < savedmodel_benchmark.MOST_MEMORY
