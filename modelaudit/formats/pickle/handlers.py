"""What each opcode that is not in the machine's inner loop does, one function an opcode.

A handler gets the machine, the position of the opcode and its byte; it returns the position from
which to read on. Raises Broken where the loader fails; IndexError is an empty stack.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from modelaudit.core.errors import Fields
from modelaudit.formats.pickle import naming, opcodes
from modelaudit.formats.pickle.events import Broken
from modelaudit.formats.pickle.naming import line, operand, raw_line, resolve
from modelaudit.formats.pickle.opcodes import NAMES, OP
from modelaudit.formats.pickle.reading import Processor
from modelaudit.formats.pickle.values import (
    UNKNOWN,
    Box,
    Result,
    Unknown,
    Value,
    bounded,
    rich,
)

Handler = Callable[[Processor, int, int], int]


def _pop_mark(machine: Processor) -> list[Value]:
    items = machine.stack
    if not machine.outer:
        raise Broken("an opcode needs a MARK, which is missing")
    machine.stack = machine.outer.pop()
    return items


# Scalars.


def _counted(machine: Processor, pos: int, op: int) -> int:
    start, length = opcodes.payload(machine.source.data, pos)
    if op == OP["LONG4"] and length >= 1 << 31:
        raise Broken("LONG4 has a negative length")
    machine.stack.append(pos)
    if op in opcodes.BYTES or length > opcodes.SHORT_TEXT:
        return _pass_long(machine, pos, start, length)
    return start + length


def _pass_long(machine: Processor, pos: int, start: int, length: int) -> int:
    """Look into long text or bytes, inflating no more of them than that takes.

    The rest stays out of memory, unless the value is an artifact or lies in a frame.
    """
    seen = start + min(length, opcodes.MOST_LITERAL)
    machine.reach(seen)
    carried = machine.events.carried(pos)
    machine.opaque.add(start, start + length)
    if carried or machine.frame_end or not machine.source.growing:
        machine.reach(start + length)
        return start + length
    seen = min(start + length, len(machine.source.data))
    return machine.source.skip(seen, start + length - seen)


def _text_line(machine: Processor, pos: int, op: int) -> int:
    _, after = raw_line(machine, pos + 1)
    machine.stack.append(pos)
    if op != OP["UNICODE"]:
        try:
            opcodes.literal(machine.source.data, pos)
        except ValueError as error:
            raise Broken(f"{NAMES[op]}: {error}") from error
    if op in opcodes.BYTES:
        machine.events.carried(pos)
    return after


# Stack and memo.


def _pop(machine: Processor, pos: int, _op: int) -> int:
    if machine.stack:
        machine.stack.pop()
    else:
        _pop_mark(machine)
    return pos + 1


def _pop_to_mark(machine: Processor, pos: int, _op: int) -> int:
    _pop_mark(machine)
    return pos + 1


def _dup(machine: Processor, pos: int, _op: int) -> int:
    machine.stack.append(machine.stack[-1])
    return pos + 1


def _mark(machine: Processor, pos: int, _op: int) -> int:
    machine.outer.append(machine.stack)
    machine.stack = []
    return pos + 1


def _get(machine: Processor, pos: int, op: int) -> int:
    index, after = _index(machine, pos, op)
    machine.stack.append(machine.recall(index))
    return after


def _put(machine: Processor, pos: int, op: int) -> int:
    index, after = _index(machine, pos, op)
    machine.store(index)
    return after


def _index(machine: Processor, pos: int, op: int) -> tuple[int, int]:
    if op in (OP["GET"], OP["PUT"]):
        raw, after = raw_line(machine, pos + 1)
        try:
            index = opcodes.index(raw)
        except ValueError as error:
            raise Broken(f"{NAMES[op]} has the index {raw[:40]!r}") from error
        if index < 0:
            raise Broken(f"{NAMES[op]} has a negative index")
        return index, after
    size = 4 if op in (OP["LONG_BINGET"], OP["LONG_BINPUT"]) else 1
    return operand(machine, pos, size), pos + 1 + size


# Containers.


def _tuple(machine: Processor, pos: int, _op: int) -> int:
    items = _pop_mark(machine)
    machine.stack.append(bounded(items))
    return pos + 1


def _small_tuple(machine: Processor, pos: int, op: int) -> int:
    count = op - OP["TUPLE1"] + 1
    items = [machine.stack.pop() for _ in range(count)]
    machine.stack.append(tuple(reversed(items)))
    return pos + 1


def _marked_box(machine: Processor, pos: int, op: int) -> int:
    items = _pop_mark(machine)
    box = Box(NAMES[op].lower(), [])
    machine.fill(box, items)
    machine.stack.append(box)
    return pos + 1


def _empty_set(machine: Processor, pos: int, _op: int) -> int:
    machine.stack.append(Box("set", []))
    return pos + 1


_TAKES: Final = {
    "APPEND": "list",
    "APPENDS": "list",
    "SETITEM": "dict",
    "SETITEMS": "dict",
    "ADDITEMS": "set",
}


def _fill(machine: Processor, pos: int, op: int) -> int:
    """APPEND(S), SETITEM(S), ADDITEMS: on anything but a builtin container they are calls."""
    name = NAMES[op]
    stack = machine.stack
    if name in ("APPEND", "SETITEM"):
        count = 1 if name == "APPEND" else 2
        items = [stack.pop() for _ in range(count)][::-1]
    else:
        items = _pop_mark(machine)
    target = machine.stack[-1]
    if type(target) is Box and target.kind == _TAKES[name]:
        machine.fill(target, items)
    elif isinstance(target, int | tuple) or type(target) is Box:
        if items and not _takes_too(machine, target, name, items):
            raise Broken(f"{name} needs a {_TAKES[name]} and finds another value")
    else:
        if isinstance(target, Result):
            target.fill(_TAKES[name], items)
        machine.events.mutated(target, name, bounded(items), pos)
    return pos + 1


def _takes_too(machine: Processor, target: Value, name: str, items: list[Value]) -> bool:
    """Whether a list takes SETITEM, which replaces an item, or a bytearray any but ADDITEMS."""
    if isinstance(target, int):
        return machine.source.data[target] == OP["BYTEARRAY8"] and name != "ADDITEMS"
    if type(target) is not Box or target.kind != "list" or _TAKES[name] != "dict":
        return False
    for key, value in zip(items[0::2], items[1::2], strict=False):
        index, held = machine.scalar(key), target.items
        if isinstance(index, int) and -len(held) <= index < len(held):
            held[index] = value
        elif index is ... or target.cut or target.runs:
            held += (value, UNKNOWN)
        else:
            return False
    return True


# Calls.

_NEVER_CALLABLE: Final = (int, tuple, Box)
_EMPTY_TUPLE: Final = OP["EMPTY_TUPLE"]


def _call(machine: Processor, pos: int, callee: Value, op: int, arguments: Value) -> int:
    if isinstance(callee, _NEVER_CALLABLE):
        raise Broken(f"{NAMES[op]} calls a value that cannot be called")
    machine.stack.append(machine.events.called(callee, NAMES[op], arguments, pos))
    return pos + 1


def _spread(machine: Processor, arguments: Value) -> Value:
    """What ``*arguments`` passes: the C unpickler takes a tuple only, Python's any iterable."""
    if isinstance(arguments, Box):
        items = machine.contents(arguments, whole=True)
        items = items[0::2] if arguments.kind == "dict" else items
        if arguments.kind in ("set", "frozenset") and len(items) > 1:
            return (UNKNOWN, *rich(items), UNKNOWN)  # in any order
        return (*items, UNKNOWN) if arguments.cut else bounded(items)
    if not isinstance(arguments, int) or machine.source.data[arguments] not in opcodes.ITERABLE:
        return arguments
    literal = machine.scalar(arguments)
    if not literal and isinstance(literal, str | bytes):
        return ()
    return (arguments,) if isinstance(literal, str) and len(literal) == 1 else (UNKNOWN,)


