"""Targets that are named, among what requirement files ask for.

A named release takes the place of what the files ask of its package, and limits what they bring, as
a line of a constraints file would. One that nothing else installs with limits nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from modelaudit.core.findings import PLATFORM, Target
from modelaudit.knowledge.aliases import runtime
from modelaudit.targets.claims import Claim, Wanted
from modelaudit.targets.conflicts import MOST_CAUSES, cause_with_line
from modelaudit.targets.nearby import Kind
from modelaudit.targets.pins import PYTHON, Note, Pin
from modelaudit.targets.resolver import Installed
from modelaudit.targets.versions import admits

MOST_NAMED: Final = 20
"""Named releases that are tried one by one where not all of them install together."""

_NAMED: Final = Kind("", "")
Install = Callable[[Sequence[Pin]], Installed]
"""What is installed under the limits of named releases."""


class Tried(msgspec.Struct, frozen=True):
    """What is installed with the named releases that are ``heeded``; ``notes`` are about others."""

    installed: Installed
    heeded: tuple[Pin, ...] = ()
    notes: tuple[Note, ...] = ()


def named(fixed: Iterable[Target]) -> tuple[Pin, ...]:
    """The named releases as limits; of several of one package the first."""
    found: dict[str, Pin] = {}
    for one in fixed:
        if one.version and one.installed and one.name not in (PYTHON, PLATFORM):
            pin = Pin(one.name, f"=={one.version}", "", one.source, 0, constraint=True)
            found.setdefault(runtime(one.name), pin)
    return tuple(found.values())


def replaced(wants: Mapping[str, Wanted], heeded: Iterable[Pin]) -> Mapping[str, Wanted]:
    """What files ask for, with the named release wherever they ask for its package."""
    by_package = {runtime(pin.name): pin.specifier for pin in heeded}
    return {
        name: msgspec.structs.replace(
            one, pins=tuple(msgspec.structs.replace(p, specifier=specifier) for p in one.pins)
        )
        if (specifier := by_package.get(runtime(name)))
        else one
        for name, one in wants.items()
    }


def limited(wants: Mapping[str, Wanted], heeded: Iterable[Pin]) -> Mapping[str, Wanted]:
    """What has to have wheels for a Python: what files ask for, and all that is named."""
    asked = {runtime(name) for name in wants}
    others = [pin for pin in heeded if runtime(pin.name) not in asked]
    alone = {pin.name: Wanted(Claim(pin.file, _NAMED, 0, (pin,)), (pin,)) for pin in others}
    return {**replaced(wants, heeded), **alone}


def settle(install: Install, pins: tuple[Pin, ...]) -> Tried:
    """What is installed with as many of the named releases as fit, the first of them first."""
    whole = install(pins)
    if not pins or not whole.causes:
        return Tried(whole, pins)
    without = install(())
    if without.causes or without.gave_up:
        return Tried(without)
    if len(pins) > MOST_NAMED:
        return Tried(without, (), tuple(_notes(f"not all {len(pins)} named releases", whole)))
    heeded: list[Pin] = []
    notes: list[Note] = []
    best = without
    for pin in pins:
        found = install([*heeded, pin])
        if found.causes or found.gave_up:
            release = f"{pin.name} {pin.specifier.removeprefix('==')} ({pin.file})"
            notes += _notes(f"{release} does not", found, pin)
        else:
            heeded.append(pin)
            best = found
    return Tried(best, tuple(heeded), tuple(notes))


def _notes(subject: str, found: Installed, pin: Pin | None = None) -> Iterable[Note]:
    """That something named does not install with the files, at the first line in the conflict."""
    others = [one for one in found.causes if one.pin is not None and one.pin.line]
    if pin is not None:
        release = pin.specifier.removeprefix("==")
        about = [one for one in others if one.need.name == pin.name]
        against = [one for one in about if not admits([one.need.specifier], release)]
        others = against or [one for one in others if one.parent or one.need.name != pin.name]
    once = list({one.need: one for one in reversed(others)}.values())[::-1]
    with_what = " and ".join(cause_with_line(one) for one in once[:MOST_CAUSES])
    place = others[0].pin if others else None
    yield Note(
        place.file if place is not None else "",
        place.line if place is not None else 0,
        f"{subject} install with {with_what or 'what the files ask for'}: the rest is judged as it"
        " installs without",
    )
