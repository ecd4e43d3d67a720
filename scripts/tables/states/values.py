"""Write rules/tables/parameter_values/*.json: the values of parameters that each release takes.

    python -m scripts.tables.states.values --cache DIR [PACKAGE…]  read the wheels, write
    python -m scripts.tables.states.values --check                 the invariants, no network

scikit-learn's estimators say of each parameter of their constructor what it may be, in
``_parameter_constraints``, and ``fit`` refuses anything else. Texts and None are read out of the
syntax trees; nothing is imported. A parameter is left out that has no text among what it may be, or
of which a release does not say it in so many words.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.common.classes import Class, Sources, find_class, lineage, sources
from scripts.common.estimator_params import constructor
from scripts.common.files import TABLES
from scripts.common.package_tables import main
from scripts.common.python_wheels import fetch
from scripts.common.read_packages import PACKAGES
from scripts.common.spans import span, unsound
from scripts.tables.states.fields import render
from scripts.tables.symbols.names import licence

FOLDER = TABLES / "parameter_values"
READ = ("scikit-learn", "imbalanced-learn")
NAMED = "_parameter_constraints"
NONE = "None"
"""Stands for None among the texts."""
LIST = "[]"
"""Stands for anything that may hold texts."""
NO_TEXTS = {
    **dict.fromkeys(("boolean", "random_state", "verbose", "nan"), frozenset[str]()),
    **dict.fromkeys(("array-like", "sparse matrix", "cv_object"), frozenset({LIST})),
}
"""What a constraint says in a word and no text fits."""
KINDS = {
    **dict.fromkeys(("Interval", "Options"), frozenset[str]()),
    **dict.fromkeys(("HasMethods", "Iterable"), frozenset({LIST})),
}
TYPES = {
    **dict.fromkeys(("Integral", "Real", "callable"), frozenset[str]()),
    **dict.fromkeys(("Iterable", "dict", "list", "tuple", "set"), frozenset({LIST})),
    **dict.fromkeys(("Criterion", "Splitter", "DistanceMetric", "BaseLoss"), frozenset[str]()),
}
"""Types that no text is of; a class by any other name may be one that a text fits."""
ABOUT = (
    "Texts that a parameter may be, and None, by class, parameter and span of releases: the first "
    "release that takes it, ':', and the first that does not, either left out at the end of what "
    "was read. 'said' is the span of releases that say what the parameter may be; in any other "
    "nothing is known of it. What all of these take is under 'always'. One with 'lists' may be a "
    "list of texts in some release."
)
Allowed = dict[str, frozenset[str] | None]
"""What each parameter may be; None where that is not known."""


def allowed(all_of: Sources, class_: Class) -> Allowed:
    """What the parameters of a class's constructor may be."""
    found = constraints(all_of, class_)
    own = constructor(class_) if "__init__" in class_.methods else set(found)
    return {name: values for name, values in found.items() if name in own}


def constraints(all_of: Sources, class_: Class) -> Allowed:
    """What the constraints of a class and of its bases come to."""
    found: Allowed = {}
    for one in reversed(lineage(all_of, class_)):
        for node in one.node.body:
            found |= dict(_said(all_of, one, node, found))
    return found


def _said(
    all_of: Sources, class_: Class, node: ast.stmt, before: Allowed
) -> Iterator[tuple[str, frozenset[str] | None]]:
    """What one statement in the body of a class says of parameters."""
    value: ast.expr | None = None
    match node:
        case ast.AnnAssign(target=ast.Name(id="_parameter_constraints"), value=value):
            pass
        case ast.Assign(targets=[ast.Name(id="_parameter_constraints")], value=value):
            pass
        case ast.Assign(targets=[ast.Subscript(value=named, slice=ast.Constant(value=key))]):
            if _is_named(named):
                yield str(key), _values(node.value)
        case ast.Expr(value=ast.Call(func=function, args=[value])):
            value = value if ast.unparse(function) == f"{NAMED}.update" else None
        case ast.FunctionDef() | ast.For():  # a loop takes parameters out
            pass
        case _ if NAMED in ast.unparse(node):
            yield from dict.fromkeys(before, None).items()
    if isinstance(value, ast.Dict):
        yield from _entries(all_of, class_, value)
    elif value is not None:
        yield from dict.fromkeys(before, None).items()


