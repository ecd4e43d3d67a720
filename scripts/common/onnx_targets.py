"""The form of the tables of runtimes that take some of the ONNX operators."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

ABOUT: Final = (
    " operators: by the version of the set in which the operator last changed, 0 for every one,"
    " the releases with it as first:end, end being the first without it and left out at the end of"
    " the table."
)

Found = Mapping[str, Mapping[str, set[int]]]
"""By release, by operator, its versions."""


def operator(domain: str, name: str) -> str:
    return f"{domain or 'ai.onnx'}::{name}"


def render(about: str, source: str, licence: str, date: str, found: Found) -> str:
    releases = list(found)
    known: dict[str, dict[str, str]] = {}
    for name in sorted({name for held in found.values() for name in held}):
        versions = sorted({one for held in found.values() for one in held.get(name, ())})
        known[name] = {
            str(version): runs([version in found[one].get(name, ()) for one in releases], releases)
            for version in versions
        }
    head = {
        "about": about + ABOUT, "source": source, "licence": licence, "date": date,
        "releases": releases,
    }  # fmt: skip
    parts = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    rows = ",\n".join(f"  {json.dumps(name)}: {json.dumps(one)}" for name, one in known.items())
    parts.append(f' "operators": {{\n{rows}\n }}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def runs(has: Sequence[bool], releases: Sequence[str]) -> str:
    """The runs of releases, as modelaudit.knowledge.span reads them."""
    written = []
    start = None
    for index, one in enumerate([*has, False]):
        if one and start is None:
            start = index
        elif not one and start is not None:
            end = releases[index] if index < len(releases) else ""
            written.append(f"{releases[start] if start else ''}:{end}")
            start = None
    return " ".join(written)


def problems(
    table: Path, releases: Sequence[str], present: Sequence[str], absent: Sequence[str]
) -> list[str]:
    """What is wrong with a committed table, by operators of the standard that are well known."""
    content = json.loads(table.read_text("utf-8"))
    found = []
    if content["releases"] != list(releases):
        found.append("the releases are not those of this script")
    operators = content["operators"]
    found += [f"{one} is missing" for one in present if operator("", one) not in operators]
    return found + [f"{one} is listed" for one in absent if operator("", one) in operators]
