"""Which attributes a release needs of a pickled instance: ``rules/tables/state_fields/*.json``.

``span`` says which releases speak for a version.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

import msgspec

from modelaudit.knowledge.span import Names, agreed, coverage, in_span
from modelaudit.knowledge.symbols import package_of
from modelaudit.knowledge.tables import load

READ: Final = frozenset(
    {
        "scikit-learn",
        "scipy",
        "xgboost",
        "lightgbm",
        "statsmodels",
        "gensim",
        "imbalanced-learn",
        "category-encoders",
        "prophet",
        "pmdarima",
        "skorch",
        "shap",
        "interpret-core",
        "optuna",
        "transformers",
        "torch",
    }
)
"""The packages that there is a table of."""
_NO_FIELD: Final = frozenset({"_sklearn_version", "_sklearn_output_config"})
"""Keys that an instance has without having been fitted."""
FITTED: Final = "any attribute with a name like mean_"
_ANY_FITTED: Final = "*_"
"""Stands for some attribute that ends as those do that fitting sets."""


class Needs(msgspec.Struct):
    """One class: attributes by the span of releases that need them.

    ``use`` is needed for what a class is there for, ``more`` by other methods, ``given`` where an
    attribute is True or False (``_sparse=True``). ``values`` may not be None, unless all of
    ``marks`` are. An instance that has nothing but ``params`` was never fitted; they are None for a
    class that is not fitted. ``repr`` is what ``get_params`` needs, of an unfitted one too.
    ``plain`` is needed as ``use`` is, of an instance that the package's own method did not save.
    One that is ``ready`` is used without having been fitted. ``holders`` are classes that make an
    instance of this one, and use it for something else.
    """

    params: list[str] | None
    use: dict[str, list[str]]
    more: dict[str, list[str]]
    given: dict[str, dict[str, list[str]]] = {}
    values: dict[str, list[str]] = {}
    marks: list[str] = []
    repr: dict[str, list[str]] = {}
    plain: dict[str, list[str]] = {}
    ready: bool = False
    holders: list[str] = []


class Fields(msgspec.Struct):
    """One table, by dotted name of the class; ``saved`` marks a state that the package saved."""

    releases: Names
    classes: dict[str, Needs]
    saved: str = ""


def read(package: str) -> Fields:
    return load(f"state_fields/{package}", Fields)


Constants = Mapping[str, Sequence[str]]
"""Of each attribute of a state which of ``None``, ``True`` and ``False`` it is, if one of them."""


def lacks(
    package: str, version: str, module: str, name: str, keys: list[str], constants: Constants
) -> list[str]:
    """Attributes among those needed to use an instance that its state does not have."""
    wanted = _class(package, module, name)
    if wanted is None or not (wanted.ready or _is_fitted(wanted, keys)):
        return []
    needed = _needed(package, version, wanted.use)
    for flag, spans in wanted.given.items():
        attribute, _, value = flag.partition("=")
        if value in constants.get(attribute, ()):
            needed += _needed(package, version, spans)
    if wanted.plain and read(package).saved not in keys:
        needed += _needed(package, version, wanted.plain)
    return _lacking(needed, keys)


def lacks_elsewhere(
    package: str, version: str, module: str, name: str, keys: list[str]
) -> list[str]:
    """The same of attributes that only other methods need."""
    wanted = _wanted(package, module, name, keys)
    return [] if wanted is None else _lacking(_needed(package, version, wanted.more), keys)


def lacks_parameters(
    package: str, version: str, module: str, name: str, keys: list[str]
) -> list[str]:
    """The same of parameters that ``get_params`` needs, and with it ``repr`` and ``clone``."""
    wanted = _class(package, module, name)
    return [] if wanted is None else _lacking(_needed(package, version, wanted.repr), keys)


def holders(package: str, module: str, name: str) -> list[str]:
    """Classes that make an instance of this one, and use it for other than its main method."""
    wanted = _class(package, module, name)
    return [] if wanted is None else wanted.holders


def are_none(
    package: str, version: str, module: str, name: str, keys: list[str], constants: Constants
) -> list[str]:
    """Attributes of a state that are None, and that using the instance cannot take for one."""
    wanted = _wanted(package, module, name, keys)
    if wanted is None or not any(
        mark in keys and "None" not in constants.get(mark, ()) for mark in wanted.marks
    ):
        return []
    needed = _needed(package, version, wanted.values)
    return [field for field in needed if "None" in constants.get(field, ())]


def _wanted(package: str, module: str, name: str, keys: list[str]) -> Needs | None:
    """What the table has of a class; None for an instance that was never fitted, too."""
    wanted = _class(package, module, name)
    return wanted if wanted is not None and _is_fitted(wanted, keys) else None


def _is_fitted(wanted: Needs, keys: list[str]) -> bool:
    return wanted.params is None or bool(set(keys) - set(wanted.params) - _NO_FIELD)


def _class(package: str, module: str, name: str) -> Needs | None:
    if package not in READ or package_of(module) != package:
        return None
    return read(package).classes.get(f"{module}.{name}")


def _needed(package: str, version: str, spans: dict[str, list[str]]) -> list[str]:
    releases = read(package).releases
    covered = coverage(releases, version)
    return [
        field
        for text, names in spans.items()
        if agreed(covered, partial(in_span, text, releases))
        for field in names
    ]


def _lacking(needed: list[str], keys: list[str]) -> list[str]:
    present = set(keys)
    return [
        FITTED if field == _ANY_FITTED else field
        for field in dict.fromkeys(needed)
        if not _has(present, field)
    ]


def _has(present: set[str], field: str) -> bool:
    if field == _ANY_FITTED:
        return any(key.endswith("_") and not key.startswith("__") for key in present)
    return field in present
