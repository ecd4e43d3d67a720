"""Outlines of facts made by hand: what lies below what, what is marked, and how large they get."""

from __future__ import annotations

import time
from collections.abc import Iterator

import msgspec
import pytest

from modelaudit.core.facts import (
    Anomaly,
    Call,
    Code,
    Element,
    Fact,
    Import,
    Layer,
    Member,
    Metadata,
    Operator,
    Producer,
    Tensor,
)
from modelaudit.core.findings import Finding, Severity, Suppressed
from modelaudit.core.location import Location
from modelaudit.core.outline import Node, Outline
from modelaudit.core.report import Artifact, Outcome
from modelaudit.outline.outline import outline_of
from modelaudit.outline.trees import MOST_BESIDE, MOST_NODES, MOST_TEXT


def place(offset: int | None = None, *members: str, object: str | None = None) -> Location:  # noqa: A002
    return Location("a", members, offset, None, object)


def call(dotted: str, offset: int, *origins: str, opcode: str = "REDUCE", **more: object) -> Call:
    module, _, name = dotted.rpartition(".")
    made = Call(
        module, name, opcode, "global", False, "", len(origins), "", "", 1, place(offset),
        origins, tuple("" for _ in origins),
    )  # fmt: skip
    return msgspec.structs.replace(made, **more)


def tensor(name: str, span: int = 4, *members: str) -> Tensor:
    return Tensor(name, "float32", ("1",), span, place(None, *members, object=name))


def member(name: str, packed: int) -> Member:
    return Member(name, packed, packed, "stored", "file", True, place(0))


def finding(severity: Severity, subject: str, where: Location, rule: str = "PKL101") -> Finding:
    return Finding(
        rule, "x", "security", severity, "high", None, "", "", "", (), subject, where, (where,), 1,
        None, f"{rule}-{subject}",
    )  # fmt: skip


def outlined(*facts: Fact, size: int = 0, packed: bool = False, **found: object) -> Outline:
    artifact = Artifact("a", "pickle", size, (), "safe", packed=packed)
    outcome = msgspec.structs.replace(Outcome(artifact), **found)
    return outline_of(facts, outcome)


def shape(node: Node) -> object:
    """Names alone: a name, or a pair of it and what is below."""
    return (node.name, [shape(one) for one in node.nodes]) if node.nodes else node.name


def every(node: Node) -> Iterator[Node]:
    yield node
    for one in node.nodes:
        yield from every(one)


def calls(outline: Outline) -> Node:
    assert outline.calls is not None
    return outline.calls


def topic(outline: Outline, name: str) -> Node:
    return next(one for one in outline.topics if one.name == name)


def test_a_call_has_those_below_it_whose_results_it_takes() -> None:
    tree = calls(
        outlined(
            call("m.inner", 1),
            call("m.beside", 2),
            call("m.outer", 3, "constant", "m.inner()", "m.known"),
        )
    )
    assert shape(tree) == ("calls", ["m.beside", ("m.outer", ["m.inner"])])
    assert tree.count == 3


def test_what_changes_an_instance_takes_all_that_was_made_since() -> None:
    tree = calls(
        outlined(
            call("m.Before", 0, opcode="NEWOBJ"),
            call("m.A", 1, opcode="NEWOBJ"),
            call("m.B", 2, "constant", arguments="1"),
            call("m.B", 3, "other", opcode="BUILD"),
            call("m.f", 4, "constant"),
            call("m.A", 5, "other", opcode="BUILD"),
        )
    )
    assert shape(tree) == (
        "calls", ["m.Before", ("m.A().__setstate__", [("m.B.__setstate__", ["m.B"]), "m.f"])],
    )  # fmt: skip


