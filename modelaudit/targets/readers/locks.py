"""Lock files in TOML: uv.lock, poetry.lock, pdm.lock and pylock.toml.

https://packaging.python.org/specifications/pylock-toml/
https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile
They are written by programs and may be large, and ``tomllib`` reads less than a megabyte a second:
the plain lines at the head of each ``[[package]]`` have all that is needed and are read alone, so
that lines are known too. A file in which a line is nothing that those programs write goes through
``tomllib``, whose error says what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from modelaudit.core.limits import MIB
from modelaudit.knowledge.aliases import canonical
from modelaudit.targets.dialects import from_poetry
from modelaudit.targets.pins import (
    MOST_TEXT,
    NAME,
    PYTHON,
    Broken,
    Closed,
    Item,
    Note,
    Pin,
    shown,
)
from modelaudit.targets.readers.requirements import checked
from modelaudit.targets.readers.toml import parse
from modelaudit.targets.versions import parses

MOST_PARSED: Final = MIB
"""Characters of a file that is read as TOML as a whole."""
_PACKAGE: Final = re.compile(r"^\[\[packages?\]\][ \t]*$\n?((?:(?!\[).*\n?)*)", re.MULTILINE)
_STRING: Final = r"""[ \t]*=[ \t]*(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)')"""
_NAME: Final = re.compile("^name" + _STRING, re.MULTILINE)
_VERSION: Final = re.compile("^version" + _STRING, re.MULTILINE)
_MARKER: Final = re.compile("^markers?" + _STRING, re.MULTILINE)
_FORKS: Final = re.compile(r"\nresolution-markers\s*=\s*\[([^\]]*)\]")
_LITERAL: Final = re.compile(r'"((?:[^"\\\n]|\\.)*)"|\'([^\'\n]*)\'')
_LOCAL: Final = re.compile(r"^source\s*=\s*\{\s*(?:editable|virtual|directory)\s*=", re.MULTILINE)
_PYTHON: Final = re.compile(
    "^(?:requires-python|requires_python|python-versions)" + _STRING, re.MULTILINE
)
_ODD: Final = re.compile(
    r"""^(?![ \t#\[\]}"']|[A-Za-z0-9_.-]+(?:\.["'][^"'\n]+["'])*[ \t]*=|$).*$|\"{3}|'{3}""",
    re.MULTILINE,
)
_METADATA: Final = re.compile(r"^\[metadata\][ \t]*$", re.MULTILINE)


def read(text: str, file: str) -> Iterator[Item]:
    """One pin for each package that will be installed, and the Python that is asked for."""
    text = text.replace("\r\n", "\n")
    packages = list(_PACKAGE.finditer(text))
    odd = _ODD.search(text)
    if odd is not None and len(text) > MOST_PARSED:
        raise Broken(
            text.count("\n", 0, odd.start()) + 1, f"not a line of a lock file: {shown(odd[0])}"
        )
    if odd is not None or (not packages and len(text) <= MOST_PARSED):
        parse(text)
    yield Closed(file, 1)
    yield from _python(text, file, packages)
    lines = _Lines(text)
    for package in packages:
        yield _pin(package[1], file, lines.of(package.start()))


class _Lines:
    """Positions into lines, asked for in rising order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position, self._line = 0, 1

    def of(self, position: int) -> int:
        self._line += self._text.count("\n", self._position, position)
        self._position = position
        return self._line


def _python(text: str, file: str, packages: list[re.Match[str]]) -> Iterator[Pin]:
    """``requires-python`` before the first package, or in the table of metadata after the last."""
    first = packages[0].start() if packages else len(text)
    found = _PYTHON.search(text, 0, first)
    metadata = _METADATA.search(text)
    if found is None and metadata is not None:
        found = _PYTHON.search(text, metadata.end())
    if found is None:
        return
    wanted, line = found[1] or found[2] or "", text.count("\n", 0, found.start()) + 1
    try:
        yield checked(PYTHON, from_poetry(wanted[:MOST_TEXT]), "", file, line)
    except ValueError:
        raise Broken(line, f"{shown(wanted)} is not a range of versions") from None


def _pin(package: str, file: str, line: int) -> Pin | Note:
    """The pin of one package, whose text begins on the line after ``line``."""
    name, found = _value(_NAME, package), _VERSION.search(package)
    if len(name) > MOST_TEXT or not re.fullmatch(NAME, name):
        raise Broken(line, "the package has no valid name")
    if _LOCAL.search(package) or found is None:
        text = f"{shown(name)} is part of the project or locked without a version"
        return Note(file, line, text, opens=False)
    at = line + 1 + package.count("\n", 0, found.start())
    version = _value(_VERSION, package)
    if not parses(version):
        raise Broken(at, f"{shown(version)} is not a version")
    return Pin(canonical(name), f"=={version}", _marker(package), file, at)


def _marker(package: str) -> str:
    start = package.find("\nresolution-markers")
    forks = _FORKS.match(package, start) if start >= 0 else None
    if forks is not None:
        alternatives = [_unescape(a or b) for a, b in _LITERAL.findall(forks[1])]
        found = list(map(_of_any_extra, alternatives))
        return " or ".join(f"({text})" for text in found) if all(found) else ""
    return _of_any_extra(_value(_MARKER, package))


def _of_any_extra(marker: str) -> str:
    """A marker without what it says of extras, which nobody knows to be asked for."""
    if "extra" not in marker:
        return marker
    terms = [] if " or " in marker or "(" in marker else marker.split(" and ")
    return " and ".join(term for term in terms if "extra" not in term)


def _value(pattern: re.Pattern[str], package: str) -> str:
    match = pattern.search(package)
    return "" if match is None else _unescape(match[1] or "") or match[2] or ""


def _unescape(text: str) -> str:
    return text.replace('\\"', '"').replace("\\\\", "\\")
