"""XGBoost's own files: JSON, Universal Binary JSON (from 1.6), and the binary form before them.

A Booster pickles one of them together with its configuration.
https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Anomaly, Element, Fact, Identity, Metadata, Producer
from modelaudit.core.limits import KIB, Bounds
from modelaudit.core.source import Source
from modelaudit.formats.ubjson import Packed
from modelaudit.formats.xgboost.document import AnyLearner, Document, from_json, from_ubjson
from modelaudit.formats.xgboost.trees import Contradictions, number

BINARY: Final = b"binf"
PICKLED: Final = b"CONFIG-offset:"
"""What a Booster pickles before 1.3; eight bytes and the binary form follow."""
_CONFIG: Final = re.compile(rb'\{\s*"Config"')
_AFTER_BRACE: Final = (b'"', b" ", b"\n", b"\r", b"\t")
"""What follows the first brace of JSON; in Universal Binary JSON it is the type of a length."""
_DEFAULT: Final = 0.5
"""The intercept of a model that tells none."""
_BINARY: Final = struct.Struct("<fIiiiIII")
"""Intercept, features, classes, two flags, the version's first two numbers, targets."""
_RESERVED: Final = 136
"""Bytes of the parameters, behind which the objective and the booster are named."""
_MOST_NAME: Final = 100
_CATEGORICAL: Final = "c"
_TAIL: Final = 64 * KIB
"""Bytes behind the trees in which attributes are looked for."""
_OBJECTIVE: Final = re.compile(
    rb'\{(?:"\w+":\{[^{}\0]{0,2000}\},)?"name":"\w+:\w+"(?:,"\w+":\{[^{}\0]{0,2000}\})*\}'
)
_MEMBER: Final = re.compile(rb'"(\w+)":\{')


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """The form, who saved it, and what a release has to know to read it. Raises Malformed."""
    head = source.read(0, len(PICKLED))
    if head[:1] != b"{":
        yield Identity("xgboost", "binary", source.at())
        yield Metadata("xgboost-form", "binary", -1, source.at())
        yield from _binary(source, len(PICKLED) + 8 if head == PICKLED else 0)
        return
    form = "json" if head[1:2] in _AFTER_BRACE else "ubj"
    yield Identity("xgboost", form, source.at())
    yield Metadata("xgboost-form", form, -1, source.at())
    if form == "json" and _CONFIG.match(source.read(0, 64)):
        yield Metadata("xgboost-part", "pickled-json", -1, source.at())
    document = from_json(source, bounds) if form == "json" else from_ubjson(source, bounds)
    if version := _version(document):
        yield Producer("xgboost", version, source.at())
    yield from _learner(source, document.model.learner)
    yield from _trees(source, document, form)


def _version(document: Document) -> str:
    held = document.model.version
    numbers = held.numbers() if isinstance(held, Packed) else held
    if not isinstance(numbers, list) or len(numbers) != 3:
        return ""
    return ".".join(str(one) for one in numbers if isinstance(one, int))


def _learner(source: Source, learner: AnyLearner) -> Iterator[Fact]:
    name = str(learner.objective.get("name", ""))[:_MOST_NAME]
    members = tuple(key[:_MOST_NAME] for key in learner.objective if key != "name")
    yield Metadata("xgboost-objective", name, -1, source.at())
    yield Element(name, "objective", "", 1, source.at(), attributes=members)
    booster = learner.gradient_booster.name[:_MOST_NAME]
    yield Metadata("xgboost-booster", booster, -1, source.at())
    parameters = learner.learner_model_param
    score = str(parameters.get("base_score", ""))[:_MOST_NAME]
    yield Metadata("xgboost-base-score", score, -1, source.at())
    if score.startswith("["):
        yield Metadata("xgboost-part", "intercept-list", -1, source.at())
        linear = booster == "gblinear" and number(parameters, "num_class") > 1
        if not linear and not _is_default(score):
            yield Metadata("xgboost-part", "intercept-list-counts", -1, source.at())
    types = learner.feature_types
    if isinstance(types, list) and _CATEGORICAL in types:
        yield Metadata("xgboost-part", "categorical-types", -1, source.at())


