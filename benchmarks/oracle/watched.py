"""A child that does what may hang, crash or end it, and the parent that ends it in time."""

from __future__ import annotations

import contextlib
import io
import json
import mmap
import os
import resource
import select
import signal
import struct
import time
import types
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

HARD_SECONDS: Final = 5
"""After which a child ends whose attempt does not hear that its time is over."""
MEMORY: Final = 6 << 30
WRITTEN: Final = 1 << 20
_PLACE: Final = struct.Struct("<qqq64s")

_attempting = [False]


class Place(NamedTuple):
    """Which attempt of which name a child is at, how many before it were slow, and what it does."""

    name: int
    attempt: int
    slow: int
    done: str


class Progress:
    """The place of a child, in memory that its parent sees."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, _PLACE.size)

    def set(self, place: Place) -> None:
        self._shared[:] = _PLACE.pack(*place[:3], place.done.encode())

    def get(self) -> Place:
        name, attempt, slow, done = _PLACE.unpack(self._shared[:])
        return Place(name, attempt, slow, done.rstrip(b"\0").decode())


class _OutOfTime(BaseException):
    """No exception that a library would catch."""


def _out_of_time(_: int, __: types.FrameType | None) -> None:
    if _attempting[0]:
        raise _OutOfTime


def in_time(act: Callable[[], object], seconds: float) -> bool:
    """Whether ``act`` ended, as it may, before so much time of the processor was over.

    Ten times as much where it only waits.
    """
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, seconds)
    signal.setitimer(signal.ITIMER_REAL, 10 * seconds, seconds)
    try:
        _attempting[0] = True
        act()
    except _OutOfTime:
        return False
    except BaseException:  # noqa: BLE001  whatever it raises, it has acted or not
        pass
    finally:
        _attempting[0] = False
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
    return True


def run(work: Callable[[], Iterator[Any]], progress: Progress) -> Iterator[Any]:
    """What a child says; it ends with its work, or with an attempt that takes too long."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.setsid()
        with contextlib.suppress(BaseException), os.fdopen(writing, "w") as answer:
            _limit()
            for row in work():
                answer.write(json.dumps(row) + "\n")
                answer.flush()
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb", buffering=0) as lines:
        yield from _rows(lines, pid, progress)
    os.waitpid(pid, 0)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGVTALRM, _out_of_time)
    signal.signal(signal.SIGALRM, _out_of_time)


def _rows(lines: io.FileIO, pid: int, progress: Progress) -> Iterator[Any]:
    rest, at, since, late = b"", progress.get(), time.monotonic(), False
    while True:
        ready = bool(select.select([lines], [], [], 0 if late else 0.2)[0])
        read = lines.read(1 << 16) if ready else b""
        if not read and (ready or late):
            break
        *whole, rest = (rest + read).split(b"\n")
        yield from map(json.loads, whole)
        if at != progress.get():
            at, since = progress.get(), time.monotonic()
        elif not late and time.monotonic() - since > HARD_SECONDS:
            late = True
            _end(pid)
    _end(pid)  # what the child started may still run


def _end(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
