"""Many small artifacts at once: a process gets several, since sending costs as much as reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final, TypeVar

from modelaudit.core.limits import MIB
from modelaudit.sandbox.workers import run_parallel

MOST_FILES: Final = 24
"""Artifacts of one batch."""
MOST_BYTES: Final = 4 * MIB
"""Bytes of the files of one batch; a larger file is one of its own."""

Task = TypeVar("Task")
Result = TypeVar("Result")


def run_batches(
    work: Callable[[Task], Result],
    lost: Callable[[Task, str, int | None], Result],
    tasks: Iterable[tuple[Task, int]],
    *,
    jobs: int,
    timeout: float,
    mapped: int,
) -> Iterator[Result]:
    """As ``run_parallel``, for tasks with the bytes that each is about.

    What a process leaves undone that dies or hangs is done again one by one, so that it still costs
    one task alone.
    """

    def again(batch: list[Task], reason: str, code: int | None) -> list[Result]:
        if len(batch) == 1:
            return [lost(batch[0], reason, code)]
        return list(run_parallel(work, lost, batch, jobs=1, timeout=timeout, mapped=mapped))

    batches = list(_batches(tasks, jobs))
    whole = partial(each, work)
    for results in run_parallel(
        whole, again, batches, jobs=jobs, timeout=timeout, mapped=mapped
    ):  # fmt: skip
        yield from results


def each(work: Callable[[Task], Result], batch: list[Task]) -> list[Result]:
    """What ``work`` gives for each task of a batch, in the worker."""
    return [work(task) for task in batch]


def _batches(tasks: Iterable[tuple[Task, int]], jobs: int) -> Iterator[list[Task]]:
    """Batches in the order of the tasks; the first ones are short, so that no process waits."""
    batch: list[Task] = []
    held, sent = 0, 0
    for task, size in tasks:
        most = MOST_FILES if sent >= jobs else 1
        if batch and (held + size > MOST_BYTES or len(batch) >= most):
            yield batch
            batch, held, sent = [], 0, sent + 1
        batch.append(task)
        held += size
    if batch:
        yield batch
