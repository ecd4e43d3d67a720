"""One damaged artifact through the engine, and what of it is a defect of modelaudit."""

from __future__ import annotations

import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

import modelaudit
from benchmarks.fuzz.bytewise import damaged
from benchmarks.fuzz.corpus import Seed, content, seeds
from benchmarks.fuzz.structure import below
from modelaudit.config.model import Config
from modelaudit.core.facts import Fact, Unreadable
from modelaudit.core.limits import MIB, Bounds, Limits
from modelaudit.core.source import Source
from modelaudit.discovery.discover import Found
from modelaudit.discovery.identify import claimed
from modelaudit.engine import _inspect_folder, _inspect_source
from modelaudit.formats import INSPECTORS

SECONDS: Final = 20.0
"""The timeout of one artifact, of kilobytes: whatever takes as long is a defect."""
OWN: Final = 2.0
"""Seconds of CPU below which a timeout is not this process's."""
GROWTH: Final = 256 * MIB
"""Bytes that one artifact may add to the process's peak."""
JUDGED: Final = 25
"""One in so many is also judged, and its report written."""
DEFECTS: Final = frozenset({"inspector-failed", "reader-died", "timeout", "defective-rule"})
_LIMITS: Final = Limits(timeout=SECONDS)
_CONFIG: Final = Config(limits=_LIMITS)


@dataclass(frozen=True, slots=True)
class Damaged:
    """What is read: the file's bytes, or those of the file in its folder that was damaged."""

    seed: Seed
    at: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Defect:
    number: int
    format: str
    name: str
    problem: str
    data: bytes


def made(seed: int, number: int, only: str = "") -> Damaged:
    """Artifact ``number`` of ``seed``: the formats take turns, whatever fixtures they have."""
    rng = Random(f"{seed}:{number}")
    by_format = seeds()
    names = [name for name in by_format if not only or name == only]
    # What is recognised by its name and never read takes one turn together.
    read = [name for name in names if _is_read(name)] or names
    name = rng.choice(read) if len(read) == len(names) or rng.random() < 0.98 else rng.choice(names)
    chosen = rng.choice(by_format[name])
    at = rng.randrange(len(chosen.files))
    data = content(chosen.files[at][1])
    another = rng.choice(by_format[name])
    other = content(rng.choice(another.files)[1])
    inner = below(rng, name, data, other) if rng.random() < 0.6 else None
    return Damaged(chosen, at, damaged(rng, data, other) if inner is None else inner)


def _is_read(name: str) -> bool:
    inspector = INSPECTORS.get(name.rstrip("/"))
    return inspector is not None and inspector.module != "known"


class Reader:
    """Reads artifacts one by one; ``slowest`` are the seconds of CPU that one has taken, and its
    number."""

    def __init__(self) -> None:
        self.slowest = (0.0, 0)
        self._place = Path(tempfile.mkdtemp(prefix="fuzz-"))
        self._peak = _peak()

    def close(self) -> None:
        shutil.rmtree(self._place, ignore_errors=True)

    def defects(self, number: int, damaged: Damaged) -> Iterator[Defect]:
        began = time.process_time()
        self._peak = max(self._peak, _peak())  # what making it took is not the reader's
        for problem in self._problems(number, damaged):
            if problem.startswith("timeout") and time.process_time() - began < OWN:
                continue  # libhdf5 hung on it, in the process that is there to be killed
            seed = damaged.seed
            yield Defect(number, seed.format, seed.files[damaged.at][0], problem, damaged.data)
        self.slowest = max(self.slowest, (time.process_time() - began, number))

    def _problems(self, number: int, damaged: Damaged) -> Iterator[str]:
        yield from _defective(self._facts(damaged))
        if (peak := _peak()) > self._peak + GROWTH:
            yield f"memory: {peak // MIB} MiB at the peak"
        self._peak = max(self._peak, peak)
        if number % JUDGED == 0:
            yield from self._judged(damaged)

    def _facts(self, damaged: Damaged) -> tuple[Fact, ...]:
        seed = damaged.seed
        if seed.folder:
            place = self._folder(damaged)
            format_ = seed.format.rstrip("/")
            return _inspect_folder(
                Found(str(place), len(damaged.data), format=format_), _LIMITS
            ).facts
        found = Found(seed.name, len(damaged.data))
        read = _inspect_source(Source(damaged.data, seed.name), found, _LIMITS, beside=False)
        return read.facts if read is not None else ()

    def _judged(self, damaged: Damaged) -> Iterator[str]:
        if damaged.seed.folder:
            report = modelaudit.scan([self._folder(damaged)], _CONFIG, jobs=1)
        else:
            report = modelaudit.scan_bytes(damaged.data, damaged.seed.name, _CONFIG)
        report.to_json()
        for finding in report.findings:
            if finding.subject in DEFECTS:
                yield f"judging: {finding.subject}: {finding.message}"

    def _folder(self, damaged: Damaged) -> Path:
        place = self._place / damaged.seed.name
        shutil.rmtree(place, ignore_errors=True)
        for number, (name, path) in enumerate(damaged.seed.files):
            file = place / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(damaged.data if number == damaged.at else content(path))
        return place


def _defective(facts: tuple[Fact, ...]) -> Iterator[str]:
    for fact in facts:
        if isinstance(fact, Unreadable) and fact.reason in DEFECTS:
            yield f"{fact.reason}: {fact.fields}"


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def by_reader(data: bytes, format_: str) -> Iterator[str]:
    """The defects that bytes show where they are read as one format, whatever they are."""
    source = Source(data, f"input.{format_}")
    bounds = Bounds.starting_now(_LIMITS, len(data))
    from modelaudit.engine import _facts, _guarded  # noqa: PLC0415

    read = _facts(INSPECTORS[format_], source, bounds)
    yield from _defective(tuple(_guarded(read, source, format_, claimed(source.path), bounds, 0)))
