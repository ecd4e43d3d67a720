"""What readers of requirement files yield, and the one exception that they raise."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

PYTHON: Final = "python"
MOST_TEXT: Final = 1000
"""Characters of one requirement, version or image; patterns that go back and forth see no more."""
SHOWN: Final = 80
"""Characters of a line that a message quotes."""
NAME: Final = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
"""A distribution's name, https://packaging.python.org/specifications/name-normalization/."""


class Pin(msgspec.Struct, frozen=True):
    """What a file asks of a distribution, or of ``python``.

    ``specifier`` is PEP 440's, empty for any version; ``||`` separates alternatives.
    ``optional`` is true for what only an extra or a group of dependencies asks for. ``extras`` are
    those of the distribution that are asked for with it. A ``constraint`` limits the version where
    something else asks for the distribution, and asks for nothing itself.
    """

    name: str
    specifier: str
    marker: str
    file: str
    line: int
    optional: bool = False
    extras: tuple[str, ...] = ()
    constraint: bool = False


class Note(msgspec.Struct, frozen=True):
    """A remark about one line of a file, such as why it was skipped.

    ``opens`` is true where the line may install packages that no pin lists.
    """

    file: str
    line: int
    text: str
    opens: bool = True


class Include(msgspec.Struct, frozen=True):
    """Another file to read, named as seen from this one; all in it may be ``constraint`` only."""

    target: str
    file: str
    line: int
    constraint: bool = False


class Closed(msgspec.Struct, frozen=True):
    """The file lists all that is installed, and not only what is asked for."""

    file: str
    line: int


Item = Pin | Note | Include | Closed


class Broken(Exception):
    """A requirement file that cannot be read; ``line`` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def shown(text: str) -> str:
    """A line as a message quotes it."""
    return repr(text if len(text) <= SHOWN else text[: SHOWN - 1] + "…")


class Places:
    """Lines of a file by what is spelled there, so that many entries cost one pass over it."""

    def __init__(self, spelled: Iterable[tuple[str, int]]) -> None:
        self._lines: dict[str, list[int]] = {}
        for text, line in spelled:
            self._lines.setdefault(text, []).append(line)

    def of(self, text: str, start: int) -> int:
        """The first line, from 1, that holds ``text`` from line ``start`` on; ``start`` if none."""
        lines = self._lines.get(text, [])
        index = bisect_left(lines, start)
        return lines[index] if index < len(lines) else start


def numbered(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a text with their numbers; one that ends in a backslash goes on."""
    begun, first = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        first = first if begun.strip() else number
        if line.endswith("\\"):
            begun += line[:-1] + " "
            continue
        yield first, begun + line
        begun = ""
    if begun.strip():
        yield first, begun
