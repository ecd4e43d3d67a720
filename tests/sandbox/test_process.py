"""A child process answers, and one that dies, hangs, fails or talks does no other harm."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from modelaudit.core.limits import GIB
from modelaudit.sandbox import process
from modelaudit.sandbox.child import OVERDUE, ended_by_clock
from modelaudit.sandbox.process import Child, NoAnswer, ask_once
from modelaudit.sandbox.torch_query import torch_operators

MODULE = """
import os, sys, time

def answer(body):
    if body == b"die":
        os.abort()
    if body == b"hang":
        time.sleep(600)
    if body == b"eat":
        return bytes(64 << 30)
    if body == b"fail":
        raise KeyError("\\ud800 a defect")
    if body == b"talk":
        print("what a library prints", flush=True)
    if body == b"environment":
        return os.environ["HDF5_PLUGIN_PRELOAD"].encode()
    return body + b" answered"
"""
TORCH = """
print("what torch prints")
class Schema:
    name = "aten::add"
class _C:
    _jit_get_all_schemas = lambda: [Schema, Schema]
"""


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Child]:
    (tmp_path / "answering.py").write_text(MODULE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    started = Child("answering")
    yield started
    started.close()


def ask(child: Child, body: bytes, seconds: float = 20, most: int = 1000) -> bytes:
    return child.ask(body, seconds=seconds, memory=2 * GIB, most=most)


def failure(child: Child, body: bytes, seconds: float = 20, most: int = 1000) -> NoAnswer:
    with pytest.raises(NoAnswer) as caught:
        ask(child, body, seconds, most)
    return caught.value


def test_it_answers_until_it_is_closed(child: Child) -> None:
    assert ask(child, b"a") == b"a answered"
    assert ask(child, b"talk") == b"talk answered"
    assert ask(child, b"environment") == b"::"
    assert child.alive
    child.close()
    assert not child.alive


def test_what_it_raises_comes_back(child: Child) -> None:
    failed = failure(child, b"fail")
    assert (failed.failure, failed.error) == ("failed", "KeyError")
    assert "a defect" in failed.problem
    if sys.platform == "linux":
        assert failure(child, b"eat").failure == "memory"
    assert ask(child, b"a") == b"a answered"


def test_one_that_dies_or_answers_too_much_is_closed(child: Child) -> None:
    died = failure(child, b"die")
    assert (died.failure, died.code) == ("died", -signal.SIGABRT)
    assert not child.alive
    again = Child("answering")
    assert failure(again, b"a" * 100, most=50).failure == "died"
    assert not again.alive


def test_a_module_that_is_not_there_is_no_answer(child: Child) -> None:
    with pytest.raises(NoAnswer) as caught:
        ask_once("no_such_module", b"", seconds=20, memory=2 * GIB, most=1000)
    assert (caught.value.failure, caught.value.error) == ("failed", "ModuleNotFoundError")


def test_one_that_hangs_ends_itself(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(child, b"a")
    monkeypatch.setattr(process, "GRACE", 8.0)
    hung = failure(child, b"hang", seconds=0.0)
    assert (hung.failure, hung.code) == ("timeout", OVERDUE)
    assert not child.alive


def test_one_that_does_not_end_itself_is_killed(
    child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(child, b"a")
    monkeypatch.setattr(process, "_LEAST", 60.0)
    began = time.monotonic()
    hung = failure(child, b"hang", seconds=0.2)
    assert (hung.failure, hung.code) == ("timeout", -signal.SIGKILL)
    assert time.monotonic() - began < 20


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_what_the_system_bounds_in_a_child(tmp_path: Path) -> None:
    """Each limit in a process of its own, which nothing else ends."""

    def bounded(limit: str, then: str) -> int:
        asked = f"from modelaudit.sandbox.child import *; {limit}\n{then}"
        command = [sys.executable, "-c", asked]
        return subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode

    assert ended_by_clock(bounded("bound_time(0.1)", "while True: pass"))
    write = f"open({str(tmp_path / 'written')!r}, 'wb', 0).write(bytes(10))"
    assert bounded("bound_files(10)", write) == 0
    assert bounded("bound_files(0)", write) == 1


def test_torch_is_asked_by_importing_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "torch.py").write_text(TORCH)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    torch_operators.cache_clear()
    assert torch_operators() == frozenset({"aten::add"})
    (tmp_path / "torch.py").write_text("raise ImportError")
    torch_operators.cache_clear()
    assert torch_operators() is None
    torch_operators.cache_clear()