def _reduce(machine: Processor, pos: int, op: int) -> int:
    arguments, callee = machine.stack.pop(), machine.stack.pop()
    is_empty = type(arguments) is int and machine.source.data[arguments] == _EMPTY_TUPLE
    if not is_empty and type(arguments) is not tuple:
        arguments = _spread(machine, arguments)
    return _call(machine, pos, callee, op, arguments)


def _newobj_ex(machine: Processor, pos: int, op: int) -> int:
    named, arguments, callee = (machine.stack.pop() for _ in range(3))
    machine.events.unpacked(named, NAMES[op], pos)
    return _call(machine, pos, callee, op, (_spread(machine, arguments), named))


def _obj(machine: Processor, pos: int, op: int) -> int:
    items = _pop_mark(machine)
    return _call(machine, pos, items[0], op, bounded(items[1:]))


def _inst(machine: Processor, pos: int, op: int) -> int:
    module, after = line(machine, pos + 1)
    name, after = line(machine, after)
    items = _pop_mark(machine)
    callee = resolve(machine, module, name, op, pos)
    _call(machine, pos, callee, op, bounded(items))
    return after


def _build(machine: Processor, pos: int, _op: int) -> int:
    state = machine.stack.pop()
    return machine.events.built(machine.stack[-1], state, pos)


