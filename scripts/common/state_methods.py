"""What is read of a package's classes beside what scikit-learn's have: ``state_methods.tsv``."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from scripts.common.sources import rows


class Methods(NamedTuple):
    """The methods of a package's own that ``scripts/sources/state_methods.tsv`` lists."""

    use: tuple[str, ...] = ()
    restores: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


@cache
def methods_of(package: str) -> Methods:
    listed = [(kind, name) for owner, kind, name in rows("state_methods.tsv") if owner == package]
    return Methods(
        *(tuple(name for kind, name in listed if kind == wanted) for wanted in Methods._fields)
    )
