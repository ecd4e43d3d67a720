"""The child's side: requests in, answers out, within the limits that each request brings."""

from __future__ import annotations

import math
import os
import signal
import sys
import time
from contextlib import suppress
from importlib import import_module
from typing import IO, Final, Literal

import msgspec

OVERDUE: Final = 1
"""The exit code of a child that ended itself because its time was up."""
MAX_PROBLEM: Final = 500
"""Characters of an exception's text that are sent back."""
_PREFIX: Final = 8
"""Bytes in which a message's length is written."""


class Request(msgspec.Struct):
    """A question in the form of the module that answers it, and what answering may cost."""

    body: bytes
    seconds: float
    memory: int
    """bytes of address space"""


class Answer(msgspec.Struct):
    """What the module gave, or what kept it from answering."""

    body: bytes = b""
    failure: Literal["", "memory", "failed"] = ""
    error: str = ""
    """the exception's type, where it failed"""
    problem: str = ""
    """the exception's text"""


def serve(module: str) -> None:
    """Answer by ``module.answer`` until standard input ends."""
    import faulthandler  # noqa: PLC0415  only the child needs it

    die_with_parent()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library may print what it likes: standard output is no longer the pipe
    while (message := receive(sys.stdin.buffer, sys.maxsize)) is not None:
        request = msgspec.msgpack.decode(message, type=Request)
        bound_memory(request.memory)
        bound_time(request.seconds)
        # A C thread that ends the process with OVERDUE, also where the interpreter is stuck inside
        # a library and the parent is gone.
        faulthandler.dump_traceback_later(request.seconds, exit=True)
        reply = msgspec.msgpack.encode(_answer(module, request.body))
        faulthandler.cancel_dump_traceback_later()
        send(answers, reply)


def _answer(module: str, body: bytes) -> Answer:
    try:
        return Answer(import_module(module).answer(body))
    except MemoryError:
        return Answer(failure="memory")
    except Exception as error:  # noqa: BLE001  foreign code: whatever it raises is its answer
        problem = str(error)[:MAX_PROBLEM].encode("utf-8", "backslashreplace").decode()
        return Answer(failure="failed", error=type(error).__name__, problem=problem)


def die_with_parent() -> None:
    """Let the system kill this process when its parent ends, where it can: on Linux.

    Elsewhere a child notices when it asks for its next task. See prctl(2), PR_SET_PDEATHSIG.
    """
    if sys.platform != "linux":
        return
    import ctypes  # noqa: PLC0415  only children need it

    ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)


def bound_memory(most: int) -> None:
    """Bound this process's address space, in bytes, where the system can."""
    _bound("RLIMIT_AS", most)


def bound_time(seconds: float) -> None:
    """Let the system end this process (``ended_by_clock``) when it has computed for so long.

    Seconds are counted from now. This also ends one that no parent is there to kill any more.
    """
    used = time.process_time()
    _bound("RLIMIT_CPU", math.ceil(used + max(seconds, 0.0)) + 1)


def bound_files(most: int) -> None:
    """Bound the size of every file that this process writes, in bytes; it leaves no core."""
    _bound("RLIMIT_FSIZE", most)
    _bound("RLIMIT_CORE", 0)


def ended_by_clock(code: int) -> bool:
    """Whether an exit code says that the system ended a process as ``bound_time`` asks it to."""
    return sys.platform != "win32" and code == -signal.SIGXCPU


def _bound(name: str, most: int) -> None:
    """Lower what this process may use; what it is allowed at most is never raised."""
    try:
        import resource  # noqa: PLC0415
    except ImportError:  # no such thing on Windows; the time is bounded by the parent all the same
        return
    which: int = getattr(resource, name)
    with suppress(ValueError, OSError):  # macOS knows limits that it refuses to set
        hard = resource.getrlimit(which)[1]
        within = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (within, hard))


def send(stream: IO[bytes], message: bytes) -> None:
    stream.write(len(message).to_bytes(_PREFIX, "little"))
    stream.write(message)
    stream.flush()


def receive(stream: IO[bytes], most: int) -> bytes | None:
    """The next message; None at the end, and for one that is cut off or longer than ``most``."""
    head = stream.read(_PREFIX)
    length = int.from_bytes(head, "little")
    if len(head) < _PREFIX or length > most:
        return None
    message = stream.read(length)
    return message if len(message) == length else None
