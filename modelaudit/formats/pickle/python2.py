"""Python 2's ``str`` in a pickle, which Python 3 decodes as ASCII unless it is given an encoding.

https://docs.python.org/3/library/pickle.html#pickle.Unpickler
"""

from __future__ import annotations

from itertools import count
from typing import Final

from modelaudit.core.limits import Bounds
from modelaudit.formats.pickle import opcodes
from modelaudit.formats.pickle.machine import Machine

_STEPS: Final = 1 << 12
"""Opcodes between two looks at the clock."""


def not_ascii(machine: Machine, bounds: Bounds) -> int | None:
    """The position of the first text of Python 2 that is not ASCII; None if all are ASCII.

    Raises Malformed (``timeout``) past the deadline.
    """
    if not any(machine.seen[code] for code in opcodes.PYTHON2_STR):
        return None
    data, position = machine.source.data, machine.start
    end = min(machine.position, len(data))
    for step in count():
        if position >= end:
            break
        if step % _STEPS == 0:
            bounds.check(position)
        if data[position] in opcodes.PYTHON2_STR:
            value = machine.scalar(position)
            if isinstance(value, bytes) and not value.isascii():
                return position
        position = opcodes.step(data, position)
    return None
