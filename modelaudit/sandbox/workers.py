"""Many artifacts at once, each in a process that may be killed when it takes too long."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, TypeVar

from modelaudit.core.limits import GIB, MIB
from modelaudit.sandbox.child import (
    bound_files,
    bound_memory,
    bound_time,
    die_with_parent,
    ended_by_clock,
)

WORTH_BYTES: Final = 64 * MIB
"""Bytes in all from which starting processes pays."""
WORTH_FILES: Final = 4
WORTH_MANY: Final = 400
"""Files from which it pays however small they are."""
MAX_MEMORY: Final = 8 * GIB
"""Address space of a worker, beside the largest file, which it maps; where it can be bounded."""
MAX_WRITTEN: Final = 256 * MIB
"""Bytes of a file that a worker may write, which is an entry of the cache or nothing."""
GRACE: Final = 5.0
"""Seconds past an artifact's own timeout after which its process is killed."""
OUT_OF_MEMORY: Final = 1
"""The exit code that is reported for a worker which ran out of memory."""

Task = TypeVar("Task")
Result = TypeVar("Result")


def worth(sizes: Sequence[int]) -> int:
    """How many processes files of these sizes, in bytes, are worth."""
    heavy = len(sizes) >= WORTH_FILES and sum(sizes) >= WORTH_BYTES
    heavy = heavy or len(sizes) >= WORTH_MANY
    return min(os.cpu_count() or 1, len(sizes), 8) if heavy else 1


def run_parallel(
    work: Callable[[Task], Result],
    lost: Callable[[Task, str, int | None], Result],
    tasks: Sequence[Task],
    *,
    jobs: int,
    timeout: float,
    mapped: int,
) -> Iterator[Result]:
    """The result of ``work`` for every task, in order; ``work`` must be importable.

    A process that dies or hangs costs its own task alone: ``lost`` is called here with the task,
    the reason (``timeout`` or ``reader-died``) and the exit code where there is one. ``mapped`` is
    the size of the largest file, in bytes, which a process may map beside its own memory.
    """
    from multiprocessing import get_context  # noqa: PLC0415  only where processes are worth it

    from pebble import ProcessExpired, ProcessPool  # noqa: PLC0415

    pool = ProcessPool(
        max_workers=jobs,
        context=get_context("spawn"),
        initializer=begin,
        initargs=[mapped],
    )
    try:
        with _uninterrupted():
            seconds = timeout + GRACE
            futures = [
                pool.schedule(timed, args=[work, task, seconds], timeout=seconds) for task in tasks
            ]
        for task, future in zip(tasks, futures, strict=True):
            try:
                yield future.result()
            except TimeoutError:
                yield lost(task, "timeout", None)
            except MemoryError:
                yield lost(task, "reader-died", OUT_OF_MEMORY)
            except ProcessExpired as death:
                overdue = ended_by_clock(death.exitcode)
                reason, code = ("timeout", None) if overdue else ("reader-died", death.exitcode)
                yield lost(task, reason, code)
    finally:
        # Whoever stops reading wants no more of it; after the last result there is none.
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def begin(mapped: int) -> None:
    """In a worker, before its first task: ``mapped`` is bytes of the largest file."""
    die_with_parent()
    bound_memory(MAX_MEMORY + mapped)
    bound_files(MAX_WRITTEN)


def timed(work: Callable[[Task], Result], task: Task, seconds: float) -> Result:
    """What ``work`` gives, in a process that the system ends when it computes for longer."""
    bound_time(seconds)
    return work(task)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Processes that are started within get no SIGINT: a terminal sends it to all of a group.

    The pool's threads, which start them, and they themselves inherit what is blocked here.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
