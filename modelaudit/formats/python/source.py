"""Modules as they lie beside each other: their text, parsed once."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterator
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.limits import MIB
from modelaudit.formats.python.mangling import mangled

MOST_SOURCE: Final = 2 * MIB
"""Bytes of one file of source; a longer one is not parsed."""

Find = Callable[[str], bytes | None]
"""Gives the source of a module by its name, with dots; None for one that does not lie here."""


def called_in(annotation: ast.expr) -> Iterator[ast.Call]:
    """The calls in an annotation, also where it is a text that something evaluates."""
    for node in ast.walk(annotation):
        match node:
            case ast.Call():
                yield node
            case ast.Constant(value=str(text)) if "(" in text:
                try:
                    tree = ast.parse(text.strip(), mode="eval")
                except (SyntaxError, ValueError, RecursionError, MemoryError):
                    continue
                for inner in ast.walk(tree):
                    if isinstance(inner, ast.Call):
                        yield ast.fix_missing_locations(ast.copy_location(inner, node))


def parse(raw: bytes) -> ast.Module:
    """The syntax tree, by the encoding that the source declares. Raises Malformed."""
    if len(raw) > MOST_SOURCE:
        raise Malformed("limit", {"limit": "bytes of one file of source", "most": MOST_SOURCE})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what Python thinks about escapes in its strings
            return mangled(ast.parse(raw), raw)
    except (SyntaxError, ValueError, RecursionError, MemoryError, LookupError) as error:
        problem = getattr(error, "msg", "") or type(error).__name__
        line = getattr(error, "lineno", None) or 0
        raise Malformed("python-syntax", {"problem": str(problem), "line": line}) from None
