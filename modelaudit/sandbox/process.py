"""The parent's side: a child process that answers questions, and is killed when it overstays."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import suppress
from typing import Final, Literal

import msgspec

from modelaudit.sandbox.child import OVERDUE, Answer, Request, ended_by_clock, receive, send

GRACE: Final = 1.0
"""Seconds past its time after which a child is killed; it ends itself after half of them."""
_LEAST: Final = 0.001
"""Seconds that a child has at least: a clock of 0 seconds is refused."""
_ENVIRONMENT: Final = {
    "OPENBLAS_NUM_THREADS": "1",  # each thread reserves address space
    "HDF5_PLUGIN_PRELOAD": "::",  # no library is loaded for a filter that a file names
}
_START: Final = "import sys; from modelaudit.sandbox.child import serve; serve(sys.argv[1])"


class NoAnswer(Exception):
    """A question that a child did not answer, and why."""

    def __init__(
        self,
        failure: Literal["timeout", "died", "memory", "failed"],
        *,
        code: int = 0,
        error: str = "",
        problem: str = "",
    ) -> None:
        super().__init__(failure, code, error, problem)
        self.failure = failure
        self.code = code
        """the exit code of a child that died"""
        self.error = error
        """the type of the exception that the module raised, where it ``failed``"""
        self.problem = problem
        """the exception's text"""


class Child:
    """The process, from its start to its end. ``module`` has ``answer(bytes) -> bytes``."""

    def __init__(self, module: str) -> None:
        self._overdue = False
        # -P: a module that lies in the working directory must not be imported
        self._process = subprocess.Popen(  # noqa: S603  the interpreter itself
            [sys.executable, "-P", "-c", _START, module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **_ENVIRONMENT},
        )

    def ask(self, body: bytes, *, seconds: float, memory: int, most: int) -> bytes:
        """The answer, of ``most`` bytes. Raises NoAnswer; a child that died or hung is closed.

        ``memory`` is the child's address space in bytes.
        """
        seconds = max(seconds, 0.0)
        request = Request(body, max(seconds + GRACE / 2, _LEAST), memory)
        reply = self._exchange(msgspec.msgpack.encode(request), seconds + GRACE, most)
        if reply is None:
            raise self._end()
        answer = msgspec.msgpack.decode(reply, type=Answer)
        if answer.failure:
            raise NoAnswer(answer.failure, error=answer.error, problem=answer.problem)
        return answer.body

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def close(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        self._process.wait()

    def _exchange(self, message: bytes, seconds: float, most: int) -> bytes | None:
        """What comes back, None where the process ends before."""
        timer = threading.Timer(seconds, self._kill)
        timer.daemon = True
        timer.start()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            send(self._process.stdin, message)
            return receive(self._process.stdout, most)
        except OSError:
            return None
        finally:
            timer.cancel()

    def _end(self) -> NoAnswer:
        """Close it, and say how it ended."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        self.close()
        code = self._process.returncode
        overdue = self._overdue or code == OVERDUE or ended_by_clock(code)
        return NoAnswer("timeout" if overdue else "died", code=code)

    def _kill(self) -> None:
        self._overdue = True
        self._process.kill()


def ask_once(module: str, body: bytes, *, seconds: float, memory: int, most: int) -> bytes:
    """The answer of a child that lives for one question. Raises NoAnswer."""
    child = Child(module)
    try:
        return child.ask(body, seconds=seconds, memory=memory, most=most)
    finally:
        child.close()
