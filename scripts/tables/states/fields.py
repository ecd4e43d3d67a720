"""Write rules/tables/state_fields/*.json: what each release needs of a pickled instance.

    python -m scripts.tables.states.fields --cache DIR [PACKAGE…]  read the wheels, write
    python -m scripts.tables.states.fields --check                 the invariants, no network

Sources are read as syntax trees, and nothing is imported. An attribute is needed where prediction
(or transformation, where a class has no predict) is sure to read it and nothing in the class
provides it. One that every release needs is left out: whatever wrote the pickle set it.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set
from concurrent.futures import ProcessPoolExecutor
from fnmatch import fnmatchcase
from functools import cache
from itertools import repeat
from pathlib import Path
from typing import Any, NamedTuple

from modelaudit.knowledge.states import READ as KNOWN
from scripts.common.attribute_reads import ANY_FITTED, VALUE, Reader
from scripts.common.classes import (
    Class,
    Sources,
    find_class,
    is_whole,
    lineage,
    set_by,
    sources,
)
from scripts.common.estimator_params import (
    constructor,
    is_estimator,
    is_forgiving,
    needs_no_fit,
)
from scripts.common.files import TABLES
from scripts.common.held_parts import by_part
from scripts.common.package_tables import main
from scripts.common.python_wheels import fetch
from scripts.common.read_packages import PACKAGES
from scripts.common.restored_state import restored, restored_by
from scripts.common.sources import rows
from scripts.common.spans import span, unsound
from scripts.tables.symbols.names import licence

FOLDER = TABLES / "state_fields"
READ = tuple(name for name, package in PACKAGES.items() if package.states)
"""The packages that there is a table of."""
MAIN = (
    "predict",
    "transform",
    "predict_proba",
    "decision_function",
    "score_samples",
    "__call__",
    "tocsr",
)
"""What a class is for: the first of these that it has."""
MORE = (
    *("transform", "predict_proba", "predict_log_proba", "decision_function", "score_samples"),
    *("inverse_transform", "get_feature_names_out", "kneighbors", "score"),
)
SPANS = ("use", "more", "values", "repr", "plain")
ABOUT = (
    "Attributes that an instance must have been pickled with, by class and span of releases: the "
    "first release that needs it, ':', and the first that does not, either left out at the end of "
    "what was read. 'use' is needed to predict (or transform), 'more' by other methods. 'params' "
    "are the parameters of the constructor over all releases: an instance that has nothing else "
    "was never fitted; null for a class that is not fitted. '*_' is any attribute that ends so. "
    "'given' is what use needs more where an attribute is True or False. 'values' may not be None "
    "where at least one of 'marks' is not, which most releases use. 'repr' are the parameters that "
    "get_params cannot do without, and with it repr and clone. 'plain' is what use needs more of "
    "what has no attribute 'saved', since only the package's own way of loading adds that. What is "
    "'ready' needs no fit. 'holders' are classes that make one, and never predict with it."
)


class Needs(NamedTuple):
    """What an instance must have: to be used, for other methods, and where a flag is so.

    ``asked`` is what ``get_params`` reads, which needs none of it where it is ``forgiving``.
    ``plain`` is what use needs more where the package's own way of loading is not taken.
    One that is ``ready`` needs no ``fit``.
    """

    use: frozenset[str]
    more: frozenset[str]
    values: frozenset[str]
    given: dict[str, frozenset[str]]
    asked: frozenset[str]
    forgiving: bool
    plain: frozenset[str]
    ready: bool


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


def needs(all_of: Sources, class_: Class, own: Methods) -> Needs | None:
    """What using an instance reads that only its state can give."""
    line = lineage(all_of, class_)
    dynamic = {"__getattribute__"} if own.answers else {"__getattr__", "__getattribute__"}
    if any(dynamic & set(one.methods) for one in line):
        return None
    own_alone = None if is_whole(all_of, line) else set_by(line) | {ANY_FITTED}
    reader = Reader(all_of, class_)
    main = [name for name in MAIN if reader.has(name)][:1]
    main += [name for name in own.use if reader.has(name) and name not in main]
    if not main and not is_estimator(line):
        return None
    by_load = {text for one in line for text in restored_by(one, own.restores)}
    by_class = {text for one in line for text in restored(one)}
    provided = by_class | by_load
    use = _asked_for(set().union(*(reader.method(name) for name in main)), own)
    flags = sorted(reader.flags)
    rest: set[str] = set()
    for name in MORE:
        if name not in main and reader.has(name):
            rest |= _asked_for(reader.method(name), own)
    given = {}
    for flag in flags:
        for value in (True, False):
            other = Reader(all_of, class_, {flag: value})
            found = _asked_for(set().union(*(other.method(name) for name in main)), own)
            lent = provided | reader.stored | other.stored
            if more := _only(_plain(found - use) - lent, own_alone):
                given[f"{flag}={value}"] = frozenset(more)
    provided |= reader.stored
    values = {name.removesuffix(VALUE) for name in use if name.endswith(VALUE)}
    asked = reader.parameters() if is_estimator(line) else set()
    return Needs(
        frozenset(_only(_plain(use) - provided, own_alone)),
        frozenset(_only(_plain(rest - use) - provided, own_alone)),
        frozenset(_only(values - provided, own_alone)),
        given,
        frozenset(_only(_plain(asked) - by_class - by_load, own_alone)),
        is_forgiving(line),
        frozenset(_only(_plain(use) & (by_load - by_class - reader.stored), own_alone)),
        needs_no_fit(line),
    )


def _asked_for(names: set[str], own: Methods) -> set[str]:
    """Attributes without those that the package's ``__getattr__`` answers for."""
    return {
        name
        for name in names
        if not any(fnmatchcase(name.removesuffix(VALUE), pattern) for pattern in own.answers)
    }


