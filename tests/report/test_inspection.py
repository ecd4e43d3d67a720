"""Facts as a tree and as JSON, one example of every kind."""

from __future__ import annotations

import io
import json

import pytest

from modelaudit.core.embedded import Embedded
from modelaudit.core.facts import (
    KINDS,
    Anomaly,
    Call,
    Code,
    Element,
    Fact,
    Identity,
    Import,
    Layer,
    Member,
    Metadata,
    Opcode,
    Operator,
    Opset,
    Producer,
    Reference,
    Setting,
    SourceUse,
    State,
    Tensor,
    Unjudged,
    Unreadable,
)
from modelaudit.core.inspection import Inspection
from modelaudit.core.location import Location
from modelaudit.core.source import Source
from modelaudit.report import Terminal
from modelaudit.report.inspection import describe, write_json, write_tree

W = Location("a.pkl", (), 3)
INNER = Location("a.pkl", ("data.pkl",), 4)
CALL = Call(
    "os", "system", "REDUCE", "global", False, "'id'", 1, "", "", 1, W, ("constant",), ("id",)
)
EXAMPLES: list[tuple[Fact, str]] = [
    (Identity("pickle", "4", W), "pickle 4"),
    (Producer("scikit-learn", "1.2.2", W), "scikit-learn 1.2.2"),
    (Import("os", "system", "GLOBAL", "os.system", "", 0, 1, W), "os.system"),
    (
        Import("builtins", "map", "GLOBAL", "itertools.imap", "builtins.getattr", 0, 2, W),
        "builtins.map ×2, spelled itertools.imap, through builtins.getattr",
    ),
    (Import("", "x", "STACK_GLOBAL", "", "", 0, 1, W), "?.x"),
    (CALL, "os.system('id'), REDUCE"),
    (
        Call("m", "C", "BUILD", "global", False, "{}", 1, "", "", 1, W, ("other",), ("",)),
        "m.C.__setstate__({}), BUILD",
    ),
    (
        Call("m", "f", "REDUCE", "result", False, "1", 1, "os.system", "partial", 3, W, (), ()),
        "the result of m.f(1) → os.system ×3, REDUCE, through partial",
    ),
    (State("m", "C", ("a", "b"), {"a": ("x",)}, {}, True, 2, W), "m.C {a, b} ×2"),
    (Operator("aten", "add", "Tensor", -1, "source", "", 2, W), "aten::add.Tensor ×2"),
    (
        Operator("ai.onnx", "Add", "", 14, "graph", "", 2, W, (("T", "tensor(float)"),)),
        "ai.onnx::Add@14 ×2 (T=tensor(float))",
    ),
    (Opset("", 21, W), "ai.onnx 21"),
    (Opset("ai.onnx.ml", 3, W), "ai.onnx.ml 3"),
    (
        Layer("Dense", "keras.layers", "", ("units",), "layers", "hdf5", 2, W),
        "keras.layers.Dense ×2: units",
    ),
    (Layer("Dense", "", "", (), "", "hdf5", 1, W), "Dense: "),
    (
        Setting("StringLookup", "vocabulary", "a.txt", "layers", False, 2, W),
        "StringLookup.vocabulary = a.txt ×2",
    ),
    (Element("TreeModel", "", "", 3, W), "TreeModel ×3"),
    (Element("TreeModel", "splitCharacteristic", "x", 1, W), "TreeModel/@splitCharacteristic = x"),
    (Opcode("REDUCE", "os.system", 1, W), "REDUCE os.system"),
    (Tensor("w", "f8", ("2", "3"), 48, W), "w f8 [2, 3], 48 bytes"),
    (Tensor("w", "f8", (), -1, W), "w f8 []"),
    (Reference("side-file", "a_01.npy", False, W), "side-file → a_01.npy"),
    (Reference("link", "../x", True, W), "link → ../x (leaves the directory)"),
    (Code("python", "cloudpickle", ("3.11",), "code", W), "python 3.11 cloudpickle: code"),
    (
        SourceUse("os", "system", "call", "import", "", ("id", ""), (), 1, W),
        "import: os.system('id', …)",
    ),
    (
        SourceUse("os", "environ", "reference", "use", "f", (), (), 1, W),
        "use: os.environ (reference)",
    ),
    (Metadata("protocol", "", 4, W), "protocol = 4"),
    (Metadata("writer", "me", -1, W), "writer = me"),
    (Member("a/b", 2048, 9, "deflate", "file", True, W), "a/b (2.0 KiB, deflate)"),
    (
        Member("l", 0, 0, "stored", "link", False, W),
        "l (link, 0 bytes, stored), not in the directory",
    ),
    (
        Anomaly("frame-overrun", {"size": 3}, W),
        "frame-overrun: an opcode reaches 3 bytes past the end of its frame",
    ),
    (
        Unreadable("limit", {"limit": "max-depth", "most": 8}, W),
        "limit: the limit max-depth (8) was reached",
    ),
    (Unjudged("nltk", "3.8", "no table of nltk", W), "nltk 3.8: no table of nltk"),
    (
        Embedded("zip", "base64", "io.BytesIO", "value", INNER, Source(b"", "a")),
        "zip, base64, handed to io.BytesIO",
    ),
]


