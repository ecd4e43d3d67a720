"""Batches: in order, and what kills a process costs its own task alone."""

from __future__ import annotations

import os

import pytest

from modelaudit.core.limits import MIB
from modelaudit.sandbox.batches import MOST_FILES, run_batches

pytestmark = pytest.mark.skipif(os.name != "posix", reason="ends processes by a signal")


def work(task: int) -> str:
    if task == 40:
        os._exit(3)
    return f"done {task}"


def lost(task: int, reason: str, code: int | None) -> str:
    return f"{reason} {task} {code}"


def test_a_task_that_kills_its_process_costs_itself_alone() -> None:
    tasks = [(number, 1 if number % 30 else 3 * MIB) for number in range(3 * MOST_FILES)]
    got = list(run_batches(work, lost, tasks, jobs=2, timeout=60, mapped=0))
    expected = [f"done {number}" for number, _ in tasks]
    expected[40] = "reader-died 40 3"
    assert got == expected
