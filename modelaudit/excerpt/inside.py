"""The bytes of an artifact that a location is in, which may be inside several containers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from modelaudit.core.embedded import Embedded
from modelaudit.core.errors import Malformed
from modelaudit.core.limits import Bounds, Limits
from modelaudit.core.location import Location
from modelaudit.core.source import Source, open_file
from modelaudit.discovery.directory import Folder
from modelaudit.discovery.identify import COMPRESSIONS
from modelaudit.formats import INSPECTORS
from modelaudit.formats.archives import zipmembers
from modelaudit.formats.candidates import formats_of

Take = Callable[[Source], None]
_DEFECTS: Final = (
    ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError,
    Malformed,
)  # fmt: skip
"""What ends a reader. A scan has said so already: here it only means that nothing is shown."""


def visit(where: Location, format_: str, limits: Limits, take: Take) -> bool:
    """Hand the bytes that a location counts in to ``take``; False where they were not reached.

    ``format_`` is that of the artifact, which tells what belongs to a directory.
    """
    with suppress(*_DEFECTS):
        if not Path(where.path).is_dir():
            with open_file(where.path) as source:
                bounds = Bounds.starting_now(limits, source.size)
                return _visit(source, formats_of(source, bounds), where.members, bounds, take)
        if where.members:
            folder = Folder(where.path, format_, limits.max_members)
            with folder.open(where.members[0]) as source:
                bounds = Bounds.starting_now(limits, source.size)
                return _visit(source, formats_of(source, bounds), where.members, bounds, take)
    return False


def _visit(
    source: Source, formats: Sequence[str], members: tuple[str, ...], bounds: Bounds, take: Take
) -> bool:
    depth = len(source.members)
    packed = any(name in COMPRESSIONS for name in formats)
    if source.members == members and not packed:
        take(source)
        return True
    if depth < len(members) and _in_zip(source, members, bounds, take):
        return True
    for name in formats:
        if name in INSPECTORS and _in_parts(source, name, members, bounds, take):
            return True
    if source.members == members:
        take(source)
        return True
    return False


def _in_zip(source: Source, members: tuple[str, ...], bounds: Bounds, take: Take) -> bool:
    """Whether the bytes were reached through a member of a zip, whatever else this may be."""
    with suppress(*_DEFECTS):
        archive = zipmembers.read(source, bounds)
        for member in archive.named(members[len(source.members)]):
            inner = zipmembers.open_member(source, member, bounds)
            if _visit(inner, formats_of(inner, bounds), members, bounds, take):
                return True
    return False


def _in_parts(
    source: Source, name: str, members: tuple[str, ...], bounds: Bounds, take: Take
) -> bool:
    """Whether they were reached through an artifact that the reader of a format found inside."""
    with suppress(*_DEFECTS):
        for fact in INSPECTORS[name].load()(source, bounds):
            if not isinstance(fact, Embedded) or not _leads(fact, source, members):
                continue
            inner = fact.source
            sure = fact.role not in {"stream", "member"}
            formats = [fact.format] if sure else formats_of(inner, bounds)
            if _visit(inner, formats, members, bounds, take):
                return True
    return False


def _leads(fact: Embedded, source: Source, members: tuple[str, ...]) -> bool:
    inner = fact.source.members
    deeper = len(inner) > len(source.members) or fact.role == "stream"
    return deeper and inner == members[: len(inner)]
