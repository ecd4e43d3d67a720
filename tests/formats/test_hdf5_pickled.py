"""Pickles in HDF5: where PyTables unpickles, and where it does not."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

import modelaudit
from fixtures.recipes.asm import evil
from modelaudit.config.model import Config
from modelaudit.core.embedded import Embedded
from modelaudit.core.facts import Unreadable
from modelaudit.core.limits import Limits
from modelaudit.discovery.discover import Found
from modelaudit.engine import inspect_artifact

TEXT = b"cos\nsystem\n(Vecho modelaudit-marker\ntR."
PLAIN = pickle.dumps({"a": [1, 2]}, 0)
Fill = Callable[[h5py.File], None]


def attribute(value: object) -> Fill:
    def fill(file: h5py.File) -> None:
        file.create_dataset("inner/data", data=[1.0]).attrs["info"] = value

    return fill


def cells(kind: str | bytes, *values: bytes, key: str = "PSEUDOATOM") -> Fill:
    def fill(file: h5py.File) -> None:
        array = file.create_dataset("o", (len(values),), h5py.vlen_dtype(np.uint8), chunks=(1,))
        for index, value in enumerate(values):
            array[index] = np.frombuffer(value, np.uint8)
        array.attrs["CLASS"] = np.bytes_(b"VLARRAY")
        array.attrs[key] = np.bytes_(kind)

    return fill


def written(folder: Path, fill: Fill) -> Path:
    path = folder / "store.h5"
    with h5py.File(path, "w") as file:
        fill(file)
    return path


HOSTILE = {
    "text": attribute(np.bytes_(TEXT)),
    "padded": attribute(np.array(TEXT, "S80")),
    "variable": attribute(TEXT.decode()),
    "opaque": attribute(np.void(evil())),
    "bytes": attribute(np.frombuffer(evil(), np.uint8)),
    "cell": cells(b"object", PLAIN, evil()),
    "cell-of-an-unknown-kind": cells(b"Vobject\n.", PLAIN, evil()),
    "cell-of-pytables-1": cells(b"Object", evil(), key="FLAVOR"),
}
QUIET = {
    "sentence": attribute(np.bytes_(b"This is all that can be said.")),
    "number": attribute(np.bytes_(b"0.")),
    "plain": attribute(np.bytes_(PLAIN)),
    "none": attribute(np.bytes_(b"N.")),
    "empty": attribute(h5py.Empty("S1")),
    "strings": attribute(np.array([b"a.", b"b."])),
    "cell": cells(b"object", PLAIN, pickle.dumps(np.arange(3))),
    "cell-of-text": cells(b"vlstring", TEXT),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_unpickled_is_found(tmp_path: Path, name: str) -> None:
    report = modelaudit.scan([str(written(tmp_path, HOSTILE[name]))])
    assert "PKL101" in {finding.rule for finding in report.findings}


@pytest.mark.parametrize("name", QUIET)
def test_what_is_harmless_is_quiet(tmp_path: Path, name: str) -> None:
    config = Config(targets={"requirements": "off"})
    report = modelaudit.scan([str(written(tmp_path, QUIET[name]))], config=config)
    assert [(finding.rule, finding.subject) for finding in report.findings] == []


def test_objects_behind_a_filter_of_a_plugin_are_not_passed_over(tmp_path: Path) -> None:
    def fill(file: h5py.File) -> None:
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_chunk((4,))
        plist.set_filter(32001, h5py.h5z.FLAG_OPTIONAL, ())
        space = h5py.h5s.create_simple((4,))
        kind = h5py.h5t.vlen_create(h5py.h5t.NATIVE_UINT8)
        made = h5py.h5d.create(file.id, b"o", kind, space, plist)
        h5py.Dataset(made).attrs["PSEUDOATOM"] = np.bytes_(b"object")

    found = inspect_artifact(Found(str(written(tmp_path, fill)), 0), Limits())
    assert found is not None
    reasons = [fact.reason for fact in found.facts if isinstance(fact, Unreadable)]
    assert reasons == ["hdf5-cells-filtered"]


def test_a_value_that_is_too_long_is_not_passed_over(tmp_path: Path) -> None:
    path = written(tmp_path, cells(b"object", PLAIN, b"\x80\x04" + bytes(3000)))
    found = inspect_artifact(Found(str(path), 0), Limits(max_embedded=1000))
    assert found is not None
    assert [fact.where.members[-1] for fact in found.facts if isinstance(fact, Embedded)] == [
        "/o[0]"
    ]
    problems = [fact.fields["limit"] for fact in found.facts if isinstance(fact, Unreadable)]
    assert problems == ["max-embedded"]
