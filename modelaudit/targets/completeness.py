"""Whether the files around an artifact list all that is installed there.

A lock file does, and so do requirements of which every one is in the tables, with all that it
brings. A package that such a set does not have is missing for certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Final

import msgspec

from modelaudit.knowledge.aliases import runtime
from modelaudit.knowledge.coverage import packages
from modelaudit.knowledge.distributions import brings, distributions
from modelaudit.knowledge.releases import known, plain
from modelaudit.targets.collect import Reading, shown_path
from modelaudit.targets.nearby import Nearby
from modelaudit.targets.pins import PYTHON, Pin

_LOCKED_FOR: Final = frozenset({"pyproject", "pipfiletoml", "setupcfg", "setuppy", "pixi"})
"""Readers of files that a lock file beside them resolves."""
_CHANNELS: Final = frozenset({"conda", "pixi"})
"""Readers of files whose packages are built, and put together, by others than their authors."""


class Complete(msgspec.Struct, frozen=True):
    """A set of requirements that is complete, by its file. ``locked`` is true for a lock file.

    Of one that is not, only packages that are judged are known to be missing: what no table lists
    may bring small ones.
    """

    file: str
    locked: bool


def locked(readings: Sequence[tuple[Nearby, Reading]]) -> Complete | None:
    """The nearest lock file, where no file beside it installs more than tables know."""
    speaking = [(file, reading) for file, reading in readings if _tells(file, reading)]
    nearest = min((file.distance for file, _ in speaking), default=0)
    beside = [(file, reading) for file, reading in speaking if file.distance == nearest]
    locks = [(file, reading) for file, reading in beside if reading.closed]
    listed = {pin.name for _, reading in locks for pin in reading.pins}
    for file, reading in beside:
        more = [pin for pin in reading.pins if pin.name not in listed]
        opens = any(note.opens for note in reading.notes) and file.kind.reader not in _LOCKED_FOR
        if reading.problems or (not reading.closed and (opens or _open(more))):
            return None
    return Complete(shown_path(locks[0][0].path), locked=True) if locks else None


def resolved(readings: Sequence[tuple[Nearby, Reading]]) -> Complete | None:
    """The nearest file, where tables know all that the files ask for."""
    speaking = [(file, reading) for file, reading in readings if _tells(file, reading)]
    plain = {p.name for f, r in speaking if f.kind.reader not in _CHANNELS for p in r.pins}
    for file, reading in speaking:
        names = {pin.name for pin in reading.pins if pin.name != PYTHON}
        if reading.problems or any(note.opens for note in reading.notes):
            return None
        if _open(reading.pins) or (file.kind.reader in _CHANNELS and not names <= plain):
            return None
    return Complete(shown_path(speaking[0][0].path), locked=False) if speaking else None


def lacks(complete: Complete, names: Set[str]) -> Iterator[str]:
    """The packages that are known, and that a complete set of these names does not have."""
    provided = {*names, *map(runtime, names), *(one for name in names for one in brings(name))}
    for name in sorted(packages() | distributions()):
        if complete.locked or (known(name) is not None and name in packages()):
            parts = name.split("-")
            shorter = {"-".join(parts[:length]) for length in range(1, len(parts) + 1)}
            longer = any(other.startswith(f"{name}-") for other in provided)
            if not longer and not (shorter & provided):
                yield name


def _tells(file: Nearby, reading: Reading) -> bool:
    """Whether a file asks for packages, other than one that only records what wrote a model."""
    asks = any(pin.name != PYTHON and not pin.constraint for pin in reading.pins)
    return not file.kind.record and (asks or any(n.opens for n in reading.notes) or reading.closed)


def _open(pins: Iterable[Pin]) -> bool:
    """Whether any of the packages may bring others that no table lists."""
    return any(
        known(pin.name) is None and (pin.name not in plain() or bool(pin.extras))
        for pin in pins
        if pin.name != PYTHON
    )
