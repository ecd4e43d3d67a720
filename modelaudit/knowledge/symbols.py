"""Which release of a package has a name: ``rules/tables/symbols/*.json``, one file a package.

The tables are made of samples, the last patch of each minor release and a few more. A version in
between is taken for the nearest earlier sample of its minor series; where there is none, something
is missing only if the samples before and after both lack it. Of versions newer than the newest
minor series nothing is known, and nothing is said.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

import msgspec

PACKAGES: Final = {
    "sklearn": "scikit-learn",
    "_loss": "scikit-learn",
    "numpy": "numpy",
    "scipy": "scipy",
    "pandas": "pandas",
    "joblib": "joblib",
    "cloudpickle": "cloudpickle",
    "xgboost": "xgboost",
    "lightgbm": "lightgbm",
    "catboost": "catboost",
    "torch": "torch",
}
"""The distributions that there is a table of, by the first part of a module's name. ``_loss`` is
what a compiled module of scikit-learn calls itself in some releases."""
PYTHON: Final = "python"
NAMES: Final = frozenset({*PACKAGES.values(), PYTHON})


def package_of(module: str) -> str:
    """The distribution that a module belongs to; ``python`` for any that no table is about."""
    return PACKAGES.get(module.partition(".")[0], PYTHON)


class Symbols(msgspec.Struct):
    """One table. Spans are ``first release that has it:first that lacks it``, either left out."""

    releases: list[str]
    modules: dict[str, list[str]]
    names: dict[str, dict[str, list[str]]]
    sums: dict[str, dict[str, str]]
    moved: dict[str, str]
    calls: dict[str, dict[str, dict[str, str]]] = {}


class Packages(msgspec.Struct):
    """A table with its modules by name rather than by span."""

    table: Symbols
    modules: dict[str, str]


@cache
def _read(package: str) -> Packages:
    path = files("modelaudit.rules").joinpath("tables", "symbols", f"{package}.json")
    table = msgspec.json.decode(path.read_bytes(), type=Symbols)
    return Packages(table, {name: span for span, group in table.modules.items() for name in group})


@cache
def samples(releases: tuple[str, ...], version: str) -> tuple[int, ...]:
    """Positions of the releases that speak for a version; none where nothing is known of it."""
    from packaging.version import Version  # noqa: PLC0415  only with a target

    wanted = Version(version)
    known = [Version(release) for release in releases]
    series = [index for index, one in enumerate(known) if one.release[:2] == wanted.release[:2]]
    before = [index for index, one in enumerate(known) if one <= wanted]
    if before and before[-1] in series:
        return (before[-1],)
    after = len(before)
    if not before or after == len(known):
        return (series[0],) if series and after < len(known) else ()
    return (before[-1], after)


def covers(span: str, position: int, releases: list[str]) -> bool:
    """Whether a span, or one of several, takes in the release at a position."""
    for one in span.split(" "):
        first, _, end = one.partition(":")
        begins = not first or releases.index(first) <= position
        if begins and (not end or position < releases.index(end)):
            return True
    return False


@lru_cache(maxsize=4096)
def symbol(package: str, version: str, module: str, name: str) -> dict[str, str]:
    """``lacks``: what of a name the release does not have, empty where nothing is known missing.

    ``has`` tells which releases do have it, and ``moved`` where it went.
    """
    found = {"lacks": "", "has": "", "moved": ""}
    if package_of(module) != package:
        return found
    read = _read(package)
    table, first = read.table, name.partition(".")[0]
    positions = samples(tuple(table.releases), version)
    if not positions:
        return found
    span = read.modules.get(module, ":")
    if not any(covers(span, position, table.releases) for position in positions):
        found |= {"lacks": f"the module {module}", "has": _told(span)}
        found["moved"] = table.moved.get(module, "")
        return found
    groups = table.names.get(module, {})
    span = next((spans for spans, group in groups.items() if first in group), ":")
    if not any(covers(span, position, table.releases) for position in positions):
        found |= {"lacks": f"{module}.{first}", "has": _told(span)}
        found["moved"] = table.moved.get(f"{module}.{first}", "")
    return found


def _told(span: str) -> str:
    """``1.0.2 to before 1.4.2``, for a message."""
    parts = []
    for one in span.split(" "):
        first, _, end = one.partition(":")
        text = f"from {first}" if first else ""
        parts.append(
            f"{text} to before {end}".strip() if first and end else text or f"before {end}"
        )
    return ", ".join(parts)


def accepts(package: str, version: str, module: str, checksum: str) -> bool | None:
    """Whether a compiled class takes a state with a checksum, which is a decimal number.

    None where that is not known.
    """
    if package_of(module) != package:
        return None
    table = _read(package).table
    known = table.sums.get(module, {})
    held = [
        {number for number, span in known.items() if covers(span, position, table.releases)}
        for position in samples(tuple(table.releases), version)
    ]
    if not held or not all(held):
        return None
    return any(checksum in numbers for numbers in held)


def takes(package: str, version: str, module: str, name: str, opcode: str, given: int) -> str:
    """How many arguments a callable of the release takes, where it does not take ``given``.

    Empty where it does, and where that is not known.
    """
    if given < 0 or package_of(module) != package:
        return ""
    table = _read(package).table
    held = table.calls.get(module, {})
    parts = [f"{name}.__new__"]
    if not opcode.startswith("NEWOBJ"):
        parts += [name, f"{name}.__init__"]
    positions = samples(tuple(table.releases), version)
    for part in parts:
        forms = held.get(part, {})
        known = [
            next((form for form, span in forms.items() if covers(span, at, table.releases)), "")
            for at in positions
        ]
        if known and all(form and not _admits(form, given) for form in known):
            return known[0].replace("-", " to ")
    return ""


def _admits(form: str, given: int) -> bool:
    """Whether ``1-2`` or ``1-*`` arguments may be as many as were given."""
    least, _, most = form.partition("-")
    return int(least) <= given and (most == "*" or given <= int(most))
