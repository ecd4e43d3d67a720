"""What zip, tar and 7z have in common: members' names, and members as artifacts of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelaudit.core.embedded import Embedded
from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Anomaly, Fact, Reference, Unreadable
from modelaudit.core.limits import Bounds
from modelaudit.core.location import Location
from modelaudit.core.source import Source
from modelaudit.discovery.beyond import is_far_pmml, is_keras_json
from modelaudit.discovery.graphs import is_graph
from modelaudit.discovery.identify import HEAD, UNKNOWN, claimed, identify

_PARENT = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)")
_ABSOLUTE = re.compile(r"[/\\]|[A-Za-z]:[/\\]")


def leaves(name: str) -> bool:
    """True for a path that does not stay below the directory it is relative to."""
    return bool(_PARENT.search(name) or _ABSOLUTE.match(name))


def name_anomalies(name: str, where: Location) -> Iterator[Fact]:
    """Names that lead a program which unpacks the archive elsewhere, or mislead its readers."""
    if _PARENT.search(name):
        yield Anomaly("path-traversal", {"name": name}, where)
    if _ABSOLUTE.match(name):
        yield Anomaly("absolute-name", {"name": name}, where)
    if "\0" in name:
        yield Anomaly("nul-in-name", {"name": name}, where)


def link(name: str, target: str, where: Location, *, hard: bool = False) -> Reference:
    """A link that unpacking creates; the target of a symbolic one is relative to its directory."""
    below = name.rpartition("/")[0]
    return Reference("link", target, _link_leaves("" if hard else below, target), where)


def _link_leaves(directory: str, target: str) -> bool:
    if _ABSOLUTE.match(target) or not target:
        return True
    depth = len([part for part in directory.split("/") if part not in ("", ".")])
    for part in re.split(r"[/\\]", target):
        depth += -1 if part == ".." else part not in ("", ".")
        if depth < 0:
            return True
    return False


def embedded(inner: Source, name: str, bounds: Bounds) -> Iterator[Fact]:
    """A member as an artifact, where its content is recognised or its name claims a format."""
    try:
        format_ = identify(inner.read(0, HEAD))
    except Malformed as problem:
        yield unreadable(inner.at(), problem)
        return
    if format_ == UNKNOWN and not claimed(name):
        from modelaudit.formats.pickle.streams import unmarked  # noqa: PLC0415  few come here

        format_ = "pickle" if unmarked(inner, bounds) else format_
        format_ = "keras-config" if is_keras_json(inner) else format_
        format_ = "pmml" if is_far_pmml(inner) else format_
        format_ = "tensorflow-graph" if is_graph(inner) else format_
    if format_ != UNKNOWN or claimed(name):
        yield Embedded(format_, "", "", "member", inner.at(), inner)


def limit(count: int, bounds: Bounds) -> Malformed | None:
    """Why an archive is not read on after ``count`` members, if it is not."""
    limits = bounds.limits
    if count > limits.max_members:
        return Malformed("limit", {"limit": "max-members", "most": limits.max_members})
    return timeout(bounds)


def timeout(bounds: Bounds) -> Malformed | None:
    """The timeout, once it is reached."""
    return Malformed("timeout", bounds.timeout_fields) if bounds.left < 0 else None


def truncated(name: str, missing: int, where: Location) -> Fact:
    """The file ends ``missing`` bytes before the end of a member."""
    return Unreadable("truncated-member", {"name": name, "missing": missing}, where)


def unreadable(where: Location, problem: Malformed) -> Fact:
    return Unreadable(problem.reason, problem.fields, where)


def within(outer: Source, name: str) -> Location:
    """The location of a member as a whole."""
    return Location(outer.path, (*outer.members, name))
