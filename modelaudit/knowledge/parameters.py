"""Which values of its parameters a release takes: ``rules/tables/parameter_values/*.json``.

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

READ: Final = frozenset({"scikit-learn", "imbalanced-learn"})
"""The packages that there is a table of."""
_NONE: Final = "None"
_FLAGS: Final = frozenset({"True", "False"})
"""A number may be one of them."""


class Parameter(msgspec.Struct):
    """What one may be, by the span of releases that take it; outside of ``said`` nothing is known.

    ``always`` is taken in all of these. With ``lists`` a text may be that of a list's item.
    """

    said: str
    always: list[str]
    values: dict[str, str]
    lists: bool = False

    def takes(self, releases: Names, value: str, position: int) -> bool:
        """Whether the release at a position takes a value, or nothing is known of it."""
        if value in self.always or not in_span(self.said, releases, position):
            return True
        if value in self.values:
            return in_span(self.values[value], releases, position)
        return self.lists or value == _NONE


class Parameters(msgspec.Struct):
    """One table, by dotted name of the class."""

    releases: Names
    classes: dict[str, dict[str, Parameter]]


def refuses(
    package: str,
    version: str,
    module: str,
    name: str,
    texts: Mapping[str, Sequence[str]],
    constants: Mapping[str, Sequence[str]],
) -> list[str]:
    """The parameters of an estimator, as ``init='warn'``, that ``fit`` refuses in a release."""
    if package not in READ or package_of(module) != package:
        return []
    table = load(f"parameter_values/{package}", Parameters)
    covered = coverage(table.releases, version)
    return [
        f"{parameter}={value}" if value == _NONE else f"{parameter}='{value}'"
        for parameter, known in table.classes.get(f"{module}.{name}", {}).items()
        for value in (*texts.get(parameter, ()), *constants.get(parameter, ()))
        if value not in _FLAGS
        and agreed(covered, partial(known.takes, table.releases, value)) is False
    ]
