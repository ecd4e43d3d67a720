"""What the Keras table is made of: the syntax trees of a wheel's modules.

A wheel is downloaded by pip and read as the zip that it is; nothing of it is imported or installed.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

RELEASES = (
    *("2.6.0", "2.7.0", "2.8.0", "2.9.0", "2.10.0", "2.11.0", "2.12.0", "2.13.1", "2.14.0"),
    *("2.15.0", "3.0.5", "3.1.1", "3.2.1", "3.3.3", "3.4.1", "3.5.0", "3.6.0", "3.7.0", "3.8.0"),
    *("3.9.2", "3.10.0", "3.11.3", "3.12.4", "3.13.2", "3.14.1", "3.15.1"),
)
"""The last patch release of each minor one."""
EXPORTS = ("keras_export",)
SKIPPED = ("/backend/", "_tf_keras", "/api/", "/testing/", "_test.py", "/integration_test/")
KEPT = "/optimizers/"
"""Of the backends' modules those whose classes an archive may name."""
ANY = "*"
"""Among the keys of a class whose constructor, or what it is made by, takes every one."""


_PASSED = "?"
"""Among the keys of a class that passes the rest on to a base which is not known."""


@dataclass
class Class:
    """One class: ``module`` is where it is defined, ``bases`` are as its file spells them."""

    module: str
    name: str
    bases: list[str]
    exports: list[str]
    arguments: set[str] | None = None
    passes_on: bool = False
    made_by: set[str] = field(default_factory=set)
    """keys that its from_config takes out before the constructor is called"""
    refuses: bool = False
    """whether it is there only to be refused: keras.optimizers.legacy of Keras 3"""


@dataclass
class Release:
    """All modules of a wheel, their classes, the public names of anything, and imported names."""

    v3: bool = True
    """whether archives are its usual form, which some classes ask for"""
    modules: set[str] = field(default_factory=set)
    classes: dict[str, Class] = field(default_factory=dict)
    exports: set[str] = field(default_factory=set)
    imports: dict[str, dict[str, str]] = field(default_factory=dict)
    functions: set[str] = field(default_factory=set)
    trees: dict[str, ast.Module] = field(default_factory=dict)
    """modules that are looked into once more"""


def wheel(release: str, cache: Path) -> Path:
    """The wheel of a release, downloaded where the cache does not have it."""
    found = next(cache.glob(f"keras-{release}-*.whl"), None)
    if found is None:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--only-binary", ":all:", "--python-version", "3.11"]
        subprocess.run([*command, f"keras=={release}", "-d", str(cache)], check=True)
        found = next(cache.glob(f"keras-{release}-*.whl"))
    return found


def read(path: Path) -> Release:
    """The syntax trees of a wheel, looked through."""
    number = path.name.split("-")[1].split(".")
    release = Release(v3=tuple(map(int, number[:2])) >= (2, 13))
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if not name.startswith("keras/") or not name.endswith(".py"):
                continue
            dotted = name.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
            if name.endswith("_test.py"):
                continue
            release.modules.add(dotted)
            if any(part in f"/{name}" for part in SKIPPED) and KEPT not in name:
                continue
            tree = ast.parse(archive.read(name))
            if dotted.endswith(".serialization"):
                release.trees[dotted] = tree
            _module(release, dotted, tree, package=name.endswith("__init__.py"))
    return release


def _module(release: Release, dotted: str, tree: ast.Module, *, package: bool) -> None:
    names = release.imports.setdefault(dotted, {})
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parent = dotted if package else dotted.rpartition(".")[0]
                base = f"{parent}.{base}".rstrip(".")
            for alias in node.names:
                names[alias.asname or alias.name] = f"{base}.{alias.name}"
        elif isinstance(node, ast.ClassDef):
            found = _class(dotted, node, v3=release.v3)
            release.classes[f"{dotted}.{node.name}"] = found
            release.exports.update(found.exports)
        elif isinstance(node, ast.FunctionDef):
            release.functions.add(f"{dotted}.{node.name}")
            release.exports.update(_exports(node))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            release.functions.add(f"{dotted}.{node.targets[0].id}")  # leaky_relu = tf.nn.leaky_relu


def _class(dotted: str, node: ast.ClassDef, *, v3: bool) -> Class:
    found = Class(dotted, node.name, [ast.unparse(base) for base in node.bases], _exports(node))
    for item in node.body:
        if isinstance(item, ast.FunctionDef) and item.name == "__init__":
            if isinstance(item.body[0], ast.Raise):
                found.exports.clear()
                found.refuses = True
            given = item.args
            named = [*given.posonlyargs, *given.args[1:], *given.kwonlyargs]
            found.arguments = {argument.arg for argument in named}
            variable = given.kwarg.arg if given.kwarg is not None else ""
            found.passes_on = variable != "" and _passes_on(item, variable)
            found.arguments |= set(_taken(item, variable, v3=v3)) | set(_allowed(item))
            if variable and not found.passes_on and not _checks(item, variable):
                found.arguments.add(ANY)
        elif isinstance(item, ast.FunctionDef) and item.name == "from_config":
            found.made_by |= set(_taken(item, "config", v3=v3))
    return found


