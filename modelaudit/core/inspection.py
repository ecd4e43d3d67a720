"""What one file comes to before it is judged."""

from __future__ import annotations

from dataclasses import dataclass

from modelaudit.core.facts import Fact


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was read of one file. ``format`` is ``unknown`` where nothing recognised it."""

    path: str
    format: str
    size: int
    facts: tuple[Fact, ...]
