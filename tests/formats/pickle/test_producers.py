"""Who wrote an object: read out of what scikit-learn and XGBoost put into their states."""

from __future__ import annotations

import pickle
import tomllib
from pathlib import Path

import pytest

import modelaudit
from fixtures.recipes import asm
from modelaudit.core.facts import Producer
from modelaudit.core.limits import Bounds, Limits
from modelaudit.core.source import Source
from modelaudit.formats.pickle.inspector import inspect

REAL = Path(__file__).resolve().parents[3] / "fixtures" / "real" / "pickle"
PACKAGES = tomllib.loads((REAL / "provenance.toml").read_text())["environment"]


def producers(data: bytes) -> list[tuple[str, str]]:
    facts = inspect(Source(data, "x.pkl"), Bounds.starting_now(Limits(), 1 << 20))
    return [(fact.name, fact.version) for fact in facts if isinstance(fact, Producer)]


def booster(tail: bytes, module: str = "xgboost.core") -> bytes:
    """A Booster as protocol 5 has it, whose model ends with ``tail``."""
    handle = b"{L" + bytes(300) + tail
    state = asm.dict_(asm.text("handle"), b"\x96" + len(handle).to_bytes(8, "little") + handle)
    made = asm.stack_global(module, "Booster") + asm.EMPTY_TUPLE + asm.NEWOBJ
    return asm.stream(made + state + asm.BUILD, 5)


def packed(numbers: bytes) -> bytes:
    return b"L" + bytes(7) + b"\x07version[#L" + bytes(7) + b"\x03" + numbers + b"}}"


@pytest.mark.parametrize("package", ["scikit-learn", "xgboost"])
@pytest.mark.parametrize("form", [*(f"p{n}.pkl" for n in range(6)), "joblib"])
def test_real_files_tell_who_wrote_them(package: str, form: str) -> None:
    name = {"scikit-learn": "pipeline", "xgboost": "xgboost"}[package]
    facts = modelaudit.inspect(REAL / f"{name}.{form}").facts
    told = {fact.name: fact.version for fact in facts if isinstance(fact, Producer)}
    assert told[package] == PACKAGES[package]


@pytest.mark.parametrize(
    ("tail", "version"),
    [
        (packed(b"i\x02i\x01i\x03"), "2.1.3"),
        (packed(b"i\x01U\xc8I\x01\x00"), "1.200.256"),
        (b'"version":[1,1,1]}', "1.1.1"),
        (b'{"w":"1"}},"version":[1,5,2]}}', "1.5.2"),
    ],
)
def test_a_booster_tells_its_version_at_its_end(tail: bytes, version: str) -> None:
    assert producers(booster(tail)) == [("xgboost", version)]


@pytest.mark.parametrize("tail", [b"", packed(b"i\x02i\x01"), packed(b"i\x02i\x01i\x03") + b"x"])
def test_a_booster_whose_end_is_something_else_tells_nothing(tail: bytes) -> None:
    assert producers(booster(tail)) == []


def test_another_class_of_that_name_tells_nothing() -> None:
    assert producers(booster(b'"version":[1,5,2]}}', "lightgbm.basic")) == []


def test_a_version_that_is_no_text_tells_nothing() -> None:
    state = asm.dict_(asm.text("_sklearn_version"), asm.binint1(3))
    made = asm.stack_global("sklearn.svm._classes", "SVC") + asm.EMPTY_TUPLE + asm.NEWOBJ
    assert producers(asm.stream(made + state + asm.BUILD)) == []
    assert producers(pickle.dumps({"_sklearn_version": "1.5.2"})) == []
