"""What modules that are installed define, read off the syntax trees of their files.

For packages that no table is about. Nothing is imported: what a module puts together when it runs
(``globals()``, ``setattr``, ``__getattr__``), and what is compiled, is not known, and is never
called missing. https://docs.python.org/3/reference/import.html
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

import msgspec

from modelaudit.core.limits import MIB

MOST_BYTES: Final = 4 * MIB
"""Bytes of one module that is read."""
MOST_STARS: Final = 8
"""Modules that one may take all names of, one through the other."""
_COMPUTED: Final = re.compile(
    rb"\b(?:globals|vars|locals)\(\)|\bsys\.modules\b|\b__getattr__\b|\bexec\(|\bLazyModule\b"
)
"""What gives a module names that its tree does not show."""
_ELSEWHERE: Final = re.compile(rb"\bsys\.modules\b|\b__path__\b|\bexec\(|\bmeta_path\b")
"""What gives a package modules that its directory does not show."""
Answer = Literal["found", "no-module", "no-name", "unknown"]


class Module(msgspec.Struct, frozen=True):
    """The names of a module, and how many arguments each of its functions takes (``1-2``, ``1-*``).

    ``whole`` is false where it may have others.
    """

    names: frozenset[str]
    takes: dict[str, str]
    whole: bool


def look_up(folders: tuple[str, ...], module: str, name: str) -> Answer:
    """Whether the packages in some directories have a name, which may be dotted."""
    parts = module.split(".")
    spelled = all(part.isidentifier() for part in parts)
    if not spelled or not any(_exists(folder, parts[0]) for folder in folders):
        return "unknown"
    place = _locate(folders, module)
    if place is None:
        return "no-module" if _shows_modules(folders, parts[:-1]) else "unknown"
    first = name.partition(".")[0]
    known = _read(place, folders, module, MOST_STARS)
    if first in known.names or _locate(folders, f"{module}.{first}") is not None:
        return "found"
    return "no-name" if known.whole else "unknown"


def takes(folders: tuple[str, ...], module: str, name: str, given: int) -> str:
    """How many arguments a function takes, where it does not take ``given``; else empty."""
    place = _locate(folders, module)
    if given < 0 or place is None or place.suffix != ".py":
        return ""
    form = _read(place, folders, module, MOST_STARS).takes.get(name, "")
    least, _, most = form.partition("-")
    fits = not form or (int(least) <= given and (most == "*" or given <= int(most)))
    return "" if fits else form.replace("-*", " or more").replace("-", " to ")


def _exists(folder: str, top: str) -> bool:
    place = Path(folder, top)
    return place.is_dir() or any(place.parent.glob(f"{top}.*"))


@lru_cache(maxsize=4096)
def _locate(folders: tuple[str, ...], module: str) -> Path | None:
    """The file that a module is from; a directory for a package without ``__init__``."""
    if not all(part.isidentifier() for part in module.split(".")):
        return None
    for folder in folders:
        place = Path(folder, *module.split("."))
        ends = (".*.so", ".so", "*.pyd")
        compiled = [one for end in ends for one in place.parent.glob(place.name + end)]
        candidates = (place / "__init__.py", place.with_name(f"{place.name}.py"), *compiled, place)
        found = next((one for one in candidates if one.is_file()), None)
        if found is not None or place.is_dir():
            return found or place
    return None


def _shows_modules(folders: tuple[str, ...], parents: list[str]) -> bool:
    """Whether what a package has as modules is what its directory has."""
    for length in range(1, len(parents) + 1):
        place = _locate(folders, ".".join(parents[:length]))
        if place is None:
            continue
        content = _content(place)
        if place.name != "__init__.py" or content is None or _ELSEWHERE.search(content):
            return False
    return bool(parents)


@lru_cache(maxsize=512)
def _read(place: Path, folders: tuple[str, ...], module: str, stars: int) -> Module:
    """The names that a file gives a module."""
    nothing = Module(frozenset(), {}, whole=False)
    content = _content(place) if place.suffix == ".py" else None
    if content is None:
        return nothing
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about escapes in the file that is read
            tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return nothing
    names: set[str] = set()
    functions: dict[str, str] = {}
    whole = _COMPUTED.search(content) is None
    for node in _statements(tree.body):
        if isinstance(node, ast.ImportFrom) and any(one.name == "*" for one in node.names):
            other = _absolute(node, module, is_package=place.name == "__init__.py")
            found = _locate(folders, other) if stars else None
            more = _read(found, folders, other, stars - 1) if found is not None else nothing
            names |= more.names
            functions |= more.takes
            whole &= more.whole
        else:
            names.update(_bound(node))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.decorator_list:
            functions[node.name] = "" if node.name in functions else _form(node.args)
    return Module(frozenset(names), {n: form for n, form in functions.items() if form}, whole)


def _content(place: Path) -> bytes | None:
    try:
        if place.stat().st_size > MOST_BYTES:
            return None
        return place.read_bytes()
    except OSError:
        return None


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module, those under ``if``, ``try``, ``with`` and loops included."""
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try | ast.With | ast.For | ast.While | ast.TryStar):
            for field in ("body", "orelse", "finalbody"):
                yield from _statements(getattr(node, field, []))
            for handler in getattr(node, "handlers", []):
                yield from _statements(handler.body)


def _bound(node: ast.stmt) -> Iterator[str]:
    """The names that a statement binds."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (one.asname or one.name.partition(".")[0] for one in node.names)
    elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For | ast.With):
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                yield inner.id


def _absolute(node: ast.ImportFrom, module: str, *, is_package: bool) -> str:
    """The module that a statement takes its names from."""
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    kept = parts[: len(parts) - node.level + is_package]
    return ".".join([*kept, *([node.module] if node.module else [])])


def _form(given: ast.arguments) -> str:
    """How many positional arguments a function takes; empty where it wants others by name."""
    most = len(given.posonlyargs) + len(given.args)
    if any(default is None for default in given.kw_defaults):
        return ""
    return f"{most - len(given.defaults)}-{'*' if given.vararg else most}"
