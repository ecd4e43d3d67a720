"""Modules as they lie beside each other: their text, parsed once."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterator
from importlib.util import decode_source
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.limits import MIB
from modelaudit.formats.python.mangling import mangled

MOST_SOURCE: Final = 2 * MIB
"""Bytes of one file of source; a longer one is not parsed."""

MOST_BRACES: Final = 20_000_000_000
"""Braces of a text with fields, by the bytes of the text: Python's parser looks at all of it for
each field, in one call that nothing can interrupt. Some 5 seconds."""
_FORMATTED: Final = re.compile(rb"""(?<![0-9A-Za-z_])(?:[fF][rR]?|[rR][fF])("{3}|'{3}|["'])""")
_LINE: Final = re.compile(rb"(?<!\\)[\r\n]")

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
        if len(raw) ** 2 > MOST_BRACES and not parses_soon(decode_source(raw).encode()):
            limit = "braces of a text by its bytes"
            raise Malformed("limit", {"limit": limit, "most": MOST_BRACES})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what Python thinks about escapes in its strings
            return mangled(ast.parse(raw), raw)
    except (SyntaxError, ValueError, RecursionError, MemoryError, LookupError) as error:
        problem = getattr(error, "msg", "") or type(error).__name__
        line = getattr(error, "lineno", None) or 0
        raise Malformed("python-syntax", {"problem": str(problem), "line": line}) from None


def parses_soon(raw: bytes) -> bool:
    """Whether no text with fields (``f"{a}"``) is so long that parsing takes too long.

    A text ends with its line, or with the file where it has three quotes: rather too much is
    counted than too little.
    """
    if raw.count(b"{") * len(raw) <= MOST_BRACES:
        return True
    start = 0
    for end in (*(match.start() for match in _LINE.finditer(raw)), len(raw)):
        texts = [match[1] for match in _FORMATTED.finditer(raw, start, end)]
        if any(len(quotes) == 3 for quotes in texts):
            return raw.count(b"{", start) * (len(raw) - start) <= MOST_BRACES
        if texts and raw.count(b"{", start, end) * (end - start) > MOST_BRACES:
            return False
        start = end
    return True
