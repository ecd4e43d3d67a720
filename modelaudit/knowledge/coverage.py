"""What the tables know of a package: which of its versions, and which of its names."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

import msgspec

from modelaudit.core.spelling import nearest
from modelaudit.knowledge import onnx_runtimes, span, symbols
from modelaudit.knowledge.aliases import aliases, runtime
from modelaudit.knowledge.distributions import distributions
from modelaudit.knowledge.pickle_globals import is_safe
from modelaudit.knowledge.releases import tables
from modelaudit.knowledge.span import Coverage, Names
from modelaudit.knowledge.tables import load, table

__all__ = ["Coverage", "coverage", "has_name", "known_names", "packages", "speakers", "unknown"]

_TABLES: Final = {
    **{package: f"symbols/{package}" for package in symbols.NAMES},
    "keras": "keras_classes",
    "onnxruntime": "onnxruntime",
    **onnx_runtimes.TABLES,
    "tensorflow": "tensorflow",
    "torch": "torch_script",
}
"""The table that lists the releases of a package under ``releases``."""
_LONG: Final = 6
_CLOSE: Final = 0.9
"""Letters of a name that may be a misspelling, and how alike it then is to another."""


class _Sampled(msgspec.Struct):
    """A table, as far as its releases are concerned."""

    releases: Names


class _Samples(msgspec.Struct):
    """rules/tables/samples.json: releases by package, where the package's own table has none."""

    packages: dict[str, list[Names]]
    spans: dict[str, list[Names]]
    """the first and the last release of which the package's table is true, which names none"""


def coverage(package: str, version: str, *, names: bool = False) -> Coverage:
    """What the tables can say of a version of a package, or of a build of one.

    Of Keras and PyTorch other releases were read for what they run than for the names that a pickle
    may hold, which ``names`` asks for. Raises ValueError for a text that is not a version.
    """
    package = runtime(package)
    sampled = _numbering(package, version, names=names)
    if not sampled:
        return Coverage("no-table")
    found = span.coverage(sampled, version)
    if found.positions and is_beyond(package, version):
        return Coverage("older", found.oldest, found.newest)
    return found


def is_beyond(package: str, version: str) -> bool:
    """Whether a package's table, which tells no release from another, is not about a version.

    Of such a table the oldest release does not speak for earlier patches: that the table is true
    of it was tried, and of those before it not.
    """
    from packaging.version import Version  # noqa: PLC0415  only with a target

    spans = load("samples", _Samples).spans.get(runtime(package))
    if not spans:
        return False
    about = _counted(spans, version)
    older = Version(version) < Version(about[0])
    return older or span.coverage(about, version).state == "newer"


def leaves_open(package: str, version: str) -> bool:
    """Whether no table says anything of a version of a package."""
    return not coverage(package, version).positions


def speakers(package: str, version: str, *, names: bool = False) -> tuple[str, ...]:
    """The sampled releases that speak for a version, which may go by an alias."""
    sampled = _numbering(runtime(package), version, names=names)
    return tuple(sampled[at] for at in coverage(package, version, names=names).positions)


def sampled(package: str, *, names: bool = False) -> Names:
    """The releases of a package that the tables are made of, oldest first.

    None where nothing was read, or where its versions are counted several ways.
    """
    known = _releases(runtime(package), names=names)
    return known[0] if len(known) == 1 else ()


def _numbering(package: str, version: str, *, names: bool) -> Names:
    """The sampled releases of a package, of several numberings the one that a version is in."""
    return _counted(_releases(package, names=names) or [()], version)


def _counted(known: list[Names], version: str) -> Names:
    """Of several ways to count versions, that of a version."""
    first = version.partition(".")[0]
    return next((one for one in known if one and one[0].partition(".")[0] == first), known[0])


def packages() -> frozenset[str]:
    """The packages that have a table."""
    return frozenset({*_TABLES, "onnx", *load("samples", _Samples).packages})


def _releases(package: str, *, names: bool) -> list[Names]:
    """The sampled releases, oldest first; several lists where versions are counted several ways."""
    if package == "onnx":
        opsets = table("onnx")["opsets"]
        return [tuple(opsets)] if isinstance(opsets, dict) else []
    if names and package in symbols.NAMES:
        return [load(f"symbols/{package}", _Sampled).releases]
    if package in _TABLES:
        return [load(_TABLES[package], _Sampled).releases]
    return load("samples", _Samples).packages.get(package, [])


@cache
def known_names() -> frozenset[str]:
    """Every name of a package that something is known of, aliases included."""
    found = {*packages(), *aliases(), *(alias.of for alias in aliases().values())}
    return frozenset(found) | distributions() | set(tables())


def unknown(name: str, also: Iterable[str] = ()) -> str:
    """What is wrong with a canonical name of a target; empty where something is known of it.

    ``also`` are names that are known from elsewhere.
    """
    known = known_names() | set(also)
    return "" if name in known else f"no package {name!r} is known{nearest(name, sorted(known))}"


def resembles(name: str) -> str:
    """The known name that another is a misspelling of, by one letter more, less or other."""
    import difflib  # noqa: PLC0415  only for names that nothing knows

    if len(name) < _LONG or name in known_names():
        return ""
    alike = sorted(
        one for one in known_names() if abs(len(one) - len(name)) <= 1 and one[0] == name[0]
    )
    return next(iter(difflib.get_close_matches(name, alike, n=1, cutoff=_CLOSE)), "")


class _Known(msgspec.Struct):
    """rules/tables/names: the names of each module of one release, with blanks between."""

    modules: dict[str, str]


def has_name(package: str, module: str, name: str) -> bool:
    """Whether a module and the first part of a name are known: some release that was read has them.

    True too for a module that only older releases have. Of a module that may have more names than
    can be read, those are known too that were reviewed or that a table lists. A name that is not
    known is one of a module that was not read, of a release newer than the tables, or one that does
    not exist; whether a release has it cannot be said.
    """
    package = runtime(package)
    if package not in symbols.NAMES or symbols.package_of(module) != package:
        return False
    names = load(f"names/{package}", _Known).modules.get(module)
    if names is None:
        return symbols.is_listed(package, module)
    first = name.partition(".")[0]
    if first in names.split(" "):
        return True
    return symbols.is_listed(package, module, first) or is_safe(module, name)
