"""The events of a stream that the machine reports, and how a stream ends."""

from __future__ import annotations

from typing import Protocol

import msgspec

from modelaudit.core.errors import Fields
from modelaudit.formats.pickle.values import Global, Value


class Events(Protocol):
    """Receives what a stream does, as it happens. Positions index the source's ``data``."""

    def imported(self, name: Global, opcode: str, position: int) -> None: ...

    def called(self, callee: Value, opcode: str, arguments: Value, position: int) -> Value:
        """A call; what it returns, as far as the stream shows."""

    def mutated(self, target: Value, opcode: str, items: Value, position: int) -> None:
        """A method of ``target``, which is not a builtin container, is called with each item."""

    def unpacked(self, named: Value, opcode: str, position: int) -> None:
        """A call gets the items of ``named`` as keyword arguments."""

    def built(self, target: Value, state: Value, position: int) -> int:
        """BUILD; the position from which to read on, which is past raw data that may follow."""

    def settled(self, name: Global) -> bool:
        """True where further plain instances of a class would change no fact."""

    def repeated(self, name: Global, count: int) -> None:
        """So many instances of a settled class were made and got a dict of plain data."""

    def persistent(self, ident: Value, opcode: str, position: int) -> None: ...

    def extension(self, code: int, opcode: str, position: int) -> Value: ...

    def carried(self, position: int) -> bool:
        """A byte string or long text; whether it may be an artifact of its own."""

    def anomaly(self, kind: str, fields: Fields, position: int) -> None:
        """A kind of ``core.kinds.pickle``, with its fields."""


class Ending(msgspec.Struct, frozen=True):
    """How a stream ended: ``position`` is after STOP, or where it broke for ``problem``."""

    position: int
    problem: str | None


class Broken(Exception):
    """The loader fails here: nothing after this runs."""
