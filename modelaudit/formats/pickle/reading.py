"""The parts of the machine that other modules use, as protocols.

The machine imports the handlers of opcodes, so they cannot import the machine.
"""

from __future__ import annotations

from typing import Protocol

from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source
from modelaudit.formats.pickle.events import Events
from modelaudit.formats.pickle.opaque import Opaque
from modelaudit.formats.pickle.opcodes import Literal
from modelaudit.formats.pickle.values import Box, Global, Value


class Values(Protocol):
    """Decodes the values on stack and memo."""

    source: Source
    globals: dict[tuple[str, str], Global]
    """Every name of the stream by module and name, so that each is one object."""
    position: int
    """Of the opcode that is being read."""
    opaque: Opaque
    """What was passed over and is no opcode."""

    def text(self, value: Value) -> str | None:
        """The ``str`` that a value is; None for any other value and for one that is computed."""

    def scalar(self, value: Value) -> Literal:
        """The scalar that a value is; ``...`` for any other value and for one that is computed."""

    def contents(self, box: Box, *, whole: bool = False) -> list[Value]:
        """The first items of a container; with ``whole`` all that are kept."""

    def may_execute(self, upto: int) -> bool:
        """Whether the name of an attribute that a library runs as code was read up to there."""


class Processor(Values, Protocol):
    """The state that the handlers of opcodes change."""

    bounds: Bounds
    events: Events
    frame_end: int
    """Where the frame ends that is being read; 0 outside of frames."""
    protocol: int
    stack: list[Value]
    outer: list[list[Value]]
    """The stacks below each MARK, innermost last."""

    def fill(self, box: Box, items: list[Value]) -> None:
        """Put items into a container."""

    def reach(self, position: int) -> None:
        """Inflate up to ``position``, as far as there is anything."""

    def recall(self, index: int) -> Value:
        """The memo's value at an index. Raises IndexError or KeyError."""

    def store(self, index: int) -> None:
        """Put the top of the stack into the memo."""

    def window(self, pos: int) -> None:
        """Set how far to read from ``pos`` before frame, data and limits are looked at again."""
