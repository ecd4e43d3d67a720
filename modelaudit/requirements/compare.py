"""What artifacts need against what a requirement file asks for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from modelaudit.core.errors import UsageError
from modelaudit.knowledge.aliases import runtime
from modelaudit.knowledge.distributions import brings
from modelaudit.requirements.needs import Need, Needs
from modelaudit.targets import versions
from modelaudit.targets.collect import read
from modelaudit.targets.nearby import KINDS, kind_of
from modelaudit.targets.pins import Pin


def compare(needs: Needs, file: Path) -> Iterator[str]:
    """One line for each need that the file does not name, or contradicts. Raises UsageError."""
    plain = next(kind for kind in KINDS if kind.reader == "requirements")
    reading = read(str(file), kind_of(file.name) or plain, "")
    if reading.problems:
        problem = reading.problems[0]
        raise UsageError(f"{problem.file}:{problem.line}: {problem.text}")
    pins: dict[str, list[Pin]] = {}
    for pin in reading.pins:
        pins.setdefault(runtime(pin.name), []).append(pin)
    brought = {name for pin in pins for name in brings(pin)}
    for need in needs.listed():
        if need.name in pins:
            yield from _contradictions(need, pins[need.name])
        elif need.name not in brought:
            reason = need.why()[0]
            yield f"missing: {need.name}{need.specifier()} ({reason.text}, {reason.path})"


def _contradictions(need: Need, pins: list[Pin]) -> Iterator[str]:
    """What no pin of a package admits. Pins are alternatives here: markers are not evaluated."""
    for version, reasons in need.versions.items():
        if not any(versions.admits([pin.specifier], version) for pin in pins):
            yield _line(need, f"=={version}", pins, f"{reasons[0].text}, {reasons[0].path}")
    for specifier, reasons in need.ranges.items():
        if not any(_overlap(need.name, pin.specifier, specifier) for pin in pins):
            yield _line(need, specifier, pins, f"{reasons[0].text}, {reasons[0].path}")


def _overlap(name: str, asked: str, needed: str) -> bool:
    """Whether some release satisfies both; true where no releases are known."""
    version = versions.exact(asked)
    if version:
        return versions.admits([needed], version)
    return not versions.releases(name) or bool(versions.ends(name, [asked, needed]))


def _line(need: Need, specifier: str, pins: list[Pin], reason: str) -> str:
    pin = pins[0]
    asked = f"{pin.file}:{pin.line} asks for {need.name}{pin.specifier}"
    return f"contradicts: {need.name}{specifier} ({reason}); {asked}"
