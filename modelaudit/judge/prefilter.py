"""Which facts a rule can match at all, read off its condition without evaluating it.

Most conditions begin like ``fact.kind == "limit" && …``. Compiling a condition and preparing its
facts costs far more than looking at one field, and most rules do not concern the artifact at hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

_TOKEN: Final = re.compile(
    r"""\br"[^"]*"|\br'[^']*'|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'"""
    r"""|(?P<and>&&)|(?P<other>\|\||\?)|[()\[\]{}]""",
    re.DOTALL,
)
_PINNED: Final = re.compile(
    r"""\s*(?P<field>fact\.\w+)\s*(?:==\s*(?P<one>"[^"\\]*")|in\s*\[(?P<any>[^\]]*)\])\s*"""
)
_LISTED: Final = re.compile(r"\s*[\w.]+\s+in\s+(targets\.\w+)\s*")
_TEXT: Final = re.compile(r'"([^"\\]*)"')
_UNUSUAL: Final = ("//", '"""', "'''")
"""Comments and long strings, which are not taken apart."""
_TEXTS: Final = re.compile(r'\s*"[^"\\]*"\s*(?:,\s*"[^"\\]*"\s*)*')


@cache
def pinned(when: str) -> dict[str, frozenset[str]]:
    """The values that fields must have: ``{"fact.kind": {"limit"}}``; empty if none is certain.

    Only what ``&&`` joins at the top is looked at: where one part of it is false, so is the whole,
    whatever the other parts are.
    """
    found: dict[str, frozenset[str]] = {}
    for part in _parts(when):
        match = _PINNED.fullmatch(part)
        if match is None:
            continue
        listed = match["one"] or match["any"]
        if _TEXTS.fullmatch(listed):
            found[match["field"]] = frozenset(_TEXT.findall(listed))
    return found


def may_match(when: str, values: Mapping[str, object]) -> bool:
    """False only where the condition is false of a fact with these values."""
    for field, texts in pinned(when).items():
        value = values.get(field)
        if isinstance(value, str) and value not in texts:
            return False
    return True


def may_hold(when: str, scope: Mapping[str, object]) -> bool:
    """False only where the condition is false of every fact: it asks for one of an empty list."""
    return all(scope[name] for name in _asked(when))


@cache
def _asked(when: str) -> tuple[str, ...]:
    """The lists of targets in which a condition looks for one."""
    listed = (_LISTED.fullmatch(part) for part in _parts(when) if " in targets." in part)
    return tuple(match[1] for match in listed if match is not None)


def _parts(when: str) -> Iterator[str]:
    """What ``&&`` joins at the top; nothing where another operator joins it there."""
    if any(mark in when for mark in _UNUSUAL):
        return
    depth = 0
    start = 0
    parts = []
    for match in _TOKEN.finditer(when):
        if match[0] in "([{":
            depth += 1
        elif match[0] in ")]}":
            depth -= 1
        elif depth == 0 and match["other"]:
            return
        elif depth == 0 and match["and"]:
            parts.append(when[start : match.start()])
            start = match.end()
    yield from parts
    yield when[start:]
