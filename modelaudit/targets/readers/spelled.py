"""Where a TOML file spells something: the first line that holds it, from its table's header on."""

from __future__ import annotations

import re
from typing import Final

from modelaudit.targets.pins import Note, Pin, Places
from modelaudit.targets.readers.requirements import requirement

_QUOTED: Final = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'")
_KEY: Final = re.compile(r"\s*[\"']?([\w.-]+)[\"']?\s*=")
_HEADER: Final = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")


class Spelled:
    """A file's name, and the lines of what it spells."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        lines = list(enumerate(text.splitlines(), 1))
        self.strings = Places((a or b, n) for n, line in lines for a, b in _QUOTED.findall(line))
        self.keys = Places((m[1], n) for n, line in lines if (m := _KEY.match(line)))
        headers = ((m[1], n) for n, line in lines if (m := _HEADER.match(line)))
        self.headers = Places((re.sub(r"[\s\"']", "", text), n) for text, n in headers)

    def requirement(self, text: str, start: int, *, optional: bool = False) -> Pin | Note:
        line = self.strings.of(text, start)
        return requirement(text.strip(), self.name, line, optional=optional)

    def pin(self, name: str, specifier: str, line: int) -> Pin | Note:
        """A distribution that a key is about."""
        return requirement(f"{name}{specifier}", self.name, line, optional=True)
