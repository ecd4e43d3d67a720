"""pyproject.toml: the project's dependencies, its extras and groups, and Poetry's own tables.

https://packaging.python.org/specifications/pyproject-toml/
https://packaging.python.org/specifications/dependency-groups/
https://python-poetry.org/docs/pyproject/
The line of an entry is the first that holds it as it is spelled, looked for from the header of its
table on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from modelaudit.targets.dialects import from_poetry
from modelaudit.targets.pins import PYTHON, Broken, Item, Note, Pin, canonical, find_line, shown
from modelaudit.targets.readers.requirements import requirement
from modelaudit.targets.readers.toml import Toml, parse, strings, table
from modelaudit.targets.versions import ALTERNATIVE, is_valid

_HEADER: Final = re.compile(r"\[\s*([^\[\]]+?)\s*\]")
POETRY: Final = "tool.poetry"


def read(text: str, file: str) -> Iterator[Item]:
    """What the project asks for."""
    document, lines = parse(text), text.splitlines()
    project = table(document, "project")
    start = _start(lines, "project")
    wanted = project.get("requires-python")
    if isinstance(wanted, str):
        line = find_line(lines, "requires-python", start)
        yield _python(wanted, file, line)
    for text_ in strings(project.get("dependencies")):
        yield _requirement(text_, file, lines, start)
    extras = table(project, "optional-dependencies")
    begin = _start(lines, "project.optional-dependencies", start)
    for extra in extras.values():
        for text_ in strings(extra):
            yield _requirement(text_, file, lines, begin, optional=True)
    yield from _groups(table(document, "dependency-groups"), file, lines)
    yield from _poetry(table(document, "tool", "poetry"), file, lines)


def _python(specifier: str, file: str, line: int) -> Pin:
    found = requirement(PYTHON + specifier, file, line)
    if not isinstance(found, Pin):
        raise Broken(line, f"{shown(specifier)} is no range of versions")
    return found


def _requirement(
    text: str, file: str, lines: list[str], start: int, *, optional: bool = False
) -> Pin | Note:
    return requirement(text.strip(), file, _line(lines, text, start), optional=optional)


def _line(lines: list[str], text: str, start: int) -> int:
    """The line of a string in quotes; one with quotes of its own may be spelled with escapes."""
    for spelled in (f'"{text}"', f"'{text}'", text.partition(";")[0].strip()):
        line = find_line(lines, spelled, start)
        if spelled in lines[line - 1]:
            return line
    return start + 1


def _start(lines: list[str], header: str, default: int = 0) -> int:
    """The index of a table's header."""
    for index, line in enumerate(lines):
        match = _HEADER.match(line.strip())
        if match is not None and re.sub(r"[\s\"']", "", match[1]) == header:
            return index
    return default


def _groups(groups: Mapping[str, Toml], file: str, lines: list[str]) -> Iterator[Item]:
    """Groups of dependencies; one that includes another adds nothing that is not read anyway."""
    start = _start(lines, "dependency-groups")
    names = {canonical(name) for name in groups}
    for group in groups.values():
        for entry in group if isinstance(group, list) else ():
            if isinstance(entry, str):
                yield _requirement(entry, file, lines, start, optional=True)
            elif isinstance(entry, Mapping):
                included = str(entry.get("include-group", ""))
                if canonical(included) not in names:
                    line = find_line(lines, included, start)
                    raise Broken(line, f"there is no dependency group {shown(included)}")


def _poetry(poetry: Mapping[str, Toml], file: str, lines: list[str]) -> Iterator[Item]:
    yield from _poetry_table(table(poetry, "dependencies"), file, lines, f"{POETRY}.dependencies")
    dev = table(poetry, "dev-dependencies")
    yield from _poetry_table(dev, file, lines, f"{POETRY}.dev-dependencies", optional=True)
    for name, group in table(poetry, "group").items():
        header = f"{POETRY}.group.{name}.dependencies"
        entries = table(group, "dependencies")
        yield from _poetry_table(entries, file, lines, header, optional=True)


def _poetry_table(
    entries: Mapping[str, Toml], file: str, lines: list[str], header: str, *, optional: bool = False
) -> Iterator[Item]:
    start = _start(lines, header)
    for name, value in entries.items():
        key = re.compile(
            rf"\s*[\"']?{re.escape(name)}[\"']?\s*=|\[{re.escape(header)}\.{re.escape(name)}\]"
        )
        found = (i + 1 for i in range(start, len(lines)) if key.match(lines[i]))
        line = next(found, start + 1)
        for one in value if isinstance(value, list) else [value]:
            yield _poetry_entry(name, one, file, line, optional=optional)


def _poetry_entry(name: str, value: Toml, file: str, line: int, *, optional: bool) -> Pin | Note:
    """``"^1.2"``, or a table with ``version``, ``python``, ``markers`` and ``optional``."""
    options = value if isinstance(value, Mapping) else {}
    version = options.get("version", "*") if options else value
    if options and "version" not in options:
        return Note(file, line, f"{shown(name)} comes from an address, which tells no version")
    try:
        marker = _marker(str(options.get("markers", "")), str(options.get("python", "")))
        specifier = from_poetry(str(version))
        return requirement_of(
            name, specifier, marker, file, line, optional=optional or bool(options.get("optional"))
        )
    except ValueError:
        raise Broken(line, f"{shown(str(version))} is no range of versions") from None


def _marker(marker: str, python: str) -> str:
    """Poetry's ``python = "<3.9"`` as a marker, beside one that is given. Raises ValueError."""
    alternatives = []
    for part in from_poetry(python).split(ALTERNATIVE) if python else ():
        clauses = [re.fullmatch(r"([<>=!~]+)(.*)", clause) for clause in part.split(",") if clause]
        terms = [f"python_version {m[1]} '{m[2]}'" for m in clauses if m is not None]
        alternatives.append(" and ".join(terms))
    return " and ".join(
        f"({text})" if marker and alternatives else text
        for text in (marker, " or ".join(alternatives))
        if text
    )


def requirement_of(
    name: str, specifier: str, marker: str, file: str, line: int, *, optional: bool = False
) -> Pin:
    """A pin whose specifier is checked. Raises ValueError."""
    if not all(is_valid(part) for part in specifier.split(ALTERNATIVE)):
        raise ValueError(specifier)
    return Pin(canonical(name), specifier, marker, file, line, optional)
