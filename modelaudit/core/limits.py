"""Every bound on what hostile input may cost, in one place.

The configuration may change each (``limits:``). Reaching one is never silent: the inspector or the
engine yields an ``Unreadable`` fact that names the limit.
"""

from __future__ import annotations

import time

import msgspec

from modelaudit.core.errors import Fields, Malformed

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Bounds on one artifact; sizes in bytes, times in seconds."""

    timeout: float = 60.0
    """wall-clock seconds for one artifact"""
    max_depth: int = 8
    """containers inside containers"""
    max_expansion: int = 16 * GIB
    """bytes that one compressed stream may inflate to, what is skipped included"""
    max_ratio: int = 1000
    """inflated bytes for one compressed byte, judged once 64 MiB have been inflated"""
    max_structure: int = 512 * MIB
    """inflated bytes of one stream that are kept, which excludes array data"""
    max_members: int = 100_000
    """members of one archive"""
    max_facts: int = 20_000
    """facts of one artifact"""
    max_embedded: int = 64 * MIB
    """bytes of one string or bytes value that are inspected as an artifact of their own"""


class Bounds(msgspec.Struct, frozen=True):
    """The limits of one artifact's inspection, with the moment at which its time is up."""

    limits: Limits
    deadline: float

    @classmethod
    def starting_now(cls, limits: Limits) -> Bounds:
        return cls(limits, time.monotonic() + limits.timeout)

    @property
    def left(self) -> float:
        """Seconds until the deadline, negative past it."""
        return self.deadline - time.monotonic()

    def check(self, position: int | None = None) -> None:
        """Raises Malformed (``timeout``) past the deadline. It costs a call of the clock."""
        if self.left < 0:
            raise Malformed("timeout", self.timeout_fields, position)

    @property
    def timeout_fields(self) -> Fields:
        """The fields of the reason ``timeout``."""
        return {"seconds": f"{self.limits.timeout:g}"}
