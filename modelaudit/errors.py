"""What ends a run before it begins, with a text that is ready to be shown."""

from __future__ import annotations


class UsageError(Exception):
    """The caller asked for something that is not there: a path, a rule, a target."""
