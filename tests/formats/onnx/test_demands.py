"""What kernels demand of one node, out of what is known before a run."""

from __future__ import annotations

from typing import Any

import pytest
from onnx import TensorProto, helper

from modelaudit.formats.onnx.checks import check
from modelaudit.formats.onnx.demands import unmet
from modelaudit.formats.onnx.values import UNKNOWN, Value, made

INT64 = TensorProto.INT64


def shaped(*sizes: int | str) -> Value:
    """A float tensor of this shape; a text is a size that is not known."""
    type_ = helper.make_tensor_type_proto(TensorProto.FLOAT, sizes)
    return Value(type_.SerializeToString())


def numbers(*values: int) -> Value:
    return made(INT64, values, (len(values),))


def indices(*sizes: int) -> Value:
    return made(INT64, (0,) * _count(sizes), sizes)


def _count(sizes: tuple[int, ...]) -> int:
    return sizes[0] * _count(sizes[1:]) if sizes else 1


def number(value: int) -> Value:
    return made(INT64, (value,), ())


IMAGE = shaped(1, 2, 4, 4)
ROWS = shaped(1, 5, 6)
SIGNAL = shaped(1, 5)
PAIR = numbers(3, 3)
FOUR = numbers(1, 1, 2, 2)


def refusal(operator: str, *inputs: Value, **attributes: Any) -> str:
    names = [f"i{index}" if one is not UNKNOWN else "" for index, one in enumerate(inputs)]
    outputs = ["a", "b"] if operator == "Split" else ["a"]
    node = helper.make_node(operator, names, outputs, **attributes)
    found = next(unmet(node, inputs, 99), None)
    return found.what if found else ""


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (refusal("Gemm", shaped(2, 3), shaped(4, 2)), refusal("Gemm", shaped(2, 3), shaped(3, 2))),
        (
            refusal("Reshape", shaped(2, 3), numbers(4)),
            refusal("Reshape", shaped(2, 3), numbers(6)),
        ),
        (
            refusal("ScatterND", shaped(2, 3), indices(1, 1), shaped(1, 2)),
            refusal("ScatterND", shaped(2, 3), indices(1, 1), shaped(1, 3)),
        ),
        (
            refusal("ScatterElements", shaped(2, 3), indices(1, 2), shaped(1, 3)),
            refusal("ScatterElements", shaped(2, 3), indices(1, 2), shaped(1, 2)),
        ),
        (
            refusal("GatherElements", shaped(2, 3), indices(1, 4)),
            refusal("GatherElements", shaped(2, 3), indices(5, 3)),
        ),
        (
            refusal("Split", shaped(5, 2), numbers(2, 2)),
            refusal("Split", shaped(5, 2), numbers(2, 3)),
        ),
        (
            refusal("Slice", shaped(5), numbers(0, 0), numbers(1, 1), numbers(0, -1)),
            refusal("Slice", shaped(5, 5), numbers(0, 0), numbers(1, 1), numbers(0, -1)),
        ),
        (
            refusal("Conv", shaped(1, 2, 5, 5), shaped(3, 1, 3, 3)),
            refusal("Conv", shaped(1, 2, 5, 5), shaped(3, 2, 3, 3)),
        ),
        (
            refusal("PRelu", shaped(2, 3), shaped(4)),
            refusal("PRelu", shaped(2, 3), shaped(3)),
        ),
        (
            refusal("Einsum", shaped(2, 3), shaped(4, 2), equation="ij,jk->ik"),
            refusal("Einsum", shaped(2, 3), shaped(3, 2), equation="ij,jk->ik"),
        ),
        (
            refusal("SoftmaxCrossEntropyLoss", shaped(2, 3), indices(3)),
            refusal("SoftmaxCrossEntropyLoss", shaped(2, 3), indices(2)),
        ),
        (
            refusal("Transpose", shaped(2, 3), perm=[0]),
            refusal("Transpose", shaped(2, 3), perm=[1, 0]),
        ),
        (refusal("LRN", shaped(1, 2, 3, 4), size=2), refusal("LRN", shaped(1, 2, 3, 4), size=3)),
        (
            refusal("Resize", shaped(2, 2), UNKNOWN, numbers(1, 1), mode="LINEAR"),
            refusal("Resize", shaped(2, 2), UNKNOWN, numbers(1, 1), mode="linear"),
        ),
        (refusal("Constant"), refusal("Constant", value_int=1)),
        (refusal("RNN", shaped(1, 1, 1)), refusal("RNN", shaped(1, 1, 1), hidden_size=1)),
    ],
)
def test_one_thing_wrong_is_refused_and_the_same_node_without_it_is_not(
    wrong: str, right: str
) -> None:
    assert wrong
    assert not right


