"""What pip installs today for a set of requirements, worked out offline by pip's own resolver.

The releases are those of ``knowledge.releases``. A package that no table lists is left out, with
what it requires. https://resolvelib.readthedocs.io/
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec
from resolvelib import (
    AbstractProvider,
    BaseReporter,
    ResolutionImpossible,
    ResolutionTooDeep,
    Resolver,
)
from resolvelib.structs import RequirementInformation

from modelaudit.knowledge.releases import Release, known
from modelaudit.targets.candidates import Need, find, needs
from modelaudit.targets.host import Host
from modelaudit.targets.pins import Pin
from modelaudit.targets.versions import admits, exact, without_local

MOST_ROUNDS: Final = 2000
"""Decisions that one resolution may take; pip gives up too."""
MOST_RANGES: Final = 100
"""Different ranges that lines may ask for of one package: each is compared with every release."""


class Chosen(msgspec.Struct, frozen=True):
    """A release that is chosen of a package, and the extras that come with it."""

    name: str
    release: Release
    extras: tuple[str, ...]


class Asked(msgspec.Struct, frozen=True):
    """A requirement, and the line that has it; None for one that a release has."""

    need: Need
    pin: Pin | None


class Cause(msgspec.Struct, frozen=True):
    """One of the requirements that cannot be satisfied together, and the line that leads to it.

    ``parent`` is the release that has it, empty where the line has it itself.
    """

    need: Need
    parent: str
    pin: Pin | None


class Installed(msgspec.Struct, frozen=True):
    """The releases by package, and for each the packages that ask for it.

    ``causes`` are not empty where nothing satisfies all requirements, and ``gave_up`` is true where
    that was not found out. Both come without releases.
    """

    chosen: Mapping[str, Release]
    parents: Mapping[str, tuple[str, ...]]
    causes: tuple[Cause, ...] = ()
    gave_up: bool = False


_Info = RequirementInformation[Asked, Chosen]


class _Provider(AbstractProvider[Asked, Chosen, str]):
    """What resolvelib has to know. ``limits`` are the constraints by package."""

    def __init__(self, host: Host, limits: Mapping[str, Sequence[str]], order: list[str]) -> None:
        self._host = host
        self._limits = limits
        self._order = {name: place for place, name in enumerate(order)}

    def identify(self, requirement_or_candidate: Asked | Chosen) -> str:
        if isinstance(requirement_or_candidate, Asked):
            return requirement_or_candidate.need.name
        return requirement_or_candidate.name

    def get_preference(
        self,
        identifier: str,
        resolutions: Mapping[str, Chosen],
        candidates: Mapping[str, Iterator[Chosen]],
        information: Mapping[str, Iterator[_Info]],
        backtrack_causes: Sequence[_Info],
    ) -> tuple[bool, bool, int, bool, str]:
        """As pip has it: what is pinned, what conflicts, what a line asks for, what has a limit."""
        asked = [one.requirement for one in information[identifier]]
        pinned = any(exact(one.need.specifier) for one in asked)
        conflicts = any(
            identifier in (one.requirement.need.name, one.parent.name if one.parent else "")
            for one in backtrack_causes
        )
        free = not any(one.need.specifier for one in asked)
        place = self._order.get(identifier, len(self._order))
        return not pinned, not conflicts, place, free, identifier

    def find_matches(
        self,
        identifier: str,
        requirements: Mapping[str, Iterator[Asked]],
        incompatibilities: Mapping[str, Iterator[Chosen]],
    ) -> Iterable[Chosen]:
        asked = list(requirements[identifier])
        specifiers = [one.need.specifier for one in asked if one.need.specifier]
        specifiers += self._limits.get(identifier, ())
        extras = tuple(sorted({extra for one in asked for extra in one.need.extras}))
        bad = {one.release.version for one in incompatibilities[identifier]}
        found = find(identifier, specifiers, self._host)
        return (Chosen(identifier, one, extras) for one in found if one.version not in bad)

    def is_satisfied_by(self, requirement: Asked, candidate: Chosen) -> bool:
        need = requirement.need
        if not set(need.extras) <= set(candidate.extras):
            return False
        return not need.specifier or admits([need.specifier], candidate.release.version)

    def get_dependencies(self, candidate: Chosen) -> Iterable[Asked]:
        release = candidate.release
        found = needs(candidate.name, release.requires, self._host, candidate.extras)
        return [Asked(need, None) for need in found]


def install(pins: Sequence[Pin], host: Host) -> Installed:
    """The releases that pip there chooses for requirements and constraints."""
    listed = [pin for pin in pins if known(pin.name) is not None]
    wanted = [pin for pin in listed if not pin.constraint]
    limits: dict[str, list[str]] = {}
    for pin in listed:
        if pin.constraint:
            limits.setdefault(pin.name, []).append(without_local(pin.specifier))
    order = list(dict.fromkeys(pin.name for pin in wanted))
    lines = {
        Need(pin.name, without_local(pin.specifier), pin.extras): pin for pin in reversed(wanted)
    }
    asked = [Asked(need, pin) for need, pin in reversed(lines.items())]
    if max(Counter(need.name for need in lines).values(), default=0) > MOST_RANGES:
        return Installed({}, {}, gave_up=True)
    resolver: Resolver[Asked, Chosen, str] = Resolver(
        _Provider(host, limits, order), BaseReporter()
    )
    try:
        result = resolver.resolve(asked, max_rounds=MOST_ROUNDS)
    except ResolutionImpossible as impossible:
        return Installed({}, {}, tuple(_causes(impossible.causes, listed)))
    except ResolutionTooDeep:
        return Installed({}, {}, gave_up=True)
    chosen = {name: one.release for name, one in result.mapping.items()}
    parents = {
        name: tuple(sorted({one.parent.name for one in asking.information if one.parent}))
        for name, asking in result.criteria.items()
    }
    return Installed(chosen, parents)


def _causes(causes: Iterable[_Info], pins: Sequence[Pin]) -> Iterator[Cause]:
    """The requirements that conflict, and the constraints on what they are about."""
    lines = {pin.name: pin for pin in reversed(pins) if not pin.constraint}
    seen = set()
    for one in causes:
        need, parent = one.requirement.need, one.parent
        seen.add(need.name)
        if parent is None:
            yield Cause(need, "", one.requirement.pin)
        else:
            yield Cause(need, f"{parent.name} {parent.release.version}", lines.get(parent.name))
    for pin in pins:
        if pin.constraint and pin.name in seen:
            yield Cause(Need(pin.name, pin.specifier), "", pin)
