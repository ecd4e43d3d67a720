"""The two answers about an artifact: whether it is safe to load, and whether it loads there."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from modelaudit.core.findings import Effect, Finding, Target

Safety = Literal["safe", "unreviewed", "unsafe", "unknown"]
"""``unreviewed``: it uses names that nobody has reviewed. ``unknown``: a part was not read."""
Loading = Literal["loads", "may-break", "breaks-use", "breaks-load", "not-judged"]

_WORST_FIRST: Final[tuple[Loading, ...]] = ("breaks-load", "breaks-use", "may-break")
_EFFECTS: Final = frozenset(_WORST_FIRST)


class LoadingVerdict(msgspec.Struct, frozen=True):
    """Whether an artifact loads with one target.

    ``because`` is the message of the finding that decides or, for ``not-judged``, what is not
    known. It is empty for ``loads``.
    """

    target: Target
    verdict: Loading
    because: str = ""


def worst_effect(findings: list[Finding]) -> Finding | None:
    """The finding that decides about loading: the first of those with the worst effect."""
    deciding = [finding for finding in findings if finding.effect in _EFFECTS]
    return min(deciding, key=lambda f: _rank(f.effect), default=None)


def _rank(effect: Effect | None) -> int:
    ranks: tuple[str, ...] = _WORST_FIRST
    return ranks.index(effect) if effect in ranks else len(ranks)


def safety_of(findings: list[Finding], *, complete: bool) -> Safety:
    """The verdict that the security findings of an artifact amount to.

    What was found weighs more than what was not read: a file with a dangerous call is ``unsafe``
    even where the rest of it could not be read.
    """
    severities = {finding.severity for finding in findings if finding.category == "security"}
    if severities & {"critical", "high"}:
        return "unsafe"
    if not complete:
        return "unknown"
    return "unreviewed" if severities & {"medium", "low"} else "safe"
