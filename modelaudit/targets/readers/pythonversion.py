"""Files that name the Python of a directory: .python-version, .tool-versions and runtime.txt.

https://github.com/pyenv/pyenv#understanding-python-version-selection
https://asdf-vm.com/manage/configuration.html#tool-versions
https://devcenter.heroku.com/articles/python-runtimes
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelaudit.targets.pins import PYTHON, Item, Note, Pin, shown

_VERSION = re.compile(
    r"(?:cpython[-@]?|python[-@]?)?(\d{1,4}(?:\.\d{1,4}){1,2}|[23])(?:[-+].*|\.[x*])?"
)


def read(text: str, file: str) -> Iterator[Item]:
    """One pin for each version of CPython; other interpreters are skipped."""
    for number, line in enumerate(text.splitlines(), 1):
        name = line.partition("#")[0].strip()
        if not name:
            continue
        if file.endswith(".tool-versions"):
            tool, *wanted = name.split()
            if tool != PYTHON:
                continue
            name = wanted[0] if wanted else name
        yield version(name, file, number)


def version(name: str, file: str, line: int) -> Pin | Note:
    """One version as such files spell it."""
    match = _VERSION.fullmatch(name.strip())
    if match is None:
        return Note(file, line, f"{shown(name)} is not a version of CPython", opens=False)
    return Pin(PYTHON, f"=={match[1]}", "", file, line)
