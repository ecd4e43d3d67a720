"""Paths that others chose: what they lead to may be no file, too long a name, or gone by now.

Methods of ``Path`` raise where the system refuses a name; these answer.
"""

from __future__ import annotations

import errno
import os
import stat
from io import BufferedReader


def is_file(path: str | os.PathLike[str]) -> bool:
    """Whether a path leads to a regular file; False also where nobody can tell."""
    return os.path.isfile(path)  # noqa: PTH113  Path.is_file raises for a name that is too long


def is_folder(path: str | os.PathLike[str]) -> bool:
    """Whether a path leads to a directory; False also where nobody can tell."""
    return os.path.isdir(path)  # noqa: PTH112  as above


def size_of(path: str | os.PathLike[str]) -> int:
    """The bytes of a regular file; 0 for what is none, or is gone."""
    try:
        status = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


def open_regular(path: str | os.PathLike[str]) -> BufferedReader:
    """A regular file for reading. Raises OSError for anything else, and waits for no pipe."""
    handle = open(path, "rb", opener=_at_once)  # noqa: SIM115  Path has no opener
    if not stat.S_ISREG(os.fstat(handle.fileno()).st_mode):
        handle.close()
        raise OSError(errno.EINVAL, "no regular file")
    return handle


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
