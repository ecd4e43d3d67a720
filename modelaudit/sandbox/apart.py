"""One artifact in a process of its own, for little: a copy of this one, where the system can.

A worker that starts anew costs as much as a whole scan of a small file; a copy costs a few
milliseconds, and has imported everything. It is sound only while this process has one thread.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final, NoReturn, TypeVar, cast

from modelaudit.sandbox.child import ended_by_clock
from modelaudit.sandbox.workers import GRACE, begin, run_parallel, timed

Task = TypeVar("Task")
Result = TypeVar("Result")
_FULL: Final = 65536
"""Bytes that are asked of a pipe at once."""


def run_apart(
    work: Callable[[Task], Result],
    lost: Callable[[Task, str, int | None], Result],
    task: Task,
    *,
    timeout: float,
    mapped: int,
) -> Result:
    """The result of ``work``, or of ``lost`` as in ``run_parallel``, without its start of a pool.

    What ``work`` raises is raised here.
    """
    if not _may_copy():
        return next(iter(run_parallel(work, lost, [task], jobs=1, timeout=timeout, mapped=mapped)))
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        _serve(partial(timed, work, seconds=timeout + GRACE), task, writing, mapped)
    os.close(writing)
    try:
        reply = _received(reading, timeout + GRACE)
    finally:
        # Also where a signal ended the wait. A copy that gave its answer has nothing left to do.
        os.close(reading)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if reply is None or ended_by_clock(code):
        return lost(task, "timeout", None)
    try:
        failed, value = pickle.loads(reply)  # noqa: S301  written by the copy, which is our own code
    except (EOFError, pickle.UnpicklingError):
        return lost(task, "reader-died", code)
    if failed:
        raise value
    return cast("Result", value)


def _may_copy() -> bool:
    """Whether a copy of this process would be sound: a lock that a thread held stays locked."""
    if sys.platform != "linux":
        return False
    try:
        return len(list(Path("/proc/self/task").iterdir())) == 1
    except OSError:
        return False


def _serve(work: Callable[[Task], Result], task: Task, writing: int, mapped: int) -> NoReturn:
    """In the copy: write what ``work`` gives, and end without what the parent does at its end."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to the parent as well
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        begin(mapped)
        with os.fdopen(writing, "wb") as answers:
            pickle.dump(_answer(work, task), answers)
        code = 0
    finally:
        os._exit(code)


def _answer(work: Callable[[Task], Result], task: Task) -> tuple[bool, Result | Exception]:
    """What ``work`` gives, or that it failed and by what."""
    try:
        return False, work(task)
    except Exception as error:  # noqa: BLE001  handed on to the parent, which raises it
        return True, error


def _received(reading: int, seconds: float) -> bytes | None:
    """What comes until the other end closes; None where that takes longer."""
    parts: list[bytes] = []
    end = time.monotonic() + seconds
    while select.select([reading], [], [], max(end - time.monotonic(), 0))[0]:
        part = os.read(reading, _FULL)
        if not part:
            return b"".join(parts)
        parts.append(part)
    return None
