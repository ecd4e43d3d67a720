"""Folder: a directory that is one artifact, such as a SavedModel.

Its files are treated like the members of an archive, and named by their paths below it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Unreadable
from modelaudit.core.location import Location
from modelaudit.core.paths import is_file, is_folder
from modelaudit.core.source import Source, open_file
from modelaudit.discovery.folders import FOLDERS, FolderSignature

PASSED_OVER: Final = frozenset({".git", ".venv", "__pycache__"})
"""Directories that no loader of an artifact reads."""


class Folder:
    """The files of a directory that belong to its artifact, with their sizes in bytes."""

    def __init__(self, path: str, format_: str, most: int) -> None:
        self.path = path
        self.format = format_
        self.files: dict[str, int] = {}
        self._most = most
        self.whole = True
        """False where there are more files than ``most``."""
        signature = next(one for one in FOLDERS if one.format == format_)
        for name in parts(path, signature):
            if len(self.files) >= most:
                self.whole = False
                break
            self.files[name] = _size(Path(path, name))

    def unread(self) -> Iterator[Unreadable]:
        """One fact where there are more files than were listed."""
        if not self.whole:
            yield Unreadable("limit", {"limit": "max-members", "most": self._most}, self.at())

    def at(self, name: str = "") -> Location:
        """The location of the directory, or of a file in it."""
        return Location(self.path, (name,) if name else ())

    def names(self) -> list[str]:
        """What lies directly in the directory, also files that are artifacts of their own."""
        try:
            return sorted(one.name for one in Path(self.path).iterdir())
        except OSError:
            return []

    @contextmanager
    def open(self, name: str) -> Iterator[Source]:
        """One file, mapped as long as the block runs. Raises Malformed where it fails to open."""
        path = Path(self.path, name)
        if not is_file(path):
            raise Malformed("not-a-file", {"problem": "not a regular file"})
        try:
            with open_file(str(path)) as source:
                yield Source(source.data, self.path, (name,))
        except OSError as error:
            raise Malformed("cannot-open", {"problem": error.strerror or str(error)}) from None


def parts(path: str, signature: FolderSignature) -> Iterator[str]:
    """The files of an artifact, by their paths below its directory, in a stable order."""
    known = set[str]()
    for name in (*_belonging(path, signature), *_also(path, signature)):
        if name not in known:
            known.add(name)
            yield name


def _also(path: str, signature: FolderSignature) -> Iterator[str]:
    """Files that the loader reads and that are, or may be, artifacts of their own."""
    if not signature.also:
        return
    for below, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if name not in PASSED_OVER)
        relative = os.path.relpath(below, path).replace(os.sep, "/")
        for name in sorted(names):
            if any(fnmatchcase(name, pattern) for pattern in signature.also):
                yield name if relative == "." else f"{relative}/{name}"


def _belonging(path: str, signature: FolderSignature) -> Iterator[str]:
    for entry in sorted((*signature.mains, *signature.parts)):
        top = Path(path, entry)
        if not is_folder(top):
            if os.path.lexists(top):
                yield entry
            continue
        for below, folders, names in os.walk(top):
            folders.sort()
            relative = os.path.relpath(below, path)
            yield from (f"{relative}/{name}".replace(os.sep, "/") for name in sorted(names))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
