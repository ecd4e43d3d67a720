"""Write rules/tables/pickle_acting.json: classes whose instances call what their state brings.

Source: the source files of the standard libraries named with --stdlib and of the packages below the
directory named with --packages. Method: the syntax tree of every module is read, nothing is
imported. Of each class the special methods are looked at, its own and those of its bases that have
a source there. A call of something that is reached from the instance by an attribute counts: a
state decides what that is, and hides even a method of that name. Where libraries differ, a method
counts that acts in any of them.
"""

from __future__ import annotations

import argparse
import ast
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

from scripts.common.classes import Class, Source, Sources, find_class, sources
from scripts.common.files import report
from scripts.common.pickle_tables import ACTING, Json, check_acting, write
from scripts.common.state_calls import acts

PACKAGES = (
    *("numpy", "scipy", "pandas", "sklearn", "joblib", "xgboost", "lightgbm", "statsmodels"),
    *("cloudpickle", "dill", "torch", "catboost", "keras", "tensorflow", "transformers"),
)
SKIPPED = {"test", "tests", "__pycache__", "site-packages", "lib2to3", "idlelib", "turtledemo"}
SKIPPED |= {"testing", "_testing", "_internal", "ensurepip"}
PLAIN = {"append", "extend", "add", "update", "setdefault", "insert", "keys", "items", "values"}
PLAIN |= {"get", "pop", "clear", "copy", "read", "readline", "write", "close"}
"""Methods that are called on what only looks like a container or a file."""
EARLY = {"__init__", "__new__", "__post_init__", "__init_subclass__", "__class_getitem__"}
"""Methods that run before there is a state."""
DATE = "2026-11-29"
ABOUT = (
    "Classes whose special methods call what the attributes of the instance hold, so that a state "
    "decides what is called: by module and class, the methods that do."
)
Table = dict[str, dict[str, set[str]]]


def read(directory: Path, tops: tuple[str, ...] | None) -> dict[str, bytes]:
    """The source files of the modules in a directory."""
    found: dict[str, bytes] = {}
    roots = [directory] if tops is None else [directory / top for top in tops]
    for root in roots:
        for path in sorted(root.rglob("*.py")):
            name = path.relative_to(directory)
            if not SKIPPED & set(name.parts):
                found[name.as_posix()] = path.read_bytes()
    return found


def special(name: str) -> bool:
    """Whether loading can have the method called without naming it."""
    return name in PLAIN or (name[:2] == name[-2:] == "__" and name not in EARLY)


def bases(all_of: Sources, class_: Class) -> Iterator[Class]:
    """The bases that have a source, by a plain or a dotted name."""
    for base in class_.node.bases:
        name = ast.unparse(base).partition("[")[0]
        module, _, last = name.rpartition(".")
        found = find_class(all_of, module or class_.source.dotted, last)
        if found is not None:
            yield found


def methods(all_of: Sources, class_: Class, seen: frozenset[str] = frozenset()) -> dict[str, bool]:
    """The special methods of a class, inherited ones too, and whether each acts."""
    key = f"{class_.source.dotted}.{class_.node.name}"
    found: dict[str, bool] = {}
    if key in seen:
        return found
    for base in bases(all_of, class_):
        found = {**methods(all_of, base, seen | {key}), **found}
    own = {name: acts(node) for name, node in class_.methods.items() if special(name)}
    return {**found, **own}


def classes(all_of: Sources, source: Source) -> Iterator[tuple[str, Class]]:
    for name in source.classes:
        found = find_class(all_of, source.dotted, name)
        if found is not None:
            yield name, found


def collect(files: dict[str, bytes], table: Table) -> int:
    """Add what acts in the files to the table; how many classes there are."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        all_of = sources(files)
    count = 0
    for source in all_of.values():
        for name, class_ in classes(all_of, source):
            count += 1
            acting = {method for method, acts_ in methods(all_of, class_).items() if acts_}
            if acting:
                table.setdefault(source.dotted, {}).setdefault(name, set()).update(acting)
    return count


def main() -> int:
    """Write the table, or check the one that is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="verify the committed table only")
    parser.add_argument("--stdlib", type=Path, nargs="*", default=[], help="standard libraries")
    parser.add_argument("--packages", type=Path, help="directory with the installed packages")
    options = parser.parse_args()
    if options.check:
        return report(check_acting())
    table: Table = {}
    for library in options.stdlib:
        sys.stdout.write(f"{library}: {collect(read(library, None), table)} classes\n")
    if options.packages:
        # with a standard library, which has bases of the packages' classes
        files = read(options.stdlib[0], None) | read(options.packages, PACKAGES)
        sys.stdout.write(f"{options.packages}: {collect(files, table)} classes\n")
    found: dict[str, Json] = {
        module: {name: " ".join(sorted(acting)) for name, acting in entries.items()}
        for module, entries in table.items()
    }
    content: dict[str, Json] = {
        "about": ABOUT,
        "source": "syntax trees of the standard library of CPython 3.8 to 3.13, and of "
        + ", ".join(PACKAGES)
        + " as far as they were installed",
        "licence": "facts about public interfaces; no text of other projects is included",
        "date": DATE,
        "classes": found,
    }
    write(ACTING, content)
    return report(check_acting())


if __name__ == "__main__":
    sys.exit(main())