@pytest.mark.parametrize("operator", ["Gemm", "Conv", "ScatterND", "PRelu", "GatherElements"])
def test_of_unknown_sizes_nothing_is_said(operator: str) -> None:
    unknown = shaped("a", "b", "c", "d")
    assert not refusal(operator, unknown, unknown, unknown)
    assert not refusal(operator, UNKNOWN, UNKNOWN, UNKNOWN)


def test_weights_that_a_kernel_packs_are_looked_at_by_later_releases_only() -> None:
    node = helper.make_node("LSTM", ["x", "w", "r"], ["y"], hidden_size=1)
    weights = shaped(1, 4, 2)._replace(constant=True)
    found = list(unmet(node, [shaped(2, 1, 3), weights, shaped(1, 4, 1)], 99))
    assert [one.since for one in found] == ["1.32"]


def test_a_check_is_told_by_its_operator_and_text() -> None:
    found = check("MaxPool", "Attribute strides must only contain positive values")
    assert found is not None
    assert found.since == "1.26"
    assert check("MatMul", "Incompatible dimensions for matrix multiplication") is None


def test_a_slope_for_each_channel_is_what_old_sets_have() -> None:
    node = helper.make_node("PRelu", ["x", "slope"], ["y"])
    inputs = [shaped(2, 3, 4), shaped(3)]
    assert not list(unmet(node, inputs, 6))
    assert list(unmet(node, inputs, 7))


def test_what_only_some_releases_refuse_does_not_hide_what_all_of_them_do() -> None:
    node = helper.make_node("LSTM", ["x", "w", "r", "b"], ["y"], hidden_size=2)
    inputs = [shaped(2, 1, 3), shaped(1, 4, 3), shaped(1, 8, 2), shaped(1, 8)]
    found = list(unmet(node, inputs, 99))
    assert [(one.what, one.since) for one in found] == [
        ("shape of W", "1.32"),
        ("shape of B", ""),
    ]


@pytest.mark.parametrize(
    ("operator", "wrong", "right", "attributes"),
    [
        ("Attention", (IMAGE, IMAGE, IMAGE, shaped(2, 4)), (IMAGE, IMAGE, IMAGE, shaped(4, 4)), {}),
        ("Attention", (IMAGE, shaped(1, 2, 4, 5), IMAGE), (IMAGE, IMAGE, IMAGE), {}),
        ("TensorScatter", (IMAGE, IMAGE, numbers(1)), (IMAGE, shaped(1, 2, 3, 4), numbers(1)), {}),
        ("Col2Im", (shaped(1, 9, 5), PAIR, PAIR), (shaped(1, 9, 1), PAIR, PAIR), {}),
        ("STFT", (SIGNAL, number(1), shaped(9)), (SIGNAL, number(1), shaped(4)), {}),
        ("STFT", (SIGNAL, number(1)), (SIGNAL, number(1), UNKNOWN, number(2)), {}),
        ("AffineGrid", (shaped(1, 2, 2), FOUR), (shaped(1, 2, 3), FOUR), {}),
        (
            "DeformConv",
            (IMAGE, shaped(1, 2, 2, 2), shaped(1, 8, 4, 4)),
            (IMAGE, shaped(1, 2, 2, 2), shaped(1, 8, 3, 3)),
            {},
        ),
        ("ConvTranspose", (IMAGE, shaped(3, 1, 2, 2)), (IMAGE, shaped(2, 1, 2, 2)), {}),
        ("Pad", (shaped(4), numbers(4, 0)), (shaped(4), numbers(3, 0)), {"mode": "reflect"}),
        ("Pad", (shaped(4), numbers(1)), (shaped(4), numbers(1, 0)), {}),
        ("QLinearConv", (IMAGE, shaped(2)), (IMAGE, shaped(1)), {}),
        ("MatMulInteger", (shaped(2, 3), shaped(4, 2)), (shaped(2, 3), shaped(3, 2)), {}),
        ("NonMaxSuppression", (shaped(2, 4), ROWS), (shaped(1, 6, 4), ROWS), {}),
        ("NegativeLogLikelihoodLoss", (shaped(2, 3), PAIR), (shaped(2, 4), PAIR), {}),
        (
            "GroupNormalization",
            (IMAGE, shaped(3), shaped(2)),
            (IMAGE, shaped(2), shaped(2)),
            {"num_groups": 1},
        ),
        ("ReverseSequence", (shaped(3, 1), numbers(4)), (shaped(3, 1), numbers(3)), {}),
        ("ArrayFeatureExtractor", (shaped(2, 3), numbers(3)), (shaped(2, 3), numbers(2)), {}),
    ],
)
def test_a_kernel_takes_one_of_two_inputs(
    operator: str, wrong: tuple[Value, ...], right: tuple[Value, ...], attributes: dict[str, Any]
) -> None:
    assert refusal(operator, *wrong, **attributes)
    assert not refusal(operator, *right, **attributes)