def _is_default(score: str) -> bool:
    try:
        values = json.loads(score)
    except ValueError:
        return False
    return isinstance(values, list) and all(one == _DEFAULT for one in values)


def _trees(source: Source, document: Document, form: str) -> Iterator[Fact]:
    """What the trees are made of, and what contradicts itself in them."""
    held = document.forest
    learner = document.model.learner
    if learner.gradient_booster.name != "gblinear":
        announced = number(held.gbtree_model_param, "num_trees")
        if announced != len(held.trees):
            fields = {"announced": announced, "has": len(held.trees)}
            yield Anomaly("xgboost-tree-count", fields, source.at())
        if not held.trees and held.iteration_indptr is None:
            yield Metadata("xgboost-part", "no-rounds", -1, source.at())
    contradictions = Contradictions(number(learner.learner_model_param, "num_feature"))
    parts = set[str]()
    for index, tree in enumerate(document.trees):
        contradictions.look(index, tree)
        if tree.leaf_child_counts is None:
            parts.add("no-leaf-counts")
        if form == "json" and any(type(one) is int for one in tree.default_left):
            parts.add("integers-as-truths")
        if number(tree.tree_param, "size_leaf_vector") > 1:
            parts.add("leaf-vectors")
            if tree.leaf_weights is None and "leaf_weights" not in tree.counts:
                parts.add("leaf-vectors-inside")
    if contradictions.deleted:
        parts.add("deleted-nodes")
    if any(_is_of_bytes(one) for one in _categories(held.cats)):
        parts.add("bytes-in-categories")
    for part in sorted(parts):
        yield Metadata("xgboost-part", part, -1, source.at())
    yield from contradictions.facts(source.at())


def _categories(cats: dict[str, object]) -> Iterator[object]:
    encoded = cats.get("enc")
    for one in encoded if isinstance(encoded, list) else ():
        if isinstance(one, dict):
            yield from one.values()


def _is_of_bytes(values: object) -> bool:
    return isinstance(values, Packed) and values.code == "i"


def _binary(source: Source, start: int) -> Iterator[Fact]:
    """What the parameters before the trees say; the trees are not read."""
    at = start + (len(BINARY) if source.read(start, len(BINARY)) == BINARY else 0)
    raw = source.read(at, _BINARY.size)
    if len(raw) < _BINARY.size:
        raise Malformed("broken-document", {"problem": "it ends early"}, at)
    score, _, _, _, _, major, minor, targets = _BINARY.unpack(raw)
    yield Metadata("xgboost-base-score", f"{score:g}", -1, source.at(at))
    if major:
        yield Metadata("xgboost-written-by", f"{major}.{minor}", -1, source.at(at))
    if targets > 1:
        yield Metadata("xgboost-part", "several-targets", -1, source.at(at))
    objective, behind = _text(source, at + _RESERVED)
    booster, _ = _text(source, behind)
    yield Metadata("xgboost-objective", objective, -1, source.at(at))
    yield Metadata("xgboost-booster", booster, -1, source.at(at))
    tail = source.read(max(at, source.extent - _TAIL), _TAIL)
    if match := _OBJECTIVE.search(tail):
        members = tuple(one.decode() for one in _MEMBER.findall(match[0]))
        yield Element(objective, "objective", "", 1, source.at(at), attributes=members)


def _text(source: Source, at: int) -> tuple[str, int]:
    """A text behind its length, and where it ends."""
    length = int.from_bytes(source.read(at, 8), "little")
    if length > _MOST_NAME:
        raise Malformed("broken-document", {"problem": "a name that is too long"}, at)
    return source.read(at + 8, length).decode("utf-8", "replace"), at + 8 + length
