"""Environment markers, evaluated for CPython on Linux and one version of Python.

``packaging.markers`` takes longer to import than a small scan takes, so what markers usually say is
evaluated here: comparisons of Python's version and of the platform, joined by and, or, parentheses.
Everything else is left to the library.
https://packaging.python.org/specifications/dependency-specifiers/#environment-markers
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from modelaudit.targets.versions import holds as version_holds

_PLATFORM: Final = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_release": "",
    "platform_system": "Linux",
    "platform_version": "",
    "sys_platform": "linux",
    "extra": "",
}
_VERSIONS: Final = frozenset({"python_version", "python_full_version"})
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<mark>[()])|(?P<word>and\b|or\b)"
    r"|(?P<name>\w+)\s*(?P<operator>===?|!=|<=|>=|<|>|~=)\s*(?:\"(?P<a>[^\"]*)\"|'(?P<b>[^']*)'))"
)
_PLAIN: Final = re.compile(r"\d+(?:\.\d+)*(?:\.\*)?")


MOST_MARKER: Final = 10_000
"""Characters of one marker."""


class _Unusual(Exception):
    """A marker for the library."""


@cache
def holds(marker: str, python: str) -> bool:
    """Whether a marker holds; one that cannot be evaluated does."""
    if len(marker) > MOST_MARKER:
        return True
    full = python if python.count(".") > 1 else f"{python}.0"
    known = _PLATFORM | {
        "python_version": ".".join(python.split(".")[:2]),
        "python_full_version": full,
        "implementation_version": full,
    }
    try:
        return _evaluate(marker, known)
    except _Unusual:
        return _library(marker, known)


def _evaluate(marker: str, known: dict[str, str]) -> bool:
    """``or`` binds less than ``and``: whether one alternative held, and the one at hand so far."""
    outer: list[tuple[bool, bool]] = []
    alternative, so_far, position, joined = False, True, 0, True
    text = marker.strip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or (joined == (match["word"] is not None) and match["mark"] is None):
            raise _Unusual
        position = match.end()
        if match["mark"] == "(":
            outer.append((alternative, so_far))
            alternative, so_far = False, True
        elif match["mark"] == ")":
            if not outer:
                raise _Unusual
            inner = alternative or so_far
            alternative, so_far = outer.pop()
            so_far = so_far and inner
        elif match["word"] == "or":
            alternative, so_far, joined = alternative or so_far, True, True
        elif match["word"] == "and":
            joined = True
        else:
            so_far = so_far and _term(match, known)
            joined = False
    if outer or joined:
        raise _Unusual
    return alternative or so_far


def _term(match: re.Match[str], known: dict[str, str]) -> bool:
    name, operator = match["name"], match["operator"]
    value = match["a"] if match["a"] is not None else match["b"]
    if name in _VERSIONS and _PLAIN.fullmatch(value):
        return version_holds(f"{operator}{value}", known[name])
    if name not in known or name in _VERSIONS or operator not in ("==", "!="):
        raise _Unusual
    return (known[name] == value) == (operator == "==")


def _library(marker: str, known: dict[str, str]) -> bool:
    from packaging.markers import (  # noqa: PLC0415  slow to import
        InvalidMarker,
        Marker,
        UndefinedComparison,
        UndefinedEnvironmentName,
    )

    try:
        return Marker(marker).evaluate(dict(known))
    except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName, RecursionError):
        return True
