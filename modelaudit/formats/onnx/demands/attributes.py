"""Attributes: the words and numbers that kernels take, which the standard leaves to its text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from modelaudit.formats.onnx.demands.kinds import Demand, Node, Unmet, axes, created
from modelaudit.formats.onnx.values import shown
from modelaudit.formats.protobuf import KEPT

_PADDING: Final = frozenset({"", "NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"})
_DIRECTIONS: Final = frozenset({"forward", "reverse", "bidirectional"})
_COORDINATES: Final = frozenset(
    (
        *("asymmetric", "pytorch_half_pixel", "tf_half_pixel_for_nn", "align_corners"),
        *("half_pixel", "half_pixel_symmetric", "tf_crop_and_resize"),
    )
)
_NEAREST: Final = frozenset(
    {"", "simple", "round_prefer_floor", "round_prefer_ceil", "floor", "ceil"}
)
_WINDOWED: Final = (
    *("Conv", "ConvTranspose", "ConvInteger", "QLinearConv"),
    *("AveragePool", "LpPool", "MaxPool"),
)
_RECURRENT: Final = ("LSTM", "GRU", "RNN")

_WORDS: Final[Mapping[str, Mapping[str, frozenset[str]]]] = {
    **{name: {"auto_pad": _PADDING} for name in _WINDOWED},
    **{name: {"direction": _DIRECTIONS} for name in _RECURRENT},
    "BitShift": {"direction": frozenset({"LEFT", "RIGHT"})},
    "DepthToSpace": {"mode": frozenset({"DCR", "CRD"})},
    "GridSample": {
        "mode": frozenset({"bilinear", "linear", "nearest", "bicubic", "cubic"}),
        "padding_mode": frozenset({"zeros", "border", "reflection"}),
    },
    "Pad": {"mode": frozenset({"constant", "reflect", "edge", "wrap"})},
    "Resize": {
        "mode": frozenset({"nearest", "linear", "cubic"}),
        "coordinate_transformation_mode": _COORDINATES,
        "nearest_mode": _NEAREST,
        "keep_aspect_ratio_policy": frozenset({"stretch", "not_larger", "not_smaller"}),
    },
    "RoiAlign": {"mode": frozenset({"avg", "max"})},
    "SpaceToDepth": {"mode": frozenset({"DCR", "CRD"})},
    "StringNormalizer": {"case_change_action": frozenset({"NONE", "LOWER", "UPPER"})},
    "TensorScatter": {"mode": frozenset({"linear", "circular"})},
    "TfIdfVectorizer": {"mode": frozenset({"TF", "IDF", "TFIDF"})},
    "Upsample": {"mode": frozenset({"nearest", "linear", "cubic"})},
}
_RUN_WORDS: Final = {"Gelu": {"approximate": frozenset({"none", "tanh"})}}
"""Those that a run refuses."""


class _Whole(NamedTuple):
    """Whole numbers that an attribute may be; ``unset`` counts where a node does not set it."""

    attribute: str
    least: int
    most: int
    unset: int
    step: int = 1


_MOST: Final = (1 << 63) - 1
_HIDDEN: Final = _Whole("hidden_size", 1, _MOST, 0)
_SCAN_WITHOUT_LENGTHS: Final = 9
_HEADS_SINCE: Final = "1.26"
_OWN_AXIS: Final = 4
"""Dimensions of data whose heads have an axis, so that their number is not looked at."""
_INVERSE_UNTIL: Final = "1.25"
_NUMBERS: Final[Mapping[str, tuple[_Whole, ...]]] = {
    **dict.fromkeys(("LSTM", "GRU"), (_HIDDEN, _Whole("layout", 0, 1, 0))),
    "RNN": (_Whole("layout", 0, 1, 0),),
    **dict.fromkeys(
        ("CumSum", "CumProd"), (_Whole("exclusive", 0, 1, 0), _Whole("reverse", 0, 1, 0))
    ),
    "LpNormalization": (_Whole("p", 1, 2, 2),),
    "LRN": (_Whole("size", 1, _MOST, 1, step=2),),
    "TfIdfVectorizer": (_Whole("max_skip_count", 0, _MOST, 0),),
    "Mod": (_Whole("fmod", 0, 1, 0),),
    "NonMaxSuppression": (_Whole("center_point_box", 0, 1, 0),),
}


def unmet(operator: str, node: Node) -> Iterator[Unmet]:
    """What the attributes of a node lack, whatever its inputs are."""
    for attribute, allowed in _WORDS.get(operator, {}).items():
        yield from _word(attribute, node, allowed, created=True)
    for attribute, allowed in _RUN_WORDS.get(operator, {}).items():
        yield from _word(attribute, node, allowed, created=False)
    for one in _NUMBERS.get(operator, ()):
        given = node.integer(one.attribute, one.unset)
        if not one.least <= given <= one.most or (given - one.least) % one.step:
            yield Unmet(one.attribute, str(given), _needed(one), created=True)
    if operator in _OTHERS:
        yield from _OTHERS[operator](node)


def _word(attribute: str, node: Node, allowed: frozenset[str], *, created: bool) -> Iterator[Unmet]:
    if attribute in node.attributes:
        given = node.word(attribute, "")
        if given not in allowed:
            needed = " or ".join(sorted(one for one in allowed if one))
            yield Unmet(attribute, repr(given[:40]), needed, created)


def _needed(one: _Whole) -> str:
    if one.step == 2:
        return "odd"
    return f"{one.least} or more" if one.most == _MOST else f"{one.least} or {one.most}"


def _constant(node: Node) -> Iterator[Unmet]:
    if len(node.attributes) != 1:
        yield Unmet("number of values", str(len(node.attributes)), "1", created=True)


def _pattern(node: Node) -> Iterator[Unmet]:
    if "pattern" not in node.attributes:
        yield Unmet("pattern", "not set", "set", created=True)


def _sequence(node: Node) -> Iterator[Unmet]:
    for name, unset in (("batch_axis", 1), ("time_axis", 0)):
        if node.integer(name, unset) > 1:  # smaller ones are not looked at
            yield Unmet(name, str(node.integer(name, unset)), "0 or 1", created=True)
    if node.integer("batch_axis", 1) == node.integer("time_axis", 0):
        yield Unmet("batch_axis", str(node.integer("batch_axis", 1)), "another", created=True)


def _body(first: int) -> Demand:
    """A graph inside a node that takes as many values as the node has inputs from ``first`` on."""

    def demands(node: Node) -> Iterator[Unmet]:
        if "body" not in node.attributes:
            return
        taken = len(node.attributes["body"].g.input)
        given = len(node.inputs) - first
        if given != taken:
            yield Unmet("number of values for the body", str(given), str(taken), created=True)

    return demands


def _hidden(node: Node) -> Iterator[Unmet]:
    if "hidden_size" not in node.attributes:
        yield Unmet("hidden_size", "not set", "set", created=True)


def _scan(node: Node) -> Iterator[Unmet]:
    scanned = node.integer("num_scan_inputs", 1)
    if not 1 <= scanned <= len(node.inputs):
        yield Unmet("num_scan_inputs", str(scanned), f"1 to {len(node.inputs)}", created=True)
    yield from _body(0 if node.version >= _SCAN_WITHOUT_LENGTHS else 1)(node)


def _heads(node: Node) -> Iterator[Unmet]:
    if node.integer("num_heads", 0) < 0:
        yield Unmet(
            *("num_heads", str(node.integer("num_heads", 0)), "0 or more"),
            created=True, since=_HEADS_SINCE, ignored=len(node.dims(0) or ()) == _OWN_AXIS,
        )  # fmt: skip


def _inverse(node: Node) -> Iterator[Unmet]:
    if node.integer("inverse", 0) and node.integer("onesided", 0):
        yield Unmet("onesided", "1", "0 with inverse", created=True, until=_INVERSE_UNTIL)
    data = node.dims(0)
    if data is not None and "axis" in node.attributes:
        yield from created(axes("axis", (node.integer("axis", 1),), len(data)))
    if data and data[-1] not in (-1, 1, 2):
        yield Unmet("last size of the data", str(data[-1]), "1 or 2")


def _grams(node: Node) -> Iterator[Unmet]:
    least, most = node.integer("min_gram_length", 0), node.integer("max_gram_length", 0)
    counts = len(node.integers("ngram_counts"))
    if least < 1:
        yield Unmet("min_gram_length", str(least), "1 or more", created=True)
    elif counts < KEPT and not least <= most <= counts:
        yield Unmet("max_gram_length", str(most), f"{least} to {counts}", created=True)
    starts = list(node.integers("ngram_counts"))
    if counts < KEPT and starts != sorted(starts):
        yield Unmet("ngram_counts", shown(starts), "ascending", created=True)


_OTHERS: Final[Mapping[str, Demand]] = {
    "Constant": _constant,
    "Loop": _body(0),
    "DFT": _inverse,
    "RegexFullMatch": _pattern,
    "ReverseSequence": _sequence,
    "RNN": _hidden,
    "RotaryEmbedding": _heads,
    "Scan": _scan,
    "TfIdfVectorizer": _grams,
}
