"""The two answers about each artifact, one line an artifact: is it safe, and does it load there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from modelaudit.report.escape import escape, one_line
from modelaudit.report.page import Page, Piece

if TYPE_CHECKING:
    from modelaudit.core.report import Artifact, Report
    from modelaudit.core.verdicts import Loading, LoadingVerdict, Safety

MOST_CLEAN: Final = 40
"""Artifacts up to which the ones without a finding have a line of their own."""
MOST_LISTED: Final = 100
"""Artifacts that have a line of their own; of more, the worst."""
MOST_PATH: Final = 48
"""Columns of the path beyond which a line is not aligned with the others."""
SAFETY_WIDTH: Final = len("unreviewed")
_FOUND: Final = r"[A-Z]{3,4}\d{3}: "
"""How the reason of a verdict begins that a finding decides."""
SAFETY: Final[dict[Safety, str]] = {
    "safe": "good", "unreviewed": "low", "unsafe": "critical", "unknown": "medium",
}  # fmt: skip
LOADING: Final[dict[Loading, tuple[str, str]]] = {
    "loads": ("good", "loads"),
    "may-break": ("medium", "may break"),
    "breaks-use": ("high", "breaks use"),
    "breaks-load": ("critical", "does not load"),
    "not-judged": ("dim", "not judged"),
}
"""The style and the words of a verdict."""
_SERIES: Final = 2
"""Numbers of a version that names a minor series, and those that are listed one by one."""
_PLURAL: Final = {"loads": "load", "breaks use": "break use", "does not load": "do not load"}
"""The words of a verdict on several releases, where they are others."""
SAFETY_RANK: Final[tuple[Safety, ...]] = ("unsafe", "unknown", "unreviewed", "safe")
LOADING_RANK: Final[tuple[Loading, ...]] = (
    "breaks-load", "breaks-use", "may-break", "not-judged", "loads",
)  # fmt: skip


def add_answers(page: Page, report: Report, *, everything: bool = False) -> None:
    """Add one line for each artifact; of many, those that are clean are only counted, and of very
    many all but the worst.
    """
    artifacts = report.artifacts
    accepted = accepted_of(report)
    shown = list(artifacts)
    if not everything and len(shown) > MOST_CLEAN:
        shown = [one for one in shown if accepted[one.path] or not is_clean(one)]
    rest: list[Artifact] = []
    if not everything and len(shown) > MOST_LISTED:
        shown.sort(key=_badness)
        shown, rest = shown[:MOST_LISTED], shown[MOST_LISTED:]
    _add_lines(page, shown, accepted, untargeted(targeted=report.targeted))
    if rest:
        counts = Counter(artifact.safety for artifact in rest)
        verdicts = ", ".join(f"{number} {safety}" for safety, number in counts.items())
        page.add(("dim", f"  … and {len(rest)} more: {verdicts}. --verbose lists them."))
    clean = len(artifacts) - len(shown) - len(rest)
    if clean:
        with_targets = any(artifact.loading for artifact in artifacts)
        also = ", and load with every target that concerns them" if with_targets else ""
        page.add(("good", f"  {clean} other artifacts are safe{also}."))


def _badness(artifact: Artifact) -> tuple[int, int]:
    worst = min((LOADING_RANK.index(v.verdict) for v in artifact.loading), default=9)
    return SAFETY_RANK.index(artifact.safety), worst


def untargeted(*, targeted: bool) -> str:
    """What takes the place of an artifact's verdicts: whether the run has any target."""
    return "no target concerns it" if targeted else "no target is known"


def accepted_of(report: Report) -> Counter[str]:
    """How many findings of each artifact, by its path, are suppressed."""
    return Counter(entry.finding.where.path for entry in report.suppressed)


def _add_lines(page: Page, shown: Sequence[Artifact], accepted: Counter[str], instead: str) -> None:
    texts = [(_path(artifact.path), _about(artifact)) for artifact in shown]
    path_width = min(max((len(path) for path, _ in texts), default=0), MOST_PATH)
    about_width = max((len(about) for _, about in texts), default=0)
    notes = [f" ({accepted[one.path]} suppressed)" if accepted[one.path] else "" for one in shown]
    safeties = [(artifact.safety, note) for artifact, note in zip(shown, notes, strict=True)]
    width = max((len(safety + note) for safety, note in safeties), default=0)
    width = max(width, SAFETY_WIDTH)
    columns = page.terminal.width
    if columns is not None and path_width + about_width + width + 6 > columns:
        about_width = 0  # too narrow a terminal for the columns to be one below the other
    for artifact, (path, about), note in zip(shown, texts, notes, strict=True):
        blank = " " * (width - len(artifact.safety + note))
        page.wrapped_groups(
            [
                [("title", f"  {path:<{path_width}}  ")],
                [("", f"{about:<{about_width}}  ")],
                [(SAFETY[artifact.safety], artifact.safety), ("dim", note), ("", blank)],
                *_loading(artifact.loading, instead),
            ],
            indent=6,
        )


def is_clean(artifact: Artifact) -> bool:
    """Whether both answers are the best that there are."""
    return artifact.safety == "safe" and all(v.verdict == "loads" for v in artifact.loading)


def _path(path: str) -> str:
    """A path with all white space as it is; where it begins a line that may read as a command of
    GitHub Actions, spelled as it will be shown, so that the columns fit.
    """
    shown = re.sub(r"(?<= ) | (?=$)|^ ", r"\\x20", escape(path))
    return f"\\x3a{shown[1:]}" if shown.startswith(":") and "::" in shown else shown


def _about(artifact: Artifact) -> str:
    return " · ".join([one_line(artifact.format), *map(one_line, artifact.producers[:1])])


def _loading(verdicts: tuple[LoadingVerdict, ...], instead: str) -> list[list[Piece]]:
    """The targets with their verdicts; releases of a range that fare alike are one entry."""
    if not verdicts:
        return [[("dim", f"  {instead}")]]
    ranges: dict[tuple[str, str, str, str, str], list[str]] = {}
    for entry in verdicts:
        target = entry.target
        reason = "" if _is_said_elsewhere(entry) else entry.because
        source = target.source if target.admitted else f"{target.source} {target.version}"
        key = (target.name, source, target.admitted, entry.verdict, reason)
        ranges.setdefault(key, []).append(target.version)
    groups: list[list[Piece]] = []
    for (name, _, _, verdict, reason), versions in ranges.items():
        style, words = next(w for v, w in LOADING.items() if v == verdict)
        words = words if len(versions) == 1 else _PLURAL.get(words, words)
        said = f"{words}: {reason}" if reason else words
        label = f"{name} {versions_listed(versions) or '(not installed)'}"
        groups.append([("", f"  {one_line(label)} "), (style, one_line(said))])
    return groups


def versions_listed(versions: Sequence[str]) -> str:
    """The releases, in short where one minor series follows the other (``3.9–3.13``)."""
    if len(versions) == 1:
        return versions[0]
    series = [version.split(".") for version in versions]
    minors = [int(parts[1]) for parts in series if len(parts) == _SERIES and parts[1].isdecimal()]
    first = minors[0] if minors else 0
    follow = minors == list(range(first, first + len(versions)))
    if len(versions) > _SERIES and follow and len({parts[0] for parts in series}) == 1:
        return f"{versions[0]}–{versions[-1]}"
    return f"{', '.join(versions[:-1])} and {versions[-1]}"


def _is_said_elsewhere(entry: LoadingVerdict) -> bool:
    """Whether a finding says why, or the label of the target does."""
    return not entry.target.installed or re.match(_FOUND, entry.because) is not None
