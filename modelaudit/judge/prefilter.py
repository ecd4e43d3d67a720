"""Which facts a rule can match at all, read off its condition without evaluating it.

Most conditions begin like ``fact.kind == "limit" && …``. Compiling a condition, preparing its facts
and evaluating it cost far more than looking at one field or at what a ``let`` gave, and most rules
do not concern the artifact at hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

import msgspec

_TOKEN: Final = re.compile(
    r"""\br"[^"]*"|\br'[^']*'|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'"""
    r"""|(?P<and>&&)|(?P<other>\|\||\?)|[()\[\]{}]""",
    re.DOTALL,
)
_TEST: Final = re.compile(
    r"""\s*(?P<name>[a-z]\w*(?:\.\w+)?)\s*(?:(?P<equal>==|!=)\s*(?P<one>"[^"\\]*"|\d+)"""
    r"""|in\s*\[(?P<any>[^\]]*)\])\s*"""
)
_TRUTH: Final = re.compile(r"\s*(?P<no>!?)\s*(?P<name>[a-z]\w*(?:\.\w+)?)\s*")
_LISTED: Final = re.compile(r"\s*[\w.]+\s+in\s+(targets\.\w+)\s*")
_TEXT: Final = re.compile(r'"([^"\\]*)"')
_UNUSUAL: Final = ("//", '"""', "'''")
"""Comments and long strings, which are not taken apart."""
_TEXTS: Final = re.compile(r'\s*"[^"\\]*"\s*(?:,\s*"[^"\\]*"\s*)*')


class Check(msgspec.Struct, frozen=True):
    """A part of a condition that looks at one value of a known type: ``fact.kind == "limit"``.

    ``name`` is that of a field, of a ``let``, or of a key in the map that a ``let`` gives.
    """

    name: str
    kind: type
    values: frozenset[object]
    refused: bool
    """whether these are the values that it may not be"""

    def fails(self, value: object) -> bool:
        """True only where the part is false of the value."""
        return type(value) is self.kind and (value in self.values) is self.refused

    def fails_of(self, given: object) -> bool:
        """The same of what the ``let`` gives that the name begins with."""
        _, _, key = self.name.partition(".")
        if not key:
            return self.fails(given)
        return isinstance(given, Mapping) and key in given and self.fails(given[key])


@cache
def checks(when: str) -> tuple[Check, ...]:
    """The parts of a condition that have to be true and look at one value.

    Only what ``&&`` joins at the top is looked at: where one part of it is false, so is the whole,
    whatever the other parts are.
    """
    return tuple(check for text in _parts(when) for check in _check(text))


def _check(text: str) -> Iterator[Check]:
    match = _TRUTH.fullmatch(text)
    if match is not None:
        yield Check(match["name"], bool, frozenset({not match["no"]}), refused=False)
    match = _TEST.fullmatch(text)
    if match is None:
        return
    refused, listed = match["equal"] == "!=", match["one"] or match["any"]
    if listed.isdigit():
        yield Check(match["name"], int, frozenset({int(listed)}), refused)
    elif _TEXTS.fullmatch(listed):
        yield Check(match["name"], str, frozenset(_TEXT.findall(listed)), refused)


@cache
def _looks(when: str) -> tuple[tuple[str, type, frozenset[object], bool], ...]:
    """What ``Check.fails`` looks at, without a call for each fact."""
    return tuple((one.name, one.kind, one.values, one.refused) for one in checks(when))


def may_match(when: str, values: Mapping[str, object]) -> bool:
    """False only where the condition is false of a fact with these values."""
    for name, kind, known, refused in _looks(when):
        if name in values:
            value = values[name]
            if type(value) is kind and (value in known) is refused:
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
