"""One worker: asks a scan about files, loads those that pass, and makes misses small.

A miss acts and does not gate. So a file that does not gate is loaded, each in a fork of its own:
nothing that an earlier file did to a loader can hide it. Of those that gate one in ``SAMPLED`` is
loaded, by its number, many in one fork: what they do says how many files act, and decides nothing.
"""

from __future__ import annotations

import os
import pickletools
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.oracle.gate import gates
from benchmarks.oracle.grammar import Composed

HERE: Final = Path(__file__).resolve().parent
SAMPLED: Final = 50
"""Of so many files that gate one is loaded."""
BATCH: Final = 32
"""Files that gate and share a fork of the loader."""
ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
TRIES: Final = 250
"""Loads that making a miss smaller may take."""


@dataclass(slots=True)
class Tally:
    """What a run counted. A miss: the file's number, the file, the loaders, the least bytes.

    ``sampled`` are files that gate and were loaded; ``acted`` are those of them that acted, and
    ``ran`` the loaders that let them.
    """

    generated: int = 0
    gated: int = 0
    sampled: int = 0
    acted: int = 0
    ran: Counter[str] = field(default_factory=Counter)
    misses: list[tuple[int, Composed, str, bytes]] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.generated += other.generated
        self.gated += other.gated
        self.sampled += other.sampled
        self.acted += other.acted
        self.ran.update(other.ran)
        self.misses += other.misses

    @property
    def loaded(self) -> int:
        return self.generated - self.gated + self.sampled


class Loader:
    """A process that loads, in the environment of ``python``."""

    def __init__(self, python: str) -> None:
        self.root = tempfile.mkdtemp(prefix="oracle-")
        self._process = subprocess.Popen(
            [python, str(HERE / "loader.py"), self.root],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **ONE_THREAD},
            cwd=self.root,
        )
        self.letters = self._line()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the loader ended")
        return line.decode().strip()

    def ask(self, files: Sequence[bytes]) -> None:
        assert self._process.stdin is not None
        parts = [len(files).to_bytes(4, "little")]
        for data in files:
            parts += [len(data).to_bytes(4, "little"), data]
        self._process.stdin.write(b"".join(parts))
        self._process.stdin.flush()

    def answer(self) -> list[str]:
        """The letters of the loaders that let each file act; fewer where the process broke off."""
        return self._line().split(",")

    def load(self, data: bytes) -> str:
        self.ask([data])
        return self.answer()[0]

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        shutil.rmtree(self.root, ignore_errors=True)


def judge(files: Sequence[tuple[int, Composed]], loader: Loader, *, small: bool = True) -> Tally:
    tally = Tally(generated=len(files))
    sample: list[bytes] = []
    shrunk: set[str] = set()
    for number, composed in files:
        if gates(composed.data, f"model{composed.suffix}"):
            tally.gated += 1
            if number % SAMPLED == 0:
                sample.append(composed.data)
        elif letters := loader.load(composed.data):
            least, part = composed.data, composed.kind.partition("/")[0]
            # One of each kind: making one small takes hundreds of loads.
            if small and part not in shrunk:
                shrunk.add(part)
                least = minimised(composed, letters, loader)
            tally.misses.append((number, composed, letters, least))
    for start in range(0, len(sample), BATCH):
        _count_acted(sample[start : start + BATCH], loader, tally)
    return tally


def _count_acted(sample: Sequence[bytes], loader: Loader, tally: Tally) -> None:
    loader.ask(sample)
    answers = loader.answer()
    for place, data in enumerate(sample):
        # One that ended the fork, and those behind it, get one each.
        letters = answers[place] if place < len(answers) - 1 else loader.load(data)
        tally.sampled += 1
        tally.ran.update(letters)
        tally.acted += bool(letters)


def minimised(composed: Composed, letters: str, loader: Loader) -> bytes:
    """The file with every opcode dropped that can be, still acting and still not gating."""
    left = [TRIES]

    def holds(data: bytes) -> bool:
        left[0] -= 1
        if left[0] < 0 or gates(data, f"model{composed.suffix}"):
            return False
        return bool(set(loader.load(data)) & set(letters))

    return _dropped(composed.data, holds)


def pieces(data: bytes) -> list[bytes]:
    """The opcodes of a pickle, one by one, and what follows them as the last piece."""
    starts = []
    try:
        starts = [position for _, _, position in pickletools.genops(data) if position is not None]
    except (ValueError, IndexError, UnicodeDecodeError):
        return []
    ends = [*starts[1:], starts[-1] + 1]
    tail = data[ends[-1] :]
    found = [data[start:end] for start, end in zip(starts, ends, strict=True)]
    return [*found, tail] if tail else found


def _dropped(data: bytes, holds: Callable[[bytes], bool]) -> bytes:
    parts = pieces(data)
    width = len(parts) // 2
    while width:
        place = 0
        while place < len(parts):
            fewer = parts[:place] + parts[place + width :]
            if fewer and holds(b"".join(fewer)):
                parts = fewer
            else:
                place += width
        width //= 2
    return b"".join(parts) or data
