"""A large file is read in a process of its own: what happens to it costs that file alone."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

import pytest

import modelaudit
from modelaudit import UsageError, engine
from modelaudit.core import source
from modelaudit.core.limits import MIB, Bounds
from modelaudit.formats.candidates import formats_of
from modelaudit.sandbox import apart, workers
from modelaudit.sandbox.apart import run_apart
from modelaudit.sandbox.child import bound_time

PAYLOAD = b"cos\nsystem\n(Vecho modelaudit-marker\ntR."
copied = pytest.mark.skipif(sys.platform != "linux", reason="only Linux copies processes")


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """The libraries of tests have threads; none of them is in the way of the copies here."""
    monkeypatch.setattr(apart, "_may_copy", lambda: sys.platform == "linux")
    monkeypatch.setattr(workers, "MAX_MEMORY", 64 << 30)


def lost(task: str, reason: str, code: int | None) -> str:
    return f"{task} {reason} {code}"


def work(task: str) -> str:
    if task == "dies":
        os.kill(os.getpid(), signal.SIGBUS)
    if task == "hangs":
        signal.pause()
    if task == "computes":
        bound_time(0.0)
        while True:
            pass
    if task == "breaks":
        raise UsageError("a rule does not load")
    return task * 100_000


def apart_of(task: str, timeout: float = 60.0) -> str:
    return run_apart(work, lost, task, timeout=timeout, mapped=0)


@copied
def test_a_copy_gives_what_the_work_gives() -> None:
    assert apart_of("a") == "a" * 100_000
    with pytest.raises(UsageError, match="does not load"):
        apart_of("breaks")


@copied
def test_a_copy_that_dies_or_hangs_costs_its_own_task(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    fork = os.fork

    def forked() -> int:
        made.append(fork())
        return made[-1]

    monkeypatch.setattr(os, "fork", forked)
    assert apart_of("dies") == f"dies reader-died {-signal.SIGBUS}"
    assert apart_of("computes") == "computes timeout None"
    monkeypatch.setattr(apart, "GRACE", 0.0)
    assert apart_of("hangs", timeout=0.1) == "hangs timeout None"
    assert len(made) == 3
    for process in made:
        with pytest.raises(ChildProcessError):  # it was waited for
            os.waitpid(process, os.WNOHANG)


def test_a_process_with_threads_is_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert not apart._may_copy()
    finally:
        done.set()
        thread.join()


def cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file whose format is asked for is cut off between its opening and its reading."""

    def asked(opened: source.Source, bounds: Bounds) -> list[str]:
        os.truncate(opened.path, 1)
        return formats_of(opened, bounds)

    monkeypatch.setattr(engine, "formats_of", asked)


@copied
def test_a_file_that_is_cut_off_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "b.pkl").open("wb") as large:
        large.write(PAYLOAD)
        large.truncate(source.MAPPED_FROM + MIB)
    (tmp_path / "a.pkl").write_bytes(PAYLOAD)
    (tmp_path / "c.pkl").write_bytes(PAYLOAD)
    cut_off(monkeypatch)
    report = modelaudit.scan(tmp_path, jobs=None)
    found = {(Path(f.where.path).name, f.rule) for f in report.findings}
    assert {("a.pkl", "PKL101"), ("c.pkl", "PKL101")} <= found
    died = [f for f in report.findings if f.where.path.endswith("b.pkl")]
    assert [finding.subject for finding in died] == ["reader-died"]
    assert str(-signal.SIGBUS) in died[0].message


def test_a_small_file_is_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cutting it off changes nothing any more, in this very process."""
    (tmp_path / "a.pkl").write_bytes(PAYLOAD + bytes(3 * MIB))
    cut_off(monkeypatch)
    report = modelaudit.scan(tmp_path, jobs=1)
    assert "PKL101" in {finding.rule for finding in report.findings}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system")
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.pkl")
    with pytest.raises(OSError, match="no regular file"), source.open_file(str(tmp_path / "a.pkl")):
        pass
