"""Write rules/tables/module_reexports.json: modules that hold another module as an attribute.

Source: the source files of the standard library of CPython 3.8 to 3.13 and of numpy, scipy,
scikit-learn, pandas, torch and joblib as installed. Date: 2026-11-23. Method: the syntax tree of
every module is read, nothing is imported. ``import x``, ``import x as y`` and ``from x import y``
outside of functions and classes bind names; one that binds a module is an entry. Names that a
module takes from another with ``from`` are followed. Only targets that matter are kept: modules of
the table of dangerous names, builtins, sys, and modules through which those are reached. Name the
directories with --stdlib and --packages; without, those of the running Python are read.
"""

from __future__ import annotations

import argparse
import ast
import sys
import sysconfig
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

from scripts.common.files import report
from scripts.common.pickle_tables import (
    DANGEROUS,
    DATE,
    REEXPORTS,
    Effects,
    Json,
    check_reexports,
    effects_of,
    load,
    write,
)

PACKAGES = ("numpy", "scipy", "sklearn", "pandas", "torch", "joblib")
SKIPPED = {"test", "tests", "__pycache__", "site-packages", "lib2to3", "idlelib", "turtledemo"}
HOLDERS = {"os", "sys", "builtins", "subprocess", "importlib", "shutil", "pickle", "operator"}
# Left out to keep the table small: what these hold of danger is reached more directly.
MINOR = {"re", "collections", "copy", "enum", "textwrap", "datetime", "typing", "dataclasses"}
MINOR |= {"warnings", "weakref", "time"}
SPECIAL = {"os.path": "posixpath"}
ABOUT = (
    "Modules that hold another module as an attribute, so that a dotted name of a pickle can be "
    "followed through them. Kept are only targets that are, or lead to, a module of the table of "
    "dangerous names, builtins or sys."
)
Bindings = dict[str, dict[str, str]]


def modules_below(directory: Path, tops: Iterable[str] | None) -> Iterator[tuple[str, Path]]:
    """Every module in a directory of modules: its dotted name and its file."""
    for path in sorted(directory.rglob("*")):
        parts = list(path.relative_to(directory).parts)
        if path.suffix not in {".py", ".so"} or SKIPPED & set(parts):
            continue
        if parts[0] == "lib-dynload":
            parts = parts[1:]
        parts[-1] = parts[-1].partition(".")[0]
        if parts[-1] == "__init__":
            parts.pop()
        if parts and (tops is None or parts[0] in tops) and all(map(str.isidentifier, parts)):
            yield ".".join(parts), path


def statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when the module is imported, outside of functions and classes."""
    for node in body:
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                yield from statements([child])
            elif isinstance(child, ast.ExceptHandler):
                yield from statements(child.body)


def absolute(node: ast.ImportFrom, package: str) -> str:
    """The module that a ``from`` names, in a module of the package."""
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    above = parts[: len(parts) - node.level + 1]
    return ".".join([*above, *([node.module] if node.module else [])])


def bindings_of(path: Path, package: str) -> Iterator[tuple[str, str, str]]:
    """What a module binds: the name, the module, and the name within it or an empty one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            return
    for node in statements(tree.body):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                yield alias.asname or top, alias.name if alias.asname else top, ""
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, absolute(node, package), alias.name


def follow(found: Bindings, borrowed: list[tuple[str, str, str, str]]) -> None:
    """Add the modules that a module takes from another one with ``from``."""
    for _ in range(4):
        for module, bound, source, name in borrowed:
            taken = dict(found.get(source, {}))
            if name != "*":
                taken = {bound: taken[name]} if name in taken else {}
            for key, target in taken.items():
                if name != "*" or not key.startswith("_"):
                    found[module].setdefault(key, target)


def collect(sources: Iterable[tuple[Path, tuple[str, ...] | None]]) -> Bindings:
    """Every module and the modules that it binds, before anything is left out."""
    files = [entry for directory, tops in sources for entry in modules_below(directory, tops)]
    known = {name for name, _ in files} | set(sys.builtin_module_names) | set(SPECIAL)
    found: Bindings = {}
    borrowed: list[tuple[str, str, str, str]] = []
    for module, path in files:
        if path.suffix != ".py":
            continue
        package = module if path.stem == "__init__" else module.rpartition(".")[0]
        own = found.setdefault(module, {})
        for bound, source, name in bindings_of(path, package):
            target = f"{source}.{name}" if name else source
            if target in known:
                own.setdefault(bound, SPECIAL.get(target, target))
            elif name:
                borrowed.append((module, bound, source, name))
    follow(found, borrowed)
    for module in sorted(known):
        package, _, last = module.rpartition(".")
        if package in found:
            found[package].setdefault(last, module)
    return found


def covered(names: Effects, module: str) -> bool:
    """Whether every name of the module is dangerous already, so that nothing need be followed."""
    parts = module.split(".")
    return any("*" in names.get(".".join(parts[: i + 1]), {}) for i in range(len(parts)))


def restrict(found: Bindings, names: Effects) -> Bindings:
    """Only what leads to a module that matters."""
    matters = set(names) | {"builtins", "sys"}
    parents: set[str] = set()
    for _ in range(4):
        for module, own in found.items():
            if module.partition(".")[0] not in PACKAGES:
                direct = any(covered(names, t) or t == "builtins" for t in own.values())
                if direct or ("." not in module and matters & set(own.values())):
                    matters.add(module)
            elif any(t in HOLDERS or t in parents for t in own.values()):
                parents.add(module)
    table: Bindings = {}
    for module, own in found.items():
        if covered(names, module) and module.partition(".")[0] in PACKAGES:
            continue
        kept = {
            name: target
            for name, target in own.items()
            if target != module
            and not (target in MINOR and module.partition(".")[0] in PACKAGES)
            and not module.startswith("encodings.")
            and (
                target in matters
                or covered(names, target)
                or (target in parents and target == f"{module}.{name}")
            )
            and target.partition(".")[0] != "__future__"
        }
        if kept:
            table[module] = kept
    return table


def main() -> int:
    """Write the table, or check the one that is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="verify the committed table only")
    parser.add_argument("--stdlib", type=Path, nargs="*", help="directories of standard libraries")
    parser.add_argument("--packages", type=Path, help="directory with the installed packages")
    options = parser.parse_args()
    if options.check:
        return report(check_reexports())
    libraries: list[Path] = options.stdlib or [Path(sysconfig.get_path("stdlib"))]
    packages: Path = options.packages or Path(sysconfig.get_path("platlib"))
    absent = [name for name in PACKAGES if not (packages / name).is_dir()]
    if absent:
        return report([f"not installed: {name}" for name in absent])
    names = effects_of(load(DANGEROUS))
    found: Bindings = {}
    sources: list[tuple[Path, tuple[str, ...] | None]] = [(path, None) for path in libraries]
    for source in [*sources, (packages, PACKAGES)]:
        for module, own in collect([(libraries[-1], None), source]).items():
            merged = found.setdefault(module, {})
            merged |= {key: target for key, target in own.items() if key not in merged}
    modules: dict[str, Json] = {key: dict(own) for key, own in restrict(found, names).items()}
    table: dict[str, Json] = {
        "about": ABOUT,
        "source": "syntax trees of the standard library of CPython 3.8 to 3.13 and of numpy, "
        "scipy, scikit-learn, pandas, torch and joblib as released on PyPI",
        "licence": "facts about public interfaces; no text of other projects is included",
        "date": DATE,
        "modules": modules,
    }
    write(REEXPORTS, table)
    return report(check_reexports())


if __name__ == "__main__":
    sys.exit(main())
