"""Torch's files, hostile ones among them: the reader reports whatever is cut or flipped."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import modelaudit
from modelaudit.core.facts import Metadata, Opcode, Operator, Tensor, Unreadable
from modelaudit.formats.torchscript import source as scripts

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT / "fixtures" / "real" / "torch"
NAMES = ("tied.pt", "state-dict.legacy.pt", "scripted.pt", "sparse.pt")


def read(folder: Path, name: str, data: bytes):
    path = folder / name
    path.write_bytes(data)
    facts = modelaudit.inspect(path).facts
    broken = [
        f.fields for f in facts if isinstance(f, Unreadable) and f.reason == "inspector-failed"
    ]
    assert not broken
    return facts


@pytest.mark.parametrize("name", NAMES)
def test_cut_at_any_length(tmp_path: Path, name: str) -> None:
    data = (REAL / name).read_bytes()
    step = max(1, len(data) // 150)
    for length in range(0, len(data), step):
        facts = read(tmp_path, name, data[:length])
        assert any(isinstance(fact, Unreadable) for fact in facts) or has_anomaly(facts), length


def has_anomaly(facts) -> bool:
    return any(type(fact).__name__ == "Anomaly" for fact in facts)


@pytest.mark.parametrize("name", NAMES)
def test_flipped_bytes(tmp_path: Path, name: str) -> None:
    data = bytearray((REAL / name).read_bytes())
    chance = random.Random(0)
    for _ in range(150):
        position, before = chance.randrange(len(data)), 0
        before, data[position] = data[position], chance.randrange(256)
        read(tmp_path, name, bytes(data))
        data[position] = before


def facts(fixture: str, kind):
    path = ROOT / "fixtures" / fixture
    return [fact for fact in modelaudit.inspect(path).facts if isinstance(fact, kind)]


def test_opcodes_have_places_and_what_they_act_on() -> None:
    places = {
        (fact.name, fact.on): fact.where for fact in facts("torch/TOR203/fail/frame.pt", Opcode)
    }
    assert places["FRAME", ""].offset == 2
    assert places["REDUCE", "torch._utils._rebuild_tensor_v2"].members == ("archive/data.pkl",)
    assert ("BINPERSID", "storage") in places


def test_tensor_of_a_checkpoint() -> None:
    (tensor,) = facts("torch/PKL101/pass/zip-checkpoint.pt", Tensor)
    assert (tensor.name, tensor.dtype, tensor.shape, tensor.span) == (
        "weight",
        "float32",
        ("4",),
        16,
    )


def test_operator_has_its_line_in_the_member() -> None:
    (save,) = [
        f for f in facts("torchscript/TSC101/fail/e30-torch-save.pt", Operator) if f.name == "save"
    ]
    assert save.where.members == ("model/code/__torch__.py",)
    assert save.where.line == 7
    assert save.arguments == "x, '/tmp/modelaudit-marker'"
    assert save.origins == ("computed", "constant")


def test_bytecode_names_overloads_and_its_version() -> None:
    path = "torchscript/TSC208/fail/linspace-overload.ptl"
    found = [(f.name, f.overload) for f in facts(path, Operator) if f.via == "bytecode"]
    assert found == [("linspace", "Tensor_Tensor")]
    versions = [f.number for f in facts(path, Metadata) if f.key == "torch-bytecode-version"]
    assert versions == [8]


CODE = """class M(Module):
  def forward(self: __torch__.M, x: Tensor) -> Tensor:
    _0 = torch.add(x, 1, alpha=2)
    s = "torch.save(x)"  # torch.save(x)
    _1 = ops.quantized.linear(x, CONSTANTS.c0)
    _2 = self.held.__torch__.add(x, )
    p : __torch__.torch.classes.quantized.LinearPackedParamsBase = self.p
    return torch.nn.functional.relu(_0)
"""
USED = {"aten::add", "quantized::linear", "aten::relu"}


@pytest.mark.parametrize("code", [CODE, CODE + "    x $ y\n"], ids=["parsed", "searched"])
def test_source_is_read_either_way(code: str) -> None:
    read_ = scripts.read(code)
    assert bool(read_.problem) == (code != CODE)
    operators = {f"{use.domain}::{use.name}" for use in read_.uses if "classes" not in use.domain}
    assert operators == USED
    classes = [(use.domain, use.name) for use in read_.uses if "classes" in use.domain]
    assert classes == [("torch.classes.quantized", "LinearPackedParamsBase")]
    assert [use.line for use in read_.uses if use.name == "linear"] == [5]


def test_source_that_is_too_deep_is_searched() -> None:
    deep = "x = " + "(" * 5000 + "torch.save(x, 'y')" + ")" * 5000 + "\n"
    found = scripts.read(deep)
    assert found.problem
    assert [use.name for use in found.uses] == ["save"]


def test_source_keywords() -> None:
    (use,) = [use for use in scripts.read(CODE).uses if use.name == "add"]
    assert use.keywords == ("alpha",)
