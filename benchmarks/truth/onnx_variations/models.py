"""Variations of the models of onnx's backend tests: each as it is, or with one thing changed.

What changes is one size or the rank of an input, a number, list or word of an attribute, a
constant, a declared output, or an input's type. Which models and which changes is decided by the
seed alone.
"""

from __future__ import annotations

import random
import warnings
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from onnx import AttributeProto, ModelProto, TensorProto, numpy_helper
from onnx.backend.test.case.node import collect_testcases

Change = Callable[[random.Random, ModelProto], bool]
"""Changes a model in place; false where it has nothing of the kind."""

MOST_CONSTANT: Final = 4096
"""Elements of an input up to which it may become a constant."""
MOST_MODELS: Final = 5
"""Backend tests that are taken for each operator."""


def write(folder: Path, seed: int, each: int) -> list[Path]:
    """``each`` variations of every model that is taken."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, model, data in _taken(seed):
        for number in range(each):
            chance = random.Random(f"{seed} {name} {number}")
            made = ModelProto()
            made.CopyFrom(model)
            made.ir_version = max(made.ir_version, 4)
            _constants(chance, made, data)
            kind = "valid" if number == 0 else _changed(chance, made)
            if kind is None:
                continue
            path = folder / f"{name}-{number}-{kind}.onnx"
            path.write_bytes(made.SerializeToString())
            written.append(path)
    return written


def _taken(seed: int) -> list[tuple[str, ModelProto, list[np.ndarray]]]:
    """Some models of one standard node for each operator and version, with inputs of the test."""
    warnings.simplefilter("ignore")  # of what NumPy thinks about the numbers in the tests
    by_operator = defaultdict(list)
    for case in collect_testcases(None):
        model = case.model
        assert model is not None
        if len(model.graph.node) > 6 or not case.data_sets or case.name.endswith("_expanded"):
            continue
        node = model.graph.node[0]
        given = [one for one in case.data_sets[0][0] if isinstance(one, np.ndarray)]
        if len(given) == len(case.data_sets[0][0]):
            by_operator[node.domain, node.op_type].append((case.name, model, given))
    chance = random.Random(seed)
    taken = []
    for cases in by_operator.values():
        taken += chance.sample(cases, min(len(cases), MOST_MODELS))
    return taken


def _constants(chance: random.Random, model: ModelProto, data: list[np.ndarray]) -> None:
    """Make constants of inputs of whole numbers, and of half of the others."""
    inputs = list(model.graph.input)
    for value, content in list(zip(inputs, data, strict=False))[1:]:
        whole = content.dtype.kind in "iu" and content.ndim <= 1
        if content.size <= MOST_CONSTANT and (whole or chance.random() < 0.5):
            model.graph.input.remove(value)
            model.graph.initializer.append(numpy_helper.from_array(content, value.name))


def _changed(chance: random.Random, model: ModelProto) -> str | None:
    """Apply one change that fits; its name."""
    order = list(CHANGES)
    chance.shuffle(order)
    return next((name for name in order if CHANGES[name](chance, model)), None)


def _size(chance: random.Random, model: ModelProto) -> bool:
    shapes = [one.type.tensor_type.shape.dim for one in model.graph.input]
    places = [dim for shape in shapes for dim in shape if dim.HasField("dim_value")]
    if not places:
        return False
    dim = chance.choice(places)
    dim.dim_value = max(dim.dim_value + chance.choice([1, 1, 2, 3, -1]), 0)
    return True


def _rank(chance: random.Random, model: ModelProto) -> bool:
    shapes = [one.type.tensor_type.shape.dim for one in model.graph.input]
    shapes = [one for one in shapes if len(one)]
    if not shapes:
        return False
    shape = chance.choice(shapes)
    if chance.random() < 0.5:
        del shape[-1 if chance.random() < 0.5 else 0]
    else:
        shape.add().dim_value = 1
    return True


def _constant_shape(chance: random.Random, model: ModelProto) -> bool:
    """A constant with one size more."""
    stored = [one for one in model.graph.initializer if len(one.dims)]
    if not stored:
        return False
    tensor = chance.choice(stored)
    content = numpy_helper.to_array(tensor)
    axis = chance.randrange(content.ndim)
    if not content.shape[axis]:
        return False
    first = np.take(content, [0], axis)
    content = np.concatenate([content, first], axis)
    tensor.CopyFrom(numpy_helper.from_array(content, tensor.name))
    return True


def _constant_value(chance: random.Random, model: ModelProto) -> bool:
    stored = [
        one
        for one in model.graph.initializer
        if one.data_type in (TensorProto.INT64, TensorProto.INT32) and len(one.dims) <= 1
    ]
    if not stored:
        return False
    tensor = chance.choice(stored)
    content = numpy_helper.to_array(tensor).copy()
    if not content.size:
        return False
    flat = content.reshape(-1)
    flat[chance.randrange(flat.size)] += chance.choice([1, 2, 10, -10, -1])
    tensor.CopyFrom(numpy_helper.from_array(content, tensor.name))
    return True


def _attributes(model: ModelProto, *types: int) -> list[AttributeProto]:
    return [one for node in model.graph.node for one in node.attribute if one.type in types]


def _integer(chance: random.Random, model: ModelProto) -> bool:
    found = _attributes(model, AttributeProto.INT)
    if not found:
        return False
    attribute = chance.choice(found)
    attribute.i = chance.choice([attribute.i + 1, attribute.i - 1, 0, 7, -7, 3])
    return True


def _list(chance: random.Random, model: ModelProto) -> bool:
    found = [one for one in _attributes(model, AttributeProto.INTS) if len(one.ints)]
    if not found:
        return False
    numbers = chance.choice(found).ints
    match chance.randrange(5):
        case 0:
            numbers.append(1)
        case 1:
            del numbers[-1]
        case 2:
            numbers[0] = numbers[-1]
        case 3:
            numbers[chance.randrange(len(numbers))] += chance.choice([1, 5, -1])
        case _:
            numbers[chance.randrange(len(numbers))] = chance.choice([0, -1, -9])
    return True


def _word(chance: random.Random, model: ModelProto) -> bool:
    found = _attributes(model, AttributeProto.STRING)
    if not found:
        return False
    attribute = chance.choice(found)
    attribute.s = chance.choice([attribute.s + b"x", attribute.s.swapcase(), b""])
    return True


def _unset(chance: random.Random, model: ModelProto) -> bool:
    nodes = [node for node in model.graph.node if len(node.attribute)]
    if not nodes:
        return False
    node = chance.choice(nodes)
    del node.attribute[chance.randrange(len(node.attribute))]
    return True


def _declared(chance: random.Random, model: ModelProto) -> bool:
    shape = model.graph.output[0].type.tensor_type.shape
    if chance.random() < 0.5 or not len(shape.dim):
        shape.dim.add().dim_value = 3
    else:
        shape.dim[chance.randrange(len(shape.dim))].dim_value += 1
    return True


def _type(chance: random.Random, model: ModelProto) -> bool:
    """Another type for one input, and for the outputs that share it."""
    if not len(model.graph.input):
        return False
    types = [TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.FLOAT16, TensorProto.INT32]
    types += [TensorProto.INT64, TensorProto.UINT8, TensorProto.INT8, TensorProto.BFLOAT16]
    given = chance.choice(model.graph.input).type.tensor_type
    old, new = given.elem_type, chance.choice(types)
    for value in (*model.graph.input, *model.graph.output):
        if value.type.tensor_type.elem_type == old:
            value.type.tensor_type.elem_type = new
    return old != new


def _omitted(chance: random.Random, model: ModelProto) -> bool:
    """One input of a node less."""
    nodes = [node for node in model.graph.node if len(node.input) > 1]
    if not nodes:
        return False
    node = chance.choice(nodes)
    del node.input[-1]
    return True


CHANGES: Final[dict[str, Change]] = {
    "size": _size,
    "size2": _size,
    "rank": _rank,
    "constant-shape": _constant_shape,
    "constant-value": _constant_value,
    "constant-value2": _constant_value,
    "integer": _integer,
    "integer2": _integer,
    "list": _list,
    "list2": _list,
    "word": _word,
    "unset": _unset,
    "declared": _declared,
    "type": _type,
    "omitted": _omitted,
}
"""A kind that is listed twice is chosen twice as often."""
