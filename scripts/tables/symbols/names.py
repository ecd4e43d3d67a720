"""Write rules/tables/symbols/*.json: which release of a package has which names.

    python -m scripts.tables.symbols.names --cache DIR [PACKAGE…]   download and read wheels, write
    python -m scripts.tables.symbols.names --check                  the tables' invariants only

Of each module only what differs between releases is kept: a name that every release has is not in
the table, and neither is one that none has. Python's own modules are read where pyenv keeps its
interpreters.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

from modelaudit.knowledge.symbols import PACKAGES as KNOWN
from scripts.common.files import TABLES
from scripts.common.module_names import Module, Release, has, modules
from scripts.common.package_tables import main
from scripts.common.python_wheels import fetch
from scripts.common.read_packages import PACKAGES
from scripts.common.spans import span, unsound

FOLDER = TABLES / "symbols"
PYTHON = "python"
INTERPRETERS = Path("~/.pyenv/versions").expanduser()
MINORS = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13")
STANDARD = ("test", "idlelib", "lib2to3", "turtledemo", "site-packages", "ensurepip", "lib-dynload")
"""Folders of the standard library that are left out."""
ABOUT = (
    "Which releases have which modules and names. 'modules' lists those that not every release "
    "has, 'names' those that a module does not have for as long as it exists, by span: the first "
    "release that has it, ':', and the first that lacks it, either left out where it is the end "
    "of what was read. 'calls' has the numbers of positional arguments that functions and "
    "constructors take, where they changed. 'sums' are the checksums of states that compiled "
    "classes accept, 'moved' the modules that took over what a module or 'module.name' had."
)


def licence(package: str) -> str:
    of = PACKAGES[package].licence if package in PACKAGES else "PSF-2.0"
    return f"facts out of {of} source"


def standard_library() -> dict[str, Release]:
    found = {}
    for minor in MINORS:
        lib = next(INTERPRETERS.glob(f"{minor}.*")) / "lib" / f"python{minor}"
        files = {
            path.relative_to(lib).as_posix(): path.read_bytes()
            for path in sorted(lib.rglob("*.py"))
            if not set(STANDARD) & set(path.relative_to(lib).parts)
            and not {"test", "tests"} & set(path.relative_to(lib).parts)
        }
        found[minor] = modules(files)
        for compiled in (lib / "lib-dynload").glob("*.so"):
            found[minor].setdefault(compiled.name.partition(".")[0], Module(dynamic=True))
    return found


def table(package: str, by_release: dict[str, Release], date: str) -> dict[str, object]:
    releases = tuple(by_release)
    everything = sorted(set().union(*by_release.values()))
    kept: dict[str, list[str]] = defaultdict(list)
    names: dict[str, dict[str, list[str]]] = {}
    for dotted in everything:
        held = [release.get(dotted) for release in by_release.values()]
        if not all(held):
            kept[span([module is not None for module in held], releases)].append(dotted)
        if changing := _changing(held, releases):
            names[dotted] = changing
    top = PACKAGES[package].top if package in PACKAGES else ""
    return {
        "about": ABOUT,
        "source": "files of the interpreters" if package == PYTHON else f"wheels of {package}",
        "licence": licence(package),
        "date": date,
        "releases": list(releases),
        "tops": sorted({m.partition(".")[0] for m in everything} | ({top} - {""})),
        "modules": dict(sorted(kept.items())),
        "names": names,
        "calls": _calls(by_release, everything),
        "sums": _sums(by_release, everything),
        "moved": _moved(by_release, kept, names),
    }


def _changing(held: list[Module | None], releases: tuple[str, ...]) -> dict[str, list[str]]:
    """Names of a module by span, where that is not the module's own."""
    changing: dict[str, list[str]] = defaultdict(list)
    own = set().union(*(module.own for module in held if module is not None))
    for name in sorted(own):
        there = [module is not None and has(module, name) for module in held]
        if any(there) and there != [module is not None for module in held]:
            changing[span(there, releases)].append(name)
    return dict(sorted(changing.items()))


def _calls(
    by_release: dict[str, Release], everything: Iterable[str]
) -> dict[str, dict[str, dict[str, str]]]:
    """Of what is called otherwise in some releases: the numbers of arguments, with their span."""
    releases = tuple(by_release)
    found: dict[str, dict[str, dict[str, str]]] = {}
    for dotted in everything:
        held = [release.get(dotted) for release in by_release.values()]
        names = sorted(set().union(*(m.calls for m in held if m is not None)))
        for name in names:
            forms = [m.calls.get(name) if m is not None else None for m in held]
            if len(set(forms) - {None}) > 1:
                found.setdefault(dotted, {})[name] = {
                    form: span([one == form for one in forms], releases)
                    for form in sorted(set(forms) - {None}, key=str)
                    if form is not None
                }
    return found


