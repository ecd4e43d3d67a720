"""What the files around an artifact ask for, by name; for each name the nearest file decides."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from modelaudit.targets import versions
from modelaudit.targets.collect import Reading
from modelaudit.targets.host import Host
from modelaudit.targets.nearby import Kind, Nearby
from modelaudit.targets.pins import PYTHON, Pin


class Claim(msgspec.Struct, frozen=True):
    """What one file asks of one package. ``origin`` is its path."""

    origin: str
    kind: Kind
    distance: int
    pins: tuple[Pin, ...]

    @property
    def rank(self) -> tuple[bool, int]:
        return self.kind.record, self.distance


class Wanted(msgspec.Struct, frozen=True):
    """What counts for one package on one Python, and the file that it is from."""

    claim: Claim
    pins: tuple[Pin, ...]

    @property
    def pinned(self) -> Pin | None:
        """The line that names one version, if there is one."""
        return next((pin for pin in self.pins if versions.exact(pin.specifier)), None)

    @property
    def line(self) -> Pin:
        """The line that a target names as its source."""
        stated = next((pin for pin in self.pins if pin.specifier and not pin.constraint), None)
        return self.pinned or stated or self.pins[0]

    @property
    def specifiers(self) -> list[str]:
        return list(dict.fromkeys(pin.specifier for pin in self.pins if pin.specifier))

    @property
    def asked(self) -> str:
        """The range as messages name it."""
        return ",".join(self.specifiers) or "any version"


def claims(readings: Sequence[tuple[Nearby, Reading]]) -> dict[str, list[Claim]]:
    """By name what each file asks, the file that takes precedence first.

    What only a constraint names is asked for by none.
    """
    found: dict[str, list[Claim]] = {}
    for file, reading in readings:
        by_name: dict[str, list[Pin]] = {}
        for pin in reading.pins:
            by_name.setdefault(pin.name, []).append(pin)
        for name, pins in by_name.items():
            needed = tuple(pin for pin in pins if not pin.optional) or tuple(pins)
            found.setdefault(name, []).append(Claim(file.path, file.kind, file.distance, needed))
    for listed in found.values():
        listed.sort(key=lambda claim: claim.rank)
    return found


def wanted(name: str, listed: Sequence[Claim], host: Host) -> Wanted | None:
    """What counts for a package there; None where the markers exclude it.

    A version that a lock file further up pins counts for a range that admits it.
    """
    found = [(claim, pins) for claim in listed if (pins := holding(claim.pins, host))]
    if not found:
        return None
    claim, pins = found[0]
    if claim.kind.lock or any(_names_one(name, pin) for pin in pins):
        return Wanted(claim, pins)
    wanted_too = [pin.specifier for pin in pins]
    for other, theirs in found[1:]:
        for pin in theirs if other.kind.narrows else ():
            version = versions.exact(pin.specifier) if _names_one(name, pin) else ""
            if version and versions.admits(wanted_too, version):
                return Wanted(other, (pin,))
    return Wanted(claim, pins)


def _names_one(name: str, pin: Pin) -> bool:
    """Whether a line names one version; ``python==3`` names a series."""
    version = versions.exact(pin.specifier)
    return bool(version) and (name != PYTHON or "." in version)


def holding(pins: Sequence[Pin], host: Host) -> tuple[Pin, ...]:
    """The pins whose markers hold; all of them where no Python is in question."""
    if not host.python or not any(pin.marker for pin in pins):
        return tuple(pins)
    from modelaudit.targets.markers import holds  # noqa: PLC0415  many files have none

    return tuple(pin for pin in pins if not pin.marker or holds(pin.marker, host))
