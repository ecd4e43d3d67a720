"""HDF5: what its structure says, and files that are cut, damaged or made to exhaust a reader."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

import modelaudit
from modelaudit.config.model import Config
from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Anomaly, Fact, Identity, Metadata, Reference, Tensor, Unreadable
from modelaudit.core.limits import Bounds, Limits
from modelaudit.core.source import Source
from modelaudit.formats.hdf5 import superblock
from modelaudit.formats.hdf5.inspector import inspect
from tests.defects import defects

EVIL = b"cos\nsystem\n(Vecho modelaudit-marker\ntR."


def built(fill: Callable[[h5py.File], object], libver: str = "earliest", block: int = 0) -> bytes:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", libver=(libver, "latest"), userblock_size=block) as file:
        fill(file)
    return buffer.getvalue()


def facts(data: bytes, limits: Limits | None = None) -> list[Fact]:
    """What the inspector says, in this process: these files are our own."""
    source = Source(data, "a.h5")
    found: list[Fact] = []
    try:
        found.extend(inspect(source, Bounds.starting_now(limits or Limits(), 1 << 20)))
    except Malformed as problem:
        found.append(Unreadable(problem.reason, problem.fields, source.at()))
    return found


def of(kind: type, found: list[Fact]) -> list[Fact]:
    return [fact for fact in found if isinstance(fact, kind)]


def simple(file: h5py.File) -> None:
    file.create_dataset("group/data", data=np.arange(10, dtype="f4"), chunks=(5,), compression=1)


@pytest.mark.parametrize(("libver", "version"), [("earliest", 0), ("v108", 2), ("v110", 3)])
def test_superblocks(libver: str, version: int) -> None:
    found = facts(built(simple, libver))
    assert of(Identity, found)[0].version == str(version)
    tensor = of(Tensor, found)[0]
    assert (tensor.name, tensor.dtype, tensor.shape) == ("/group/data", "float32", ("10",))
    assert [f.number for f in of(Metadata, found) if f.key == "hdf5-filter"] == [1]
    assert not of(Unreadable, found)
    assert not of(Anomaly, found)


@pytest.mark.parametrize("libver", ["earliest", "v110"])
def test_user_block(libver: str) -> None:
    found = facts(built(simple, libver, block=1024))
    assert [f.number for f in of(Metadata, found) if f.key == "hdf5-user-block"] == [1024]
    assert not of(Anomaly, found)


def test_links_are_reported_and_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "other.h5"
    other.write_bytes(built(simple))

    def fill(file: h5py.File) -> None:
        file["outside"] = h5py.ExternalLink(str(other), "/group")
        file["soft"] = h5py.SoftLink("/missing")
        file.create_group("a")["up"] = file["/"]

    found = facts(built(fill))
    links = {(f.kind, f.leaves) for f in of(Reference, found)}
    assert links == {("hdf5-external-link", True), ("hdf5-soft-link", False)}
    assert not of(Tensor, found)
    assert not of(Unreadable, found)


def test_a_great_many_objects_reach_a_limit() -> None:
    def fill(file: h5py.File) -> None:
        for number in range(300):
            file.create_group(f"g{number}")

    found = facts(built(fill), Limits(max_members=100))
    assert [f.reason for f in of(Unreadable, found)] == ["limit"]


def test_attributes_in_dense_storage_are_read() -> None:
    def fill(file: h5py.File) -> None:
        for number in range(40):
            file.attrs[f"x{number}"] = "y" * 200
        file.attrs["model_config"] = '{"class_name": "Sequential", "config": {"name": "m"}}'
        file.attrs["keras_version"] = "2.15.0"

    found = facts(built(fill, "v110"))
    assert "keras" in [f.format for f in of(Identity, found)]


def test_an_attribute_that_is_too_long_reaches_a_limit() -> None:
    def fill(file: h5py.File) -> None:
        file.attrs.create("layer_names", np.zeros(30_000, dtype="S2"))

    found = facts(built(fill, "v110"))
    assert [f.reason for f in of(Unreadable, found)] == ["limit"]


def test_data_after_the_end_is_inspected(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    path.write_bytes(built(simple) + EVIL)
    report = modelaudit.scan([path])
    assert {"HDF304", "PKL101"} <= {finding.rule for finding in report.findings}


def test_data_before_the_superblock_is_inspected(tmp_path: Path) -> None:
    data = built(simple, block=512)
    path = tmp_path / "a.h5"
    path.write_bytes(EVIL.ljust(512, b"\0") + data[512:])
    report = modelaudit.scan([path])
    assert {"HDF108", "PKL101"} <= {finding.rule for finding in report.findings}


@pytest.mark.parametrize("libver", ["earliest", "v110"])
def test_cut_at_any_length(libver: str) -> None:
    data = built(simple, libver)
    for length in [*range(1, 120), *range(120, len(data), 31)]:
        found = facts(data[:length])
        assert of(Unreadable, found), f"{length} of {len(data)} bytes passed for a whole file"


def test_a_superblock_of_no_known_version() -> None:
    with pytest.raises(Malformed):
        superblock.read(Source(superblock.SIGNATURE + b"\x09" * 90, "a.h5"), 0)


def damaged(seed: int, data: bytes) -> bytes:
    """A few bytes changed, most of them where the structure is."""
    choice = random.Random(seed)
    changed = bytearray(data)
    for _ in range(choice.choice((1, 2, 8))):
        changed[choice.randrange(len(changed))] = choice.choice((0, 1, 0x7F, 0x80, 0xFF))
    return bytes(changed)


def test_flipped_bytes_cost_their_file_alone(tmp_path: Path) -> None:
    """Through the whole pipeline: findings or none, and the one that is known to be bad."""
    model = FIXTURES / "keras" / "KRS101" / "fail" / "model.h5"
    for number in range(150):
        data = damaged(
            number, (built(simple), built(simple, "v110"), model.read_bytes())[number % 3]
        )
        (tmp_path / f"{number:03}.h5").write_bytes(data)
    (tmp_path / "witness.pkl").write_bytes(EVIL)
    report = modelaudit.scan([tmp_path], config=Config(limits=Limits(timeout=20)), jobs=1)
    assert len(report.artifacts) == 151
    assert "PKL101" in {finding.rule for finding in report.findings}
    assert defects(report) == []


FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
