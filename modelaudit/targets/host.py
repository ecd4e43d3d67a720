"""Where requirements are installed: a Python, on a platform."""

from __future__ import annotations

import msgspec

from modelaudit.core.findings import PLATFORMS


class Host(msgspec.Struct, frozen=True):
    """A version of Python (``3.11``), empty where none is in question, and one of ``PLATFORMS``."""

    python: str
    platform: str = PLATFORMS[0]

    def __str__(self) -> str:
        return self.python if self.platform == PLATFORMS[0] else f"{self.python} ({self.platform})"


NOWHERE = Host("")
"""No Python is in question, and no marker is looked at."""
