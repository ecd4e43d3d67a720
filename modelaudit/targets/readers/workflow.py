"""Workflows of GitHub: the Python that they set up, and what they install with pip.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
They are YAML with expressions and anchors, of which two kinds of lines are read alone. Several
Pythons, as a matrix has them, are one range: nobody knows on which of them the model runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from modelaudit.core.findings import PLATFORM
from modelaudit.targets.pins import MOST_TEXT, PYTHON, Item, Pin
from modelaudit.targets.readers.dockerfile import installed
from modelaudit.targets.versions import ALTERNATIVE

_PYTHONS: Final = re.compile(
    r"^[ \t-]*[\"']?python[-_]version[\"']?:[ \t]*([^\n]*(?:\n[ \t]*-[ \t]*[\"']?\d[^\n]*)*)",
    re.MULTILINE,
)
_VERSION: Final = re.compile(r"(?<![\w.])(\d\.\d{1,2})(?:\.\d+)?(?![\w.])")
_RUNS: Final = re.compile(r"^[ \t-]*runs-on:[ \t]*[\"'\[]*([\w${-]*)", re.MULTILINE)
_SYSTEMS: Final = {"ubuntu": "linux", "windows": "windows", "macos": "macos"}
_INTEL: Final = re.compile(r"macos-(?:1[0-3]|\d+-intel|latest-large|\d+-large)\b")
_PIP: Final = re.compile(r"\bpip[\d.]*[ \t]+install[ \t]+[^\n]*")


def read(text: str, file: str) -> Iterator[Item]:
    """A pin for Python, and one for each requirement of a line for pip."""
    versions: dict[str, int] = {}
    for match in _PYTHONS.finditer(text):
        for version in _VERSION.findall(match[1][:MOST_TEXT]):
            versions.setdefault(version, text.count("\n", 0, match.start()) + 1)
    if versions:
        several = ALTERNATIVE.join(f"=={version}.*" for version in versions)
        only = next(iter(versions))
        specifier = several if len(versions) > 1 else f"=={only}"
        yield Pin(PYTHON, specifier, "", file, versions[only])
    systems = {_system(match[1]): match.start() for match in _RUNS.finditer(text)}
    if len(systems) == 1 and (only := next(iter(systems))):
        line = text.count("\n", 0, systems[only]) + 1
        yield Pin(PLATFORM, f"=={only}", "", file, line)
    for match in _PIP.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        found = installed(match[0][:MOST_TEXT], file, line)
        yield from (item for item in found if isinstance(item, Pin))


def _system(runner: str) -> str:
    """The platform of a runner such as ``windows-2022``; empty for one that is not GitHub's."""
    name = runner.lower()
    if _INTEL.match(name):
        return "macos-x86_64"
    if name.startswith("ubuntu-") and name.endswith("-arm"):
        return "linux-aarch64"
    return _SYSTEMS.get(name.partition("-")[0], "")
