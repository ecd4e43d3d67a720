"""Read requirement files within limits: what they ask for, what was skipped, what is wrong.

A file is never followed out of ``top``, neither by a link nor by ``-r``:
an artifact that was downloaded may bring a file that names any path of the machine.
"""

from __future__ import annotations

import codecs
import os
import re
import stat
from importlib import import_module
from typing import Final

from msgspec.structs import replace

from modelaudit.core.limits import MIB
from modelaudit.core.paths import open_regular
from modelaudit.knowledge.aliases import says_nothing, spelled
from modelaudit.targets import versions
from modelaudit.targets.nearby import SCRIPT, WORKFLOW, Kind, kind_of
from modelaudit.targets.pins import MOST_TEXT, Broken, Closed, Include, Note, Pin, shown

MOST_BYTES: Final = MIB
"""Bytes of one requirement file."""
MOST_LOCKED: Final = 8 * MIB
"""Bytes of one lock file."""
MOST_PINS: Final = 20_000
"""Requirements of one file and those that it includes."""
MOST_FILES: Final = 50
"""Files that one file may lead to by -r and -c."""
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks that pip honours; PowerShell writes UTF-16."""
_PLAIN: Final = Kind("*", "requirements")
_ELSEWHERE: Final = r"\.in | .*(?:://|\$\{)"
"""A file that is compiled and never installed, or an include that is an address or a variable."""


class Reading:
    """One file, and those that it includes. Paths are as they are shown to the user.

    ``closed`` is true where the file lists all that is installed.
    """

    def __init__(self) -> None:
        self.pins: list[Pin] = []
        self.aliases: list[Note] = []
        self.notes: list[Note] = []
        self.problems: list[Note] = []
        self.files: set[str] = set()
        """the files that were looked at, by their real paths"""
        self.closed = False


class Readings:
    """The files of one run, each read once."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, str], Reading] = {}

    def of(self, path: str, kind: Kind, top: str) -> Reading:
        if (path, top) not in self._read:
            self._read[path, top] = read(path, kind, top)
        return self._read[path, top]


def read(path: str, kind: Kind | None, top: str) -> Reading:
    """Read one requirement file. Without ``kind``, the name of the file decides how."""
    reading = Reading()
    seen: set[str] = set()
    _add(reading, path, kind or kind_of(os.path.basename(path)) or _PLAIN, top, seen)  # noqa: PTH119
    return reading


def shown_path(path: str) -> str:
    """A path as messages name it: as seen from the working directory, unless that is longer."""
    return min(os.path.relpath(path), path, key=len).replace(os.sep, "/")


def _add(reading: Reading, path: str, kind: Kind, top: str, seen: set[str]) -> None:
    shown = shown_path(path)
    real = os.path.realpath(path)
    reading.files.add(real)
    if real in seen:
        return
    seen.add(real)
    if top and not real.startswith(os.path.realpath(top).rstrip(os.sep) + os.sep):
        reading.notes.append(Note(shown, 1, "it lies outside the project and is not read"))
        return
    try:
        text = _text(path, MOST_LOCKED if kind.lock else MOST_BYTES)
        module = import_module(f"modelaudit.targets.readers.{kind.reader}")
        for item in module.read(text, shown):
            if len(reading.pins) + len(reading.notes) >= MOST_PINS:
                raise Broken(item.line, f"more than {MOST_PINS} requirements")
            if isinstance(item, Pin):
                _pin(reading, item)
            elif isinstance(item, Note):
                reading.notes.append(item)
            elif isinstance(item, Closed):
                reading.closed |= len(seen) == 1
            else:
                _include(reading, item, path, kind, top, seen)
    except Broken as problem:
        found = reading.notes if kind in (SCRIPT, WORKFLOW) else reading.problems
        found.append(Note(shown, problem.line, str(problem)))


def _pin(reading: Reading, pin: Pin) -> None:
    """Add a pin under the package's own name, where the file spells it otherwise."""
    if len(pin.specifier) > MOST_TEXT:
        text = f"{shown(pin.specifier)} is too long for the version of a requirement"
        raise Broken(pin.line, text)
    name = spelled(pin.name, in_file=True)
    if name == pin.name:
        reading.pins.append(pin)
        return
    empty = says_nothing(pin.name, versions.exact(pin.specifier))
    specifier = "" if empty else pin.specifier
    reading.pins.append(replace(pin, name=name, specifier=specifier))
    reading.aliases.append(Note(pin.file, pin.line, f"{pin.name} is judged as {name}"))


def _include(
    reading: Reading, item: Include, path: str, kind: Kind, top: str, seen: set[str]
) -> None:
    target = os.path.join(os.path.dirname(path), item.target)  # noqa: PTH118, PTH120
    if "://" in item.target or not os.path.isfile(target):  # noqa: PTH113
        detail = f"there is no such file: {item.target[:80]!r}"
        broken = kind.reader == _PLAIN.reader and not re.search(_ELSEWHERE, f"{path} {item.target}")
        found = reading.problems if broken else reading.notes
        found.append(Note(item.file, item.line, detail))
    elif len(seen) >= MOST_FILES:
        detail = f"more than {MOST_FILES} files include each other"
        reading.notes.append(Note(item.file, item.line, detail))
    else:
        known = len(reading.pins)
        _add(reading, os.path.normpath(target), _PLAIN, top, seen)
        if item.constraint:
            reading.pins[known:] = [replace(pin, constraint=True) for pin in reading.pins[known:]]


def _text(path: str, most: int) -> str:
    """A file's text. Raises Broken."""
    try:
        status = os.stat(path)  # noqa: PTH116
        if not stat.S_ISREG(status.st_mode):
            raise Broken(1, "not a regular file")
        if status.st_size > most:
            raise Broken(1, f"larger than {most // MIB} MiB")
        with open_regular(path) as handle:
            data = handle.read(most)
    except OSError as error:
        raise Broken(1, f"cannot be read: {error.strerror or error}") from None
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            # pip drops the first mark, and its parser a second one that an editor added.
            return _decode(data[len(mark) :], encoding).removeprefix("\ufeff")
    return _decode(data, "utf-8")


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Broken(line, f"not {encoding.upper()} text") from None
