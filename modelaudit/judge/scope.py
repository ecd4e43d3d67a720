"""The names that rules see, apart from the parameters and ``let``s that each gives itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from modelaudit.core.facts import Fact

Scope = Mapping[str, object]
"""Values by dotted name."""
TYPES: Final = frozenset(
    {
        *("str", "int", "bool", "float", "tuple[str, ...]", "Fields"),
        *("dict[str, int]", "dict[str, tuple[str, ...]]"),
        *("tuple[tuple[str, str], ...]", "tuple[BodyOperator, ...]"),
    }
)
"""Types of facts' fields that rules see, as the facts' source spells them."""
ARTIFACT: Final = {
    "artifact.format": "str",
    "artifact.name": "str",
    "artifact.path": "str",
    "artifact.size": "int",
}
"""The path is counted from the project's root, and the size in bytes."""
NAMED: Final = "targets.named"
"""The distributions that the requirement files around an artifact name; none without such files."""
MISSING: Final = "targets.missing"
"""The distributions that the environment does not have, where it is the target."""
LACKED: Final = "targets.lacked"
"""The distributions that a complete set of requirement files does not bring."""
SENTENCE: Final = "fact.sentence"
"""What ``core.kinds`` says of the fact, for messages alone: no condition looks into a sentence."""
GROUP: Final = "fact.group"
"""What a user can do about an ``Unreadable`` fact, see ``core.kinds.kind.Group``."""
WORDED: Final = frozenset({"Anomaly", "Unreadable"})
"""The kinds of fact that have one."""
TARGET: Final = {
    **{f"target.{name}": "str" for name in ("name", "version", "source")},
    "target.folders": "tuple[str, ...]",
}


def fields_of(kind: type[Fact]) -> dict[str, str]:
    """The fields of a kind of fact that rules see, with their types."""
    return {name: type_ for name, type_ in kind.__annotations__.items() if type_ in TYPES}
