"""What an ONNX model says: types, bodies, tensors; and models that were damaged."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from onnx import AttributeProto, ModelProto, NodeProto, TensorProto, TypeProto, ValueInfoProto
from onnx import helper as make

import modelaudit
from modelaudit.core.errors import Malformed
from modelaudit.core.facts import (
    Anomaly,
    BodyOperator,
    Fact,
    Metadata,
    Operator,
    Reference,
    Tensor,
    Unreadable,
)
from modelaudit.core.limits import Bounds, Limits
from modelaudit.core.source import Source
from modelaudit.formats.onnx import inspector

FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64
FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "onnx"


def read(model: ModelProto | bytes, limits: Limits | None = None) -> list[Fact]:
    """The facts of a model, with the one that says why it was not read to its end."""
    data = model if isinstance(model, bytes) else model.SerializeToString()
    source = Source(data, "a.onnx")
    facts: list[Fact] = []
    try:
        facts += inspector.inspect(source, Bounds.starting_now(limits or Limits(), 1 << 20))
    except Malformed as problem:
        facts.append(Unreadable(problem.reason, problem.fields, source.at(problem.position)))
    return facts


def value(name: str, dtype: int = FLOAT) -> ValueInfoProto:
    return make.make_tensor_value_info(name, dtype, None)


def bare(name: str) -> ValueInfoProto:
    """A value without a type."""
    return make.make_value_info(name, TypeProto())


def model(*nodes: NodeProto, given: dict[str, int] | None = None, opset: int = 17) -> ModelProto:
    """A graph of nodes; its outputs are the last node's."""
    inputs = [value(name, dtype) for name, dtype in (given or {"x": FLOAT}).items()]
    outputs = [bare(name) for name in nodes[-1].output]
    body = make.make_graph(list(nodes), "g", inputs, outputs)
    return make.make_model(body, opset_imports=[make.make_opsetid("", opset)], ir_version=8)


def operators(facts: list[Fact]) -> dict[str, Operator]:
    return {fact.name: fact for fact in facts if isinstance(fact, Operator)}


def kinds(facts: list[Fact]) -> set[str]:
    return {fact.kind for fact in facts if isinstance(fact, Anomaly)}


def test_types_go_from_node_to_node() -> None:
    facts = read(
        model(
            make.make_node("Cast", ["x"], ["i"], to=INT64),
            make.make_node("Add", ["i", "i"], ["s"]),
            make.make_node("SequenceConstruct", ["s", "i"], ["q"]),
            make.make_node("SequenceAt", ["q", "s"], ["y"]),
        )
    )
    found = operators(facts)
    assert found["Cast"].types == (("T1", "tensor(float)"), ("T2", "tensor(int64)"))
    assert found["Add"].types == (("T", "tensor(int64)"),)
    assert found["SequenceAt"].types == (
        ("I", "tensor(int64)"),
        ("S", "seq(tensor(int64))"),
        ("T", "tensor(int64)"),
    )
    assert not kinds(facts)


def test_types_come_out_of_branches_and_loops() -> None:
    double = make.make_node("Cast", ["x"], ["d"], to=TensorProto.DOUBLE)
    branch = make.make_graph([double], "b", [], [value("d", TensorProto.DOUBLE)])
    body = make.make_graph(
        [make.make_node("Identity", ["c"], ["o"]), make.make_node("Abs", ["s"], ["n"])],
        "l",
        [value("i", INT64), value("c", TensorProto.BOOL), bare("s")],
        [value("o", TensorProto.BOOL), bare("n")],
    )
    facts = read(
        model(
            make.make_node("If", ["f"], ["t"], then_branch=branch, else_branch=branch),
            make.make_node("Loop", ["", "f", "t"], ["y"], body=body),
            given={"x": FLOAT, "f": TensorProto.BOOL},
        )
    )
    found = operators(facts)
    assert found["If"].types == (("B", "tensor(bool)"), ("V", "tensor(double)"))
    assert found["Abs"].types == (("T", "tensor(double)"),)
    assert ("V", "tensor(double)") in found["Loop"].types
    assert found["Abs"].where.object == "graph/node[1]/body/node[1]"


