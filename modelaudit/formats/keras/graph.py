"""The graph of a functional model: which nodes its layers make, and which ones are referred to.

Calling a layer makes a node. ``inbound_nodes`` lists the calls of a layer, and in each the nodes
that it is given as ``[layer, node, tensor, …]``; nodes of a layer are counted from 0.
https://github.com/keras-team/keras/blob/master/keras/src/models/functional.py
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from modelaudit.core.facts import Fact, Metadata
from modelaudit.core.location import Location
from modelaudit.formats.keras.walk import Json

_MODELS: Final = ("Functional", "Model")
_NEVER: Final = 1 << 30
"""More nodes than any layer makes: what a reference to an unknown layer is compared with."""
_Reference = tuple[str, int]


def unmade_nodes(value: Json, where: Location) -> Iterator[Fact]:
    """Layers that refer to nodes which no call makes, in any model of a configuration."""
    left: list[Json] = [value]
    while left:
        inner = left.pop()
        if isinstance(inner, list):
            left.extend(inner)
        elif isinstance(inner, dict):
            left.extend(inner.values())
            for name in _unresolved(inner):
                yield Metadata("keras-node-beyond", name[:200], -1, where)


def single_nodes(config: dict[str, Json], where: Location) -> Iterator[Fact]:
    """The ends of a model that are one node where others are a list of nodes."""
    for key in ("input_layers", "output_layers"):
        nodes = config.get(key)
        if isinstance(nodes, list) and nodes and isinstance(nodes[0], str):
            yield Metadata("keras-single-node", key, -1, where)


def _unresolved(config: dict[str, Json]) -> list[str]:
    """Layers of a functional model whose calls, or whose outputs, refer to nodes never made.

    A model inside makes its first node by itself, which is not among its calls: Keras 2 counts it
    in references and Keras 3 does not. The outputs are therefore allowed one node more.
    """
    layers, outputs = config.get("layers"), config.get("output_layers")
    if not isinstance(layers, list) or not isinstance(outputs, list):
        return []
    waiting: dict[str, list[list[_Reference]]] = {}
    made: dict[str, int] = {}
    models: set[str] = set()
    for layer in layers:
        if not isinstance(layer, dict):
            return []
        name, nodes = str(layer.get("name")), layer.get("inbound_nodes")
        if not isinstance(nodes, list):
            return []
        waiting[name] = [list(_references(node)) for node in nodes]
        made[name] = 0 if nodes else 1  # an input layer makes its node itself
        if layer.get("class_name") in _MODELS:
            models.add(name)
    _call_all(waiting, made)
    names = [name for name, calls in waiting.items() if calls]
    for name, index in _references(outputs):
        if index - (name in models) >= made.get(name, _NEVER):
            names.append(name)
    return list(dict.fromkeys(names))


def _call_all(waiting: dict[str, list[list[_Reference]]], made: dict[str, int]) -> None:
    """Make every call whose inputs are there, until no more can be made; both dicts change.

    A layer's calls are made in their order, as Keras 3 does.
    """
    moved = True
    while moved:
        moved = False
        for name, calls in waiting.items():
            while calls and all(made.get(other, _NEVER) > index for other, index in calls[0]):
                calls.pop(0)
                made[name] += 1
                moved = True


def _references(value: Json) -> Iterator[_Reference]:
    """Every layer and node that is named in lists: ``["dense", 0, 0, {}]``."""
    left = [value]
    while left:
        inner = left.pop()
        if not isinstance(inner, list):
            continue
        if len(inner) >= 3 and isinstance(inner[0], str) and isinstance(inner[1], int):
            yield inner[0], inner[1]
        left.extend(inner)
