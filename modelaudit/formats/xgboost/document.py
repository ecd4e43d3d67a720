"""A model of XGBoost as its JSON and its Universal Binary JSON have it, trees one at a time.

https://github.com/dmlc/xgboost/blob/master/doc/model.schema
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Generic, TypeVar

import msgspec

from modelaudit.core.errors import Malformed
from modelaudit.core.limits import Bounds, reached
from modelaudit.core.source import Source
from modelaudit.formats import ubjson

T = TypeVar("T")
_NO_NUMBERS: Final = re.compile(rb"(?<=[\[,:\s])-?(?:NaN|Infinity|nan|inf)(?=[\],}\s])")
"""What XGBoost writes for numbers that JSON does not have."""


class Forest(msgspec.Struct, Generic[T]):
    """The trees of a booster. ``iteration_indptr`` came with 2.0, ``cats`` with 3.1."""

    trees: list[T] = []
    gbtree_model_param: dict[str, object] = {}
    iteration_indptr: object = None
    cats: dict[str, object] = {}


class Boosted(msgspec.Struct, Generic[T]):
    """A booster; that of DART is around one of trees."""

    name: str = ""
    model: Forest[T] | None = None
    gbtree: Boosted[T] | None = None


class Learner(msgspec.Struct, Generic[T]):
    gradient_booster: Boosted[T]
    learner_model_param: dict[str, object] = {}
    objective: dict[str, object] = {}
    feature_types: object = None


class Model(msgspec.Struct, Generic[T]):
    learner: Learner[T]
    version: object = None


class Pickled(msgspec.Struct, Generic[T]):
    """What a Booster pickles: its configuration, and its model."""

    Model: Model[T]


class Tree(msgspec.Struct):
    """One tree: a number for each node.

    ``leaf_weights`` came with 3.2, ``leaf_child_counts`` went with 1.3, and ``split_type`` came
    with it. Numbers that are only counted may be left out: ``counts`` has their counts.
    """

    left_children: list[int]
    right_children: list[int]
    parents: list[int]
    split_indices: list[int]
    default_left: list[bool | int]
    tree_param: dict[str, object]
    base_weights: list[float]
    split_conditions: list[float]
    loss_changes: list[float] | None = None
    sum_hessian: list[float] | None = None
    split_type: list[int] | None = None
    leaf_weights: list[float] | None = None
    leaf_child_counts: list[int] | None = None
    counts: dict[str, int] = {}

    def count(self, member: str) -> int | None:
        """How many numbers a member has; None where the tree does not have it."""
        numbers = getattr(self, member)
        return self.counts.get(member, None if numbers is None else len(numbers))


COUNTED: Final = frozenset(
    {"base_weights", "split_conditions", "loss_changes", "sum_hessian", "leaf_weights"}
)
"""Members of a tree whose numbers nobody looks at."""


AnyForest = Forest[msgspec.Raw] | Forest[dict[str, object]]
AnyLearner = Learner[msgspec.Raw] | Learner[dict[str, object]]


class Document(msgspec.Struct):
    """A model, and its trees as they are read."""

    model: Model[msgspec.Raw] | Model[dict[str, object]]
    forest: AnyForest
    trees: Iterator[Tree]


def from_json(source: Source, bounds: Bounds) -> Document:
    """Raises Malformed for text that is no JSON, or no model."""
    if source.bounded and source.extent > bounds.limits.max_structure:
        raise reached("max-structure", bounds.limits.max_structure)
    data = bytes(source.whole())
    try:
        model = _decode(data)
    except msgspec.ValidationError as error:
        raise _broken(error) from None
    except msgspec.DecodeError:
        try:
            model = _decode(_NO_NUMBERS.sub(b"0", data))
        except msgspec.DecodeError as error:
            raise _broken(error) from None
    except RecursionError:
        raise Malformed("broken-document", {"problem": "it is nested too deeply"}) from None
    held = forest(model)
    return Document(model, held, _texts(held, bounds))


def from_ubjson(source: Source, bounds: Bounds) -> Document:
    """Raises Malformed for bytes that are no Universal Binary JSON, or no model."""
    held, _ = ubjson.read(source, 0, bounds)
    try:
        model = msgspec.convert(held.get("Model", held), Model[dict[str, object]])
    except msgspec.ValidationError as error:
        raise _broken(error) from None
    trees = forest(model)
    return Document(model, trees, _unpacked(trees, bounds))


def forest(model: Model[T]) -> Forest[T]:
    """The trees of a model; none for a linear one."""
    boosted = model.learner.gradient_booster
    return (boosted.gbtree or boosted).model or Forest[T]()


def _decode(data: bytes) -> Model[msgspec.Raw]:
    if re.match(rb"\{\s*\"Config\"", data):
        return msgspec.json.decode(data, type=Pickled[msgspec.Raw], strict=False).Model
    return msgspec.json.decode(data, type=Model[msgspec.Raw], strict=False)


def _texts(held: Forest[msgspec.Raw], bounds: Bounds) -> Iterator[Tree]:
    for raw in held.trees:
        bounds.check()
        try:
            yield msgspec.json.decode(raw, type=Tree)
        except msgspec.DecodeError as error:
            raise _broken(error) from None


def _unpacked(held: Forest[dict[str, object]], bounds: Bounds) -> Iterator[Tree]:
    for raw in held.trees:
        bounds.check()
        known = [key for key in Tree.__struct_fields__ if key in raw and key != "counts"]
        plain = {key: [] if key in COUNTED else _plain(raw[key]) for key in known}
        try:
            tree = msgspec.convert(plain, Tree)
        except msgspec.ValidationError as error:
            raise _broken(error) from None
        tree.counts = {key: _length(raw[key]) for key in known if key in COUNTED}
        yield tree


def _plain(value: object) -> object:
    return value.numbers() if isinstance(value, ubjson.Packed) else value


def _length(value: object) -> int:
    if isinstance(value, ubjson.Packed):
        return value.count
    return len(value) if isinstance(value, list) else 0


def _broken(error: Exception) -> Malformed:
    return Malformed("broken-document", {"problem": str(error)[:200]})
