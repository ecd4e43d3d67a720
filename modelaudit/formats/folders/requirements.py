"""Requirement files that an artifact brings: where pip is to look.

https://pip.pypa.io/en/stable/reference/requirements-file-format/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Fact, Reference
from modelaudit.formats.archives.members import unreadable
from modelaudit.formats.folders import files
from modelaudit.formats.folders.files import Files

_SHOWN: Final = 200
_HARMLESS: Final = ("-r", "-c", "-e .", "--no-", "--only-binary", "--pre", "--prefer-binary")
"""Options that name no other place to look."""


def from_text(source: Files, name: str) -> Iterator[Fact]:
    """Options and addresses in a file of pip. An unreadable one is said."""
    try:
        text = source.read(name, files.MOST_YAML).decode("utf-8", "replace")
    except Malformed as problem:
        yield unreadable(source.at(name), problem)
        return
    for line in text.splitlines():
        yield from _said(line, source, name)


def from_conda(source: Files, name: str) -> Iterator[Fact]:
    """The same in what conda hands to pip."""
    try:
        tree = files.yaml_of(source.read(name, files.MOST_YAML))
        for key, value in files.walk(tree):
            if key == "pip" and isinstance(value, str):
                yield from _said(value, source, name)
    except Malformed as problem:
        yield unreadable(source.at(name), problem)


def _said(line: str, source: Files, name: str) -> Iterator[Reference]:
    line = line.strip()
    option = line.startswith("-") and not line.startswith(_HARMLESS)
    if option or "://" in line.partition(" #")[0].removeprefix("#"):
        yield Reference("package-index", line[:_SHOWN], leaves=True, where=source.at(name))