def test_a_result_is_taken_once_and_equal_calls_are_one() -> None:
    tree = calls(
        outlined(
            call("m.a", 1, arguments="1"), call("m.a", 2, arguments="1"),
            call("m.b", 3, "m.a()", "m.a()"), call("m.b", 4, "m.a()", arguments="2"),
        )
    )  # fmt: skip
    assert shape(tree) == ("calls", [("m.b", ["m.a"]), "m.b"])
    assert tree.nodes[0].nodes[0].count == 2


def test_streams_of_an_archive_are_apart() -> None:
    facts = [call("m.a", 1, where=place(1, name)) for name in ("x.pkl", "y.pkl")]
    facts += [call("m.b", 2, "m.a()", where=place(2, "y.pkl"))]
    tree = calls(outlined(*facts))
    assert shape(tree) == ("calls", [("x.pkl", ["m.a"]), ("y.pkl", [("m.b", ["m.a"])])])


def test_findings_mark_calls_and_names_by_place_and_by_subject() -> None:
    first, second = call("os.system", 5), call("os.system", 90)
    other = Import("m", "F", "GLOBAL", "m.F", "", 0, 1, place(7))
    low = finding("low", "F", place(7), "PKL105")
    outline = outlined(
        first, second, other, call("m.ok", 99),
        findings=(finding("critical", "os.system", place(5)),), suppressed=(Suppressed(low, "r"),),
    )  # fmt: skip
    marks = {node.name: node.mark for node in every(calls(outline))}
    assert marks["m.ok"] is None
    assert [node.mark and node.mark.rule for node in calls(outline).nodes] == ["PKL101", None]
    assert calls(outline).nodes[0].count == 2
    mark = topic(outline, "imports").nodes[0].mark
    assert mark is not None
    assert (mark.severity, mark.accepted, mark.fingerprint) == ("low", True, "PKL105-F")


@pytest.mark.parametrize("category", ["compatibility", "integrity"])
def test_only_security_marks(category: str) -> None:
    found = msgspec.structs.replace(finding("high", "m.f", place(1)), category=category)
    assert calls(outlined(call("m.f", 1), findings=(found,))).nodes[0].mark is None


def test_many_calls_are_cut_and_counted_and_the_dangerous_one_stays() -> None:
    facts = [call("m.f", at, arguments=str(at)) for at in range(50_000)]
    bad = call("os.system", 60_000)
    begin = time.process_time()
    tree = calls(outlined(*facts, bad, findings=(finding("critical", "os.system", bad.where),)))
    assert time.process_time() - begin < 5
    assert [node.name for node in tree.nodes if node.mark] == ["os.system"]
    assert len(tree.nodes) == MOST_BESIDE + 1
    assert sum(node.count for node in tree.nodes) + tree.more == 50_001


def test_deep_calls_are_cut_and_what_is_dangerous_below_is_said() -> None:
    facts = [call("os.system", 0)]
    facts += [
        call(f"m.f{at}", at, "os.system()" if at == 1 else f"m.f{at - 1}()")
        for at in range(1, 20_000)
    ]
    found = finding("critical", "os.system", place(0))
    tree = calls(outlined(*facts, findings=(found,)))
    last = list(every(tree))[-1]
    assert (last.more, last.worst and last.worst.rule) == (1, "PKL101")


def test_more_dangerous_calls_than_fit_are_said() -> None:
    facts = [call("os.system", at, arguments=str(at)) for at in range(1000)]
    tree = calls(outlined(*facts, findings=(finding("critical", "os.system", place(0)),)))
    assert len(tree.nodes) == MOST_NODES
    assert tree.more == 1000 - MOST_NODES
    assert tree.worst is not None


def test_names_are_cut_with_an_ellipsis() -> None:
    node = calls(outlined(call("m." + "x" * 10_000, 1, arguments="y" * 10_000))).nodes[0]
    assert len(node.name) == len(node.texts[0]) == MOST_TEXT
    assert node.name[-1] == node.texts[0][-1] == "…"


