"""Write rules/tables/state_fields/*.json: what each release needs of a pickled instance.

    python -m scripts.tables.states.fields --cache DIR [PACKAGE…]  read the wheels, write
    python -m scripts.tables.states.fields --check                 the invariants, no network

Sources are read as syntax trees, and nothing is imported. An attribute is needed where prediction
(or transformation, where a class has no predict) is sure to read it and nothing in the class
provides it. One that every release needs is left out: whatever wrote the pickle set it.
"""

from __future__ import annotations

import argparse
import ast
import datetime
import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import repeat
from pathlib import Path
from typing import NamedTuple

from scripts.common.attribute_reads import Reader
from scripts.common.classes import Class, Sources, find_class, lineage, sources
from scripts.common.files import TABLES
from scripts.common.python_wheels import PACKAGES, fetch
from scripts.common.sources import rows
from scripts.tables.symbols.names import LICENCES, span

FOLDER = TABLES / "state_fields"
READ = {
    "scikit-learn": "sklearn/",
    "lightgbm": "lightgbm/",
    "xgboost": "xgboost/",
    "scipy": "scipy/sparse/",
    "statsmodels": "statsmodels/",
    "gensim": "gensim/",
    "imbalanced-learn": "imblearn/",
    "category-encoders": "category_encoders/",
}
"""The packages, and which of their files."""
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
ABOUT = (
    "Attributes that an instance must have been pickled with, by class and span of releases: the "
    "first release that needs it, ':', and the first that does not, either left out at the end of "
    "what was read. 'use' is needed to predict (or transform), 'more' by other methods. 'params' "
    "are the parameters of the constructor over all releases: an instance that has nothing else "
    "was never fitted; null for a class that is not fitted. '*_' is any attribute with that ending."
)

Needs = tuple[frozenset[str], frozenset[str]]


class Methods(NamedTuple):
    """The methods of a package's own that ``scripts/sources/state_methods.tsv`` lists."""

    use: tuple[str, ...] = ()
    restores: tuple[str, ...] = ()


@cache
def methods_of(package: str) -> Methods:
    listed = [(kind, name) for owner, kind, name in rows("state_methods.tsv") if owner == package]
    use, restores = (
        tuple(name for kind, name in listed if kind == wanted) for wanted in ("use", "restores")
    )
    return Methods(use, restores)


def needs(all_of: Sources, class_: Class, own: Methods) -> Needs | None:
    """What using an instance reads that only its state can give: its purpose, and the rest."""
    line = lineage(all_of, class_)
    if any({"__getattr__", "__getattribute__"} & set(one.methods) for one in line):
        return None
    reader = Reader(all_of, class_)
    main = [name for name in MAIN if reader.has(name)][:1]
    main += [name for name in own.use if reader.has(name) and name not in main]
    if not main:
        return None
    provided = {text for one in line for text in _restored(one, own)}
    use = set().union(*(reader.method(name) for name in main))
    rest: set[str] = set()
    for name in MORE:
        if name not in main and reader.has(name):
            rest |= reader.method(name)
    provided |= reader.stored
    return frozenset(use - provided), frozenset(rest - use - provided)


def _restored(class_: Class, own: Methods) -> set[str]:
    """Attributes that ``__setstate__`` sets, or puts into the state where they are not in it.

    What it sets under another condition it may only have turned into something else. Of the
    package's own methods that loading calls, everything counts that they set.
    """
    method = class_.methods.get("__setstate__")
    found = _set_by(method.body) if method is not None else set()
    called = [class_.methods[name] for name in own.restores if name in class_.methods]
    return found | {
        node.attr
        for function in called
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }


def _set_by(body: list[ast.stmt]) -> set[str]:
    found: set[str] = set()
    for statement in body:
        if isinstance(statement, ast.If):
            lacking = any(isinstance(node, ast.NotIn) for node in ast.walk(statement.test))
            found |= _set_by(statement.body) if lacking else set()
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                found.add(node.attr)
            elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
                found |= _texts(ast.walk(node.slice))
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "setdefault":
                found |= _texts(node.args[:1])
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "get":
                # state.get("_handle", state.get("handle")): made of another one where it lacks
                other = any(not isinstance(n, ast.Constant) for n in node.args[1:])
                found |= _texts(node.args[:1]) if other else set()
    return found


def _texts(nodes: Iterable[ast.AST]) -> set[str]:
    values = (node.value for node in nodes if isinstance(node, ast.Constant))
    return {value for value in values if isinstance(value, str)}


