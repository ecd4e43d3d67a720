"""How many bytes of an artifact are weights, code, and what else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, get_args

from modelaudit.core.facts import (
    Anomaly,
    Code,
    Fact,
    Identity,
    Member,
    Metadata,
    Reference,
    SourceUse,
    Tensor,
)
from modelaudit.core.outline import Kind, Part

_STORAGE: Final = re.compile(r"(?:.*/)?(?:(?:data|constants|tensors)/[^/]+|\.data/\d+\.storage)")
"""Members of torch's archives that are numbers."""
_TORCH: Final = "torch-container"
_TRAILING: Final = frozenset({"trailing-data", "hdf5-trailing"})
_SAYS_NOTHING: Final = (Identity, Metadata, Anomaly, Reference)
"""Facts that a member may have that says nothing of the model."""
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


def parts_of(facts: Sequence[Fact], size: int, *, packed: bool) -> tuple[Part, ...]:
    """The bytes of an artifact by what they are for; they add up to its size.

    None where they do not: the file is compressed as a whole, tensors share bytes or lie in other
    files, or an archive lies about its members.
    """
    if packed or not size:
        return ()
    counts: Counter[Kind] = Counter()
    members = [fact for fact in facts if isinstance(fact, Member) and not fact.where.members]
    if members:
        counts.update(_by_members(facts, members))
    else:
        counts["weights"] = stated_of(facts)
        counts["code"] = sum(max(f.size, 0) for f in facts if isinstance(f, Code) and f.sha256)
    counts["trailing"] = sum(_trailing(fact) for fact in facts)
    rest = size - counts.total()
    if rest < 0:
        return ()
    counts["archive" if members else "rest"] = rest
    return tuple(Part(kind, counts[kind]) for kind in KINDS if counts[kind])


def stated_of(facts: Iterable[Fact]) -> int:
    """The bytes that the tensors say that they have."""
    return sum(max(fact.span, 0) for fact in facts if isinstance(fact, Tensor))


def _by_members(facts: Sequence[Fact], members: Sequence[Member]) -> Counter[Kind]:
    torch = any(isinstance(fact, Metadata) and fact.key == _TORCH for fact in facts)
    inside: dict[str, set[type[Fact]]] = {}
    for fact in facts:
        if fact.where.members:
            inside.setdefault(fact.where.members[0], set()).add(type(fact))
    counts: Counter[Kind] = Counter()
    for member in members:
        if member.kind == "file":
            kinds = inside.get(member.name, set())
            counts[_kind_of(member.name, kinds, torch=torch)] += max(member.packed, 0)
    return counts


def _kind_of(name: str, kinds: set[type[Fact]], *, torch: bool) -> Kind:
    if kinds & {Code, SourceUse} or name.endswith(".py"):
        return "code"
    if torch:
        if _STORAGE.fullmatch(name):
            return "weights"
    elif Tensor in kinds:
        return "weights"
    return "structure" if kinds.difference(_SAYS_NOTHING) else "other"


def _trailing(fact: Fact) -> int:
    if not isinstance(fact, Anomaly) or fact.kind not in _TRAILING or fact.where.members:
        return 0
    size = fact.fields.get("size", 0)
    return int(size) if isinstance(size, int) or size.isdecimal() else 0
