"""Parts of the documents that are made from the code, between two comments of theirs.

A part called ``formats`` stands between ``<!-- begin: formats -->`` and ``<!-- end: formats -->``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

PART = re.compile(r"(<!-- begin: ([\w-]+) -->\n).*?(<!-- end: \2 -->)", re.DOTALL)


def filled(text: str, parts: Mapping[str, Callable[[], str]]) -> str:
    """A document with its parts made anew. Raises KeyError for a part that nothing makes."""
    return PART.sub(lambda found: f"{found[1]}\n{parts[found[2]]().strip()}\n\n{found[3]}", text)


def cell(text: str) -> str:
    """A text as a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A table of Markdown."""
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(cell(one) for one in line)} |\n" for line in lines)


def markdown(text: str) -> str:
    """A docstring as Markdown: one paragraph, code in single backticks."""
    return " ".join(text.replace("``", "`").split())