@pytest.mark.parametrize(("fact", "text"), EXAMPLES, ids=lambda value: type(value).__name__)
def test_describe(fact: Fact, text: str) -> None:
    assert describe(fact) == text


def test_there_is_an_example_of_every_kind() -> None:
    assert {type(fact).__name__ for fact, _ in EXAMPLES} == set(KINDS)


def test_tree() -> None:
    facts = (CALL, Identity("zip", "", Location("a.pkl")), Producer("p", "1", INNER), CALL)
    out = io.StringIO()
    write_tree(Inspection("a.pkl", "zip", 2048, facts), out, Terminal())
    assert (
        out.getvalue()
        == """\
a.pkl · zip · 2.0 KiB
  identity    zip
  call        os.system('id'), REDUCE  @0x3
              os.system('id'), REDUCE  @0x3
├─data.pkl
│   producer    p 1  @0x4
"""
    )


def test_a_terminal_gets_lines_that_fit_beside_their_rail() -> None:
    inner = Location("a.pkl", ("data.pkl",), 4)
    facts = (
        Identity("zip", "", Location("a.pkl")),
        Metadata("description", "word " * 20, -1, Location("a.pkl")),
        Metadata("blob", "x" * 90, -1, inner),
    )
    out = io.StringIO()
    write_tree(Inspection("a.pkl", "zip", 2048, facts), out, Terminal(width=60))
    assert (
        out.getvalue()
        == """\
a.pkl · zip · 2.0 KiB
  identity    zip
  metadata    description = word word word word word word
                word word word word word word word word word
                word word word word word
├─data.pkl
│   metadata    blob = xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
│                 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
│                 xxxxxxxxxxx  @0x4
"""
    )


def test_hostile_text_is_escaped_in_the_tree() -> None:
    evil = "\x1b[2J\u202e"
    where = Location(evil, (evil,), object=evil)
    facts = (
        Identity(evil, evil, where),
        Producer(evil, evil, where),
        Anomaly("device", {"name": evil}, where),
        Unreadable("cannot-open", {"problem": evil}, where),
    )
    out = io.StringIO()
    write_tree(Inspection(evil, evil, 1, facts), out, Terminal())
    assert "\x1b" not in out.getvalue()
    assert "\u202e" not in out.getvalue()


def test_json_holds_every_field_but_the_bytes() -> None:
    out = io.StringIO()
    facts = tuple(fact for fact, _ in EXAMPLES)
    write_json(Inspection("a\udc80", "pickle", 9, facts), out)
    assert out.getvalue().isascii()
    plain = json.loads(out.getvalue())
    assert plain["path"] == "a\\udc80"
    assert plain["facts"][0] == {
        "fact": "Identity",
        "format": "pickle",
        "version": "4",
        "location": {"path": "a.pkl", "members": [], "offset": 3, "line": None, "object": None},
    }
    embedded = plain["facts"][-1]
    assert set(embedded) == {"fact", "format", "encoding", "handed_to", "role", "location"}
    assert next(f for f in plain["facts"] if f["fact"] == "Tensor")["shape"] == ["2", "3"]
