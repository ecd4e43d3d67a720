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


class Basis(msgspec.Struct, frozen=True):
    """The host that a set of requirements was resolved for, and why that one.

    ``named`` is true where a target or a file names its Python. Else it is the newest known one on
    which everything installs together, those first that have ``wheels`` of all that is asked for.
    """

    host: Host
    named: bool
    wheels: bool


NOWHERE = Host("")
"""No Python is in question, and no marker is looked at."""
