"""Lock files of conda: conda-lock.yml, conda-linux-64.lock and pixi.lock.

https://conda.github.io/conda-lock/output/ and https://pixi.sh/latest/workspace/lockfile/
They are YAML of many megabytes, written by programs: their plain lines are read alone. Where other
platforms have another version of a package than Linux on x86-64, each has a marker. What is locked
for others alone counts for every platform.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from modelaudit.core.findings import PLATFORM
from modelaudit.targets.pins import MOST_TEXT, PYTHON, Broken, Closed, Item, Note, Pin, shown
from modelaudit.targets.readers.requirements import checked
from modelaudit.targets.versions import parses

_HERE: Final = frozenset({"linux-64", "noarch", ""})
_SYSTEMS: Final = {
    "linux-64": "linux",
    "linux-aarch64": "linux-aarch64",
    "win-64": "windows",
    "osx-64": "macos-x86_64",
    "osx-arm64": "macos",
}
_MARKERS: Final = {
    "linux-64": "sys_platform == 'linux' and platform_machine == 'x86_64'",
    "linux-aarch64": "sys_platform == 'linux' and platform_machine == 'aarch64'",
    "win-64": "sys_platform == 'win32'",
    "osx-64": "sys_platform == 'darwin' and platform_machine == 'x86_64'",
    "osx-arm64": "sys_platform == 'darwin' and platform_machine == 'arm64'",
}
_CONDA: Final = re.compile(r".*/(?:([\w-]+)/)?([^/]+)-([^/-]+)-[^/-]+\.(?:conda|tar\.bz2)(?:#\S*)?")
_WHEEL: Final = re.compile(r".*/([\w.]+)-([\w.!+%]+?)(?:-[\w.-]+\.whl|\.tar\.gz|\.zip)(?:#\S*)?")
_KEY: Final = re.compile(r"([ -]*)([\w.-]+):(?:\s+(.*))?$")
_ITEM: Final = re.compile(r"( *)- (?:(?:conda|pypi): )?(\S+://\S+)$")


class _Entry:
    """One package as lines describe it, the first of them at ``line``."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.fields: dict[str, str] = {}


def read(text: str, file: str) -> Iterator[Item]:
    """One pin for each package, more where platforms have several versions of it."""
    yield Closed(file, 1)
    lines = text.splitlines()
    if "@EXPLICIT" in (line.strip() for line in lines):
        addresses = (_address(line.strip(), number) for number, line in enumerate(lines, 1))
        found = [entry for entry in addresses if entry is not None]
    elif file.endswith("pixi.lock"):
        found = list(_pixi(lines))
    else:
        found = list(_packages(lines))
    if not found and not any(line.startswith(("package:", "packages:", "@")) for line in lines):
        raise Broken(1, "not a lock file of conda")
    systems = {_SYSTEMS.get(one.fields.get("platform", ""), "") for one in found} - {""}
    if systems and "linux" not in systems and len({one.partition("-")[0] for one in systems}) == 1:
        yield Pin(PLATFORM, f"=={min(systems)}", "", file, 1)
    here = [one for one in found if one.fields.get("platform", "") in _HERE]
    if not any("platform" in one.fields for one in here):
        yield from (_pin(entry, file) for entry in found)
        return
    several = _several(found, here) if "linux" in systems else set()
    for entry in found:
        platform = entry.fields.get("platform", "")
        if entry.fields.get("name", "") in several and platform in _MARKERS:
            yield _pin(entry, file, _MARKERS[platform])
        elif platform in _HERE:
            yield _pin(entry, file)


def _several(found: list[_Entry], here: list[_Entry]) -> set[str]:
    """Packages on Linux that another platform has in another version; but for Python."""
    locked = {one.fields.get("name", ""): one.fields.get("version", "") for one in here}
    others = ((one.fields.get("name", ""), one.fields.get("version", "")) for one in found)
    return {name for name, version in others if locked.get(name, version) != version} - {PYTHON}


def _packages(lines: list[str]) -> Iterator[_Entry]:
    """The list of conda-lock: ``- name: numpy``, with its other keys on the lines below."""
    entry: _Entry | None = None
    inside = 0
    for number, line in enumerate(lines, 1):
        match = _KEY.match(line)
        if match is None:
            continue
        indent, key, value = len(match[1]), match[2], (match[3] or "").strip("'\"")
        if "-" in match[1] and key == "name":
            if entry is not None:
                yield entry
            entry, inside = _Entry(number), indent
        if entry is not None and indent == inside:
            entry.fields[key] = value
    if entry is not None:
        yield entry


def _pixi(lines: list[str]) -> Iterator[_Entry]:
    """The addresses of the default environment, or of the first where none is called so."""
    by_environment: dict[str, list[_Entry]] = {}
    path: dict[int, str] = {}
    for number, line in enumerate(lines, 1):
        item = _ITEM.match(line)
        key = _KEY.match(line)
        if item is not None and path.get(0) == "environments":
            entry = _address(item[2], number)
            names = [path[indent] for indent in sorted(path) if indent <= len(item[1])]
            if entry is not None and len(names) >= 4:  # noqa: PLR2004  environments, its name, packages, platform
                entry.fields["platform"] = names[3]
                by_environment.setdefault(names[1], []).append(entry)
        elif key is not None and "-" not in key[1]:
            path = {indent: name for indent, name in path.items() if indent < len(key[1])}
            path[len(key[1])] = key[2]
    yield from by_environment.get("default") or next(iter(by_environment.values()), [])


def _address(text: str, line: int) -> _Entry | None:
    """The name and the version in the name of a file of conda, or of a wheel."""
    if "://" not in text or len(text) > MOST_TEXT:
        return None
    match = _CONDA.fullmatch(text)
    if match is None and (wheel := _WHEEL.fullmatch(text)) is not None:
        entry = _Entry(line)
        entry.fields |= {"name": wheel[1], "version": wheel[2].replace("%2B", "+")}
        return entry
    if match is None:
        return None
    entry = _Entry(line)
    entry.fields |= {"name": match[2], "version": match[3], "platform": match[1] or ""}
    return entry


def _pin(entry: _Entry, file: str, marker: str = "") -> Pin | Note:
    name, version = entry.fields.get("name", ""), entry.fields.get("version", "")
    if name.startswith("_") or not parses(version):
        return Note(file, entry.line, f"{shown(name)} is no package of Python", opens=False)
    try:
        return checked(name, f"=={version}", marker, file, entry.line)
    except ValueError:
        text = f"the version of {shown(name)} is not one of Python packages"
        return Note(file, entry.line, text, opens=False)
