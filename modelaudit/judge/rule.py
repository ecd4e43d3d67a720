"""The model of a rule: one YAML file, its logic and its documentation.

A rule whose file does not fit is refused with file, line and column. Conditions are CEL
(https://github.com/google/cel-spec) and are type-checked against the fact that they judge.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from modelaudit.config.model import Parameter
from modelaudit.core.findings import Category, Confidence, Effect, Severity

ANY: Final = "any"
"""What a rule is ``against`` that judges a fact for whichever target the fact is about."""
ABSENT: Final = "absent"
"""What a rule is ``against`` that judges names of packages which requirement files do not bring."""
Text = Annotated[str, msgspec.Meta(min_length=1)]


class Rule(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True
):
    """One rule as its file has it; ``topic`` and ``file`` are added by who loads it."""

    id: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3,4}[1-4][0-9]{2}$")]
    name: Annotated[str, msgspec.Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]
    title: Text
    category: Category
    severity: Severity
    confidence: Confidence = "high"
    effect: Effect | None = None
    since: Text
    for_: Text = msgspec.field(name="for")
    """a kind of fact, judged once for each, or ``artifact``, judged once"""
    against: str | None = None
    """the target whose every version it is judged for, ``any`` or ``absent``; else not judged"""
    profile: Literal["default", "strict"] | None = None
    """the profile that the rule belongs to; both where left out"""
    params: dict[str, Parameter] = {}
    let: dict[str, str] = {}
    when: Text
    subject: str = ""
    """what findings of the rule are merged by; a message template like ``message``"""
    message: Text
    why: Text
    fix: Text
    references: list[str] = []
    topic: str = ""
    file: str = ""


class RuleError(Exception):
    """A rule that cannot be used. ``key`` is the part of its file that is wrong.

    ``line`` and ``column`` count from 1 inside the expression, 0 where the whole part is meant.
    """

    def __init__(self, key: tuple[str, ...], message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.key = key
        self.line = line
        self.column = column
