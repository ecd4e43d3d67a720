"""The comparison of two sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from modelaudit.comparison.findings import findings_changed, member_root
from modelaudit.comparison.model import (
    MOST_VALUES,
    Change,
    Comparison,
    Difference,
    FieldChange,
    LoadingChange,
    Side,
    Version,
)
from modelaudit.comparison.pairs import Pair, paired
from modelaudit.comparison.topics import MINOR, TOPICS, Entry, entries_of
from modelaudit.core.facts import Fact
from modelaudit.core.verdicts import LoadingVerdict

_RANK = {topic.name: number for number, topic in enumerate(TOPICS)}
_DIRECTIONS = {"added": 0, "removed": 1, "changed": 2}


def compare(old: Side, new: Side) -> Comparison:
    """What is not in the new side as it was in the old one; always in the same order."""
    differences = tuple(_difference(pair) for pair in paired(old, new))
    return Comparison(
        old=old.path,
        new=new.path,
        differences=differences,
        gates=any(change.gates for one in differences for change in one.findings),
        facts=not (old.saved or new.saved),
        targeted=old.targeted or new.targeted,
        notes=(*old.notes, *(note for note in new.notes if note not in old.notes)),
    )


def _difference(pair: Pair) -> Difference:
    status, old, new = pair
    identical = _identical(old, new)
    changes: tuple[Change, ...] = ()
    kept: tuple[tuple[str, int], ...] = ()
    facts = old is not None and new is not None
    if old is not None and new is not None and not identical:
        facts = old.facts is not None and new.facts is not None
        changes, kept = _changes(old.facts or (), new.facts or ()) if facts else ((), ())
    findings, same = findings_changed(old, new)
    loading, alike = _loading(_verdicts(old), _verdicts(new))
    if status == "changed" and not (changes or findings or loading or _differs(old, new)):
        status = "same"
    version = new or old
    return Difference(
        status=status,
        name=version.name if version else "",
        old=old,
        new=new,
        identical=identical,
        facts=facts,
        changes=changes,
        kept=kept,
        findings=findings,
        findings_kept=same,
        loading=loading,
        loading_kept=alike,
    )


def _identical(old: Version | None, new: Version | None) -> bool | None:
    """Whether both have the same bytes; None where that is not known."""
    if old is None or new is None or old.artifact is None or new.artifact is None:
        return None
    if old.artifact.size != new.artifact.size:
        return False
    if not (old.artifact.sha256 and new.artifact.sha256):
        return None
    return old.artifact.sha256 == new.artifact.sha256


def _differs(old: Version | None, new: Version | None) -> bool:
    """Whether what is said of the artifacts as a whole differs, or their bytes do."""
    if old is None or new is None or old.artifact is None or new.artifact is None:
        return (old and old.artifact) is not (new and new.artifact)
    if _identical(old, new) is False:
        return True
    return (old.artifact.safety, old.artifact.format) != (new.artifact.safety, new.artifact.format)


def _verdicts(version: Version | None) -> Sequence[LoadingVerdict]:
    return version.artifact.loading if version and version.artifact else ()


def _changes(
    old: Sequence[Fact], new: Sequence[Fact]
) -> tuple[tuple[Change, ...], tuple[tuple[str, int], ...]]:
    """What is not as it was, and by topic how much is."""
    before, after = entries_of(old, member_root(old)), entries_of(new, member_root(new))
    changes = []
    kept: Counter[str] = Counter()
    for key in before.keys() | after.keys():
        change = _change(key, before.get(key), after.get(key))
        if change is None:
            kept[key[0]] += 1
        else:
            changes.append(change)
    changes.sort(key=_order)
    return tuple(changes), tuple(sorted(kept.items(), key=lambda pair: _RANK[pair[0]]))


def _order(change: Change) -> tuple[int, int, str]:
    return _RANK[change.topic], _DIRECTIONS[change.direction], change.name


def _change(key: tuple[str, str], before: Entry | None, after: Entry | None) -> Change | None:
    if before == after:
        return None
    topic, name = key
    fields = tuple(_fields(before or Entry({}, {}), after or Entry({}, {})))
    if before is None:
        return Change(topic, "added", name, fields)
    if after is None:
        return Change(topic, "removed", name, fields)
    if not fields:
        return None
    return Change(topic, "changed", name, fields, all(field.name in MINOR for field in fields))


def _fields(before: Entry, after: Entry) -> Iterator[FieldChange]:
    """The fields in which two entries differ."""
    for name in dict.fromkeys([*before.texts, *after.texts]):
        old, new = before.texts.get(name, {}), after.texts.get(name, {})
        gone = sorted(value for value in old if value not in new)
        come = sorted(value for value in new if value not in old)
        if gone not in ([], [""]) or come not in ([], [""]):
            yield FieldChange(
                name, tuple(gone[:MOST_VALUES]), tuple(come[:MOST_VALUES]),
                max(len(gone) - MOST_VALUES, 0), max(len(come) - MOST_VALUES, 0),
            )  # fmt: skip
    for name in dict.fromkeys([*before.numbers, *after.numbers]):
        was, now = before.numbers.get(name), after.numbers.get(name)
        if was != now:
            yield FieldChange(name, _number(was), _number(now))


def _number(value: int | None) -> tuple[str, ...]:
    return () if value is None else (str(value),)


def _loading(
    old: Sequence[LoadingVerdict], new: Sequence[LoadingVerdict]
) -> tuple[tuple[LoadingChange, ...], int]:
    """The targets whose verdict is another, and how many have the same."""
    before = {str(verdict.target): verdict for verdict in old}
    after = {str(verdict.target): verdict for verdict in new}
    changes = []
    for name in dict.fromkeys([*after, *before]):
        one, other = before.get(name), after.get(name)
        if one is None or other is None or one.verdict != other.verdict:
            changes.append(LoadingChange(name, one, other))
    return tuple(changes), len(before.keys() | after.keys()) - len(changes)
