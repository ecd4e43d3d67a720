"""What git tracks, and what changed in a repository since one of its revisions.

A file counts as unchanged only where git tracks it and its index says that the working tree has the
same bytes: what is new, ignored, in a submodule, or marked as "assume unchanged" is looked at.
"""

from __future__ import annotations

import os
from contextlib import suppress

from modelaudit.core.errors import UsageError
from modelaudit.discovery.discover import RECORDS

_CACHED = b"H "
"""The mark of ``git ls-files -v`` for a file that the index vouches for."""


class Changes:
    """The files of a repository that changed, and those that did not. Paths may be of any kind."""

    def __init__(self, since: str) -> None:
        """Ask git about the repository around the working directory. Raises UsageError."""
        from modelaudit.sandbox.git import ask  # noqa: PLC0415  only where it is asked for

        top = _top()
        commit = _commit(top, since)
        changed = ask(top, "diff-index", "--name-only", "--no-renames", "-z", commit, "--")
        listed = ask(top, "ls-files", "-v", "-z")
        self.files = frozenset(_absolute(top, name) for name in changed.split(b"\0") if name)
        tracked = (entry[2:] for entry in listed.split(b"\0") if entry.startswith(_CACHED))
        self._same = frozenset(_absolute(top, name) for name in tracked) - self.files

    def is_same(self, path: str) -> bool:
        """Whether a file, or all files of a directory, are as they were."""
        real = _real(path)
        if not os.path.isdir(path):  # noqa: PTH112
            return {real, os.path.realpath(path)} <= self._same  # a link, and where it leads
        files = [
            os.path.join(_real(below), name)  # noqa: PTH118
            for below, _, names in os.walk(path)
            for name in names
        ]
        inside = os.path.join(real, "")  # noqa: PTH118
        gone = any(file.startswith(inside) for file in self.files)
        return not gone and all(file in self._same for file in files)


class Tracked:
    """The files of a repository that git tracks, and those that files of DVC among them name."""

    def __init__(self) -> None:
        """Ask git about the repository around the working directory. Raises UsageError."""
        from modelaudit.discovery.pointers import tracked  # noqa: PLC0415
        from modelaudit.sandbox.git import ask  # noqa: PLC0415

        top = _top()
        listed = ask(top, "ls-files", "-z", "--recurse-submodules")
        self._files = {_absolute(top, name) for name in listed.split(b"\0") if name}
        for record in [file for file in self._files if file.endswith(RECORDS)]:
            with suppress(ValueError):  # the record itself is reported
                self._files |= {_real(entry.path) for entry in tracked(record)}

    def has(self, path: str) -> bool:
        """Whether a file, or any file of a directory, is tracked."""
        real = _real(path)
        if not os.path.isdir(path):  # noqa: PTH112
            return real in self._files
        inside = os.path.join(real, "")  # noqa: PTH118
        return any(file.startswith(inside) for file in self._files)


def _top() -> str:
    """The root of the repository around the working directory. Raises UsageError."""
    from modelaudit.sandbox.git import ask  # noqa: PLC0415

    here = os.getcwd()  # noqa: PTH109
    try:
        answer = ask(here, "rev-parse", "--show-toplevel")
    except UsageError as error:
        if "not a git repository" not in str(error):
            raise
        text = f"{here} is in no git repository, which --changed-since and --tracked need"
        raise UsageError(text) from None
    return os.fsdecode(answer.rstrip(b"\r\n"))


def _commit(top: str, since: str) -> str:
    from modelaudit.sandbox.git import ask  # noqa: PLC0415

    name = f"{since}^{{commit}}"
    try:
        answer = ask(top, "rev-parse", "--verify", "--quiet", "--end-of-options", name)
    except UsageError:
        raise UsageError(f"git knows no commit {since!r} here") from None
    return answer.decode("ascii").strip()


def _absolute(top: str, name: bytes) -> str:
    return os.path.join(os.path.realpath(top), os.fsdecode(name))  # noqa: PTH118


def _real(path: str) -> str:
    """A path whose directory has no links in it; the name is as it is."""
    folder, name = os.path.split(os.path.abspath(path))  # noqa: PTH100
    return os.path.join(os.path.realpath(folder), name)  # noqa: PTH118


def is_below(path: str, folder: str) -> bool:
    """Whether a path is in a directory, whose links are followed, at any depth."""
    return _real(path).startswith(os.path.join(folder, ""))  # noqa: PTH118
