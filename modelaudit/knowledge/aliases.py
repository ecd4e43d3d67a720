"""Names that stand for another package: ``rules/tables/aliases.json``.

All names here are canonical: in lower case, with hyphens.
https://packaging.python.org/specifications/name-normalization/
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from modelaudit.knowledge.tables import load


class Alias(msgspec.Struct, frozen=True):
    """What a name stands for.

    A ``build`` is a distribution of its own that installs the same runtime under the same version
    (``tensorflow-cpu``): a target keeps its name. A ``spelling`` is another name for the package
    (``sklearn``, conda's ``pytorch``): a target gets the package's own. ``placeholder`` is a
    series of versions that belong to an empty package on the index and not to the one meant.
    """

    of: str
    kind: Literal["build", "spelling"]
    source: str
    placeholder: str = ""


class Aliases(msgspec.Struct, frozen=True):
    """The table, by name."""

    names: dict[str, Alias]


def canonical(name: str) -> str:
    """A name in the one form that PEP 503 gives it."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def aliases() -> dict[str, Alias]:
    return load("aliases", Aliases).names


def alias_of(name: str) -> Alias | None:
    return aliases().get(name)


def spelled(name: str) -> str:
    """The package's own name for a spelling of it; any other name as it is, builds included."""
    alias = alias_of(name)
    return alias.of if alias is not None and alias.kind == "spelling" else name


def runtime(name: str) -> str:
    """The package whose rules and tables a name is judged by."""
    alias = alias_of(name)
    return name if alias is None else alias.of


def says_nothing(name: str, version: str) -> bool:
    """Whether a version is one of the placeholder that the index has under a name."""
    alias = alias_of(name)
    series = "" if alias is None else alias.placeholder
    return bool(series) and f"{version}.".startswith(f"{series}.")
