"""Which bytes of a file are in the page cache: all that anyone has read since it was dropped."""

from __future__ import annotations

import ctypes
import mmap
import os
from pathlib import Path

PAGE = mmap.PAGESIZE


def drop(path: Path) -> None:
    """Take a file out of the page cache, as far as the system does."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def resident(path: Path) -> int:
    """Bytes of a file that are in the page cache, read ahead or not. Linux only."""
    size = path.stat().st_size
    if not size:
        return 0
    pages = -(-size // PAGE)
    found = (ctypes.c_ubyte * pages)()
    library = ctypes.CDLL(None, use_errno=True)
    with path.open("r+b") as handle, mmap.mmap(handle.fileno(), 0) as view:
        first = ctypes.c_char.from_buffer(view)
        failed = library.mincore(
            ctypes.c_void_p(ctypes.addressof(first)), ctypes.c_size_t(size), found
        )
        error = ctypes.get_errno()
        del first
    if failed:
        raise OSError(error, os.strerror(error))
    return sum(page & 1 for page in found) * PAGE