# The stream.


def _proto(machine: Processor, pos: int, _op: int) -> int:
    version = machine.source.data[pos + 1]
    if version > opcodes.HIGHEST_PROTOCOL:
        machine.events.anomaly("protocol-unknown", {"protocol": version}, pos)
    machine.protocol = version
    return pos + 2


def _frame(machine: Processor, pos: int, _op: int) -> int:
    """How far to read ahead, which C unpicklers trust more than they should."""
    data = machine.source.data
    length = int.from_bytes(data[pos + 1 : pos + 9], "little")
    if machine.frame_end:
        machine.events.anomaly("frame-nested", {}, pos)
    if not machine.source.growing and pos + 9 + length > len(data):
        remaining = max(len(data) - pos - 9, 0)
        fields: Fields = {"claimed": length, "remaining": remaining}
        machine.events.anomaly("frame-too-long", fields, pos)
        machine.frame_end = 0
    else:
        machine.frame_end = pos + 9 + length
    machine.window(pos + 9)
    return pos + 9


def _next_buffer(machine: Processor, pos: int, op: int) -> int:
    machine.events.anomaly("out-of-band-buffer", {"opcode": NAMES[op]}, pos)
    machine.stack.append(Unknown())
    return pos + 1


def _readonly_buffer(machine: Processor, pos: int, _op: int) -> int:
    machine.stack[-1]  # the loader fails on an empty stack
    return pos + 1


_BY_NAME: Final[dict[str, Handler]] = {
    "MARK": _mark,
    "POP": _pop,
    "POP_MARK": _pop_to_mark,
    "DUP": _dup,
    **dict.fromkeys(("GET", "BINGET", "LONG_BINGET"), _get),
    **dict.fromkeys(("PUT", "BINPUT", "LONG_BINPUT"), _put),
    **dict.fromkeys((NAMES[code] for code in opcodes.COUNTED), _counted),
    **dict.fromkeys((NAMES[code] for code in opcodes.LINES), _text_line),
    "TUPLE": _tuple,
    **dict.fromkeys(("TUPLE1", "TUPLE2", "TUPLE3"), _small_tuple),
    **dict.fromkeys(("LIST", "DICT", "FROZENSET"), _marked_box),
    "EMPTY_SET": _empty_set,
    **dict.fromkeys(_TAKES, _fill),
    "GLOBAL": naming.by_lines,
    "STACK_GLOBAL": naming.by_stack,
    **dict.fromkeys(("EXT1", "EXT2", "EXT4"), naming.extension),
    "PERSID": naming.persistent_text,
    "BINPERSID": naming.persistent,
    "REDUCE": _reduce,
    "NEWOBJ": _reduce,
    "NEWOBJ_EX": _newobj_ex,
    "OBJ": _obj,
    "INST": _inst,
    "BUILD": _build,
    "PROTO": _proto,
    "FRAME": _frame,
    "NEXT_BUFFER": _next_buffer,
    "READONLY_BUFFER": _readonly_buffer,
}
HANDLERS: Final[dict[int, Handler]] = {OP[name]: handler for name, handler in _BY_NAME.items()}
