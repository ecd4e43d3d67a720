"""The values of a configuration, and what the place of each one says about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

OPAQUE: Final = frozenset(
    {"__keras_tensor__", "__tensor__", "__numpy__", "__lambda__", "__bytes__"}
)
"""Classes whose configuration is a value: no objects are looked for inside."""
VALUES: Final = OPAQUE | {"__slice__", "__ellipsis__"}
"""Classes that are no layers, functions or anything else that a release of Keras has or lacks."""
COMPILED: Final = frozenset({"loss", "metrics", "weighted_metrics"})
"""Keys of what a model is compiled with: a text, an object, or a list or dict of either."""
MOST_NAME: Final = 300
"""Characters of a class, a module, a key or a layer's name."""
MOST_PATH: Final = 200
"""Characters of the names that lead to an object."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its place.

    ``role`` is the key that leads to the value. ``owner`` is the class of the object around it,
    empty where there is none, and ``owner_role`` the key that leads to that object. ``path`` is the
    names of the layers on the way, joined by slashes.
    """

    value: Json
    role: str = ""
    path: str = ""
    owner: str = ""
    owner_role: str = ""


def spelled(module: Json, name: str) -> tuple[str, str]:
    """A module and a class as Keras finds them: by both names joined, wherever the last dot is.

    So ``layers.Lambda`` of ``keras`` is ``Lambda`` of ``keras.layers``.
    """
    if isinstance(module, str) and module.partition(".")[0] == "keras":
        place, _, last = f"{module}.{name}".rpartition(".")
        return place, last
    return "None" if module is None else str(module), name


def class_of(value: dict[str, Json]) -> str:
    """The class of an object, without the part of its module that is spelled with it."""
    return spelled(value.get("module", ""), str(value["class_name"]))[1]


def below(node: Node) -> Iterator[Node]:
    """The values directly inside a list or dict: those that are texts, lists or dicts."""
    if isinstance(node.value, list):
        yield from _items(node, node.value)
    elif isinstance(node.value, dict):
        yield from _values(node, node.value)


def _items(node: Node, items: list[Json]) -> Iterator[Node]:
    """The items of a list have its role. Texts have it only where they name losses or metrics:
    the words of a vocabulary are no path, though a text in place of the list is one.
    """
    for item in items:
        if isinstance(item, dict | list | str):
            role = node.role if not isinstance(item, str) or node.role in COMPILED else ""
            yield Node(item, role, node.path, node.owner, node.owner_role)


def _values(node: Node, value: dict[str, Json]) -> Iterator[Node]:
    path, owner, owner_role = node.path, node.owner, node.owner_role
    if isinstance(value.get("class_name"), str):
        class_name = class_of(value)
        if class_name in OPAQUE:
            return
        config = value.get("config")
        name = config.get("name") if isinstance(config, dict) else None
        part = name if isinstance(name, str) else class_name
        path = f"{path}/{part}".strip("/")[:MOST_PATH]
        owner, owner_role = class_name, node.role
    # A model with several outputs has a dict of losses, whose keys are the names of the outputs.
    by_output = node.role in COMPILED and not owner
    for key, item in value.items():
        if isinstance(item, dict | list | str):
            role = node.role if key == "config" or by_output else key
            yield Node(item, role, path, owner, owner_role)
