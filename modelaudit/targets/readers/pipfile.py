"""Pipfile.lock: JSON, with the packages under ``default`` and ``develop``.

https://github.com/pypa/pipfile. The line of an entry is the first that has its name as a key, from
the line of its section on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from modelaudit.knowledge.aliases import canonical
from modelaudit.targets.pins import PYTHON, Broken, Closed, Item, Note, Pin, Places, shown
from modelaudit.targets.versions import is_valid

_KEY = re.compile(r'"([^"\\]*)"\s*:')


def read(text: str, file: str) -> Iterator[Item]:
    """One pin for each package."""
    document = _decode(text)
    lines = enumerate(text.splitlines(), 1)
    places = Places((m[1], number) for number, line in lines for m in _KEY.finditer(line))
    yield Closed(file, 1)
    meta = document.get("_meta")
    requires = meta.get("requires") if isinstance(meta, dict) else None
    for key in ("python_full_version", "python_version"):
        if isinstance(requires, dict) and key in requires:
            version = str(requires[key])
            yield _pin(PYTHON, f"=={version}", "", file, places.of(key, 1))
            break
    for section in ("default", "develop"):
        start = places.of(section, 1)
        packages = document.get(section)
        for name, entry in packages.items() if isinstance(packages, dict) else ():
            line = places.of(name, start)
            options: dict[str, object] = entry if isinstance(entry, dict) else {}
            wanted, marker = options.get("version"), str(options.get("markers", ""))
            if isinstance(wanted, str):
                yield _pin(name, wanted, marker, file, line, optional=section == "develop")
            else:
                yield Note(
                    file,
                    line,
                    f"{shown(name)} comes from an address without a version",
                )


def _pin(
    name: str, specifier: str, marker: str, file: str, line: int, *, optional: bool = False
) -> Pin:
    specifier = "" if specifier.strip() == "*" else specifier
    if not is_valid(specifier):
        raise Broken(line, f"{shown(specifier)} is not a range of versions")
    return Pin(canonical(name), specifier, marker, file, line, optional)


def _decode(text: str) -> dict[str, object]:
    try:
        document = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        place = re.search(r"\(byte (\d+)\)", str(error))
        before = text.encode()[: int(place[1])] if place else text.encode()
        message = re.sub(r" \(byte \d+\)$", "", str(error))
        raise Broken(before.count(b"\n") + 1, f"not valid JSON: {message}") from None
    if not isinstance(document, dict):
        raise Broken(1, "not a lock file: no object")
    return document
