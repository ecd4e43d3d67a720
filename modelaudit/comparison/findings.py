"""Which finding of the new version is which of the old one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from pathlib import PurePath

from modelaudit.comparison.model import FindingChange, Version
from modelaudit.comparison.topics import root_of
from modelaudit.core.facts import Member
from modelaudit.core.findings import SEVERITIES, Finding

Pair = tuple[Finding | None, Finding | None]


def findings_changed(
    old: Version | None, new: Version | None
) -> tuple[tuple[FindingChange, ...], int]:
    """The findings that are not as they were, the worst first, and how many are.

    A finding is the same where its fingerprint would be if the file were called the same. Among
    those, the ones about the same release of a target go together first.
    """
    roots = (_root(old), _root(new))
    pairs = _matched(
        old.findings if old else (),
        new.findings if new else (),
        lambda one, side: (_about(one, roots[side]), one.target and one.target.version),
    )
    left = [one for one, other in pairs if one is not None and other is None]
    right = [other for one, other in pairs if one is None and other is not None]
    pairs = [(one, other) for one, other in pairs if one is not None and other is not None]
    pairs += _matched(left, right, lambda one, side: _about(one, roots[side]))
    changes = [change for change in (_fate(one, other) for one, other in pairs) if change]
    changes.sort(key=_worst)
    return tuple(changes), len(pairs) - len(changes)


def _matched(
    old: Iterable[Finding], new: Iterable[Finding], key: Callable[[Finding, int], Hashable]
) -> list[Pair]:
    """Pairs with the same key, in the order of both, and those that are left alone."""
    waiting: dict[Hashable, deque[Finding]] = {}
    for one in old:
        waiting.setdefault(key(one, 0), deque()).append(one)
    pairs: list[Pair] = []
    for other in new:
        same = waiting.get(key(other, 1))
        pairs.append((same.popleft() if same else None, other))
    pairs += [(one, None) for several in waiting.values() for one in several]
    return pairs


def _root(version: Version | None) -> str:
    """The directory of an archive that all its members lie in.

    A saved report does not list members: there it is what torch calls it, which is the file's name.
    """
    if version is None:
        return ""
    if version.facts is not None:
        return member_root(version.facts)
    root = root_of(one.where.members[0] for one in version.findings if one.where.members)
    return root if root in {"archive/", f"{PurePath(version.path).stem}/"} else ""


def member_root(facts: Sequence[object]) -> str:
    """The directory that all members of the outermost archive lie in."""
    return root_of(one.name for one in facts if isinstance(one, Member) and not one.where.members)


def _about(finding: Finding, root: str) -> Hashable:
    members = [member.partition("@")[0] for member in finding.where.members]
    if members:
        members[0] = members[0].removeprefix(root)
    target = finding.target.name if finding.target else ""
    return finding.rule, tuple(members), finding.subject, target


def _fate(before: Finding | None, after: Finding | None) -> FindingChange | None:
    if before is None or after is None:
        return FindingChange("new" if before is None else "gone", before, after)
    same = (before.severity, before.message, before.gates)
    if same == (after.severity, after.message, after.gates):
        return None
    return FindingChange("changed", before, after)


def _worst(change: FindingChange) -> tuple[bool, int, int, str, str]:
    finding = change.finding
    fate = ("new", "changed", "gone").index(change.fate)
    severity = SEVERITIES.index(finding.severity)
    return not change.gates, fate, severity, finding.rule, finding.message