def test_tensors_lie_below_the_parts_of_their_names_with_their_bytes() -> None:
    node = topic(outlined(*(tensor(f"net.{n}.{w}", 10) for n in range(2) for w in "ab")), "tensors")
    assert shape(node) == ("tensors", [("net", [("0", ["a", "b"]), ("1", ["a", "b"])])])
    assert (node.nodes[0].count, node.nodes[0].size, node.nodes[0].nodes[0].size) == (4, 40, 20)
    assert node.nodes[0].nodes[0].nodes[0].texts == ("float32", "[1]")


def test_operators_are_counted_by_domain() -> None:
    facts = [
        Operator("ai.onnx", name, "", 9, "graph", "", count, place(object=f"n{at}"))
        for at, (name, count) in enumerate([("Add", 2), ("Mul", 1), ("Add", 3)])
    ]
    node = topic(outlined(*facts, Operator("x", "Y", "", -1, "", "", 1, place())), "operators")
    assert shape(node) == ("operators", [("ai.onnx", ["Add", "Mul"]), "x::Y"])
    assert node.nodes[0].nodes[0].count == 5
    assert node.count == 7


def test_layers_lie_in_what_holds_them() -> None:
    def layer(name: str, at: str | None) -> Layer:
        return Layer(name, "k", "", (), "layers", "json", 1, place(object=at))

    node = topic(outlined(layer("M", None), layer("A", "m"), layer("B", "m/a")), "layers")
    assert shape(node) == ("layers", ["k.M", ("m", ["k.A", "a/k.B"])])


def test_properties_elements_and_producers() -> None:
    outline = outlined(
        *(Metadata("key", value, -1, place()) for value in "ab"),
        Element("Node", "", "", 3, place()), Element("Node", "id", "1", 3, place()),
        Producer("torch", "2.1", place()),
    )  # fmt: skip
    assert shape(topic(outline, "metadata")) == ("metadata", [("key", ["a", "b"])])
    assert shape(topic(outline, "elements")) == ("elements", ["Node"])
    assert topic(outline, "producers").nodes[0].texts == ("2.1",)


def test_the_parts_add_up_to_the_file() -> None:
    code = Code("python", "f", (), "", place(), size=3, sha256="0")
    behind = Anomaly("trailing-data", {"size": 7}, place(50))
    parts = outlined(tensor("x", 40), code, behind, size=100).parts
    assert {part.kind: part.size for part in parts} == {
        "weights": 40, "code": 3, "trailing": 7, "rest": 50,
    }  # fmt: skip


def test_members_are_what_lies_in_them() -> None:
    outline = outlined(
        *(member(name, 10) for name in ("a.json", "w.h5", "c.py", "notes", "d.pkl")),
        tensor("x", 4, "w.h5"),
        Layer("A", "k", "", (), "layers", "json", 1, place(None, "a.json")),
        Import("m", "F", "GLOBAL", "m.F", "", 0, 1, place(7, "d.pkl")),
        size=70,
    )
    assert {part.kind: part.size for part in outline.parts} == {
        "weights": 10, "code": 10, "structure": 20, "other": 10, "archive": 20,
    }  # fmt: skip


def test_the_storages_of_torch_are_weights() -> None:
    names = ("m/data.pkl", "m/data/0", "m/constants/1", ".data/2.storage", "m/version")
    torch = Metadata("torch-container", "zip", -1, place())
    outline = outlined(torch, *(member(name, 10) for name in names), tensor("w", 4, "m/data.pkl"))
    assert outline.parts == ()
    outline = outlined(torch, *(member(name, 10) for name in names), size=50)
    assert {part.kind: part.size for part in outline.parts} == {"weights": 30, "other": 20}


@pytest.mark.parametrize(("size", "packed"), [(100, True), (3, False), (0, False)])
def test_bytes_that_do_not_add_up_are_no_parts(size: int, packed: bool) -> None:
    outline = outlined(tensor("x", 4), size=size, packed=packed)
    assert (outline.parts, outline.stated) == ((), 4)