def test_a_body_has_its_types() -> None:
    node = make.make_node("GreaterOrEqual", ["x", "x"], ["y"])
    facts = read(model(node, given={"x": TensorProto.INT16}))
    int16, boolean = ("T", "tensor(int16)"), ("T1", "tensor(bool)")
    assert operators(facts)["GreaterOrEqual"].body == (
        BodyOperator(0, "ai.onnx", "Greater", 17, (int16, boolean)),
        BodyOperator(0, "ai.onnx", "Equal", 17, (int16, boolean)),
        BodyOperator(0, "ai.onnx", "Or", 17, (("T", "tensor(bool)"), boolean)),
    )


def test_a_body_is_valid_while_its_operators_are_the_same() -> None:
    """The body of Swish uses Cast, which changed in opset 25."""
    node = make.make_node("Swish", ["x"], ["y"])
    assert operators(read(model(node, opset=24)))["Swish"].body
    assert operators(read(model(node, opset=28)))["Swish"].body == ()


def test_a_function_is_gone_into_with_the_types_of_its_call() -> None:
    opsets = [make.make_opsetid("", 17), make.make_opsetid("own", 1)]
    inner = make.make_node("Cast", ["a"], ["b"])
    inner.attribute.append(AttributeProto(name="to", ref_attr_name="kind", type=AttributeProto.INT))
    function = make.make_function("own", "f", ["a"], ["b"], [inner], opsets[:1], ["kind"])
    calls = [
        make.make_node("f", ["x"], ["h"], domain="own", kind=INT64),
        make.make_node("Neg", ["h"], ["y"]),
    ]
    made = model(*calls)
    made.opset_import.extend(opsets[1:])
    made.functions.append(function)
    found = operators(read(made))
    assert found["Neg"].types == (("T", "tensor(int64)"),)
    assert found["Cast"].where.object == "function[own.f]/node[0]"


def test_functions_that_call_each_other_twice_are_gone_into_once() -> None:
    """Each level doubles the calls of the one below it."""
    made = model(make.make_node("f0", ["x"], ["y"], domain="own"))
    made.opset_import.append(make.make_opsetid("own", 1))
    for level in range(60):
        name = f"f{level + 1}"
        calls = [
            make.make_node(name, ["a"], ["b"], domain="own"),
            make.make_node(name, ["b"], ["c"], domain="own"),
        ]
        imports = list(made.opset_import)
        made.functions.append(make.make_function("own", f"f{level}", ["a"], ["c"], calls, imports))
    last = [make.make_node("Relu", ["a"], ["c"])]
    made.functions.append(make.make_function("own", "f60", ["a"], ["c"], last, imports))
    facts = read(made)
    assert operators(facts)["Relu"].types == (("T", "tensor(float)"),)
    assert not kinds(facts)


def test_an_unknown_operator_leaves_types_open() -> None:
    nodes = [
        make.make_node("Own", ["x"], ["h"], domain="lib"),
        make.make_node("Add", ["h", "x"], ["k"]),
        make.make_node("Relu", ["h"], ["y"]),
    ]
    made = model(*nodes)
    made.opset_import.append(make.make_opsetid("lib", 3))
    found = operators(read(made))
    assert found["Own"].version == 3
    assert found["Add"].types == (("T", "tensor(float)"),)
    assert found["Relu"].types == ()


def test_tensors_are_found_everywhere() -> None:
    inner = make.make_node("Constant", [], ["c"], value=make.make_tensor("in", FLOAT, [1], [1.0]))
    branch = make.make_graph([inner], "b", [], [value("c")])
    made = model(
        make.make_node("If", ["f"], ["y"], then_branch=branch, else_branch=branch),
        given={"f": TensorProto.BOOL},
    )
    values, indices = (
        make.make_tensor("s", FLOAT, [1], [1.0]),
        make.make_tensor("i", INT64, [1], [0]),
    )
    made.graph.sparse_initializer.append(make.make_sparse_tensor(values, indices, [4]))
    training = made.training_info.add()
    training.algorithm.initializer.append(make.make_tensor("t", FLOAT, [3], [0.0] * 3))
    names = {fact.name: fact for fact in read(made) if isinstance(fact, Tensor)}
    assert set(names) == {"in", "s", "s indices", "t"}
    assert (names["t"].dtype, names["t"].shape, names["t"].span) == ("float", ("3",), 12)


