"""The names that the modules of a release have, out of syntax trees and compiled modules."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TypeGuard

from scripts.common.python_wheels import COMPILED

_DEPTH = 6
"""Imports of imports that are followed."""
_NAMESPACES = frozenset({"globals", "locals", "vars"})
_READS = frozenset({"copy", "get", "items", "keys", "values"})
"""Methods of a namespace that do not change it."""
_HINTS = (b"globals", b"locals", b"vars", b"exec", b"setattr", b"modules[__name__]")
"""What stands in a source that gives itself names at run time, or puts another in its place."""
_CHANGES = frozenset({"update", "setdefault", "__setitem__"})


@dataclass(slots=True)
class Module:
    """``names`` are all that it has; ``own`` those that a pickle may name: no plain constants.

    ``sums`` are the checksums of pickled states that its compiled classes accept, ``calls`` how
    many positional arguments functions and constructors take (``0-2``, ``1-*``). ``gives`` are the
    names that it sets in another module. A ``dynamic`` module may have any name.
    """

    names: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
    defined: set[str] = field(default_factory=set)
    imported: dict[str, str] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    sums: set[str] = field(default_factory=set)
    calls: dict[str, str] = field(default_factory=dict)
    gives: set[tuple[str, str]] = field(default_factory=set)
    packed: str = ""
    dynamic: bool = False
    compiled: bool = False


Release = dict[str, Module]


def modules(files: dict[str, bytes]) -> Release:
    """Every module of a release; a compiled one also under the name that it gives itself."""
    found: Release = {}
    for path, content in files.items():
        if path.endswith(".py"):
            dotted = path[:-3].replace("/", ".")
            is_package = dotted.endswith(".__init__")
            dotted = dotted.removesuffix(".__init__")
            found[dotted] = _copy(_python(content, dotted, is_package=is_package))
        elif COMPILED.search(path):
            dotted = COMPILED.sub("", path).replace("/", ".")
            calls_itself, module = _compiled(content, dotted)
            found[dotted] = module = _copy(module)
            found.setdefault(calls_itself, module)
    _complete(found)
    for dotted in found:
        _resolve_stars(found, dotted, set())
    return found


def _copy(module: Module) -> Module:
    """One that may be changed: most files are the same in the next release, and read once."""
    return replace(
        module,
        names=set(module.names),
        own=set(module.own),
        defined=set(module.defined),
        imported=dict(module.imported),
        stars=list(module.stars),
        sums=set(module.sums),
        calls=dict(module.calls),
        gives=set(module.gives),
    )


def _complete(found: Release) -> None:
    """What modules have by each other: entries of sys.modules, packages, submodules, imports."""
    for module in list(found.values()):
        for assigned in module.stars:
            if assigned.startswith("="):
                found.setdefault(assigned[1:], Module(dynamic=True))
    for dotted in list(found):
        while dotted := dotted.rpartition(".")[0]:
            found.setdefault(dotted, Module(dynamic=True))  # a package without a file of its own
    for module in found.values():
        _give(found, module)
        module.own |= {name for name, source in module.imported.items() if _counts(found, source)}
        for name in module.own & module.imported.keys():
            module.calls |= _calls_of(found, module.imported[name], name, 0)
    for dotted in list(found):
        package, _, last = dotted.rpartition(".")
        if package:
            found[package].names.add(last)


def _give(found: Release, module: Module) -> None:
    """The names that a module sets in another one of the package, ``other.Name = Name``."""
    for alias, name in module.gives:
        if (other := found.get(f"{module.imported.get(alias, '')}.{alias}")) is not None:
            other.names.add(name)
            other.own.add(name)


def _calls_of(found: Release, source: str, name: str, depth: int) -> dict[str, str]:
    """How the function or class is called that an import leads to, through other imports."""
    module = found.get(source)
    if module is None or depth > _DEPTH:
        return {}
    if name in module.imported and name not in module.defined:
        return _calls_of(found, module.imported[name], name, depth + 1)
    return {key: form for key, form in module.calls.items() if key.partition(".")[0] == name}


def _counts(found: Release, source: str) -> bool:
    """Whether a pickle may name what is imported from there by the module that imports it.

    Functions of compiled modules are pickled by the module that they are given to; those of any
    other by the one that defines them.
    """
    return source not in found or found[source].compiled


@lru_cache(maxsize=20_000)
def _python(content: bytes, dotted: str, *, is_package: bool) -> Module:
    module = Module()
    try:
        tree = ast.parse(content)
    except SyntaxError:
        module.dynamic = True
        return module
    package = dotted if is_package else dotted.rpartition(".")[0]
    top = dotted.partition(".")[0]
    for statement in _statements(tree.body):
        _bind(module, statement, package, is_package=is_package)
    module.dynamic = "__getattr__" in module.names
    if any(word in content for word in _HINTS):
        module.dynamic = module.dynamic or _is_dynamic(tree)
    if b"modules[" in content:
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign):
                module.stars += [f"={name}" for name in _installed(node, top)]
    return module


def _is_dynamic(tree: ast.Module) -> bool:
    """Whether a module gives itself names at run time, which no one can read in its source."""
    if any(_replaces_itself(node) for node in ast.walk(tree)):
        return True
    for statement in _statements(tree.body):
        for child in _header(statement):
            reading = {id(node.value) for node in ast.walk(child) if _only_reads(node)}
            if any(_gives_names(node) and id(node) not in reading for node in ast.walk(child)):
                return True
    for node in ast.walk(tree):
        if (isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)) or (
            isinstance(node, ast.Attribute) and node.attr in _CHANGES
        ):
            if _calls(node.value, _NAMESPACES):
                return True
        elif _calls(node, {"setattr"}) and "sys.modules" in ast.unparse(node):
            return True
    return False


def _only_reads(node: ast.AST) -> TypeGuard[ast.Attribute]:
    """``globals().items()`` and its like."""
    return (
        isinstance(node, ast.Attribute) and node.attr in _READS and _calls(node.value, _NAMESPACES)
    )


def _gives_names(node: ast.AST) -> bool:
    """Whether a call may give a module names; ``exec("del " + name)`` only takes them away."""
    if _calls(node, {"exec"}):
        match node.args[0]:
            case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Add()):
                return not text.startswith("del ")
        return True
    return _calls(node, _NAMESPACES)


def _replaces_itself(node: ast.AST) -> bool:
    """``sys.modules[__name__] = …``"""
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Store)
        and ast.unparse(node).endswith("modules[__name__]")
    )


def _calls(node: ast.AST, names: Collection[str]) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Those that run when the module is imported, with those of every branch."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        for part in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(statement, part, ()))
        for handler in getattr(statement, "handlers", ()):
            yield from _statements(handler.body)


def _bind(module: Module, statement: ast.stmt, package: str, *, is_package: bool) -> None:
    if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        module.names.add(statement.name)
        module.own.add(statement.name)
        module.defined.add(statement.name)
        module.calls |= dict(_signatures(statement))
    elif isinstance(statement, ast.ImportFrom):
        source = _source(statement, package)
        names = {alias.asname or alias.name for alias in statement.names} - {"*"}
        module.names |= names
        if source.partition(".")[0] == package.partition(".")[0]:
            module.imported |= dict.fromkeys(names, source)
            module.own |= names if is_package else set()
        if any(alias.name == "*" for alias in statement.names):
            module.stars.append(source)
    elif isinstance(statement, ast.Import):
        module.names |= {(a.asname or a.name).partition(".")[0] for a in statement.names}
    else:
        bound = {
            node.id
            for child in _header(statement)
            for node in ast.walk(child)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        module.names |= bound
        module.gives |= {
            (target.value.id, target.attr)
            for target in getattr(statement, "targets", ())
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name)
        }
        value = getattr(statement, "value", None)
        if isinstance(value, ast.Name | ast.Attribute | ast.Call):
            module.own |= {name for name in bound if not name.isupper()}


def _signatures(
    statement: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef,
) -> Iterator[tuple[str, str]]:
    """Of a function, and of ``__init__`` and ``__new__``; none where a decorator may change it."""
    decorators = " ".join(ast.unparse(one) for one in statement.decorator_list)
    if decorators and (not isinstance(statement, ast.ClassDef) or "dataclass" in decorators):
        return
    if isinstance(statement, ast.ClassDef):
        for method in statement.body:
            if isinstance(method, ast.FunctionDef) and method.name in ("__init__", "__new__"):
                for _, takes in _signatures(method):
                    yield f"{statement.name}.{method.name}", takes
        return
    arguments = statement.args
    own = int(statement.name in ("__init__", "__new__"))
    most = len(arguments.posonlyargs) + len(arguments.args) - own
    least = most - len(arguments.defaults)
    if any(default is None for default in arguments.kw_defaults):
        least = most = -1  # a keyword is required: no pickle calls it
    if least >= 0:
        yield statement.name, f"{least}-{'*' if arguments.vararg else most}"


def _header(statement: ast.stmt) -> Iterator[ast.AST]:
    """The parts of a statement that are no statements themselves; of a definition, none."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return
    for child in ast.iter_child_nodes(statement):
        if not isinstance(child, ast.stmt | ast.ExceptHandler):
            yield child


