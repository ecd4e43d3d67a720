"""Which attributes a release needs of a pickled instance: ``rules/tables/state_fields/*.json``.

``span`` says which releases speak for a version.
"""

from __future__ import annotations

from functools import partial
from typing import Final

import msgspec

from modelaudit.knowledge.span import Names, agreed, coverage, in_span
from modelaudit.knowledge.symbols import package_of
from modelaudit.knowledge.tables import load

READ: Final = frozenset(
    {
        *("scikit-learn", "lightgbm", "xgboost", "scipy"),
        *("statsmodels", "gensim", "imbalanced-learn", "category-encoders"),
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

    ``use`` is needed to predict or transform, ``more`` by other methods. An instance that has
    nothing but ``params`` was never fitted; they are None for a class that is not fitted.
    """

    params: list[str] | None
    use: dict[str, list[str]]
    more: dict[str, list[str]]


class Fields(msgspec.Struct):
    """One table, by dotted name of the class."""

    releases: Names
    classes: dict[str, Needs]


def read(package: str) -> Fields:
    return load(f"state_fields/{package}", Fields)


def lacks(package: str, version: str, module: str, name: str, keys: list[str]) -> list[str]:
    """Attributes among those needed to predict or transform that a state does not have."""
    return _lacking(package, version, f"{module}.{name}", keys, purpose=True)


def lacks_elsewhere(
    package: str, version: str, module: str, name: str, keys: list[str]
) -> list[str]:
    """The same of attributes that only other methods need."""
    return _lacking(package, version, f"{module}.{name}", keys, purpose=False)


def _lacking(
    package: str, version: str, dotted: str, keys: list[str], *, purpose: bool
) -> list[str]:
    if package not in READ or package_of(dotted) != package:
        return []
    table = read(package)
    wanted = table.classes.get(dotted)
    if wanted is None:
        return []
    present = set(keys)
    if wanted.params is not None and not present - set(wanted.params) - _NO_FIELD:
        return []
    covered = coverage(table.releases, version)
    spans = wanted.use if purpose else wanted.more
    return [
        FITTED if field == _ANY_FITTED else field
        for text, names in spans.items()
        if agreed(covered, partial(in_span, text, table.releases))
        for field in names
        if not _has(present, field)
    ]


def _has(present: set[str], field: str) -> bool:
    if field == _ANY_FITTED:
        return any(key.endswith("_") and not key.startswith("__") for key in present)
    return field in present
