"""What a comparison says in words: first what matters for safety and for loading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

import msgspec

from modelaudit.comparison.topics import COUNTED, MINOR
from modelaudit.report.answers import (
    LOADING,
    LOADING_RANK,
    SAFETY,
    SAFETY_RANK,
    untargeted,
    versions_listed,
)
from modelaudit.report.numbers import plural, size

if TYPE_CHECKING:
    from modelaudit.comparison.model import (
        Change,
        Comparison,
        Difference,
        FieldChange,
        FindingChange,
        LoadingChange,
    )
    from modelaudit.core.findings import Finding
    from modelaudit.core.verdicts import Loading, LoadingVerdict, Safety

NAMED: Final = 5
"""Artifacts and targets that the first sentences name."""
MOST_NAME: Final = 160
"""Characters of a text of the artifact in one row."""
VALUES: Final = 4
"""Values of a field in one row."""
_BYTES: Final = ("span", "size", "packed")
_FIELDS: Final = {
    "span": "size", "calls": "times called", "count": "times", "packed": "compressed size",
    "size": "size",
}  # fmt: skip
SIGNS: Final = {"added": "+", "removed": "-", "changed": "~", "new": "+", "gone": "-"}
STATUSES: Final = ("changed", "added", "removed", "moved", "same")


class Said(msgspec.Struct, frozen=True):
    """A sentence, not yet escaped, and the style that it has."""

    style: str
    text: str


def headline(comparison: Comparison) -> list[Said]:
    """What matters for safety and for loading, and whether it fails the run."""
    both = [one for one in comparison.differences if one.status != "same"]
    if not both:
        return [Said("good", _nothing(comparison))]
    said = []
    if len(comparison.differences) > 1:
        said.append(Said("title", _counts(comparison)))
    ordered = sorted(both, key=badness)
    single = len(comparison.differences) == 1
    said += _safety(ordered, single=single)
    said += _loading(ordered, single=single, targeted=comparison.targeted)
    new = [c for one in comparison.differences for c in one.findings if c.gates]
    if new:
        verb = "fails" if len(new) == 1 else "fail"
        what = "new" if all(change.fate == "new" for change in new) else "new or worse"
        text = f"{plural(len(new), f'{what} finding')} {verb} the run."
        said.append(Said("critical", text))
    else:
        said.append(Said("good", "Nothing that fails the run is new."))
    return said


def badness(one: Difference) -> tuple[bool, bool, int, int, str]:
    """Sorts what a reviewer has to look at first to the front."""
    old, new = _safeties(one)
    worse = new is not None and (old is None or _safety_rank(new) < _safety_rank(old))
    gates = any(change.gates for change in one.findings)
    loading = min((_rank(change.after) for change in one.loading), default=len(LOADING_RANK))
    new_ones = sum(change.fate == "new" for change in one.findings)
    return not gates, not worse, loading, -new_ones, one.name


def _safety_rank(safety: Safety) -> int:
    return SAFETY_RANK.index(safety)


def _nothing(comparison: Comparison) -> str:
    count = len(comparison.differences)
    if all(one.identical for one in comparison.differences):
        what = "Both are" if count == 1 else f"All {plural(count, 'artifact')} are"
        return f"{what} the same, byte for byte."
    return f"No difference in {plural(count, 'artifact')}."


def _counts(comparison: Comparison) -> str:
    counts = Counter(one.status for one in comparison.differences)
    words = {"same": "as before"}
    parts = [f"{counts[name]} {words.get(name, name)}" for name in STATUSES if counts[name]]
    return f"{plural(len(comparison.differences), 'artifact')}: {', '.join(parts)}."


def _safeties(one: Difference) -> tuple[Safety | None, Safety | None]:
    old, new = one.artifacts
    return old.safety if old else None, new.safety if new else None


def _safety(ordered: Sequence[Difference], *, single: bool) -> Iterator[Said]:
    """A sentence for each artifact whose safety is another, or about which something is new."""
    said = []
    for one in ordered:
        old, new = _safeties(one)
        security = [c for c in one.findings if c.fate != "gone" and is_security(c)]
        if new is None or not (single or new != old or security):
            continue
        if not single and old is None and not security:
            continue  # an artifact that was added, with nothing to say of it
        subject = "Safety" if single else one.name
        text = f"{subject}: {_verdicts(old, new)}{_of(security)}"
        said.append(Said(SAFETY[new] if old != new or security else "", text))
    yield from said[:NAMED]
    if len(said) > NAMED:
        yield Said("", f"{plural(len(said) - NAMED, 'more artifact')}: see below.")


def is_security(change: FindingChange) -> bool:
    """Whether a change is about safety."""
    return change.finding.category == "security"


def _verdicts(old: str | None, new: str) -> str:
    if old is None:
        return f"{new}, and new"
    return f"{new}, as before" if old == new else f"{new} now, {old} before"


def _of(security: Sequence[FindingChange]) -> str:
    if not security:
        return "."
    worst = security[0].finding
    more = f", and {len(security) - 1} more" if len(security) > 1 else ""
    return f": {cut(' '.join(worst.message.split()))} ({worst.severity} {worst.rule}{more})."


def _loading(ordered: Sequence[Difference], *, single: bool, targeted: bool) -> Iterator[Said]:
    said = []
    for one in ordered:
        if one.old is None or one.new is None:
            continue
        said += [
            loading_said(change, "Loading " if single else f"{one.name} ")
            for change in sorted(one.loading, key=lambda change: _rank(change.after))
        ]
    yield from said[:NAMED]
    if len(said) > NAMED:
        yield Said(
            "", f"{plural(len(said) - NAMED, 'more verdict')} on loading changed: see below."
        )
    if not said:
        text = _loading_kept(ordered, single=single)
        yield Said("", text or f"Loading: {untargeted(targeted=targeted)}.")


def _loading_kept(ordered: Sequence[Difference], *, single: bool) -> str:
    """That no verdict changed, and of one artifact what they are; empty where there are none."""
    artifacts = [one.new.artifact for one in ordered if one.new and one.new.artifact]
    verdicts = [verdict for artifact in artifacts for verdict in artifact.loading]
    if not verdicts:
        return ""
    if not single:
        return f"Loading: as before, with {plural(len(verdicts), 'target')}."
    verdicts.sort(key=_rank)
    groups: dict[tuple[Loading, str], list[str]] = {}
    for verdict in verdicts:
        groups.setdefault((verdict.verdict, verdict.target.name), []).append(verdict.target.version)
    shown = [
        f"{LOADING[verdict][1]} with "
        + ", ".join(
            f"{name} {versions_listed(versions)}".rstrip() for (_, name), versions in several
        )
        for verdict, several in groupby(list(groups.items())[:NAMED], key=lambda one: one[0][0])
    ]
    more = f" and {plural(len(groups) - NAMED, 'more package')}" if len(groups) > NAMED else ""
    return f"Loading, as before: {'; '.join(shown)}{more}."


def loading_said(change: LoadingChange, subject: str = "") -> Said:
    """How one verdict changed."""
    after, before = change.after, change.before
    if after is None:
        return Said("", f"{subject}with {change.target}: not a target of the new version.")
    style, words = LOADING[after.verdict]
    was = "not a target of the old version"
    if before is not None:
        was = f"before: {LOADING[before.verdict][1]}"
    text = f"{subject}with {change.target}: {words} ({was})"
    because = " ".join(after.because.split())
    return Said(style, f"{text}: {cut(because)}." if because else f"{text}.")


def _rank(verdict: LoadingVerdict | None) -> int:
    return len(LOADING_RANK) if verdict is None else LOADING_RANK.index(verdict.verdict)


def about(one: Difference) -> str:
    """Format, size and digest of both versions where they differ."""
    old, new = one.artifacts
    if old is None or new is None:
        only = old or new
        return "" if only is None else f"{only.format}, {size(only.size)}"
    if one.identical:
        return f"{new.format}, {size(new.size)}, the same bytes"
    form = new.format if old.format == new.format else f"{old.format} → {new.format}"
    shown = (size(old.size), size(new.size))
    sizes = shown[0] if old.size == new.size else f"{shown[0]} → {shown[1]}"
    if old.size != new.size and shown[0] == shown[1]:
        sizes = f"{old.size} → {new.size} bytes"
    return f"{form}, {sizes}"


def finding_line(finding: Finding) -> str:
    """A finding in one row."""
    target = f" [{finding.target}]" if finding.target else ""
    return f"{cut(' '.join(finding.message.split()))}{target}"


def counts_of(changes: Sequence[Change], kept: int) -> str:
    """``2 added, 1 removed, 8 as before``."""
    counts = Counter("minor" if change.minor else change.direction for change in changes)
    words = {"minor": "with other counts or data"}
    parts = [
        f"{counts[name]} {words.get(name, name)}"
        for name in ("added", "removed", "changed", "minor")
        if counts[name]
    ]
    return ", ".join([*parts, *([f"{kept} as before"] if kept else [])])


def change_line(change: Change) -> str:
    """What changed, in one row, not yet escaped."""
    name = cut(" ".join(change.name.split())) or "(no name)"
    if change.direction == "changed":
        # where something else changed too, how often is of no interest
        shown = [f for f in change.fields if change.minor or f.name not in MINOR]
        return f"{name}: {'; '.join(_field(field) for field in shown)}"
    values = [
        f"{field.name} {_listed(_shown(field.name, field.before or field.after), 0)}"
        for field in change.fields
        if field.name not in COUNTED and any(field.before + field.after)
    ]
    return f"{name} ({cut('; '.join(values))})" if values else name


def _field(field: FieldChange) -> str:
    label = _FIELDS.get(field.name, field.name)
    old, new = (_shown(field.name, values) for values in (field.before, field.after))
    if len(field.before) == len(field.after) == 1 and not field.more_before + field.more_after:
        return f"{label} {old[0] or 'none'} → {new[0] or 'none'}"
    parts = []
    if any(new):
        parts.append(f"+ {_listed(new, field.more_after)}")
    if any(old):
        parts.append(f"- {_listed(old, field.more_before)}")
    return f"{label} {' '.join(parts)}"


def _shown(name: str, values: Sequence[str]) -> list[str]:
    """Values as people read them; of a digest, its beginning."""
    if name in _BYTES:
        return [size(int(value)) for value in values]
    if name == "sha256":
        return [value[:12] for value in values]
    return [cut(" ".join(value.split())) for value in values]


def _listed(values: Sequence[str], more: int) -> str:
    shown = [cut(" ".join(value.split())) for value in values if value]
    left = max(len(shown) - VALUES, 0) + more
    return ", ".join(shown[:VALUES]) + (f" and {left} more" if left else "")


def cut(text: str, most: int = MOST_NAME) -> str:
    """The beginning of a text that is too long for a row."""
    return text if len(text) <= most else f"{text[:most]}… ({len(text)} characters)"