def _passes_on(function: ast.FunctionDef, variable: str) -> bool:
    """Whether what is left goes to another function: ``super().__init__(**kwargs)``."""
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    return any(
        isinstance(name, ast.Name) and name.id == variable
        for call in calls
        for name in [*call.args, *(k.value for k in call.keywords)]
    )


def _checks(function: ast.FunctionDef, variable: str) -> bool:
    """Whether what is left is refused: ``if kwargs: raise``, ``for key in kwargs: if … raise``."""
    return any(
        variable in ast.unparse(node.test if isinstance(node, ast.If) else node.iter)
        and any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
        for node in ast.walk(function)
        if isinstance(node, ast.If | ast.For)
    )


def _exports(node: ast.ClassDef | ast.FunctionDef) -> list[str]:
    """The public names that a decorator gives; those for TensorFlow 1 are left out."""
    names: list[str] = []
    for decorator in node.decorator_list:
        if not isinstance(decorator, ast.Call) or ast.unparse(decorator.func) not in EXPORTS:
            continue
        for argument in decorator.args:
            constants = [n.value for n in ast.walk(argument) if isinstance(n, ast.Constant)]
            names += [name for name in constants if isinstance(name, str)]
    return names


def _taken(function: ast.FunctionDef, variable: str, *, v3: bool) -> Iterator[str]:
    """Keys that are taken out of a dictionary: ``kwargs.pop("x")``."""
    for node in _walk(function, v3=v3):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        first = node.args[0] if node.args else None
        if ast.unparse(node.func) == f"{variable}.pop" and isinstance(first, ast.Constant):
            yield str(first.value)


def _walk(node: ast.AST, *, v3: bool) -> Iterator[ast.AST]:
    """All nodes, but for those under a switch that is off before 2.13."""
    yield node
    if isinstance(node, ast.If) and "saving_v3_enabled" in ast.unparse(node.test) and not v3:
        return
    for child in ast.iter_child_nodes(node):
        yield from _walk(child, v3=v3)


def _allowed(function: ast.FunctionDef) -> Iterator[str]:
    """``allowed_kwargs = {...}``, which the layers of Keras 2 check what is left against."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "allowed_kwargs":
            for item in ast.walk(node.value):
                if isinstance(item, ast.Constant) and isinstance(item.value, str):
                    yield item.value


def base_of(release: Release, class_: Class, spelled: str) -> Class | None:
    """The class that a base names: in the same module, or through what that imports."""
    head, _, rest = spelled.partition(".")
    dotted = release.imports[class_.module].get(head, f"{class_.module}.{head}")
    return follow(release, f"{dotted}.{rest}" if rest else dotted)


def follow(release: Release, dotted: str, depth: int = 0) -> Class | None:
    """A class by a dotted name, through modules that import it."""
    if dotted in release.classes or depth > 8:
        return release.classes.get(dotted)
    module, _, name = dotted.rpartition(".")
    target = release.imports.get(module, {}).get(name)
    return follow(release, target, depth + 1) if target is not None else None


def accepted(release: Release, class_: Class) -> set[str]:
    """The keys that an object's configuration may have; ``*`` where any may stand there."""
    keys = _accepted(release, class_, 0)
    if _PASSED not in keys:
        return keys
    # Among several bases, what a layer's other ones are given has gone past Layer first.
    layer = "Layer" in _ancestry(release, class_, 0)
    return (keys - {_PASSED}) | (set() if layer else {ANY})


def _ancestry(release: Release, class_: Class, depth: int) -> set[str]:
    bases = [base_of(release, class_, spelled) for spelled in class_.bases if depth < 20]
    known = [base for base in bases if base is not None]
    return {class_.name}.union(*(_ancestry(release, base, depth + 1) for base in known))


def _accepted(release: Release, class_: Class, depth: int) -> set[str]:
    bases = [base_of(release, class_, spelled) for spelled in class_.bases]
    known = [base for base in bases if base is not None and depth < 20]
    made_by = class_.made_by.union(*(_made_by(release, base) for base in known))
    if class_.name == "Layer":  # it checks what is left itself
        return (class_.arguments or set()) | made_by
    if class_.arguments is not None and not class_.passes_on:
        return class_.arguments | made_by
    own = class_.arguments or set()
    if not known:
        return own | made_by | ({_PASSED} if class_.passes_on else set())
    return own.union(made_by, *(_accepted(release, base, depth + 1) for base in known))


def _made_by(release: Release, class_: Class) -> set[str]:
    bases = [base_of(release, class_, spelled) for spelled in class_.bases]
    return class_.made_by.union(*(_made_by(release, base) for base in bases if base is not None))


def minor(release: str) -> str:
    return ".".join(release.split(".")[:2])


def spans(present: dict[str, set[str]]) -> dict[str, list[str]]:
    """For each name the first release that has it, and the first that has it no more, in turn."""
    table: dict[str, list[str]] = {}
    for name in sorted(set().union(*present.values())):
        held = False
        for release in RELEASES:
            if (name in present[release]) != held:
                held = not held
                table.setdefault(name, []).append(minor(release))
    return table
