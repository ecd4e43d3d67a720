"""The classes of a release as its source has them: bases, methods, and what names lead to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

Function = ast.FunctionDef | ast.AsyncFunctionDef
_PLAIN = ("object", "ABC")
"""Bases that bring no attributes."""
_DEPTH = 6
"""Imports of imports that are followed to a definition."""


@dataclass(slots=True)
class Source:
    """A module: what it defines, and the (module, name) that each import or other name leads to.

    ``lent`` are names of its own that it puts into another module: that, the name there, its own.
    """

    dotted: str
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    lent: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Class:
    """A class, its methods and the other names of its body."""

    source: Source
    node: ast.ClassDef
    methods: dict[str, Function] = field(default_factory=dict)
    attributes: set[str] = field(default_factory=set)


Sources = dict[str, Source]


def sources(files: dict[str, bytes]) -> Sources:
    """The modules of a release that have a source."""
    found: Sources = {}
    for path, content in files.items():
        if not path.endswith(".py"):
            continue
        dotted = path[:-3].replace("/", ".")
        package = dotted.rpartition(".")[0]
        dotted = dotted.removesuffix(".__init__")
        source = _source(content, dotted, package)
        if source is not None:
            found[dotted] = source
    for source in list(found.values()):
        for module, name, own in source.lent:
            other = found.get(".".join(source.imports.get(module, ("", ""))))
            if other is not None:
                names = {name: (source.dotted, own)} | other.imports
                found[other.dotted] = replace(other, imports=names)
    return found


@lru_cache(maxsize=4_000)
def _source(content: bytes, dotted: str, package: str) -> Source | None:
    """A module, often the same in several releases; None for what is no Python that can be read."""
    try:
        tree = ast.parse(content)
    except SyntaxError:
        return None
    source = Source(dotted)
    for node in _statements(tree.body):
        if isinstance(node, ast.ClassDef):
            source.classes.setdefault(node.name, node)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            source.functions.setdefault(node.name, node)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")
                above = parts[: len(parts) - node.level + 1]
                base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                source.imports.setdefault(alias.asname or alias.name, (base, alias.name))
        else:
            source.imports = dict(_names_for(node, dotted)) | source.imports
            source.lent += _lent_by(node)
    return source


def _names_for(node: ast.stmt, dotted: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """What ``import a.b as c`` and ``c = Name`` make the new name stand for."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.asname:
                above, _, last = alias.name.rpartition(".")
                yield alias.asname, (above, last)
    elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
        for target in node.targets:
            if isinstance(target, ast.Name):
                yield target.id, (dotted, node.value.id)


def _lent_by(node: ast.stmt) -> Iterator[tuple[str, str, str]]:
    """What ``module.Name = Own`` puts into another module."""
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
        for target in node.targets:
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                yield target.value.id, target.attr, node.value.id


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try):
            for part in ("body", "orelse", "finalbody"):
                yield from _statements(getattr(node, part, []))
            for handler in getattr(node, "handlers", []):
                yield from _statements(handler.body)


def find_class(all_of: Sources, module: str, name: str, depth: int = 0) -> Class | None:
    """The class that a name leads to."""
    source = all_of.get(module)
    if source is None or depth > _DEPTH:
        return None
    if name in source.classes:
        return _class(source, source.classes[name])
    if name in source.imports:
        return find_class(all_of, *source.imports[name], depth + 1)
    return None


def find_function(
    all_of: Sources, source: Source, name: str, depth: int = 0
) -> tuple[Source, Function] | None:
    """The function of the package that a name leads to."""
    if name in source.functions:
        return source, source.functions[name]
    module, imported = source.imports.get(name, ("", ""))
    if module not in all_of or depth > _DEPTH:
        return None
    return find_function(all_of, all_of[module], imported, depth + 1)


def _class(source: Source, node: ast.ClassDef) -> Class:
    found = Class(source, node)
    for statement in _statements(node.body):
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            decorators = [ast.unparse(one) for one in statement.decorator_list]
            if not any(one.endswith((".setter", ".deleter")) for one in decorators):
                found.methods[statement.name] = statement
        elif isinstance(statement, ast.ClassDef):
            found.attributes.add(statement.name)
        elif isinstance(statement, ast.Assign):
            names = (n for target in statement.targets for n in ast.walk(target))
            found.attributes |= {n.id for n in names if isinstance(n, ast.Name)}
        elif (
            isinstance(statement, ast.AnnAssign)
            and statement.value is not None
            and isinstance(statement.target, ast.Name)
        ):
            found.attributes.add(statement.target.id)
    return found


def bases(node: ast.ClassDef) -> list[ast.expr]:
    """What a class derives from; of six's ``with_metaclass(Meta, Base)`` what it wraps."""
    found: list[ast.expr] = []
    for base in node.bases:
        if isinstance(base, ast.Call) and ast.unparse(base.func).endswith("with_metaclass"):
            found += base.args[1:]
        else:
            found.append(base)
    return found


def lineage(all_of: Sources, class_: Class, seen: tuple[str, ...] = ()) -> list[Class]:
    """A class and all its bases that have a source, in the order in which names are looked up.

    Each base comes after everything that derives from it; that is Python's order where a class
    has no two bases that disagree.
    """
    key = f"{class_.source.dotted}.{class_.node.name}"
    if key in seen:
        return []
    found = [class_]
    for base in bases(class_.node):
        other = _base(all_of, class_.source, base)
        if other is not None:
            found += lineage(all_of, other, (*seen, key))
    last = {id(one.node): index for index, one in enumerate(found)}
    return [one for index, one in enumerate(found) if last[id(one.node)] == index]


def is_whole(all_of: Sources, line: list[Class]) -> bool:
    """Whether every base of a lineage has a source, so that nothing is inherited from elsewhere."""
    return all(
        _base(all_of, one.source, base) is not None or ast.unparse(base).endswith(_PLAIN)
        for one in line
        for base in bases(one.node)
    )


def set_by(line: list[Class]) -> set[str]:
    """The attributes that any method of a lineage sets."""
    return {name for one in line for function in one.methods.values() for name in _stores(function)}


def never_set(line: list[Class]) -> set[str]:
    """Attributes that only constructors set which the constructor of the class does not call.

    None where one that is called fills the instance's ``__dict__`` from elsewhere.
    """
    found: set[str] = set()
    passed_over: set[str] = set()
    called = True
    for one in line:
        for name, function in one.methods.items():
            if name != "__init__" or called:
                found |= _stores(function)
            else:
                passed_over |= _stores(function)
        if called and "__init__" in one.methods:
            if _fills(one.methods["__init__"]):
                return set()
            called = _calls_constructor(one.methods["__init__"])
    return passed_over - found


def _fills(function: Function) -> bool:
    return any(isinstance(n, ast.Attribute) and n.attr == "__dict__" for n in ast.walk(function))


def _calls_constructor(function: Function) -> bool:
    """``super().__init__(…)`` or ``Base.__init__(self, …)``."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "__init__"
        for node in ast.walk(function)
    )


def _stores(function: Function) -> set[str]:
    return {
        node.attr
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }


def _base(all_of: Sources, source: Source, base: ast.expr) -> Class | None:
    """The class that ``Name`` or ``module.Name`` stands for in a list of bases."""
    if isinstance(base, ast.Name):
        return find_class(all_of, source.dotted, base.id)
    if isinstance(base, ast.Attribute) and isinstance(base.value, ast.Name):
        above, last = source.imports.get(base.value.id, ("", ""))
        return find_class(all_of, f"{above}.{last}", base.attr)
    return None
