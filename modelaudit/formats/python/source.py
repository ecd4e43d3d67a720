"""Modules as they lie beside each other: their text, parsed once."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.limits import MIB

MOST_SOURCE: Final = 2 * MIB
"""Bytes of one file of source; a longer one is not parsed."""

Find = Callable[[str], bytes | None]
"""Gives the source of a module by its name, with dots; None for one that does not lie here."""


def parse(raw: bytes) -> ast.Module:
    """The syntax tree, by the encoding that the source declares. Raises Malformed."""
    if len(raw) > MOST_SOURCE:
        raise Malformed("limit", {"limit": "bytes of one file of source", "most": MOST_SOURCE})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what Python thinks about escapes in its strings
            return ast.parse(raw)
    except (SyntaxError, ValueError, RecursionError, MemoryError, LookupError) as error:
        problem = getattr(error, "msg", "") or type(error).__name__
        line = getattr(error, "lineno", None) or 0
        raise Malformed("python-syntax", {"problem": str(problem), "line": line}) from None