def test_each_external_file_is_named_once() -> None:
    made = model(make.make_node("Add", ["a", "b"], ["y"]))
    for name in ("a", "b"):
        tensor = made.graph.initializer.add(name=name, data_type=FLOAT, dims=[1])
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="w.data")
    facts = read(made)
    assert [fact.target for fact in facts if isinstance(fact, Reference)] == ["w.data"]


def test_lists_of_numbers_that_trees_have_are_passed_over() -> None:
    node = make.make_node(
        "TreeEnsembleRegressor", ["x"], ["y"], domain="ai.onnx.ml", nodes_values=[0.5] * 100_000
    )
    made = model(node)
    made.opset_import.append(make.make_opsetid("ai.onnx.ml", 3))
    facts = read(made, Limits(max_structure=10_000))
    assert "TreeEnsembleRegressor" in operators(facts)
    assert not any(isinstance(fact, Unreadable) for fact in facts)


def test_attributes_have_their_numbers() -> None:
    facts = read(model(make.make_node("Softmax", ["x"], ["y"], axis=1)))
    found = {(f.value, f.number) for f in facts if isinstance(f, Metadata)}
    assert ("ai.onnx::Softmax@13.axis", 1) in found


def test_a_version_of_64_bits_is_no_defect() -> None:
    """onnx itself takes versions of 32 bits."""
    nodes = (make.make_node("Relu", ["x"], ["h"]), make.make_node("DFT", ["h", "h"], ["y"]))
    facts = read(model(*nodes, opset=(1 << 63) - 1))
    assert operators(facts)["Relu"].types == (("T", "tensor(float)"),)


def test_properties_and_training_are_metadata() -> None:
    made = model(make.make_node("Relu", ["x"], ["y"]))
    made.metadata_props.add(key="author", value="me")
    made.training_info.add().algorithm.node.add(op_type="Relu", input=["x"], output=["z"])
    found = {(f.key, f.value, f.number) for f in read(made) if isinstance(f, Metadata)}
    assert {("onnx-property", "author=me", -1), ("onnx-training", "", 1)} <= found


@pytest.mark.parametrize("text", [b"<ir_version: 8>", b'{"irVersion": 8}', b"ir_version: 8\n"])
def test_forms_that_are_text_are_refused_clearly(text: bytes) -> None:
    reasons = [fact.reason for fact in read(text) if isinstance(fact, Unreadable)]
    assert reasons == ["not-supported"]


def damaged() -> Iterator[bytes]:
    """Small fixtures cut at every length, and with each byte changed."""
    paths = sorted(FIXTURES.glob("*/*/*.onnx"))
    seen = {data for path in paths if 0 < len(data := path.read_bytes()) < 400}
    for data in sorted(seen)[::4]:
        yield from (data[:length] for length in range(len(data)))
        for place in range(len(data)):
            changed = bytearray(data)
            changed[place] ^= (0xFF, 0x01, 0x20, 0x80)[place % 4]
            yield bytes(changed)


def test_damage_gives_facts() -> None:
    for data in damaged():
        assert read(data) or not data


def test_the_onnx_package_itself_is_not_imported() -> None:
    """Its ``__init__`` imports NumPy, and takes longer than reading a model."""
    program = (
        "import sys; from modelaudit.formats.onnx import library;"
        "library.schema('ai.onnx', 'Add', 14); library.messages();"
        "print(sorted({'onnx', 'numpy'} & set(sys.modules)))"
    )
    import subprocess

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


def test_the_models_of_the_onnx_package_are_read_to_their_end() -> None:
    """Every model among its test data, without a security finding at medium or above."""
    import onnx

    folder = Path(onnx.__file__).parent
    report = modelaudit.scan(sorted(folder.rglob("*.onnx")), jobs=1)
    assert len(report.artifacts) > 50
    assert [a.path for a in report.artifacts if not a.complete] == []
    assert [f for f in report.findings if f.category == "security"] == []


def test_a_member_that_only_looks_like_a_model_is_ignored(tmp_path: Path) -> None:
    """Weights may begin like a model; under a model's name they are a broken one."""
    import zipfile

    for name, complete in (("weights.raw", True), ("weights.onnx", False)):
        path = tmp_path / f"{name}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(name, b"\x08\x08\x12\x05hello" + b"\xff" * 500)
        (artifact,) = modelaudit.scan([path], jobs=1).artifacts
        assert artifact.complete is complete
