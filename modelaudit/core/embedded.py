"""An artifact inside another one: the one fact that carries bytes, for the engine to inspect.

It is a dataclass, since what it holds is no part of what it says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from modelaudit.core.location import Location

if TYPE_CHECKING:
    from modelaudit.core.source import Source


@dataclass(frozen=True, slots=True)
class Embedded:
    """Bytes inside the artifact that are an artifact themselves; the engine inspects them in turn.

    ``encoding`` is what they are wrapped in (``base64``, ``gzip``), ``handed_to`` the call that
    takes them, both empty where there is none. ``role`` is ``value`` for bytes that only look like
    an artifact, ``stream`` for what a compressed file holds, ``member`` for an entry of an archive,
    whose name is the last of ``where.members``, ``cell`` for a value that its reader unpickles.
    ``source`` is for the engine alone.
    """

    format: str
    encoding: str
    handed_to: str
    role: str
    where: Location
    source: Source = field(repr=False, compare=False)
