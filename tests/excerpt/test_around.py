"""What stands around a place, wherever in an artifact it is."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import onnx
import pytest

import modelaudit
from modelaudit.core.limits import Limits
from modelaudit.core.location import Location
from modelaudit.excerpt.around import Excerpt, excerpt_of

ROOT = Path(__file__).parents[2]
PAYLOAD = b"\x80\x04}\x94cos\nsystem\n(Vecho modelaudit-marker\ntR0."
STEPS = ["PROTO", "EMPTY_DICT", "MEMOIZE", "GLOBAL", "MARK", "UNICODE", "TUPLE", "REDUCE"]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def zipped(name: str, data: bytes, method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def tarred(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def at_finding(path: str, rule: str = "PKL101") -> tuple[Location, Excerpt]:
    """The excerpt at the place of the one finding of a rule."""
    report = modelaudit.scan(path)
    (finding,) = [one for one in report.findings if one.rule == rule]
    inspection = modelaudit.inspect(path)
    where = finding.where
    return where, excerpt_of(where, inspection.format, inspection.facts, Limits())


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pkl", PAYLOAD),
        ("a.pkl.gz", gzip.compress(PAYLOAD, mtime=0)),
        ("a.zip", zipped("m.pkl", PAYLOAD)),
        ("b.zip", zipped("m.pkl", PAYLOAD, zipfile.ZIP_DEFLATED)),
        ("c.zip", zipped("in.zip", zipped("m.pkl", PAYLOAD))),
        ("a.tar", tarred("m.pkl", PAYLOAD)),
        ("a.tar.gz", gzip.compress(tarred("m.zip", zipped("m.pkl", PAYLOAD)), mtime=0)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_opcodes_and_bytes_inside_of_anything(name: str, data: bytes) -> None:
    Path(name).write_bytes(data)
    where, excerpt = at_finding(name)
    assert [step.name for step in excerpt.steps] == [*STEPS, "POP", "STOP"]
    assert excerpt.steps[7].offset == where.offset
    assert (excerpt.steps[3].argument, excerpt.steps[5].argument) == (
        "os system", "'echo modelaudit-marker'",
    )  # fmt: skip
    assert excerpt.data == PAYLOAD[excerpt.start :]


def test_a_value_of_a_pickle_that_is_one() -> None:
    inner = b"cbuiltins\nbytes\n(" + b"B" + len(PAYLOAD).to_bytes(4, "little") + PAYLOAD + b"tR"
    Path("a.pkl").write_bytes(b"\x80\x04cpickle\nloads\n(" + inner + b"tR.")
    report = modelaudit.scan("a.pkl")
    inspection = modelaudit.inspect("a.pkl")
    found = [one for one in report.findings if one.subject == "os.system"]
    assert found
    for one in found:
        excerpt = excerpt_of(one.where, inspection.format, inspection.facts, Limits())
        assert any(step.offset == one.where.offset for step in excerpt.steps)


def test_numbers_between_opcodes_are_not_read_as_opcodes() -> None:
    """Of an array in a file of joblib, whatever its bytes are."""
    path = str(ROOT / "fixtures/real/pickle/pipeline.joblib")
    inspection = modelaudit.inspect(path)
    calls = [f for f in inspection.facts if type(f).__name__ == "Call" and f.where.offset]
    for fact in calls:
        excerpt = excerpt_of(fact.where, inspection.format, inspection.facts, Limits())
        here = [step.name for step in excerpt.steps if step.offset == fact.where.offset]
        assert here == [fact.opcode]


def test_a_stream_that_is_cut_or_damaged() -> None:
    data = PAYLOAD + b"\x00" * 50
    for cut in range(1, len(data)):
        where = Location("cut.pkl", offset=cut)
        Path("cut.pkl").write_bytes(data[:cut])
        facts = modelaudit.inspect("cut.pkl").facts
        excerpt = excerpt_of(where, "pickle", facts, Limits())
        assert excerpt.data == data[excerpt.start : cut]


def test_lines() -> None:
    text = "\n".join(f"line {number}" for number in range(1, 100))
    Path("requirements.txt").write_text(text)
    excerpt = excerpt_of(Location("requirements.txt", line=3), "", (), Limits())
    assert [line.number for line in excerpt.lines] == [1, 2, 3, 4, 5]
    assert excerpt.lines[2].text == "line 3"
    Path("wide.pmml").write_bytes(text.encode("utf-16"))
    excerpt = excerpt_of(Location("wide.pmml", line=98), "pmml", (), Limits())
    assert [line.text for line in excerpt.lines] == ["line 96", "line 97", "line 98", "line 99"]
    assert excerpt_of(Location("wide.pmml", line=500), "pmml", (), Limits()).lines == ()


def test_a_file_of_a_directory() -> None:
    Path("hub").mkdir()
    Path("hub", "config.json").write_text('{"model_type": "x", "auto_map": {"AutoModel": "m.X"}}')
    Path("hub", "m.py").write_text("import os\nos.system('echo modelaudit-marker')\n")
    where, excerpt = at_finding("hub", "PYT101")
    assert (where.line, excerpt.lines[1].text) == (2, "os.system('echo modelaudit-marker')")


def model() -> bytes:
    helper = onnx.helper
    ends = [helper.make_tensor_value_info(n, onnx.TensorProto.FLOAT, [2]) for n in "xy"]
    nodes = [
        helper.make_node("Relu", ["x"], ["a"]),
        helper.make_node("Custom", ["a"], ["b"], domain="own", alpha=2, axes=[1, 2], mode="m"),
        helper.make_node("Relu", ["b"], ["y"]),
    ]
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("own", 1)]
    graph = helper.make_graph(nodes, "g", ends[:1], ends[1:])
    made = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    return bytes(made.SerializeToString())


@pytest.mark.parametrize(("name", "members"), [("a.onnx", ()), ("a.zip", ("m.onnx",))])
def test_a_node_and_its_neighbours(name: str, members: tuple[str, ...]) -> None:
    Path(name).write_bytes(zipped("m.onnx", model()) if members else model())
    inspection = modelaudit.inspect(name)
    where = Location(name, members, object="graph/node[1]")
    excerpt = excerpt_of(where, inspection.format, inspection.facts, Limits())
    assert [(node.number, node.text) for node in excerpt.nodes] == [
        (0, "a = Relu(x)"),
        (1, "b = own::Custom(a) {alpha=2, axes=[1, 2], mode=b'm'}"),
        (2, "y = Relu(b)"),
    ]
    missing = Location(name, members, object="graph/node[9]")
    assert excerpt_of(missing, inspection.format, inspection.facts, Limits()).nodes == ()


def test_what_is_not_reached_is_empty() -> None:
    Path("a.zip").write_bytes(zipped("m.pkl", PAYLOAD))
    for where in (
        Location("a.zip", ("other.pkl",), 3),
        Location("nowhere.pkl", (), 3),
        Location("a.zip", ("m.pkl", "deeper"), 3),
        Location("a.zip"),
    ):
        assert excerpt_of(where, "zip", (), Limits()) == Excerpt()
