"""Readers that stand on native libraries, each run in a process that may crash, hang or be killed.

One child lives as long as the run, since starting Python and such a library takes longer than most
files; one that died or was killed is replaced for the next file. It is a plain subprocess: the
worker processes are daemons, and those may not have children of multiprocessing's. What it sends
back is data (msgpack) and never a pickle, because a hostile file may have taken it over.

A message is its length in eight bytes, little-endian, and that many bytes.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Final

import msgspec

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import KINDS, Embedded, Fact, Unreadable
from modelaudit.core.limits import GIB, MIB, Bounds, Limits
from modelaudit.core.location import Location
from modelaudit.core.source import Source, Window, open_file

MAX_REPLY: Final = 256 * MIB
GRACE: Final = 1.0
"""Seconds past the deadline after which the child is killed."""
MAX_MEMORY: Final = 2 * GIB
"""Address space of the child, beside the file that it maps; where the system can bound it."""
_PREFIX: Final = 8
_OVERDUE: Final = 1
"""The exit code of a child that ended itself because its time was up."""
_ENVIRONMENT: Final = {
    "OPENBLAS_NUM_THREADS": "1",  # each thread reserves address space
    "HDF5_PLUGIN_PRELOAD": "::",  # no library is loaded for a filter that a file names
}
_START: Final = "from modelaudit.sandbox.isolation import serve; serve()"


class Request(msgspec.Struct):
    """One file or part of one. ``file`` is where ``start`` and ``length`` count, empty for
    ``data``; ``path`` and ``members`` are how locations name it. ``seconds`` are left.
    """

    module: str
    path: str
    members: tuple[str, ...]
    file: str
    start: int
    length: int
    data: bytes
    limits: Limits
    seconds: float


class _Inner(msgspec.Struct):
    """``Embedded`` as it is sent, with its bytes."""

    format: str
    encoding: str
    handed_to: str
    role: str
    where: Location
    data: bytes


class _Child:
    """The process, from its start to its end."""

    def __init__(self) -> None:
        self._overdue = False
        # -P: a module that lies in the working directory must not be imported
        self._process = subprocess.Popen(  # noqa: S603  the interpreter itself
            [sys.executable, "-P", "-c", _START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **_ENVIRONMENT},
        )

    def ask(self, message: bytes, seconds: float) -> bytes:
        """The reply. Raises Malformed where the child did not live to give one."""
        timer = threading.Timer(max(seconds, 0.0) + GRACE, self._kill)
        timer.daemon = True
        timer.start()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            _send(self._process.stdin, message)
            reply = _receive(self._process.stdout, 2 * MAX_REPLY)
        except OSError:
            reply = None
        finally:
            timer.cancel()
        if reply is None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(1)
            self.close()
            ended = self._process.returncode
            if self._overdue or ended == _OVERDUE:
                raise Malformed("timeout", "the reader did not end in time")
            raise Malformed("reader-died", f"the reader's process ended with {ended}")
        return reply

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

    def _kill(self) -> None:
        self._overdue = True
        self._process.kill()


_lock: Final = threading.Lock()
_children: Final[list[_Child]] = []


def inspect(module: str, source: Source, bounds: Bounds) -> Iterator[Fact]:
    """The facts that ``module.inspect`` yields in the child. Raises Malformed."""
    request = _request(module, source, bounds)
    with _lock:
        child = _running()
        reply = child.ask(msgspec.msgpack.encode(request), request.seconds)
    for kind, raw in msgspec.msgpack.decode(reply, type=list[tuple[str, msgspec.Raw]]):
        yield _fact(kind, raw)


def _request(module: str, source: Source, bounds: Bounds) -> Request:
    """A stretch of a mapped file goes by its path, everything else by its bytes."""
    seconds = bounds.deadline - time.monotonic()
    region = source.region
    start, length = region if region is not None else (0, 0)
    file = os.path.abspath(source.path) if region is not None else ""  # noqa: PTH100  keeps links
    data = b"" if region is not None else source.whole_bytes(bounds.limits.max_structure)
    return Request(
        module, source.path, source.members, file, start, length, data, bounds.limits, seconds
    )


def _running() -> _Child:
    if _children and not _children[0].alive:
        _children.pop().close()
    if not _children:
        _children.append(_Child())
    return _children[0]


@atexit.register
def close() -> None:
    """End the child, if there is one."""
    while _children:
        _children.pop().close()


def _fact(kind: str, raw: msgspec.Raw) -> Fact:
    if kind != Embedded.__name__:
        return msgspec.msgpack.decode(raw, type=KINDS[kind])
    inner = msgspec.msgpack.decode(raw, type=_Inner)
    where = inner.where
    source = Source(inner.data, where.path, where.members)
    return Embedded(inner.format, inner.encoding, inner.handed_to, inner.role, where, source)


def _send(stream: IO[bytes], message: bytes) -> None:
    stream.write(len(message).to_bytes(_PREFIX, "little"))
    stream.write(message)
    stream.flush()


def _receive(stream: IO[bytes], most: int) -> bytes | None:
    """The next message; None where there is none, or one that is too long or cut."""
    head = stream.read(_PREFIX)
    length = int.from_bytes(head, "little")
    if len(head) < _PREFIX or length > most:
        return None
    message = stream.read(length)
    return message if len(message) == length else None


def serve() -> None:
    """The child: requests on standard input, replies on what was standard output."""
    import faulthandler  # noqa: PLC0415  only here, where nothing is heard of it

    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no reply
    while (message := _receive(sys.stdin.buffer, sys.maxsize)) is not None:
        request = msgspec.msgpack.decode(message, type=Request)
        _bound_memory(request.length + 4 * len(request.data))
        # A C thread that ends the process with _OVERDUE, also where the interpreter is stuck
        # inside a library and the parent is gone.
        faulthandler.dump_traceback_later(max(request.seconds, 0.0) + GRACE / 2, exit=True)
        reply = _answer(request)
        faulthandler.cancel_dump_traceback_later()
        _send(replies, reply)


def _bound_memory(beside: int) -> None:
    try:
        import resource  # noqa: PLC0415
    except ImportError:  # no such thing on Windows; the time is bounded all the same
        return
    with suppress(ValueError, OSError):  # macOS knows the limit and may refuse it
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        most = MAX_MEMORY + beside
        within = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(resource.RLIMIT_AS, (within, hard))


def _answer(request: Request) -> bytes:
    bounds = Bounds(request.limits, time.monotonic() + request.seconds)
    if not request.file:
        return _encoded(request, Source(request.data, request.path, request.members), bounds)
    try:
        with open_file(request.file) as whole:
            source = Window(
                whole.data, request.start, request.length, request.path, request.members,
                request.limits,
            )  # fmt: skip
            return _encoded(request, source, bounds)
    except OSError as error:
        where = Location(request.path, request.members)
        problem = Unreadable("cannot-open", error.strerror or str(error), where)
        return msgspec.msgpack.encode([_packed(problem)])


def _encoded(request: Request, source: Source, bounds: Bounds) -> bytes:
    """What the inspector yields, as one message; what breaks it is the last fact."""
    from importlib import import_module  # noqa: PLC0415

    packed: list[tuple[str, msgspec.Raw]] = []
    size, most = 0, bounds.limits.max_facts
    try:
        for fact in import_module(request.module).inspect(source, bounds):
            if len(packed) >= most:
                raise Malformed("limit", f"max-facts ({most}) reached")
            packed.append(_packed(fact))
            size += len(bytes(packed[-1][1]))
            if size > MAX_REPLY:
                raise Malformed("limit", f"more than {MAX_REPLY} bytes of facts")
    except Malformed as problem:
        where = source.at(problem.position)
        packed.append(_packed(Unreadable(problem.reason, problem.fields, where)))
    except MemoryError:
        detail = f"the reader needs more than {MAX_MEMORY} bytes of memory"
        packed.append(_packed(Unreadable("limit", detail, source.at())))
    except Exception as error:  # noqa: BLE001  the engine's net, on this side of the pipe
        detail = f"the inspector failed: {type(error).__name__}: {error}"
        packed.append(_packed(Unreadable("inspector-failed", detail, source.at())))
    return msgspec.msgpack.encode(packed)


def _packed(fact: Fact) -> tuple[str, msgspec.Raw]:
    kind = type(fact).__name__
    if isinstance(fact, Embedded):
        data = fact.source.whole_bytes(MAX_REPLY)
        inner = _Inner(fact.format, fact.encoding, fact.handed_to, fact.role, fact.where, data)
        return kind, msgspec.Raw(msgspec.msgpack.encode(inner))
    try:
        return kind, msgspec.Raw(msgspec.msgpack.encode(fact))
    except UnicodeEncodeError:  # a lone surrogate, which JSON may spell
        plain = {name: _unicode(getattr(fact, name)) for name in fact.__struct_fields__}
        return kind, msgspec.Raw(msgspec.msgpack.encode(plain))


def _unicode(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, tuple):
        return [_unicode(item) for item in value]
    if isinstance(value, Location):
        return {name: _unicode(getattr(value, name)) for name in value.__struct_fields__}
    return value
