""".python-version of pyenv and uv: the versions of Python that a directory works with.

https://github.com/pyenv/pyenv#understanding-python-version-selection
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelaudit.targets.pins import PYTHON, Item, Note, Pin, shown

_VERSION = re.compile(r"(?:cpython[-@]?|python[-@]?)?(\d{1,4}\.\d{1,4}(?:\.\d{1,4})?)(?:[-+].*)?")


def read(text: str, file: str) -> Iterator[Item]:
    """One pin for each version of CPython; other interpreters are skipped."""
    for number, line in enumerate(text.splitlines(), 1):
        name = line.partition("#")[0].strip()
        if not name:
            continue
        match = _VERSION.fullmatch(name)
        if match is None:
            yield Note(file, number, f"{shown(name)} is not a version of CPython")
        else:
            yield Pin(PYTHON, f"=={match[1]}", "", file, number)
