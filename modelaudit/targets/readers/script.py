"""Scripts with a header that says what they need, for uv, pipx and hatch to run them.

https://packaging.python.org/specifications/inline-script-metadata/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from modelaudit.targets.pins import Broken, Item, Note
from modelaudit.targets.readers.requirements import python, requirement
from modelaudit.targets.readers.toml import parse, strings

_BLOCK: Final = re.compile(r"^# /// script[ \t]*\n((?:#(?:| .*)\n)+?)# ///[ \t]*$", re.MULTILINE)


def read(text: str, file: str) -> Iterator[Item]:
    """What the header asks for; one that is no TOML is passed over, as it is only a comment."""
    block = _BLOCK.search(text.replace("\r\n", "\n"))
    if block is None:
        return
    first = text.count("\n", 0, block.start()) + 2
    lines = [line[2:] for line in block[1].splitlines()]
    try:
        header = parse("\n".join(lines))
        wanted = header.get("requires-python")
        if isinstance(wanted, str):
            yield python(wanted, file, _line(wanted, lines, first))
        for entry in strings(header.get("dependencies")):
            yield requirement(entry.strip(), file, _line(entry, lines, first))
    except Broken as problem:
        yield Note(file, min(first + problem.line - 1, first + len(lines)), str(problem))


def _line(text: str, lines: list[str], first: int) -> int:
    """The line that spells something; the first one where it is escaped."""
    return next((number for number, line in enumerate(lines, first) if text in line), first)
