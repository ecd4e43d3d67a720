"""Text made safe for Markdown as GitHub and GitLab show it.

What comes out of an artifact stands in code spans: in them there are no links, mentions, HTML or
references to issues. https://spec.commonmark.org/0.31.2/#code-spans
"""

from __future__ import annotations

import re
from typing import Final

from modelaudit.report.escape import one_line

_MARKUP: Final = re.compile(r"([\\`*_{}\[\]<>#|~&@])")
_TICKS: Final = re.compile("`+")


def code(text: str) -> str:
    """Text as a code span, which may stand in a cell of a table; empty for no text."""
    shown = one_line(text).replace("|", "\\|")
    if not shown:
        return ""
    fence = "`" * (1 + max((len(run) for run in _TICKS.findall(shown)), default=0))
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def prose(text: str) -> str:
    """Text of our own, with what Markdown would take for markup escaped."""
    return _MARKUP.sub(r"\\\1", one_line(text))
