"""The code of a Lambda layer: marshalled Python in base64, shown and never run."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Final

from modelaudit.core.digest import measured
from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Code, Fact, Metadata, Unreadable
from modelaudit.core.limits import MIB
from modelaudit.core.location import Location
from modelaudit.formats import marshalled
from modelaudit.formats.disassembly import instructions
from modelaudit.formats.pickle.bytecode import versions_of

LANGUAGE: Final = "python-lambda"
MOST_CODE: Final = 16 * MIB
"""Characters of base64."""
MOST_SHOWN: Final = 2000
"""Characters of the rendering of one function and those inside it."""
MOST_NAMES: Final = 200
"""Names that one function uses and that become facts."""


def code(text: str, name: str, where: Location) -> Iterator[Fact]:
    """The function that base64 text encodes. ``name`` is the layer's."""
    try:
        # Keras falls back to the text itself, as raw bytes, where it is not base64.
        raw = base64.b64decode(text[:MOST_CODE].encode("ascii", "replace"), validate=False)
    except (binascii.Error, ValueError):
        raw = text.encode("raw_unicode_escape", "replace")
    try:
        function = marshalled.read(raw)
    except Malformed as problem:
        shown = f"{len(raw)} bytes, not read"
        yield Code(LANGUAGE, name, (), shown, where, "", *measured(raw))
        yield Unreadable(problem.reason, problem.fields, where)
        return
    versions = _versions(function)
    shown = render(function, versions)
    yield Code(LANGUAGE, name, versions, shown, where, "", *measured(raw))
    names = {used for inner in function.all() for used in inner.names}
    for used in sorted(names)[:MOST_NAMES]:
        yield Metadata("keras-code-name", used, -1, where)
    if len(names) > MOST_NAMES:
        yield Unreadable("limit", {"limit": "names in one function", "most": MOST_NAMES}, where)


def _versions(function: marshalled.Function) -> tuple[str, ...]:
    """The Pythons that both the layout of the code object and its opcodes fit."""
    by_opcodes = versions_of(function.code)
    both = tuple(version for version in function.versions if version in by_opcodes)
    return both or function.versions


def render(function: marshalled.Function, versions: tuple[str, ...]) -> str:
    """``<lambda>(x): LOAD_GLOBAL os, …``: each function's instructions."""
    version = versions[-1] if versions else ""
    lines = []
    for inner in function.all():
        parameters = ", ".join(inner.variables[: inner.arguments])
        lines.append(f"{inner.name}({parameters}): {', '.join(instructions(inner, version))}")
    return "; ".join(lines)[:MOST_SHOWN]
