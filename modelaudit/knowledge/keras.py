"""What a release of Keras can rebuild from a configuration, by rules/tables/keras_classes.json.

A configuration with a ``module`` is looked up by public name, then in that module, then among what
the caller registered; one without (HDF5, and JSON before 2.12) by the class's name alone.
https://github.com/keras-team/keras/blob/master/keras/src/saving/serialization_lib.py
"""

from __future__ import annotations

import builtins
from functools import cache, lru_cache
from typing import Final

import msgspec

from modelaudit.knowledge.span import Names, agreed, coverage, in_span
from modelaudit.knowledge.tables import load

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
Edges = tuple[str, ...]
"""The first release with something, and the first without it, in turn."""


class Classes(msgspec.Struct):
    """rules/tables/keras_classes.json. A text is a list of names that all releases have."""

    releases: Names
    converted: dict[str, list[str]]
    in_archives: dict[str, Edges]
    layers: dict[str, Edges]
    layer_functions: dict[str, Edges]
    exports: dict[str, Edges]
    modules: dict[str, Edges]
    classes: dict[str, dict[str, Edges | str]]
    keys: dict[str, dict[str, Edges | str]]


def _table() -> Classes:
    return load("keras_classes", Classes)


def releases() -> Names:
    return _table().releases


def _has(names: dict[str, Edges], name: str, at: int) -> bool:
    return name in names and in_span(names[name], releases(), at)


def lacks(via: str, role: str, module: str, name: str, version: str) -> str:
    """Why a release cannot find a class or function: ``module``, ``class``, ``custom``; or empty.

    ``custom`` is for what no release has, so that the program that loads it has to register it.
    Empty too where nothing is known of the release.
    """
    covered = coverage(releases(), version)
    return agreed(covered, lambda at: _lacks(via, role, module, name, at)) or ""


def _lacks(via: str, role: str, module: str, name: str, at: int) -> str:
    if module == "":
        return _lacks_by_name(via, role, name, at)
    if module == "None" or not (module == "keras" or module.startswith(("keras.", "builtins"))):
        return "custom"
    places = [f"keras.{m}" for m in BUILTIN] if module == "builtins" else [module]
    if any(_has(_table().exports, f"{place}.{name}", at) for place in places):
        return ""
    if module == "builtins":
        return _unknown(name)
    return _lacks_in(module, name, at)


def _lacks_in(module: str, name: str, at: int) -> str:
    """Like ``_lacks``, for a name that is not public."""
    there = _has(_table().modules, module, at)
    if there and _in_module(module, name, at):
        return ""
    return _unknown(name) if there or _is_public(module, at) else "module"


def _unknown(name: str) -> str:
    """``class`` for what some release has under this name."""
    return "class" if name in _known_names() else "custom"


@cache
def _known_names() -> frozenset[str]:
    table = _table()
    names = {export.rpartition(".")[2] for export in table.exports} | set(table.layers)
    for module in table.classes.values():
        names |= {name for name in module if name}
        names.update(str(module.get("", "")).split())
    return frozenset(names)


def _is_public(module: str, at: int) -> bool:
    return module == "keras" or any(
        name.startswith(f"{module}.") and in_span(edges, releases(), at)
        for name, edges in _table().exports.items()
    )


def _in_module(module: str, name: str, at: int) -> bool:
    classes = _table().classes.get(module, {})
    edges = classes.get(name)
    if isinstance(edges, tuple):
        return in_span(edges, releases(), at)
    return name in str(classes.get("", "")).split()


def _lacks_by_name(via: str, role: str, name: str, at: int) -> str:
    if role in LAYERS:
        return "" if _has(_table().layers, name, at) else _unknown(name)
    namespace = _namespace(role)
    if via == "training" or not namespace:
        return ""
    defined = _defined(namespace, at) if _is_3(at) else frozenset[str]()
    public = not defined and _has(_table().exports, f"keras.{namespace}.{name}", at)
    return "" if public or name in defined else _unknown(name)


@cache
def _defined(namespace: str, at: int) -> frozenset[str]:
    """The classes that Keras 3 finds by name alone: those that are called so where they are made.

    ``keras.initializers.Orthogonal`` of 3.3 is a class ``OrthogonalInitializer``.
    """
    prefix = f"keras.src.{namespace}."
    modules = [module for module in _table().classes if module.startswith(prefix)]
    found: set[str] = set()
    for module in modules:
        if _has(_table().modules, module, at):
            found |= _names_at(_table().classes[module], at)
    return frozenset(found)


