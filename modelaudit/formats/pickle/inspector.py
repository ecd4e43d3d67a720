"""Pickle, and joblib's use of it: every stream of a file, and what lies between them.

A file may hold several pickles one after another, data before and after them, and a stream that
breaks after its payload has run. Loaders differ in how much of that they read, so all of it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from modelaudit.core.facts import Anomaly, Fact, Identity, Metadata, Unreadable
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source
from modelaudit.formats.pickle import opcodes
from modelaudit.formats.pickle.streams import Stream, hidden, successor

MOST_STREAMS: Final = 1000
"""Pickles of one file that are read one by one."""


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """What the file is, and the facts of all its streams."""
    yield from inspect_from(source, bounds, 0)


def inspect_from(source: Source, bounds: Bounds, start: int) -> Iterator[Fact]:
    """The facts of all streams from ``start`` on, each stream's own before those about the file."""
    streams = list(_consecutive(source, bounds, start))
    last = streams[-1]
    found = list(hidden(source, bounds, last.ending.position)) if _ends_early(last) else []
    for stream in streams:
        if "frame-overrun" in stream.recorder.occurred:
            found += [inner for inner in hidden(source, bounds, stream.start + 1) if inner.acts]
    if not start:
        yield _identity(source, streams)
    for stream in streams:
        yield from stream.facts
    yield from _protocols(streams)
    if len(streams) > 1:
        detail = f"{len(streams)} pickles, one after another"
        yield Anomaly("several-streams", detail, source.at(streams[1].start))
    for stream in found:
        yield from stream.facts
        yield Anomaly(
            "hidden-stream", "a pickle begins after data that is none", source.at(stream.start)
        )
    yield from _remains(source, streams, found)


def _consecutive(source: Source, bounds: Bounds, start: int) -> Iterator[Stream]:
    stream: Stream | None = Stream(source, bounds, start)
    for _ in range(MOST_STREAMS):
        if stream is None:
            return
        yield stream
        whole = stream.whole
        stream = successor(source, bounds, stream.ending.position) if whole else None


def _protocols(streams: list[Stream]) -> Iterator[Fact]:
    """What the streams say of protocols and framing, each thing once."""
    said: set[tuple[str, ...]] = set()
    for fact in (fact for stream in streams for fact in _protocol(stream)):
        words = (
            (fact.key, fact.value) if isinstance(fact, Metadata) else (fact.kind, str(fact.fields))
        )
        if words not in said:
            said.add(words)
            yield fact


def _ends_early(last: Stream) -> bool:
    return last.ending.position < last.recorder.source.size


def _identity(source: Source, streams: list[Stream]) -> Identity:
    framing = next((s.recorder.framing for s in streams if s.recorder.framing), "")
    return Identity("joblib" if framing else "pickle", framing, source.at())


def _protocol(stream: Stream) -> Iterator[Metadata | Anomaly]:
    """The protocol that loading needs: the declared one, or a newer one of the opcodes."""
    machine, where = stream.recorder.machine, stream.recorder.source.at(stream.start)
    read = [code for code in opcodes.PROTOCOLS if machine.seen[code]]
    effective = max((opcodes.PROTOCOLS[code] for code in read), default=0)
    # A run that was passed over holds no opcode newer than the protocol that let it be.
    effective = max(effective, min(machine.protocol, 4)) if machine.passed else effective
    declared = machine.protocol
    needed = max(effective, declared)
    yield Metadata("pickle-protocol", str(needed), needed, where)
    yield Metadata("pickle-protocol-declared", str(declared), declared, where)
    if effective > declared >= 2:
        detail = f"protocol {declared} is declared and opcodes of protocol {effective} are used"
        yield Anomaly("protocol-lower-than-opcodes", detail, where)
    framing = stream.recorder.framing
    if framing:
        yield Metadata("joblib-framing", framing, -1, where)


def _remains(source: Source, streams: list[Stream], found: list[Stream]) -> Iterator[Fact]:
    last = streams[-1]
    ending = last.ending
    if ending.problem is not None:
        nothing = ending.position == last.start and not last.start
        reason = "not-a-pickle" if nothing else "broken-stream"
        yield Unreadable(reason, ending.problem, source.at(ending.position))
        if nothing and found:
            detail = f"{found[0].start} bytes come before the first pickle"
            yield Anomaly("leading-data", detail, source.at(0))
    elif ending.position < source.size and len(streams) >= MOST_STREAMS:
        detail = f"more than {MOST_STREAMS} pickles, one after another"
        yield Unreadable("limit", detail, source.at(ending.position))
    elif ending.position < source.size:
        detail = f"{source.size - ending.position} bytes follow the last pickle"
        yield Anomaly("trailing-data", detail, source.at(ending.position))
