"""The SHA-256 of an artifact: a file's own, or of a directory the digest of its listing."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from modelaudit.core.paths import is_file, is_folder, open_regular
from modelaudit.discovery.identify import MOST_POINTER
from modelaudit.discovery.pointers import lfs_object


def digest_of(path: str) -> str:
    """64 hexadecimal digits; empty for what cannot be read to its end.

    That of a pointer of Git LFS is that of what it stands for, where its bytes are here.
    That of a directory is the digest of its sorted list of files, each as ``digest``, two blanks,
    the path below the directory with forward slashes, and a line feed: what ``sha256sum`` prints.
    """
    try:
        return _of_folder(Path(path)) if is_folder(path) else _of_file(Path(path))
    except OSError:
        return ""


def _of_file(path: Path) -> str:
    with open_regular(path) as handle:
        if os.fstat(handle.fileno()).st_size <= MOST_POINTER:
            stored = lfs_object(str(path), handle.read())
            if stored:
                return Path(stored).name
            handle.seek(0)
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _of_folder(path: Path) -> str:
    lines = []
    for below, folders, names in os.walk(path):
        folders.sort()
        files = (Path(below, name) for name in names)
        lines += [
            f"{_of_file(file)}  {file.relative_to(path).as_posix()}\n"
            for file in files
            if is_file(file)
        ]
    listing = "".join(sorted(lines, key=lambda line: line[66:]))
    return hashlib.sha256(listing.encode("utf-8", "surrogateescape")).hexdigest()
