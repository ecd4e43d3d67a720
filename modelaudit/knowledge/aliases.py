"""Names that stand for another package: ``rules/tables/aliases.json``.

All names here are canonical: in lower case, with hyphens.
https://packaging.python.org/specifications/name-normalization/
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from modelaudit.knowledge.tables import load


class Alias(msgspec.Struct, frozen=True, rename="kebab"):
    """What a name stands for.

    A ``build`` is a distribution of its own that installs the same runtime under the same version
    (``tensorflow-cpu``): a target keeps its name. A ``spelling`` is another name for the package
    (``sklearn``, conda's ``pytorch``): a target gets the package's own. ``placeholder`` is a
    series of versions that belong to an empty package on the index and not to the one meant.
    ``named_only`` is true for a spelling that may be another package in a requirement file: ``py``
    is a target's Python, and a library on the index.
    """

    of: str
    kind: Literal["build", "spelling"]
    source: str
    placeholder: str = ""
    named_only: bool = False


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


def spelled(name: str, *, in_file: bool = False) -> str:
    """The package's own name for a spelling of it; any other name as it is, builds included.

    ``in_file`` is true for a name that a requirement file has, and false for a named target.
    """
    alias = alias_of(name)
    if alias is None or alias.kind != "spelling" or (in_file and alias.named_only):
        return name
    return alias.of


def runtime(name: str) -> str:
    """The package whose rules and tables a target is judged by: of a build, what it builds."""
    alias = alias_of(name)
    return alias.of if alias is not None and alias.kind == "build" else name


def says_nothing(name: str, version: str) -> bool:
    """Whether a version is one of the placeholder that the index has under a name."""
    alias = alias_of(name)
    series = "" if alias is None else alias.placeholder
    return bool(series) and f"{version}.".startswith(f"{series}.")
