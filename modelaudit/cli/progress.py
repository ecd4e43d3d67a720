"""A counter on standard error, for long scans on a terminal."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TextIO

PATIENCE = 2.0
"""seconds before the first line"""
PERIOD = 0.1
"""seconds between two lines"""
CLEAR = "\r\x1b[K"


class Progress:
    """Called with artifacts done, artifacts known, and the path at hand."""

    def __init__(self, stream: TextIO, columns: int, clock: Callable[[], float]) -> None:
        self._stream = stream
        self._columns = columns
        self._clock = clock
        self._next = clock() + PATIENCE
        self._shown = False

    def __call__(self, done: int, total: int, path: str) -> None:
        now = self._clock()
        if now < self._next:
            return
        from modelaudit.report.escape import escape  # noqa: PLC0415  only for long scans

        self._next = now + PERIOD
        self._shown = True
        line = f"{done}/{total} {escape(path)}"
        self._stream.write(CLEAR + line[: self._columns - 1])
        self._stream.flush()

    def close(self) -> None:
        """Take the line away, so that what follows starts clean."""
        if self._shown:
            self._stream.write(CLEAR)
            self._stream.flush()


def progress_for(stream: TextIO) -> Progress | None:
    """A counter, or None where standard error is not a terminal or belongs to a CI job."""
    if not stream.isatty() or os.environ.get("CI") or os.environ.get("TERM") == "dumb":
        return None
    import shutil  # noqa: PLC0415  only on a terminal

    return Progress(stream, shutil.get_terminal_size().columns, time.monotonic)
