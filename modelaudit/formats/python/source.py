"""Modules as they lie beside each other: their text, parsed once."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterator
from importlib.util import decode_source
from itertools import islice
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.limits import MIB
from modelaudit.formats.python.mangling import mangled

MOST_SOURCE: Final = 2 * MIB
"""Bytes of one file of source; a longer one is not parsed."""

MOST_WORDS: Final = 400_000
"""Words and signs of all source that an artifact reaches; the tree has up to 900 bytes for each."""
MOST_BRACES: Final = 20_000_000_000
"""Braces of a text with fields, by the bytes of the text: Python's parser looks at all of it for
each field, in one call that nothing can interrupt. Some 5 seconds."""
_FORMATTED: Final = re.compile(rb"""(?<![0-9A-Za-z_])(?:[fF][rR]?|[rR][fF])("{3}|'{3}|["'])""")
_WORD: Final = re.compile(rb"\w+|[^\w\s]")
_LINE: Final = re.compile(rb"(?<!\\)[\r\n]")

Find = Callable[[str], bytes | None]
"""Gives the source of a module by its name, with dots; None for one that does not lie here."""


def called_in(annotation: ast.expr) -> Iterator[ast.Call]:
    """The calls in an annotation, also where it is a text that something evaluates.

    Raises Malformed for a text that takes too long to parse.
    """
    for node in ast.walk(annotation):
        match node:
            case ast.Call():
                yield node
            case ast.Constant(value=str(text)) if "(" in text:
                for inner in _evaluated(text):
                    if isinstance(inner, ast.Call):
                        yield ast.fix_missing_locations(ast.copy_location(inner, node))


def _evaluated(text: str) -> Iterator[ast.AST]:
    """The syntax of a text that is an expression; nothing for another one."""
    if not parses_soon(text.encode("utf-8", "replace")):
        limit = "braces of a text by its bytes"
        raise Malformed("limit", {"limit": limit, "most": MOST_BRACES})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    yield from ast.walk(tree)


class Parser:
    """Parses the modules that one artifact reaches, whose trees are kept."""

    def __init__(self) -> None:
        self._words = 0

    def parse(self, raw: bytes) -> ast.Module:
        """The syntax tree, by the encoding that the source declares. Raises Malformed."""
        if len(raw) > MOST_SOURCE:
            raise Malformed("limit", {"limit": "bytes of one file of source", "most": MOST_SOURCE})
        try:
            text = decode_source(raw).encode("utf-8", "surrogatepass")
            words = words_in(text)
            if self._words + words > MOST_WORDS:
                raise Malformed("limit", {"limit": "words of Python source", "most": MOST_WORDS})
            self._words += words
            if not parses_soon(text):
                limit = "braces of a text by its bytes"
                raise Malformed("limit", {"limit": limit, "most": MOST_BRACES})
            with warnings.catch_warnings():
                # Of what Python thinks about escapes in its strings.
                warnings.simplefilter("ignore")
                return mangled(ast.parse(raw), raw)
        except (SyntaxError, ValueError, RecursionError, MemoryError, LookupError) as error:
            problem = getattr(error, "msg", "") or type(error).__name__
            line = getattr(error, "lineno", None) or 0
            raise Malformed("python-syntax", {"problem": str(problem), "line": line}) from None


def parse(raw: bytes) -> ast.Module:
    """The syntax tree of one source that is looked at by itself. Raises Malformed."""
    return Parser().parse(raw)


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


def words_in(raw: bytes) -> int:
    """How many words and signs there are; one more than ``MOST_WORDS`` where there are more."""
    return sum(1 for _ in islice(_WORD.finditer(raw), MOST_WORDS + 1))