def _source(statement: ast.ImportFrom, package: str) -> str:
    if not statement.level:
        return statement.module or ""
    parts = package.split(".")
    base = parts[: len(parts) - statement.level + 1]
    return ".".join([*base, *([statement.module] if statement.module else [])])


def _installed(node: ast.Assign, top: str) -> Iterator[str]:
    """Modules that stand in ``sys.modules["…"] = …``."""
    for target in node.targets:
        if (
            isinstance(target, ast.Subscript)
            and isinstance(target.value, ast.Attribute)
            and target.value.attr == "modules"
            and isinstance(target.slice, ast.Constant)
            and str(target.slice.value).startswith(top)
        ):
            yield str(target.slice.value)


@lru_cache(maxsize=2_000)
def _compiled(content: bytes, dotted: str) -> tuple[str, Module]:
    """What the module calls itself, and its names.

    Functions and classes of Cython stand in it as C strings with the module's name before them,
    which is the one that it was compiled under: ``_loss`` for ``sklearn._loss._loss`` in some
    releases, and by that name it enters ``sys.modules``.
    """
    lines = content.decode("latin-1").split("\n")
    words = {line for line in lines if line[:1] not in "~!"}
    packed = "".join(line for line in lines if line.startswith("~"))
    last = dotted.rpartition(".")[2]
    calls_itself = dotted
    if not any(word.startswith(dotted + ".") for word in words) and any(
        re.fullmatch(rf"{last}\.[A-Z]\w*", word) for word in words
    ):
        calls_itself = last
    module = Module(compiled=True)
    prefix = calls_itself + "."
    module.own = {
        word[len(prefix) :].partition(".")[0] for word in words if word.startswith(prefix)
    }
    module.defined = {name for name in module.own if name[:1].isupper()}
    module.names = {word for word in words if "." not in word} | module.own
    # What is known for a longer name is not taken for a shorter one.
    for name in sorted(module.own, key=len, reverse=True):
        packed = packed.replace(name, " ")
    module.packed = packed
    module.dynamic = not module.own
    for line in lines:
        if line.startswith("!"):
            module.sums |= {str(int(found, 16)) for found in re.findall("0x[0-9a-f]+", line)}
    return calls_itself, module


def has(module: Module, name: str) -> bool:
    """Whether a module has the name, or may have it.

    Packed constants stand there without anything between them, so that it may be any part of them.
    """
    return module.dynamic or name in module.names or name in module.packed


def _resolve_stars(found: Release, dotted: str, seen: set[str]) -> None:
    """Names of other modules that ``from x import *`` brings, through any number of them."""
    module = found[dotted]
    stars, module.stars = [s for s in module.stars if not s.startswith("=")], []
    for source in stars:
        other = found.get(source)
        if other is None or other.compiled or source in seen:
            module.dynamic = True
            continue
        _resolve_stars(found, source, seen | {dotted})
        module.dynamic = module.dynamic or other.dynamic
        module.names |= other.names
        module.own |= {name for name in other.own if not name.startswith("_")}
