r"""Text out of an artifact, made safe to look at.

A module name, a member's name or a file's path may hold terminal sequences, line breaks, or marks
that reorder and hide text. They become visible escapes: ``\x1b[2J``, ``\u202e``. So do the marks
that make a line of output a command to a CI system (``##vso[…]``), wherever they are in a line.
"""

from __future__ import annotations

import re

# Letters and marks that Python calls printable and that show nothing: Unicode's
# Default_Ignorable_Code_Point, and the braille blank.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)

# https://learn.microsoft.com/en-us/azure/devops/pipelines/scripts/logging-commands and the older
# spelling of GitHub's workflow commands, ##[…].
_COMMAND = re.compile(r"#(?=#(?:vso)?\[)", re.IGNORECASE)


def escape(text: str) -> str:
    """``text`` with everything spelled out that is not plainly visible."""
    if "##" in text:
        text = _COMMAND.sub(r"\\x23", text)
    if text.isprintable() and (text.isascii() or _INVISIBLE.search(text) is None):
        return text
    return "".join(map(_spell, text))


def one_line(text: str) -> str:
    """Escaped, with any run of white space as one blank: for prose that was folded in its file."""
    return escape(" ".join(text.split()))


def encodable(text: str) -> str:
    r"""``text`` with what UTF-8 cannot hold (undecodable bytes of a path) spelled as ``\udc80``."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _spell(char: str) -> str:
    if char.isprintable() and _INVISIBLE.match(char) is None:
        return char
    code = ord(char)
    if code <= 0xFF:  # noqa: PLR2004
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004
