"""Opcodes that name something: a global, a code of the registry, an object of the loader.

Also what the other handlers share with them: lines of text, and operands.
"""

from __future__ import annotations

from typing import Final

from modelaudit.core.limits import MIB
from modelaudit.formats.pickle.compat import python3_name
from modelaudit.formats.pickle.events import Broken
from modelaudit.formats.pickle.opcodes import NAMES
from modelaudit.formats.pickle.reading import Processor, Values
from modelaudit.formats.pickle.render import render
from modelaudit.formats.pickle.values import Global, Persistent, Result, Unknown, Value

MOST_LINE: Final = 64 * MIB
"""Bytes in which a line of text has to end."""


def line(machine: Processor, pos: int) -> tuple[str, int]:
    """The text from ``pos`` to the newline, which is UTF-8, and the position after it."""
    raw, after = raw_line(machine, pos)
    try:
        return raw.decode("utf-8"), after
    except UnicodeDecodeError as error:
        raise Broken(f"the name {raw[:80]!r} is not UTF-8") from error


def raw_line(machine: Processor, pos: int) -> tuple[bytes, int]:
    source = machine.source
    while True:
        newline = source.data.find(b"\n", pos, pos + MOST_LINE)
        if newline >= 0:
            return source.data[pos:newline], newline + 1
        if not source.growing or len(source.data) - pos > MOST_LINE:
            raise Broken("a line of text does not end")
        source.grow()


def operand(machine: Processor, pos: int, size: int) -> int:
    return int.from_bytes(machine.source.data[pos + 1 : pos + 1 + size], "little")


def resolve(machine: Processor, module: str, name: str, op: int, pos: int) -> Global:
    spelled = f"{module}.{name}"
    if machine.protocol < 3:
        module, name = python3_name(module, name)
    found = machine.globals.get((module, name))
    if found is None:
        from modelaudit.knowledge.pickle_globals import canonical  # noqa: PLC0415  data names none

        rated = canonical(module, name)
        asked = () if rated == (module, name) else (module, name)
        found = machine.globals[module, name] = Global(*rated, spelled, asked)
    machine.events.imported(found, NAMES[op], pos)
    return found


def by_lines(machine: Processor, pos: int, op: int) -> int:
    module, after = line(machine, pos + 1)
    name, after = line(machine, after)
    machine.stack.append(resolve(machine, module, name, op, pos))
    return after


def by_stack(machine: Processor, pos: int, op: int) -> int:
    name, module = machine.stack.pop(), machine.stack.pop()
    words = machine.text(module), machine.text(name)
    if words[0] is not None and words[1] is not None:
        machine.stack.append(resolve(machine, words[0], words[1], op, pos))
        return pos + 1
    if any(isinstance(value, Global | Result | Persistent | Unknown) for value in (module, name)):
        unresolved = Global("", "", "")
        machine.events.imported(unresolved, NAMES[op], pos)
        machine.stack.append(unresolved)
        return pos + 1
    first, second = render(machine, module), render(machine, name)
    machine.events.imported(Global(first, second, f"{first}.{second}"), NAMES[op], pos)
    raise Broken("STACK_GLOBAL needs two strings and finds other values")


def extension(machine: Processor, pos: int, op: int) -> int:
    size = {"EXT1": 1, "EXT2": 2, "EXT4": 4}[NAMES[op]]
    code = operand(machine, pos, size)
    machine.stack.append(machine.events.extension(code, NAMES[op], pos))
    return pos + 1 + size


def persistent_text(machine: Processor, pos: int, op: int) -> int:
    _, after = raw_line(machine, pos + 1)
    machine.events.persistent(pos, NAMES[op], pos)
    machine.stack.append(Persistent(pos))
    return after


def persistent(machine: Processor, pos: int, op: int) -> int:
    ident = machine.stack.pop()
    machine.events.persistent(ident, NAMES[op], pos)
    machine.stack.append(Persistent(ident))
    return pos + 1


def registered(values: Values, arguments: tuple[Value, ...]) -> dict[int, Global]:
    """The name that ``copyreg.add_extension`` is called with, by its code."""
    words = [values.scalar(value) for value in arguments[:3]]
    if len(words) < 3 or not isinstance(words[2], int):
        return {}
    module, name = str(words[0]), str(words[1])
    return {words[2]: Global(module, name, f"{module}.{name}")}
