"""What ends a run before it begins, and what ends the reading of one artifact."""

from __future__ import annotations

from collections.abc import Mapping

Fields = Mapping[str, str | int]
"""What an anomaly or a failure is about, by name: data, never a sentence."""


class UsageError(Exception):
    """The caller asked for something that does not exist: a path, a rule, a target.

    The text is ready to be shown.
    """


class Malformed(Exception):
    """The bytes cannot be read on from ``position``; it becomes an ``Unreadable`` fact."""

    def __init__(self, reason: str, fields: Fields, position: int | None = None) -> None:
        super().__init__(reason, fields)
        self.reason = reason
        self.fields = fields
        self.position = position
