"""Which artifact of the new side is which of the old one."""

from __future__ import annotations

from collections.abc import Sequence

from modelaudit.comparison.model import Side, Status, Version

Pair = tuple[Status, Version | None, Version | None]


def paired(old: Side, new: Side) -> list[Pair]:
    """Artifacts with the same path below their side, then those with the same bytes, then the rest.

    In the order of the paths. Two single artifacts are a pair whatever they are called.
    """
    olds = {version.name: version for version in old.versions}
    news = {version.name: version for version in new.versions}
    pairs: list[Pair] = []
    if old.single and new.single:
        one, other = _artifact(olds), _artifact(news)
        pairs = [("changed", olds.pop(one), news.pop(other))]
    pairs += [("changed", olds[name], news[name]) for name in olds if name in news]
    gone = [version for name, version in olds.items() if name not in news]
    come = [version for name, version in news.items() if name not in olds]
    moved = _moved(gone, come)
    pairs += moved
    left = {one.name for _, one, _ in moved if one is not None}
    right = {one.name for _, _, one in moved if one is not None}
    pairs += [("removed", one, None) for one in gone if one.name not in left]
    pairs += [("added", None, one) for one in come if one.name not in right]
    return sorted(pairs, key=_name)


def _artifact(versions: dict[str, Version]) -> str:
    return next(name for name, version in versions.items() if version.artifact is not None)


def _name(pair: Pair) -> str:
    _, old, new = pair
    version = new or old
    return "" if version is None else version.name


def _moved(gone: Sequence[Version], come: Sequence[Version]) -> list[Pair]:
    waiting: dict[str, list[Version]] = {}
    for version in sorted(gone, key=lambda one: one.name):
        if version.artifact is not None and version.artifact.sha256:
            waiting.setdefault(version.artifact.sha256, []).append(version)
    pairs: list[Pair] = []
    for version in sorted(come, key=lambda one: one.name):
        same = waiting.get(version.artifact.sha256, []) if version.artifact is not None else []
        if same:
            pairs.append(("moved", same.pop(0), version))
    return pairs