def _namespace(role: str) -> str:
    return next((where for end, where in _ROLES.items() if role.endswith(end)), "")


def refuses(
    via: str, role: str, module: str, name: str, keys: list[str], version: str
) -> list[str]:
    """The keys of a configuration that the class's constructor does not take in a release."""
    qualified = _qualified(role, module, name)
    covered = coverage(releases(), version)
    return agreed(covered, lambda at: _refused(via, role, qualified, name, keys, at)) or []


def _refused(via: str, role: str, qualified: str, name: str, keys: list[str], at: int) -> list[str]:
    taken = _keys(qualified, at)
    if taken is None or ANY in taken:
        return []
    accepted = {*taken, *_table().converted.get(name, ())}
    if via in ("hdf5", "json", "yaml") and role in LAYERS and _is_3(at):
        accepted.update(_table().converted[""])
    if via == "archive":
        accepted.update(key for key in keys if _has(_table().in_archives, key, at))
    return [key for key in keys if key not in accepted]


def _is_3(at: int) -> bool:
    return releases()[at].startswith("3.")


def _qualified(role: str, module: str, name: str) -> str:
    if module and module != "None":
        return f"{module}.{name}"
    if role in LAYERS:
        return f"keras.layers.{name}"
    return f"keras.{_namespace(role)}.{name}"


@lru_cache(maxsize=1024)
def _keys(qualified: str, at: int) -> frozenset[str] | None:
    """What a class's configuration may have; None for one that the table does not know."""
    keys = _table().keys.get(qualified)
    return None if keys is None else frozenset(_names_at(keys, at))


def _names_at(entries: dict[str, Edges | str], at: int) -> set[str]:
    """What a release has of the names in an entry: those of all releases, and those by span."""
    changing = {
        name
        for name, edges in entries.items()
        if isinstance(edges, tuple) and in_span(edges, releases(), at)
    }
    return changing | set(str(entries.get("", "")).split())


def names(kind: str, name: str, version: str) -> bool | None:
    """Whether a release has ``keras.<kind>.<name>``, or takes a text of a layer for a function.

    None where nothing is known of the release.
    """
    layers = kind == "layer_functions"
    there = _table().layer_functions if layers else _table().exports
    wanted = name if layers else f"keras.{kind}.{name}"
    return agreed(coverage(releases(), version), lambda at: _has(there, wanted, at))


def known(kind: str, name: str) -> bool:
    """Whether any release has ``keras.<kind>.<name>``."""
    return f"keras.{kind}.{name}" in _table().exports


_NAMED: Final = ("tf_keras", "tensorflow.keras", "tensorflow.python.keras")
"""Other packages that are Keras."""
_ACTING: Final = frozenset({"applications", "datasets"})
"""Where everything reads files or downloads: ``ResNet50(weights=...)`` too."""
_COMPUTING: Final = frozenset({"ops", "random", "operations"})
"""Where functions compute with tensors only."""

_REBUILDING: Final = frozenset({"get", "serialize", "deserialize"})
"""Functions that these modules have besides."""


def part(module: str, name: str) -> bool:
    """Whether a name of Keras is one that a model is made of: a class, or a function of tensors.

    Before 3.9 Keras calls any other function of its modules too, if a configuration names it where
    a layer should be. True of packages that are not Keras, about which this says nothing.
    """
    alias = next((alias for alias in _NAMED if f"{module}.".startswith(f"{alias}.")), "keras")
    module = f"keras{module[len(alias) :]}" if module.startswith(alias) else module
    if module == "builtins":
        return name in _functions() or not hasattr(builtins, name)  # others are registered
    if module.partition(".")[0] != "keras":
        return True
    rooms = set(module.split("."))
    if rooms & _ACTING:
        return False
    is_class = name.lstrip("_")[:1].isupper()
    return is_class or bool(rooms & _COMPUTING) or name in _functions()


@cache
def _functions() -> frozenset[str]:
    """The names of activations, losses and the like, of any release."""
    exported = (name.split(".") for name in _table().exports)
    names = {parts[2] for parts in exported if len(parts) == 3 and parts[1] in (*BUILTIN, "layers")}  # noqa: PLR2004
    return frozenset(names - _REBUILDING)