def _plain(names: set[str]) -> set[str]:
    return {name for name in names if not name.endswith(VALUE)}


def _only(names: set[str], known: set[str] | None) -> set[str]:
    """Of a class with a base that was not read, the attributes that it is known to set itself.

    Any other may be a method or a property that it inherits.
    """
    return names if known is None else names & known


def parameters(all_of: Sources, class_: Class) -> set[str] | None:
    """Parameters of all constructors in its lineage; None for a class that has no ``fit``."""
    line = lineage(all_of, class_)
    if not any("fit" in one.methods for one in line):
        return None
    return set().union(*(constructor(one) for one in line))


Read = tuple[str, Needs, set[str] | None, dict[str, bool]]
"""A class, what it needs, its parameters, and by class that has one whether for other uses."""


def of_release(package: str, release: str, cache: Path) -> list[Read]:
    """What is read of each class."""
    files = fetch(package, release, cache)
    wanted = re.compile(PACKAGES[package].states)
    all_of = sources({p: held for p, held in files.items() if wanted.match(p)})
    own = methods_of(package)
    classes = list(_classes(all_of))
    holders = by_part(all_of, classes, MAIN)
    read = [
        (name, needs(all_of, class_, own), parameters(all_of, class_), holders.get(name, {}))
        for name, class_ in classes
    ]
    return [
        (name, found, params, makers) for name, found, params, makers in read if found is not None
    ]


