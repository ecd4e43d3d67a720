"""Names by extension codes, which a stream can register itself, and buffers from outside of it."""

from __future__ import annotations

from benchmarks.oracle.emit import Emitter
from benchmarks.oracle.payloads import Payload
from fixtures.recipes import asm


def registered(emit: Emitter, payload: Payload) -> bytes:
    """A call of a name by a code that the stream registers before."""
    module, _, name = payload.dotted.rpartition(".")
    number = emit.rng.choice((1, 255, 300, 70_000))
    way = emit.pick(("add_extension", "_inverted_registry", "_extension_cache"))
    named = (emit.text(module), emit.text(name))
    if way == "add_extension":
        given = emit.named_call("copyreg", way, *named, emit.number(number))
    else:
        value = emit.tupled(*named) if way == "_inverted_registry" else emit.name(module, name)
        given = emit.name("copyreg", way) + emit.number(number) + value + asm.SETITEM
    constants = [
        emit.text(value) if isinstance(value, str) else emit.number(value)
        for value in payload.arguments
    ]
    return given + asm.POP + emit.call(_code(emit, number), *constants)


def _code(emit: Emitter, number: int) -> bytes:
    ways = [asm.ext4(number)]
    if number < 1 << 16:
        ways.append(asm.ext2(number))
    if number < 1 << 8:
        ways.append(asm.ext1(number))
    return emit.rng.choice(ways)


def buffered(emit: Emitter) -> bytes:
    """A call with a buffer, which the unpickler is given beside the stream."""
    read_only = emit.rng.choice((b"", asm.READONLY_BUFFER))
    return emit.call(emit.name("os", "system"), asm.NEXT_BUFFER + read_only)