def parameters(all_of: Sources, class_: Class) -> set[str] | None:
    """Parameters of all constructors in its lineage; None for a class that has no ``fit``."""
    line = lineage(all_of, class_)
    if not any("fit" in one.methods for one in line):
        return None
    found: set[str] = set()
    for one in line:
        if (method := one.methods.get("__init__")) is not None:
            arguments = method.args.posonlyargs + method.args.args
            found |= {a.arg for a in (*arguments[1:], *method.args.kwonlyargs)}
    return found


def of_release(package: str, release: str, cache: Path) -> list[tuple[str, Needs, set[str] | None]]:
    """Of each class what it needs, and its parameters."""
    files = fetch(package, release, cache)
    all_of = sources({p: held for p, held in files.items() if p.startswith(READ[package])})
    own = methods_of(package)
    read = [
        (name, needs(all_of, class_, own), parameters(all_of, class_))
        for name, class_ in _classes(all_of)
    ]
    return [(name, found, params) for name, found, params in read if found is not None]


def table(package: str, cache: Path, date: str) -> dict[str, object]:
    releases = PACKAGES[package].releases
    use: dict[str, dict[str, list[bool]]] = defaultdict(dict)
    more: dict[str, dict[str, list[bool]]] = defaultdict(dict)
    held: dict[str, list[bool]] = {}
    params: dict[str, set[str] | None] = {}
    with ProcessPoolExecutor() as pool:
        read = list(pool.map(of_release, repeat(package), releases, repeat(cache)))
    for index, classes_of in enumerate(read):
        for dotted, found, own in classes_of:
            held.setdefault(dotted, [False] * len(releases))[index] = True
            known = params.get(dotted, set())
            params[dotted] = None if own is None or known is None else known | own
            for kept, names in zip((use, more), found, strict=True):
                for name in names:
                    kept[dotted].setdefault(name, [False] * len(releases))[index] = True
    classes: dict[str, object] = {}
    for dotted, there in sorted(held.items()):
        entry = {
            "use": _by_span(use[dotted], there, releases),
            "more": _by_span(more[dotted], there, releases),
        }
        if any(entry.values()):
            own = params[dotted]
            classes[dotted] = {"params": None if own is None else sorted(own), **entry}
    return {
        "about": ABOUT,
        "source": f"wheels of {package}",
        "licence": f"facts out of {LICENCES.get(package, 'BSD-3-Clause')} source",
        "date": date,
        "releases": list(releases),
        "classes": classes,
    }


def _classes(all_of: Sources) -> list[tuple[str, Class]]:
    found = []
    for dotted, source in all_of.items():
        others = [n for n, (where, _) in source.imports.items() if where == dotted]
        for name in {**source.classes, **dict.fromkeys(others)}:
            class_ = find_class(all_of, dotted, name)
            if class_ is not None:
                found.append((f"{dotted}.{name}", class_))
    return found


def _by_span(
    names: dict[str, list[bool]], there: list[bool], releases: tuple[str, ...]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, needed in sorted(names.items()):
        if needed != there:
            found[span(needed, releases)].append(name)
    return dict(sorted(found.items()))


def render(package: str, cache: Path, date: str) -> str:
    content = table(package, cache, date)
    classes = content.pop("classes")
    assert isinstance(classes, dict)
    head = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in content.items()]
    body = [
        f"  {json.dumps(name)}: {json.dumps(entry, separators=(',', ':'))}"
        for name, entry in classes.items()
    ]
    return "{\n" + ",\n".join([*head, ' "classes": {\n' + ",\n".join(body) + "\n }"]) + "\n}\n"


def check() -> list[str]:
    """What is wrong with the tables as they are."""
    wrong = []
    for package in READ:
        path = FOLDER / f"{package}.json"
        if not path.is_file():
            wrong.append(f"{path.name} is missing")
            continue
        content = json.loads(path.read_text("utf-8"))
        if content["releases"] != list(PACKAGES[package].releases):
            wrong.append(f"{path.name}: its releases are not those of the script")
        releases = {"", *content["releases"]}
        for name, entry in content["classes"].items():
            wrong += [
                f"{path.name}: {name}: the span {text!r} names no release"
                for text in (*entry["use"], *entry["more"])
                if not all(set(one.split(":")) <= releases for one in text.split(" "))
            ]
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("packages", nargs="*", default=list(READ))
    options = parser.parse_args()
    if options.check or options.cache is None:
        wrong = check()
        print("\n".join(wrong) or "the tables of state fields are sound")
        return int(bool(wrong))
    FOLDER.mkdir(exist_ok=True)
    date = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    for package in options.packages:
        (FOLDER / f"{package}.json").write_text(render(package, options.cache, date), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
