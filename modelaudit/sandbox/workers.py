"""Many artifacts at once, each in a process that may be killed when it takes too long."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

from modelaudit.core.limits import MIB

WORTH_BYTES: Final = 64 * MIB
"""Bytes in all from which starting processes pays."""
WORTH_FILES: Final = 4
GRACE: Final = 5.0
"""Seconds past an artifact's own timeout after which its process is killed."""

Task = TypeVar("Task")
Result = TypeVar("Result")


def worth(sizes: Sequence[int]) -> int:
    """How many processes files of these sizes, in bytes, are worth."""
    heavy = len(sizes) >= WORTH_FILES and sum(sizes) >= WORTH_BYTES
    return min(os.cpu_count() or 1, len(sizes), 8) if heavy else 1


def run_parallel(
    work: Callable[[Task], Result],
    lost: Callable[[Task, str, int | None], Result],
    tasks: Sequence[Task],
    *,
    jobs: int,
    timeout: float,
) -> Iterator[Result]:
    """The result of ``work`` for every task, in order; ``work`` must be importable.

    A process that dies or hangs costs its own task alone: ``lost`` is called here with the task,
    the reason (``timeout`` or ``reader-died``) and the exit code where there is one.
    """
    from multiprocessing import get_context  # noqa: PLC0415  only where processes are worth it

    from pebble import ProcessExpired, ProcessPool  # noqa: PLC0415

    with ProcessPool(max_workers=jobs, context=get_context("spawn")) as pool:
        futures = [pool.schedule(work, args=[task], timeout=timeout + GRACE) for task in tasks]
        for task, future in zip(tasks, futures, strict=True):
            try:
                yield future.result()
            except TimeoutError:
                yield lost(task, "timeout", None)
            except ProcessExpired as death:
                yield lost(task, "reader-died", death.exitcode)
