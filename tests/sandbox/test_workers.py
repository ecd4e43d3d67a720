"""Many processes find what one finds, and a reader that dies costs its own file alone."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import pebble
import pytest

import modelaudit
from modelaudit.config.model import Authority, Config
from modelaudit.discovery.discover import Found
from modelaudit.engine import Task, audit, lost
from modelaudit.sandbox.workers import WORTH_BYTES, run_parallel, worth

DEMO = Path(__file__).resolve().parents[2] / "fixtures" / "demo"


def test_processes_find_what_one_finds() -> None:
    alone = modelaudit.scan([DEMO], jobs=1)
    assert modelaudit.scan([DEMO], jobs=2) == alone
    assert alone.findings


def test_processes_are_used_where_they_are_worth_it() -> None:
    assert worth([10] * 100) == 1
    assert worth([WORTH_BYTES]) == 1
    assert worth([WORTH_BYTES] * 8) >= 1


class Pool:
    """A pool whose processes end as the name of their file says."""

    def __init__(self, **_: object) -> None:
        pass

    def stop(self) -> None:
        pass

    def join(self) -> None:
        pass

    def schedule(self, _, args, timeout):
        assert timeout > 0
        future: Future[object] = Future()
        function, task, _ = args  # without a limit on the process of the test
        if task.found.path == "slow.pkl":
            future.set_exception(TimeoutError())
        elif task.found.path == "dies.pkl":
            future.set_exception(pebble.ProcessExpired("died", code=-11))
        elif task.found.path == "computes.pkl":
            future.set_exception(pebble.ProcessExpired("died", code=-signal.SIGXCPU))
        else:
            future.set_result(function(task))
        return future


def test_a_reader_that_dies_or_hangs_is_a_finding(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(pebble, "ProcessPool", Pool)
    good = tmp_path / "good.pkl"
    good.write_bytes(b"N.")
    found = [Found(name, 9) for name in ("slow.pkl", "dies.pkl", "computes.pkl", str(good))]
    tasks = [Task(item, Authority(Config(), Config(), "/"), ()) for item in found]
    outcomes = list(run_parallel(audit, lost, tasks, jobs=2, timeout=1.0, mapped=9))
    subjects = [[finding.subject for finding in outcome.findings] for outcome in outcomes]
    assert subjects == [["timeout"], ["reader-died"], ["timeout"], []]
    unread = [outcome.artifact.unread for outcome in outcomes if outcome.artifact]
    assert ["60.0 s" in unread[0][0], "exit code -11" in unread[1][0]] == [True, True]
    assert [outcome.artifact.complete for outcome in outcomes if outcome.artifact] == [
        False,
        False,
        False,
        True,
    ]


SLEEPERS = """
import os, sys, time
from modelaudit.sandbox.workers import run_parallel

def sleep(place):
    with open(os.path.join(place, str(os.getpid())), "w"):
        pass
    time.sleep(600)

if __name__ == "__main__":
    place = sys.argv[1]
    list(run_parallel(sleep, None, [place, place], jobs=2, timeout=600, mapped=0))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    script, pids = tmp_path / "sleepers.py", tmp_path / "pids"
    script.write_text(SLEEPERS)
    pids.mkdir()
    with subprocess.Popen([sys.executable, str(script), str(pids)]) as parent:
        wait_until(lambda: len(list(pids.iterdir())) == 2)
        parent.send_signal(signal.SIGKILL)
    workers = [int(path.name) for path in pids.iterdir()]
    wait_until(lambda: not any(map(runs, workers)))


def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("it never came true")


def runs(pid: int) -> bool:
    """Whether a process is there, and more than an exit code that nobody asked for."""
    try:
        return b") Z" not in Path(f"/proc/{pid}/stat").read_bytes()
    except FileNotFoundError:
        return False