def _sums(by_release: dict[str, Release], everything: Iterable[str]) -> dict[str, dict[str, str]]:
    """Checksums by module, with the span of releases that accept each."""
    releases = tuple(by_release)
    found: dict[str, dict[str, str]] = {}
    for dotted in everything:
        held = [release.get(dotted) for release in by_release.values()]
        all_sums = set().union(*(module.sums for module in held if module is not None))
        if all_sums:
            found[dotted] = {
                known: span([m is not None and known in m.sums for m in held], releases)
                for known in sorted(all_sums)
            }
    return found


def _moved(
    by_release: dict[str, Release],
    kept: dict[str, list[str]],
    names: dict[str, dict[str, list[str]]],
) -> dict[str, str]:
    """Where the classes and functions of a module went that the last release does not have.

    A module is taken for the heir of another one that has most of what that one defined.
    """
    last = list(by_release.values())[-1]
    where: dict[str, list[str]] = defaultdict(list)
    for dotted, module in last.items():
        for name in module.defined:
            if not name.startswith("__"):
                where[name].append(dotted)
    found: dict[str, str] = {}
    for dotted in (m for spans, group in kept.items() if spans[-1] != ":" for m in group):
        past = [release[dotted] for release in by_release.values() if dotted in release][-1]
        if heir := _heir(dotted, past, last, where):
            found[dotted] = heir
    for dotted, changing in names.items():
        gone = [name for spans, group in changing.items() if spans[-1] != ":" for name in group]
        for name in gone:
            if dotted in last and len(where[name]) == 1 and where[name] != [dotted]:
                found[f"{dotted}.{name}"] = where[name][0]
    return dict(sorted(found.items()))


def _heir(dotted: str, past: Module, last: Release, where: dict[str, list[str]]) -> str:
    """The module that has most of what one had; for a mere forwarder, what it forwards to."""
    own = [name for name in past.defined if not name.startswith("__")]
    if not own:
        forwarded = [f"{source}.{name}" for name, source in past.imported.items()]
        known = [one for one in forwarded if one in last and "._" in one]
        return known[0] if known and "externals" not in known[0] else ""
    votes: dict[str, int] = defaultdict(int)
    for name in own:
        for heir in where[name]:
            votes[heir] += 1
    most = [heir for heir in votes if votes[heir] * 2 > len(own)]
    return max(most, key=lambda heir: (_alike(heir, dotted), votes[heir], -len(heir)), default="")


def _alike(one: str, other: str) -> int:
    """How many parts at their ends two dotted names have in common."""
    pairs = zip(reversed(one.split(".")), reversed(other.split(".")), strict=False)
    return len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))


def render(package: str, cache: Path, date: str) -> str:
    if package == PYTHON:
        by_release = standard_library()
    else:
        by_release = {
            release: modules(fetch(package, release, cache))
            for release in PACKAGES[package].releases
        }
    content = table(package, by_release, date)
    lines = [f" {json.dumps(key)}: {_compact(value)}" for key, value in content.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _compact(value: object) -> str:
    """One line for each module, so that a change of the table can be read."""
    if not isinstance(value, dict):
        return json.dumps(value)
    inner = [
        f"  {json.dumps(key)}: {json.dumps(item, separators=(',', ':'))}"
        for key, item in value.items()
    ]
    return "{\n" + ",\n".join(inner) + "\n }" if inner else "{}"


def _spans(content: dict[str, Any]) -> Iterator[str]:
    yield from content["modules"]
    for group in content["names"].values():
        yield from group
    for sums in content["sums"].values():
        yield from sums.values()


def check() -> list[str]:
    """What is wrong with the tables as they are."""
    wrong = [
        f"modelaudit.knowledge.symbols does not know that {package.top} is of {name}"
        for name, package in PACKAGES.items()
        if KNOWN.get(package.top) != name
    ]
    for package in (*PACKAGES, PYTHON):
        releases = PACKAGES[package].releases if package in PACKAGES else None
        wrong += unsound(FOLDER / f"{package}.json", releases, _spans)
    return wrong


if __name__ == "__main__":
    sys.exit(main(__doc__, FOLDER, [*PACKAGES, PYTHON], render, check))