def table(package: str, cache: Path, date: str) -> dict[str, object]:
    releases = PACKAGES[package].releases
    with ProcessPoolExecutor() as pool:
        some = -(-len(releases) // (os.cpu_count() or 1))
        arguments = (repeat(package), releases, repeat(cache))
        read = list(pool.map(of_release, *arguments, chunksize=some))
    found: dict[str, list[Needs | None]] = {}
    params: dict[str, set[str] | None] = {}
    holders: dict[str, dict[str, bool]] = defaultdict(dict)
    for index, classes_of in enumerate(read):
        for dotted, needed, own, makers in classes_of:
            found.setdefault(dotted, [None] * len(releases))[index] = needed
            known = params.get(dotted, set())
            params[dotted] = None if own is None or known is None else known | own
            for maker, otherwise in makers.items():
                holders[dotted][maker] = otherwise and holders[dotted].get(maker, True)
    classes = {
        dotted: entry
        for dotted, needed in sorted(found.items())
        if (entry := _entry(needed, params[dotted], _always(holders[dotted]), releases)) is not None
    }
    return {
        "about": ABOUT,
        "source": f"wheels of {package}",
        "licence": licence(package),
        "date": date,
        "releases": list(releases),
        **dict(zip(("saved",), methods_of(package).marks, strict=False)),
        "classes": classes,
    }


def _always(makers: dict[str, bool]) -> set[str]:
    return {maker for maker, otherwise in makers.items() if otherwise}


def _entry(
    needed: list[Needs | None],
    own: set[str] | None,
    holders: set[str],
    releases: tuple[str, ...],
) -> dict[str, object] | None:
    """What the table has of a class; None where all releases need the same of it."""
    there = [one is not None for one in needed]
    use = _by_span([one.use if one else None for one in needed], there, releases)
    more = _by_span([one.more if one else None for one in needed], there, releases)
    held: list[set[str] | None] = [
        set(one.values) - (own or set()) if one else None for one in needed
    ]
    values = _by_span(held, there, releases)
    most = Counter(name for one in held if one is not None for name in one)
    marks = sorted(name for name, count in most.items() if count * 2 >= sum(there))
    flags = sorted({flag for one in needed if one for flag in one.given})
    given = {
        flag: spans
        for flag in flags
        if (
            spans := _by_span(
                [one.given.get(flag, frozenset()) if one else None for one in needed],
                there,
                releases,
            )
        )
    }
    optional: dict[str, object] = {"given": given} if given else {}
    if values and marks:
        optional |= {"values": values, "marks": marks}
    if asked := _by_span(_asked(needed), there, releases):
        optional["repr"] = asked
    if plain := _by_span([one.plain if one else None for one in needed], there, releases):
        optional["plain"] = plain
    if any(one.ready for one in needed if one):
        optional["ready"] = True
    if holders:
        optional["holders"] = sorted(holders)
    if not (use or more or optional.keys() - {"ready", "holders"}):
        return None
    return {"params": None if own is None else sorted(own), "use": use, "more": more, **optional}


def _asked(needed: list[Needs | None]) -> list[Set[str] | None]:
    """The parameters that ``get_params`` cannot do without, but for those of all releases."""
    known = [one.asked for one in needed if one is not None]
    always = frozenset.intersection(*known)
    return [
        None if one is None else frozenset() if one.forgiving else one.asked - always
        for one in needed
    ]


def _classes(all_of: Sources) -> list[tuple[str, Class]]:
    found = []
    lent = [
        (".".join(source.imports.get(module, ())), name)
        for source in all_of.values()
        for module, name, _ in source.lent
    ]
    for dotted, source in all_of.items():
        others = [n for n, (where, _) in source.imports.items() if where == dotted]
        others += [name for module, name in lent if module == dotted]
        for name in {**source.classes, **dict.fromkeys(others)}:
            class_ = find_class(all_of, dotted, name)
            if class_ is not None:
                found.append((f"{dotted}.{name}", class_))
    return found


def _by_span(
    needed: Sequence[Set[str] | None], there: list[bool], releases: tuple[str, ...]
) -> dict[str, list[str]]:
    """Names by the releases that need them, without those that all need which have the class."""
    found: dict[str, list[str]] = defaultdict(list)
    for name in sorted(set().union(*(one for one in needed if one is not None))):
        wanting = [one is not None and name in one for one in needed]
        if wanting != there:
            found[span(wanting, releases)].append(name)
    return dict(sorted(found.items()))


def render(content: dict[str, object]) -> str:
    """The text of a table of classes: a line for each class."""
    classes = content.pop("classes")
    assert isinstance(classes, dict)
    head = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in content.items()]
    body = [
        f"  {json.dumps(name)}: {json.dumps(entry, separators=(',', ':'))}"
        for name, entry in classes.items()
    ]
    return "{\n" + ",\n".join([*head, ' "classes": {\n' + ",\n".join(body) + "\n }"]) + "\n}\n"


def _text(package: str, cache: Path, date: str) -> str:
    return render(table(package, cache, date))


def _spans(content: dict[str, Any]) -> Iterator[str]:
    for entry in content["classes"].values():
        for kind in SPANS:
            yield from entry.get(kind, {})
        for spans in entry.get("given", {}).values():
            yield from spans


def check() -> list[str]:
    """What is wrong with the tables as they are."""
    wrong = (
        [f"modelaudit.knowledge.states: its packages are not {READ}"] if set(READ) != KNOWN else []
    )
    for package in READ:
        wrong += unsound(FOLDER / f"{package}.json", PACKAGES[package].releases, _spans)
    return wrong


if __name__ == "__main__":
    sys.exit(main(__doc__, FOLDER, READ, _text, check))
