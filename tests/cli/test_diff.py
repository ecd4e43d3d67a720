"""``modelaudit diff`` on files and directories: what it says, and its exit code."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import onnx
import pytest

Run = Callable[..., SimpleNamespace]

SAFE = pickle.dumps({"weights": [1.0]}, 4)
PAYLOAD = b"\x80\x04cos\nsystem\n(Vecho modelaudit-marker\ntR."


def checkpoint(root: str, more: bytes = b"") -> bytes:
    """A checkpoint of torch without tensors, with something before the end of its pickle."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(f"{root}/data.pkl", b"\x80\x02ccollections\nOrderedDict\n)R" + more + b".")
        archive.writestr(f"{root}/version", "3\n")
    return out.getvalue()


def graph(opset: int) -> bytes:
    helper = onnx.helper
    ends = [helper.make_tensor_value_info(n, onnx.TensorProto.FLOAT, [2]) for n in "xy"]
    node = helper.make_node("Relu", ["x"], ["y"])
    made = helper.make_model(
        helper.make_graph([node], "g", ends[:1], ends[1:]),
        opset_imports=[helper.make_opsetid("", opset)],
        ir_version=8,
    )
    return bytes(made.SerializeToString())


def test_a_checkpoint_with_one_more_call(run: Run) -> None:
    Path("v1.pt").write_bytes(checkpoint("v1"))
    Path("v2.pt").write_bytes(checkpoint("v2", b"cos\nsystem\n(Vecho modelaudit-marker\ntR0"))
    result = run("diff", "v1.pt", "v2.pt")
    assert result.code == 1
    assert "  Safety: unsafe now, safe before: loading calls os.system(" in result.out
    assert "  1 new finding fails the run.\n" in result.out
    assert "  + critical PKL101 loading calls os.system('echo modelaudit-marker')" in result.out
    assert "  + os.system\n" in result.out
    assert "v1/" not in result.out  # the directory in an archive says nothing
    assert "  Loading: no target is known.\n" in result.out
    back = run("diff", "v2.pt", "v1.pt")
    assert back.code == 0
    assert "  Safety: safe now, unsafe before.\n" in back.out
    assert "  - critical PKL101" in back.out
    assert run("diff", "v1.pt", "v2.pt", "--exit-zero").code == 0
    assert run("diff", "v1.pt", "v2.pt", "--ignore", "security").code == 0


def test_an_opset_that_the_runtime_does_not_have(run: Run) -> None:
    Path("a.onnx").write_bytes(graph(17))
    Path("b.onnx").write_bytes(graph(21))
    result = run("diff", "a.onnx", "b.onnx", "--target", "onnxruntime==1.16.3")
    assert result.code == 1
    assert "  Loading with onnxruntime 1.16.3: does not load (before: loads): ONX20" in result.out
    assert "  ~ ai.onnx: version 17 → 21\n" in result.out
    newer = run("diff", "a.onnx", "b.onnx", "--target", "onnxruntime==1.20.0")
    assert newer.code == 0
    assert "  Loading, as before: loads with onnxruntime 1.20.0" in newer.out


def test_the_same_bytes(run: Run) -> None:
    for name in ("a.pkl", "b.pkl"):
        Path(name).write_bytes(PAYLOAD)
    result = run("diff", "a.pkl", "b.pkl")
    assert (result.code, "Both are the same, byte for byte." in result.out) == (0, True)


def test_directories(run: Run) -> None:
    files = {
        "old": {"a.pkl": SAFE, "b.pkl": SAFE + b"N.", "c.pkl": SAFE},
        "new": {"a.pkl": PAYLOAD, "sub/b.pkl": SAFE + b"N.", "d.pkl": PAYLOAD},
    }
    for folder, held in files.items():
        for name, data in held.items():
            Path(folder, name).parent.mkdir(parents=True, exist_ok=True)
            Path(folder, name).write_bytes(data)
    result = run("diff", "old", "new")
    assert result.code == 1
    assert "4 artifacts: 1 changed, 1 added, 1 removed, 1 moved." in result.out
    assert "  a.pkl: unsafe now, safe before: loading calls os.system" in result.out
    assert "  d.pkl: unsafe, and new: loading calls os.system" in result.out
    assert "  b.pkl → sub/b.pkl\n" in result.out
    assert "+ d.pkl  pickle" in result.out
    assert "- c.pkl  pickle" in result.out


def test_code_is_compared_to_its_end(run: Run) -> None:
    for folder, end in (("old", "1"), ("new", "2")):
        Path(folder).mkdir()
        config = '{"model_type": "x", "auto_map": {"AutoModel": "m.X"}}'
        Path(folder, "config.json").write_text(config)
        Path(folder, "m.py").write_text("class X:\n    pass\n" + "# long\n" * 5000 + f"Y = {end}\n")
    result = run("diff", "old", "new", "--exit-zero")
    assert "Code inside  1 changed" in result.out
    assert "  ~ python " in result.out
    assert "sha256 " in result.out
    assert "# long" not in result.out


def test_formats(run: Run) -> None:
    Path("a.pkl").write_bytes(SAFE)
    Path("b.pkl").write_bytes(PAYLOAD)
    told = json.loads(run("diff", "a.pkl", "b.pkl", "--format", "json").out)
    assert (told["schema"], told["gates"]) == ("modelaudit/diff/1", True)
    (artifact,) = told["artifacts"]
    assert artifact["findings"][0]["after"]["rule"] == "PKL101"
    assert {"topic": "imports", "direction": "added", "name": "os.system"}.items() <= next(
        change.items() for change in artifact["changes"] if change["topic"] == "imports"
    )
    assert run("diff", "a.pkl", "b.pkl", "-o", "d.html").out == ""
    assert "<title>modelaudit diff: something new fails the run" in Path("d.html").read_text()
    assert run("diff", "a.pkl", "b.pkl", "-o", "a.pkl").code == 2
    assert Path("a.pkl").read_bytes() == SAFE


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("a.pkl", "nowhere"), "nowhere: no such file or directory"),
        (("a.pkl", "note.txt"), "note.txt: no model artifact, by content or name"),
        (("a.pkl",), "Missing argument 'NEW'"),
    ],
)
def test_what_cannot_be_compared(run: Run, args: tuple[str, ...], said: str) -> None:
    Path("a.pkl").write_bytes(SAFE)
    Path("note.txt").write_text("words\n")
    result = run("diff", *args)
    assert (result.code, said in result.err) == (2, True), result.err
