"""Names in classes that begin with two underscores, as Python spells them: with the class's name.

https://docs.python.org/3/reference/expressions.html#private-name-mangling
"""

from __future__ import annotations

import ast
import re
from typing import Final
from unicodedata import normalize

_PRIVATE: Final = re.compile(rb"(?<!\w)__(?!\w*__(?!\w))\w")
_PRIVATE_TEXT: Final = re.compile(_PRIVATE.pattern.decode())
_ENCODED: Final = re.compile(rb"(?:[^\n]*\n)?[^\n]*coding")
"""Source that may declare its encoding, in one of its first two lines."""
_FIELDS: Final = ("id", "attr", "name", "asname", "arg", "rest")
"""Where nodes have identifiers."""


def mangled(tree: ast.Module, raw: bytes) -> ast.Module:
    """The tree of ``raw`` with the names that private ones have outside of their class."""
    if _may_have_private(raw):
        pending: list[tuple[ast.AST, str]] = [(tree, "")]
        while pending:
            node, class_ = pending.pop()
            body: list[ast.stmt] = node.body if isinstance(node, ast.ClassDef) else []
            inside = node.name.lstrip("_") if isinstance(node, ast.ClassDef) else ""
            _rename(node, class_)
            pending += [
                (child, class_) for child in ast.iter_child_nodes(node) if child not in body
            ]
            pending += [(child, inside) for child in body]
    return tree


def _may_have_private(raw: bytes) -> bool:
    """Whether the source may have such a name, also in letters that Python takes for others."""
    if raw.isascii() and _ENCODED.match(raw) is None:
        return _PRIVATE.search(raw) is not None
    try:
        return _PRIVATE_TEXT.search(normalize("NFKC", raw.decode())) is not None
    except UnicodeDecodeError:
        return True


def _rename(node: ast.AST, class_: str) -> None:
    if not class_ or (isinstance(node, ast.alias) and node.asname is None and "." in node.name):
        return
    for field in _FIELDS:
        name = getattr(node, field, None)
        if isinstance(name, str) and _is_private(name):
            if isinstance(node, ast.alias) and field == "name":
                continue  # the name in the other module is as it is
            setattr(node, field, f"_{class_}{name}")
    if isinstance(node, ast.Global | ast.Nonlocal):
        node.names = [f"_{class_}{name}" if _is_private(name) else name for name in node.names]


def _is_private(name: str) -> bool:
    return name.startswith("__") and not name.endswith("__")
