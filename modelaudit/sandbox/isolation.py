"""Readers that use native libraries, each run in a process that may crash, hang or be killed.

One child lives as long as the run, since starting Python and such a library takes longer than most
files; one that died or was killed is replaced for the next file. It is a plain subprocess: the
worker processes are daemons, and those may not have children of multiprocessing's.
"""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Iterator
from importlib import import_module
from typing import Final

import msgspec

from modelaudit.core.embedded import Embedded
from modelaudit.core.errors import Fields, Malformed
from modelaudit.core.facts import KINDS, Fact, Identity, Unreadable
from modelaudit.core.limits import GIB, MIB, Bounds, Expansion, Limits
from modelaudit.core.location import Location
from modelaudit.core.source import Source, Window, open_file
from modelaudit.sandbox.child import bound_files
from modelaudit.sandbox.confine import confine
from modelaudit.sandbox.process import Child, NoAnswer

MAX_REPLY: Final = 256 * MIB
"""Bytes of facts about one file."""
MAX_MEMORY: Final = 2 * GIB
"""Address space of the child, beside the file that it maps; where the system can bound it."""


class _Request(msgspec.Struct):
    """One file or part of one. ``file`` is where ``start`` and ``length`` count, empty for
    ``data``; ``path`` and ``members`` name it in locations. ``seconds`` are left for it.
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


_lock: Final = threading.Lock()
_children: Final[list[Child]] = []


def inspect(module: str, source: Source, bounds: Bounds) -> Iterator[Fact]:
    """The facts that ``module.inspect`` yields in the child. Raises Malformed."""
    request = _request(module, source, bounds)
    memory = MAX_MEMORY + request.length + 6 * len(request.data)
    message = msgspec.msgpack.encode(request)
    try:
        with _lock:
            reply = _running().ask(
                message, seconds=request.seconds, memory=memory, most=2 * MAX_REPLY
            )
    except NoAnswer as failure:
        raise _explained(failure, module, bounds) from None
    for kind, raw in msgspec.msgpack.decode(reply, type=list[tuple[str, msgspec.Raw]]):
        yield _fact(kind, raw)


def _explained(failure: NoAnswer, module: str, bounds: Bounds) -> Malformed:
    if failure.failure == "timeout":
        return Malformed("timeout", bounds.timeout_fields)
    if failure.failure == "memory":
        return Malformed("limit", {"limit": "reader-memory", "most": MAX_MEMORY})
    if failure.failure == "failed":
        fields: Fields = {"format": module, "error": failure.error, "problem": failure.problem}
        return Malformed("inspector-failed", fields)
    return Malformed("reader-died", {"code": failure.code})


def _request(module: str, source: Source, bounds: Bounds) -> _Request:
    """A stretch of a mapped file goes by its path, everything else by its bytes."""
    region = source.region
    file, start, length = region if region is not None else ("", 0, 0)
    data = b"" if region is not None else source.whole_bytes(bounds.limits.max_structure)
    return _Request(
        module, source.path, source.members, file, start, length, data, bounds.limits, bounds.left
    )


def _running() -> Child:
    if _children and not _children[0].alive:
        _children.pop().close()
    if not _children:
        _children.append(Child(__name__))
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


def answer(message: bytes) -> bytes:
    """In the child: the facts about what a request names, as one message."""
    request = msgspec.msgpack.decode(message, type=_Request)
    expansion = Expansion(request.length if request.file else len(request.data))
    bounds = Bounds(request.limits, time.monotonic() + request.seconds, expansion)
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
        problem = Unreadable("cannot-open", {"problem": error.strerror or str(error)}, where)
        return msgspec.msgpack.encode([_packed(problem)])


def _encoded(request: _Request, source: Source, bounds: Bounds) -> bytes:
    """What the inspector yields, as one message; what breaks it is the last fact."""
    packed: list[tuple[str, msgspec.Raw]] = []
    size, most, format_ = 0, bounds.limits.max_facts, request.module
    try:
        reader = import_module(request.module)
        bound_files(0)  # from here on: importing may write bytecode
        confine()
        for fact in reader.inspect(source, bounds):
            if len(packed) >= most:
                raise Malformed("limit", {"limit": "max-facts", "most": most})
            if isinstance(fact, Identity):
                format_ = fact.format
            packed.append(_packed(fact))
            size += len(bytes(packed[-1][1]))
            if size > MAX_REPLY:
                raise Malformed("limit", {"limit": "reader-answer", "most": MAX_REPLY})
    except Malformed as problem:
        where = source.at(problem.position)
        packed.append(_packed(Unreadable(problem.reason, problem.fields, where)))
    except MemoryError:
        fields: Fields = {"limit": "reader-memory", "most": MAX_MEMORY}
        packed.append(_packed(Unreadable("limit", fields, source.at())))
    except Exception as error:  # noqa: BLE001  the engine's net, on this side of the pipe
        fields = {"format": format_, "error": type(error).__name__, "problem": str(error)}
        packed.append(_packed(Unreadable("inspector-failed", fields, source.at())))
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
    if isinstance(value, dict):
        return {name: _unicode(item) for name, item in value.items()}
    if isinstance(value, tuple):
        return [_unicode(item) for item in value]
    if isinstance(value, Location):
        return {name: _unicode(getattr(value, name)) for name in value.__struct_fields__}
    return value
