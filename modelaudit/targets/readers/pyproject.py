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

from msgspec.structs import replace

from modelaudit.knowledge.aliases import canonical
from modelaudit.targets.dialects import from_poetry
from modelaudit.targets.pins import Broken, Include, Item, Note, Pin, shown
from modelaudit.targets.readers import hatch, pixi
from modelaudit.targets.readers.requirements import checked, python
from modelaudit.targets.readers.spelled import Spelled
from modelaudit.targets.readers.toml import Toml, parse, strings, table
from modelaudit.targets.versions import ALTERNATIVE

POETRY: Final = "tool.poetry"


def read(text: str, file: str) -> Iterator[Item]:
    """What the project asks for."""
    document, here = parse(text), Spelled(text, file)
    project = table(document, "project")
    start = here.headers.of("project", 1)
    wanted = project.get("requires-python")
    if isinstance(wanted, str):
        yield python(wanted, file, here.keys.of("requires-python", start))
    for entry in strings(project.get("dependencies")):
        yield here.requirement(entry, start)
    if "dependencies" in strings(project.get("dynamic")):
        yield from _dynamic(document, here)
    start = here.headers.of("project.optional-dependencies", start)
    for extra in table(project, "optional-dependencies").values():
        for entry in strings(extra):
            yield here.requirement(entry, start, optional=True)
    yield from _groups(table(document, "dependency-groups"), here)
    yield from _poetry(table(document, "tool", "poetry"), here)
    yield from _tools(table(document, "tool"), here)


def _tools(tool: Mapping[str, Toml], here: Spelled) -> Iterator[Item]:
    """What pixi, hatch, uv and PDM are asked for."""
    yield from pixi.entries(table(tool, "pixi"), here, "tool.pixi.")
    yield from hatch.entries(table(tool, "hatch"), here, "tool.hatch.")
    start = here.headers.of("tool.uv", 1)
    for entry in strings(table(tool, "uv").get("constraint-dependencies")):
        found = here.requirement(entry, start)
        yield replace(found, constraint=True) if isinstance(found, Pin) else found
    for entry in strings(table(tool, "uv").get("dev-dependencies")):
        yield here.requirement(entry, start, optional=True)
    start = here.headers.of("tool.pdm.dev-dependencies", 1)
    for group in table(tool, "pdm", "dev-dependencies").values():
        for entry in strings(group):
            if not entry.lstrip().startswith("-"):
                yield here.requirement(entry, start, optional=True)


def _dynamic(document: Mapping[str, Toml], here: Spelled) -> Iterator[Item]:
    """Dependencies that the build fills in: out of files, where setuptools lists them."""
    listed = table(document, "tool", "setuptools", "dynamic", "dependencies").get("file")
    files = [listed] if isinstance(listed, str) else strings(listed)
    line = here.keys.of("dynamic", here.headers.of("project", 1))
    yield from (Include(name, here.name, line) for name in files)
    if not files:
        yield Note(here.name, line, "the dependencies are dynamic and were not read")


def _groups(groups: Mapping[str, Toml], here: Spelled) -> Iterator[Item]:
    """Groups of dependencies; one that includes another adds nothing that is not read anyway."""
    start = here.headers.of("dependency-groups", 1)
    names = {canonical(name) for name in groups}
    for group in groups.values():
        for entry in group if isinstance(group, list) else ():
            if isinstance(entry, str):
                yield here.requirement(entry, start, optional=True)
            elif isinstance(entry, Mapping):
                included = str(entry.get("include-group", ""))
                if canonical(included) not in names:
                    line = here.strings.of(included, start)
                    raise Broken(line, f"the dependency group is not defined: {shown(included)}")


def _poetry(poetry: Mapping[str, Toml], here: Spelled) -> Iterator[Item]:
    yield from _poetry_table(table(poetry, "dependencies"), here, "dependencies")
    dev = table(poetry, "dev-dependencies")
    yield from _poetry_table(dev, here, "dev-dependencies", optional=True)
    for name, group in table(poetry, "group").items():
        entries = table(group, "dependencies")
        yield from _poetry_table(entries, here, f"group.{name}.dependencies", optional=True)


def _poetry_table(
    entries: Mapping[str, Toml], here: Spelled, header: str, *, optional: bool = False
) -> Iterator[Item]:
    start = here.headers.of(f"{POETRY}.{header}", 1)
    for name, value in entries.items():
        own = here.headers.of(f"{POETRY}.{header}.{name}", start)
        line = own if own != start else here.keys.of(name, start)
        for one in value if isinstance(value, list) else [value]:
            yield _poetry_entry(name, one, here.name, line, optional=optional)


def _poetry_entry(name: str, value: Toml, file: str, line: int, *, optional: bool) -> Pin | Note:
    """``"^1.2"``, or a table with ``version``, ``python``, ``markers`` and ``optional``."""
    options = value if isinstance(value, Mapping) else {}
    version = options.get("version", "*") if options else value
    if options and "version" not in options:
        return Note(file, line, f"{shown(name)} comes from an address without a version")
    try:
        marker = _marker(str(options.get("markers", "")), str(options.get("python", "")))
        specifier = from_poetry(str(version))
        return checked(
            name, specifier, marker, file, line, optional=optional or bool(options.get("optional"))
        )
    except ValueError:
        raise Broken(line, f"{shown(str(version))} is not a range of versions") from None


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
