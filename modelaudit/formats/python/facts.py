"""What Python source that a loader runs reaches, as facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from msgspec.structs import replace

from modelaudit.core.digest import measured
from modelaudit.core.errors import Fields, Malformed
from modelaudit.core.facts import Code, Fact, SourceUse, Unreadable
from modelaudit.core.limits import Bounds
from modelaudit.core.location import Location
from modelaudit.formats.python.evaluation import MOST_DEPTH
from modelaudit.formats.python.reach import Walk
from modelaudit.formats.python.source import Find
from modelaudit.formats.python.uses import Reach
from modelaudit.knowledge.python_names import locate


@dataclass(frozen=True, slots=True)
class Sources:
    """The Python source of an artifact.

    ``find`` gives the source of a module, ``at`` the location of its file.
    """

    find: Find
    at: Callable[[str], Location]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a loader imports and calls: a module and names in it. ``origin`` says who names it."""

    module: str
    names: tuple[str, ...]
    origin: str


def facts(sources: Sources, entries: Sequence[Entry], bounds: Bounds) -> Iterator[Fact]:
    """The code that a loader runs, one fact for each entry, and the names that it uses."""
    walk = Walk(sources.find, bounds)
    for entry in entries:
        source = sources.find(entry.module)
        if source is None:
            continue
        names, where = ", ".join(entry.names), sources.at(entry.module)
        yield Code("python", entry.origin, (), names, where, "", *measured(source))
        reached = _limit(partial(walk.load, entry.module, entry.names))
        if reached is not None:
            yield replace(reached, where=sources.at(entry.module))
    reached = _limit(walk.rest)
    if reached is not None and entries:
        yield replace(reached, where=sources.at(entries[0].module))
    for module, damage in walk.missing:
        yield Unreadable(damage.reason, damage.fields, sources.at(module))
    yield from _merged(walk.reached(), sources)


def _limit(step: Callable[[], None]) -> Unreadable | None:
    """Take a step of a walk; the limit that it reached, if it did."""
    try:
        step()
    except Malformed as reached:
        return Unreadable(reached.reason, reached.fields, Location(""))
    except RecursionError:  # statements are walked by recursion: a chain of 1,000 elif
        fields: Fields = {"limit": "nesting of Python source", "most": MOST_DEPTH}
        return Unreadable("limit", fields, Location(""))
    return None


def _merged(reached: Sequence[Reach], sources: Sources) -> Iterator[SourceUse]:
    """One fact for all equal uses, with the place of the first."""
    groups: dict[tuple[object, ...], list[Reach]] = {}
    for one in reached:
        key = (one.dotted, one.how, one.when, one.within, one.arguments, one.keywords, one.file)
        groups.setdefault(key, []).append(one)
    for found in groups.values():
        first = found[0]
        module, name = locate(first.dotted)
        where = replace(sources.at(first.file), line=first.line)
        yield SourceUse(
            module, name, first.how, first.when, first.within, first.arguments,
            first.keywords, len(found), where,
        )  # fmt: skip
