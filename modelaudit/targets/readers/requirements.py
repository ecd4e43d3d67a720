"""requirements.txt: one requirement a line, options of pip, and other files by -r and -c.

https://pip.pypa.io/en/stable/reference/requirements-file-format/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from modelaudit.knowledge.aliases import canonical
from modelaudit.targets import versions
from modelaudit.targets.pins import (
    MOST_TEXT,
    NAME,
    Broken,
    Include,
    Item,
    Note,
    Pin,
    numbered,
    shown,
)

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

_COMMENT: Final = re.compile(r"(?:^|\s)#.*$")
_OPTION: Final = r"(--?[A-Za-z][\w-]*)(?:\s*=\s*|\s+|(?<=-[rc]))?(.*)"
_PER_LINE: Final = r"\s--(?:hash|config-settings?|global-option|install-option)\b.*$"
_PINNED: Final = rf"(?P<name>{NAME})(?P<specifier>==[\w.]+)"
"""One version of a distribution, as most lines name it."""
_WHEEL: Final = r"([A-Za-z0-9_.]+)-(\d[\w.!+%]*)(?:-\d\w*)?-[\w.]+-[\w.]+-[\w.]+\.whl"
_PLACE: Final = r"(?:[a-z][a-z0-9+.]*:|\.{0,2}/|~/|\.\.?$|[A-Za-z]:\\)|.*\.(?:whl|zip|tar\.gz)$"
"""Patterns of lines that few files have; the others are compiled at once."""
_INCLUDES: Final = {"-r": "", "--requirement": "", "-c": "", "--constraint": ""}
_EDITABLE: Final = ("-e", "--editable")


def read(text: str, file: str) -> Iterator[Item]:
    """The requirements of a file, line by line."""
    for number, line in numbered(text):
        content = _COMMENT.sub("", line).strip()
        if " --" in content:
            content = re.sub(_PER_LINE, "", content).strip()
        if len(content) > MOST_TEXT:
            raise Broken(number, f"{shown(content)} is too long for a requirement")
        if content.startswith("-"):
            yield from _option(content, file, number)
        elif content:
            yield requirement(content, file, number)


def requirement(text: str, file: str, line: int, *, optional: bool = False) -> Pin | Note:
    """One requirement as PEP 508 spells it. Raises Broken."""
    if len(text) > MOST_TEXT:
        raise Broken(line, f"{shown(text)} is too long for a requirement")
    pinned = re.fullmatch(_PINNED, text)
    if pinned is not None and versions.exact(pinned["specifier"]):
        return Pin(canonical(pinned["name"]), pinned["specifier"], "", file, line, optional)
    from packaging.requirements import (  # noqa: PLC0415  many files have no other line
        InvalidRequirement,
        Requirement,
    )

    try:
        found = Requirement(text)
    except (InvalidRequirement, RecursionError):
        found = None
    if found is not None and found.url:
        return _from_url(found.url, canonical(found.name), file, line)
    if found is not None:
        marker = str(found.marker or "")
        specifier = _as_written(found.specifier, text)
        extras = tuple(sorted(map(canonical, found.extras)))
        return Pin(canonical(found.name), specifier, marker, file, line, optional, extras)
    if re.match(_PLACE, text):
        return _from_url(text, "", file, line)
    raise Broken(line, f"{shown(text)} is not a requirement")


def _as_written(specifier: SpecifierSet, text: str) -> str:
    """The clauses of a specifier in the order in which a requirement has them."""
    clauses = sorted(specifier, key=lambda clause: text.find(clause.version))
    return ",".join(map(str, clauses))


def checked(
    name: str, specifier: str, marker: str, file: str, line: int, *, optional: bool = False
) -> Pin:
    """A pin whose specifier was put together from another dialect. Raises ValueError."""
    if not all(versions.is_valid(part) for part in specifier.split(versions.ALTERNATIVE)):
        raise ValueError(specifier)
    return Pin(canonical(name), specifier, marker, file, line, optional)


def _option(content: str, file: str, number: int) -> Iterator[Item]:
    match = re.fullmatch(_OPTION, content, re.DOTALL)
    name, value = (match[1], match[2].strip()) if match else (content, "")
    if name[:2] in ("-r", "-c", "-e"):
        name, value = name[:2], name[2:] + value
    if name in _INCLUDES:
        if not value:
            raise Broken(number, f"{name} names no file")
        yield Include(value, file, number, constraint=name in ("-c", "--constraint"))
    elif name in _EDITABLE:
        yield Note(file, number, f"an editable install names no version: {shown(value)}")


def _from_url(url: str, name: str, file: str, line: int) -> Pin | Note:
    """The version in the name of a wheel; no other address has one."""
    address = url.partition(";")[0].partition("#")[0].strip()
    wheel = re.fullmatch(_WHEEL, address.rpartition("/")[2])
    version = wheel[2].replace("%2B", "+") if wheel else ""
    if wheel is not None and versions.parses(version):
        return Pin(name or canonical(wheel[1]), f"=={version}", "", file, line)
    return Note(file, line, f"the address names no version: {shown(url)}")
