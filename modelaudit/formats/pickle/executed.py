"""Attributes that SciPy and statsmodels run as code when an instance gets its state."""

from __future__ import annotations

from typing import Final

from modelaudit.core.limits import MIB
from modelaudit.core.source import Buffer
from modelaudit.formats.pickle import opcodes

EXECUTED: Final = frozenset({"_parse_arg_template", "formula"})
_LONGEST: Final = max(map(len, EXECUTED))


class Executed:
    """Looks for their names in the bytes of a stream, as it is read from ``upto`` on."""

    def __init__(self) -> None:
        self.upto = 0
        self._found = False

    def found(self, data: Buffer, seen: bytearray, upto: int) -> bool:
        """Whether a name was read up to there. ``seen`` has 1 for each opcode that was read."""
        if not self._found and self.upto < upto:
            begin = max(self.upto - _LONGEST, 0)
            # Ahead, so as to ask rarely; what is not inflated yet is looked at later.
            self.upto = max(min(upto + MIB, len(data)), upto)
            spellings = [name.encode() for name in EXECUTED]
            if seen[opcodes.OP["UNICODE"]] or seen[opcodes.OP["STRING"]]:
                spellings.append(b"\\")  # an escape may spell any character
            self._found = any(data.find(name, begin, self.upto) >= 0 for name in spellings)
        return self._found
