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
RATIO_FROM = 64 * MIB
"""Inflated bytes from which their ratio to the compressed ones is judged."""


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Bounds on one artifact; sizes in bytes, times in seconds."""

    timeout: float = 60.0
    """wall-clock seconds for one artifact"""
    max_depth: int = 8
    """containers inside containers"""
    max_expansion: int = 16 * GIB
    """bytes that the compressed streams of an artifact may inflate to, at all levels together"""
    max_ratio: int = 1000
    """inflated bytes for one byte of a stream, or of the artifact for all its streams together;
    judged once 64 MiB have been inflated"""
    max_structure: int = 512 * MIB
    """inflated bytes of one stream that are kept, which excludes array data"""
    max_memory: int = 416 * MIB
    """bytes of memory, as they are estimated, that the values of one pickle may take while it is
    read, which excludes array data"""
    max_members: int = 100_000
    """members of one archive"""
    max_facts: int = 20_000
    """facts of one artifact"""
    max_embedded: int = 64 * MIB
    """bytes of one string or bytes value that are inspected as an artifact of their own"""


class Expansion:
    """The bytes that an artifact of ``size`` bytes was inflated to so far, at all levels.

    A container of a few kilobytes that holds the same member again and again, level by level, has
    no stream that is remarkable in itself.
    """

    __slots__ = ("inflated", "size")

    def __init__(self, size: int) -> None:
        self.size = size
        self.inflated = 0

    def add(self, count: int, limits: Limits) -> None:
        """Count inflated bytes. Raises Malformed where a limit is reached."""
        self.inflated += count
        if self.inflated > limits.max_expansion:
            raise reached("max-expansion", limits.max_expansion)
        check_ratio(self.inflated, self.size, limits)


def check_ratio(inflated: int, size: int, limits: Limits) -> None:
    """Raises Malformed where so many bytes came out of so few."""
    if inflated > RATIO_FROM and inflated > size * limits.max_ratio:
        raise reached("max-ratio", limits.max_ratio)


def reached(limit: str, most: int, position: int | None = None) -> Malformed:
    """The error for a limit, by its name in the configuration."""
    return Malformed("limit", {"limit": limit, "most": most}, position)


class Bounds(msgspec.Struct, frozen=True):
    """The limits of one artifact's inspection, what was spent, and when its time is up."""

    limits: Limits
    deadline: float
    expansion: Expansion

    @classmethod
    def starting_now(cls, limits: Limits, size: int) -> Bounds:
        """Bounds for an artifact of ``size`` bytes."""
        return cls(limits, time.monotonic() + limits.timeout, Expansion(size))

    @property
    def left(self) -> float:
        """Seconds until the deadline, negative past it."""
        return self.deadline - time.monotonic()

    def check(self, position: int | None = None) -> None:
        """Raises Malformed (``timeout``) past the deadline. It costs a call of the clock."""
        if time.monotonic() > self.deadline:
            raise Malformed("timeout", self.timeout_fields, position)

    @property
    def timeout_fields(self) -> Fields:
        """The fields of the reason ``timeout``."""
        return {"seconds": f"{self.limits.timeout:g}"}
