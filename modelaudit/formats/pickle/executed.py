"""Attributes that SciPy and statsmodels run as code when an instance gets its state."""

from __future__ import annotations

from typing import Final, Protocol

from modelaudit.core.limits import MIB
from modelaudit.formats.pickle import opcodes
from modelaudit.formats.pickle.reading import Values
from modelaudit.formats.pickle.values import Value

EXECUTED: Final = frozenset({"_parse_arg_template", "formula"})
_LONGEST: Final = max(map(len, EXECUTED))
_BYTES_AN_ITEM: Final = 1_000
"""Bytes that are searched in the time that it takes to decode one of two items."""


class Stream(Values, Protocol):
    """The machine that reads the stream."""

    position: int
    """Of the opcode that is read now."""


class Executed:
    """Looks for their names in the bytes of a stream, as it is read from ``upto`` on."""

    def __init__(self) -> None:
        self.upto = 0
        self.found = False

    def look(self, values: Values, seen: bytearray, upto: int) -> bool:
        """Whether a name was read up to there. ``seen`` has 1 for each opcode that was read."""
        if not self.found and self.upto < upto:
            data, begin = values.source.data, max(self.upto - _LONGEST, 0)
            # Ahead, so as to ask rarely; what is not inflated yet is looked at later.
            self.upto = max(min(upto + MIB, len(data)), upto)
            spellings = [name.encode() for name in EXECUTED]
            if seen[opcodes.OP["UNICODE"]] or seen[opcodes.OP["STRING"]]:
                spellings.append(b"\\")  # an escape may spell any character
            self.found = any(
                data.find(name, *stretch) >= 0
                for stretch in values.opaque.around(begin, self.upto)
                for name in spellings
            )
        return self.found

    def among(self, values: Stream, items: list[Value]) -> list[Value]:
        """Of the keys and values that a dict gets, those whose key is such a name."""
        bytes_ahead = values.position - self.upto
        if bytes_ahead < _BYTES_AN_ITEM * len(items) and not values.may_execute(values.position):
            return []
        pairs = zip(items[0::2], items[1::2], strict=False)
        return [part for pair in pairs if values.text(pair[0]) in EXECUTED for part in pair]
