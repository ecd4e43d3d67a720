"""What a run has to say about its own configuration: what no longer holds, and what never did."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from modelaudit.config.model import Authority, Config, Suppression
from modelaudit.core.project import path_from
from modelaudit.core.report import USES, Outcome, Use

if TYPE_CHECKING:
    from modelaudit.baseline.file import Artifact, Known

SHOWN = 3
"""Paths or entries of one remark that are named."""
_GLOB = frozenset("*?[")


def remarks(authority: Authority, scanned: Sequence[str], outcomes: Sequence[Outcome]) -> list[str]:
    """The remarks about a run; ``scanned`` are the paths that it looked at."""
    return [
        *_spared(outcomes),
        *_left_out(authority.config, outcomes),
        *_suppressions(authority, outcomes),
        *_baseline(authority, scanned, outcomes),
    ]


def _spared(outcomes: Sequence[Outcome]) -> Iterator[str]:
    count = sum(outcome.spared for outcome in outcomes)
    if count:
        yield (
            "the configuration was found and not named, so it cannot silence severe security"
            f" findings and unread parts ({count} here): name it with --config FILE or"
            " MODELAUDIT_CONFIG if you trust it"
        )


def _left_out(config: Config, outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Artifacts whose verdict comes from rules that were not asked for."""
    if config.select == ["ALL"] and not config.ignore:
        return
    paths = [
        outcome.artifact.path
        for outcome in outcomes
        if outcome.artifact is not None and outcome.artifact.safety in ("unsafe", "unknown")
        and not (outcome.findings or outcome.suppressed)
    ]  # fmt: skip
    if paths:
        yield (
            "not safe by findings of rules that select or ignore leave out, which are not shown:"
            f" {_some(paths)}"
        )


def _suppressions(authority: Authority, outcomes: Sequence[Outcome]) -> Iterator[str]:
    uses: dict[int, Use] = {}
    for outcome in outcomes:
        for number, use in outcome.uses:
            uses[number] = min(uses.get(number, use), use, key=USES.index)
    for number, entry in enumerate(authority.config.suppress):
        label = f"suppress[{number}] ({entry.rule} at {entry.path})"
        state = uses.get(number)
        if state == "changed":
            yield f"{label} does not hold any more: the artifact is not the one with its sha256"
        elif state == "expired":
            yield f"{label} ended on {entry.until}"
        elif state == "idle":
            yield f"{label} fits no finding: it can be removed, or its subject or path is misspelt"
        elif state is None and _is_gone(authority.root, entry):
            yield f"{label} is about a file that is not there"


def _is_gone(root: str, entry: Suppression) -> bool:
    plain = not _GLOB & set(entry.path)
    return plain and not os.path.lexists(os.path.join(root, entry.path))  # noqa: PTH118


def _baseline(
    authority: Authority, scanned: Sequence[str], outcomes: Sequence[Outcome]
) -> Iterator[str]:
    file = authority.config.baseline
    if file is None:
        return
    known = [e for outcome in outcomes for e in outcome.suppressed if e.by == "baseline"]
    changed = sorted({path_from(authority.root, e.finding.where.path) for e in known if e.changed})
    fixed = fixed_entries(authority, scanned, outcomes)
    returned = sum(outcome.returned for outcome in outcomes)
    text = f"baseline {file}: {counted(len(known), 'known finding')} left out"
    if changed:
        text += f", some in artifacts that changed since: {_some(changed)}"
    if returned:
        back = [o.artifact.path for o in outcomes if o.returned and o.artifact is not None]
        text += f"; {counted(returned, 'severe finding')} back, since the artifact changed: "
        text += _some(sorted(back))
    if fixed:
        entries = [f"{entry.rule} at {artifact.path}" for artifact, entry in fixed]
        them = "it" if len(fixed) == 1 else "them"
        text += f"; {len(fixed)} fixed ({_some(entries)}): modelaudit baseline prune drops {them}"
    yield text


def fixed_entries(
    authority: Authority, scanned: Sequence[str], outcomes: Sequence[Outcome]
) -> list[tuple[Artifact, Known]]:
    """The entries of the baseline that a run looked for and did not find again."""
    if authority.config.baseline is None:
        return []
    from modelaudit.baseline.file import load  # noqa: PLC0415  only where there is one

    seen = {finding.fingerprint for outcome in outcomes for finding in outcome.findings}
    seen |= {entry.finding.fingerprint for outcome in outcomes for entry in outcome.suppressed}
    paths = {path_from(authority.root, path) for path in scanned}
    missing = [
        (artifact, entry)
        for artifact in load(authority.config.baseline).values()
        if _was_looked_at(artifact.path, paths)
        for entry in artifact.findings
        if entry.fingerprint not in seen
    ]
    return [pair for pair in missing if pair[1].rule in _in_force(authority)] if missing else []


def _was_looked_at(path: str, scanned: set[str]) -> bool:
    """Whether an artifact was scanned, or requirement files were read where one of them lies."""
    from modelaudit.targets.nearby import kind_of  # noqa: PLC0415

    folder, _, name = path.rpartition("/")
    if path in scanned or kind_of(name) is None:
        return path in scanned
    return not folder or any(one.startswith(f"{folder}/") for one in scanned)


def _in_force(authority: Authority) -> set[str]:
    from modelaudit.judge import catalogue, policy  # noqa: PLC0415

    rules = catalogue.load(None, tuple(authority.config.packs)).rules.values()
    return {rule.id for rule in policy.in_force(authority, rules)}


def _some(texts: Sequence[str]) -> str:
    more = len(texts) - SHOWN
    return ", ".join(texts[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def counted(number: int, noun: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
