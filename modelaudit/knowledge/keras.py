"""What a release of Keras can rebuild from a configuration, by rules/tables/keras_classes.json.

A configuration with a ``module`` is looked up by public name, then in that module, then among what
the caller registered; one without (HDF5, and JSON before 2.12) by the class's name alone.
https://github.com/keras-team/keras/blob/master/keras/src/saving/serialization_lib.py
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

import msgspec

BUILTIN: Final = (
    *("activations", "constraints", "initializers", "losses", "metrics", "optimizers"),
    "regularizers",
)
"""Where a function of the module ``builtins`` is looked for."""
LAYERS: Final = frozenset(
    {"", "layers", "layer", "cell", "cells", "backward_layer", "forward_layer"}
)
_ROLES: Final = {
    "initializer": "initializers",
    "regularizer": "regularizers",
    "constraint": "constraints",
    "loss": "losses",
    "metrics": "metrics",
    "weighted_metrics": "metrics",
    "optimizer": "optimizers",
    "optimizer_config": "optimizers",
    "activation": "activations",
}
"""The public module of an object without one, by how the key that holds it ends."""
ANY: Final = "*"
Span = list[str]


class Classes(msgspec.Struct):
    """The table; a span is the first release and the first without it, in turn."""

    releases: list[str]
    converted: dict[str, list[str]]
    in_archives: dict[str, Span]
    layers: dict[str, Span]
    layer_functions: dict[str, Span]
    exports: dict[str, Span]
    modules: dict[str, Span]
    classes: dict[str, dict[str, Span | str]]
    keys: dict[str, dict[str, Span | str]]


@cache
def _table() -> Classes:
    path = files("modelaudit.rules").joinpath("tables", "keras_classes.json")
    return msgspec.json.decode(path.read_bytes(), type=Classes)


@cache
def _index(version: str) -> int:
    """The release that a version is judged as: its minor one, or the nearest below it."""
    from packaging.version import Version  # noqa: PLC0415  only rules about targets need it

    wanted = Version(version).release[:2]
    known = [tuple(map(int, release.split("."))) for release in _table().releases]
    return max((n for n, release in enumerate(known) if release <= wanted), default=0)


def _within(span: Span, index: int) -> bool:
    releases = _table().releases
    return sum(releases.index(edge) <= index for edge in span) % 2 == 1


def _has(names: dict[str, Span], name: str, index: int) -> bool:
    return name in names and _within(names[name], index)


def lacks(via: str, role: str, module: str, name: str, version: str) -> str:
    """Why a release cannot find a class or function: ``module``, ``class``, ``custom``; or empty.

    ``custom`` is for what no release has, so that the program that loads it has to register it.
    """
    index = _index(version)
    if module == "":
        return _lacks_by_name(via, role, name, index)
    if module == "None" or not (module == "keras" or module.startswith(("keras.", "builtins"))):
        return "custom"
    places = [f"keras.{m}" for m in BUILTIN] if module == "builtins" else [module]
    if any(_has(_table().exports, f"{place}.{name}", index) for place in places):
        return ""
    if module == "builtins":
        return _unknown(name)
    return _lacks_in(module, name, index)


def _lacks_in(module: str, name: str, index: int) -> str:
    """Like ``lacks``, for what is no public name."""
    there = _has(_table().modules, module, index)
    if there and _in_module(module, name, index):
        return ""
    return _unknown(name) if there or _is_public(module, index) else "module"


def _unknown(name: str) -> str:
    """``class`` for what some release has under this name."""
    return "class" if name in _known_names() else "custom"


@cache
def _known_names() -> frozenset[str]:
    table = _table()
    names = {export.rpartition(".")[2] for export in table.exports} | set(table.layers)
    for held in table.classes.values():
        names |= {name for name in held if name}
        names.update(str(held.get("", "")).split())
    return frozenset(names)


def _is_public(module: str, index: int) -> bool:
    return module == "keras" or any(
        name.startswith(f"{module}.") and _within(span, index)
        for name, span in _table().exports.items()
    )


def _in_module(module: str, name: str, index: int) -> bool:
    held = _table().classes.get(module, {})
    span = held.get(name)
    if isinstance(span, list):
        return _within(span, index)
    return name in str(held.get("", "")).split()


def _lacks_by_name(via: str, role: str, name: str, index: int) -> str:
    if role in LAYERS:
        return "" if _has(_table().layers, name, index) else _unknown(name)
    namespace = _namespace(role)
    if via == "training" or not namespace:
        return ""
    defined = _defined(namespace, index) if _is_3(index) else frozenset[str]()
    public = not defined and _has(_table().exports, f"keras.{namespace}.{name}", index)
    return "" if public or name in defined else _unknown(name)


@cache
def _defined(namespace: str, index: int) -> frozenset[str]:
    """The classes that Keras 3 finds by name alone: those that are called so where they are made.

    ``keras.initializers.Orthogonal`` of 3.3 is a class ``OrthogonalInitializer``.
    """
    prefix = f"keras.src.{namespace}."
    modules = [module for module in _table().classes if module.startswith(prefix)]
    found: set[str] = set()
    for module in modules:
        if _has(_table().modules, module, index):
            held = _table().classes[module]
            found.update(str(held.get("", "")).split())
            found.update(
                n for n, span in held.items() if isinstance(span, list) and _within(span, index)
            )
    return frozenset(found)


def _namespace(role: str) -> str:
    return next((where for end, where in _ROLES.items() if role.endswith(end)), "")


def refuses(
    via: str, role: str, module: str, name: str, keys: list[str], version: str
) -> list[str]:
    """The keys of a configuration that the class's constructor does not take in a release."""
    index = _index(version)
    taken = _keys(_qualified(role, module, name), index)
    if taken is None or ANY in taken:
        return []
    gone = {*taken, *_table().converted.get(name, ())}
    if via in ("hdf5", "json", "yaml") and role in LAYERS and _is_3(index):
        gone.update(_table().converted[""])
    if via == "archive":
        gone.update(key for key in keys if _has(_table().in_archives, key, index))
    return [key for key in keys if key not in gone]


def _is_3(index: int) -> bool:
    return _table().releases[index].startswith("3.")


def _qualified(role: str, module: str, name: str) -> str:
    if module and module != "None":
        return f"{module}.{name}"
    if role in LAYERS:
        return f"keras.layers.{name}"
    return f"keras.{_namespace(role)}.{name}"


@lru_cache(maxsize=1024)
def _keys(qualified: str, index: int) -> frozenset[str] | None:
    """What a class's configuration may have; None for one that the table does not know."""
    held = _table().keys.get(qualified)
    if held is None:
        return None
    found = set(str(held.get("", "")).split())
    for key, span in held.items():
        if isinstance(span, list) and _within(span, index):
            found.add(key)
    return frozenset(found)


def names(kind: str, name: str, version: str) -> bool:
    """Whether a release has ``keras.<kind>.<name>``, or takes a text of a layer for a function."""
    if kind == "layer_functions":
        return _has(_table().layer_functions, name, _index(version))
    return _has(_table().exports, f"keras.{kind}.{name}", _index(version))


def known(kind: str, name: str) -> bool:
    """Whether any release has ``keras.<kind>.<name>``."""
    return f"keras.{kind}.{name}" in _table().exports