def _entries(
    all_of: Sources, class_: Class, node: ast.Dict
) -> Iterator[tuple[str, frozenset[str] | None]]:
    """A dictionary of constraints, with those of other classes that it takes over."""
    for key, held in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant):
            yield str(key.value), _values(held)
        elif key is None and isinstance(held, ast.Attribute):
            other = find_class(all_of, class_.source.dotted, ast.unparse(held.value))
            yield from constraints(all_of, other).items() if other is not None else ()


def _is_named(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == NAMED


def _values(node: ast.expr) -> frozenset[str] | None:
    """The texts of a list of constraints; None where one of them may be anything."""
    read = [_texts(item) for item in node.elts] if isinstance(node, ast.List) else [None]
    known = [texts for texts in read if texts is not None]
    return frozenset[str]().union(*known) if len(known) == len(read) else None


def _texts(node: ast.expr) -> frozenset[str] | None:  # noqa: PLR0911  one a kind
    """The texts that fit one constraint; None where that is not known."""
    match node:
        case ast.Constant(value=None):
            return frozenset({NONE})
        case ast.Constant(value=word):
            return NO_TEXTS.get(word) if isinstance(word, str) else None
        case ast.Name() | ast.Attribute():
            return TYPES.get(ast.unparse(node).rpartition(".")[2])
        case ast.Call(func=ast.Name(id="Hidden"), args=[inner]):
            return _texts(inner)
        case ast.Call(func=ast.Name(id="StrOptions"), args=[options, *_]):
            return _options(options)
        case ast.Call(func=ast.Name(id="Options"), args=[ast.Name(id="str"), options, *_]):
            return _options(options)
        case ast.Call(func=ast.Name(id=kind)):
            return KINDS.get(kind)
        case _:
            return None


def _options(node: ast.expr) -> frozenset[str] | None:
    try:
        return frozenset(map(str, ast.literal_eval(node)))
    except ValueError:
        return None


def of_release(package: str, release: str, cache: Path) -> dict[str, Allowed]:
    files = fetch(package, release, cache)
    wanted = {
        path: held
        for path, held in files.items()
        if NAMED.encode() in held or path.endswith("/__init__.py")
    }
    all_of = sources(wanted)
    return {
        f"{dotted}.{name}": allowed(all_of, class_)
        for dotted, source in all_of.items()
        for name in source.classes
        if (class_ := find_class(all_of, dotted, name)) is not None
    }


def table(package: str, cache: Path, date: str) -> dict[str, object]:
    releases = PACKAGES[package].releases
    read = [of_release(package, release, cache) for release in releases]
    classes: dict[str, dict[str, dict[str, object]]] = {}
    for dotted in sorted(set().union(*read)):
        per = [one.get(dotted, {}) for one in read]
        for parameter in sorted(set().union(*per)):
            entry = _entry([one.get(parameter) for one in per], releases)
            if entry:
                classes.setdefault(dotted, {})[parameter] = entry
    return {
        "about": ABOUT,
        "source": f"wheels of {package}",
        "licence": licence(package),
        "date": date,
        "releases": list(releases),
        "classes": classes,
    }


def _entry(held: list[frozenset[str] | None], releases: tuple[str, ...]) -> dict[str, object]:
    """What one parameter may be, empty where that is no text."""
    said = [one is not None for one in held]
    everything = frozenset[str]().union(*(one for one in held if one is not None))
    always, values = [], {}
    for value in sorted(everything - {LIST}):
        taking = [one is not None and value in one for one in held]
        if taking == said:
            always.append(value)
        else:
            values[value] = span(taking, releases)
    if not (values or set(always) - {NONE}):
        return {}
    lists: dict[str, object] = {"lists": True} if LIST in everything else {}
    return {"said": span(said, releases), "always": always, "values": values, **lists}


def _text(package: str, cache: Path, date: str) -> str:
    return render(table(package, cache, date))


def _spans(content: dict[str, Any]) -> Iterator[str]:
    for entry in content["classes"].values():
        for parameter in entry.values():
            yield parameter["said"]
            yield from parameter["values"].values()


def check() -> list[str]:
    """What is wrong with the tables as they are."""
    wrong: list[str] = []
    for package in READ:
        wrong += unsound(FOLDER / f"{package}.json", PACKAGES[package].releases, _spans)
    return wrong


if __name__ == "__main__":
    sys.exit(main(__doc__, FOLDER, READ, _text, check))
