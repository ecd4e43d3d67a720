"""What one file comes to before it is judged."""

from __future__ import annotations

import msgspec

from modelaudit.core.facts import Fact


class Inspection(msgspec.Struct, frozen=True):
    """What was read of one file. ``format`` is ``unknown`` where nothing recognised it."""

    path: str
    format: str
    size: int
    facts: tuple[Fact, ...]
