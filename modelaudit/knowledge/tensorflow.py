"""What operators of TensorFlow do besides computing: rules/tables/tensorflow_effects.json."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec


class Reaching(msgspec.Struct, frozen=True):
    """An operator that reaches outside the graph.

    ``arguments`` are those that say what it reaches: a label for people, and the index of an input
    or the name of an attribute.
    """

    effect: str
    arguments: tuple[tuple[str, int | str], ...]


class _Table(msgspec.Struct):
    operators: dict[str, Reaching]


@cache
def reaching() -> dict[str, Reaching]:
    """By the operator's name."""
    path = files("modelaudit.rules").joinpath("tables", "tensorflow_effects.json")
    return msgspec.json.decode(path.read_bytes(), type=_Table).operators
