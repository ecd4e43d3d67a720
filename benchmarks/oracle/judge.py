"""One worker: loads files in confinement, asks a scan about them, and makes misses small."""

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

import modelaudit
from benchmarks.oracle.grammar import Composed

HERE: Final = Path(__file__).resolve().parent
BATCH: Final = 32
"""Files that share a fork of the loader; one that does not gate gets a fork of its own."""
GATES: Final = ("medium", "high", "critical")
ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
TRIES: Final = 250
"""Loads that making a miss smaller may take."""


@dataclass(slots=True)
class Tally:
    """What a run counted. A miss: the file's number, the file, the loaders, the least bytes."""

    generated: int = 0
    ran: Counter[str] = field(default_factory=Counter)
    acted: int = 0
    gated: int = 0
    misses: list[tuple[int, Composed, str, bytes]] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.generated += other.generated
        self.ran.update(other.ran)
        self.acted += other.acted
        self.gated += other.gated
        self.misses += other.misses


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


def gates(data: bytes, suffix: str, directory: str) -> bool:
    """Whether a scan of the file has a finding at medium or above."""
    path = Path(directory, f"model{suffix}")
    path.write_bytes(data)
    report = modelaudit.scan([path], jobs=1)
    return any(finding.severity in GATES for finding in report.findings)


def judge(files: Sequence[tuple[int, Composed]], loader: Loader, *, small: bool = True) -> Tally:
    tally = Tally(generated=len(files))
    with tempfile.TemporaryDirectory() as directory:
        for start in range(0, len(files), BATCH):
            batch = files[start : start + BATCH]
            loader.ask([composed.data for _, composed in batch])
            verdicts = [gates(composed.data, composed.suffix, directory) for _, composed in batch]
            answers = loader.answer()
            for place, ((number, composed), gated) in enumerate(zip(batch, verdicts, strict=True)):
                letters = answers[place] if gated and place < len(answers) else ""
                if not gated or place >= len(answers) - 1:
                    letters = loader.load(composed.data)
                tally.ran.update(letters)
                tally.acted += bool(letters)
                tally.gated += bool(letters) and gated
                if letters and not gated:
                    least = composed.data
                    if small:
                        least = minimised(composed, letters, loader, directory)
                    tally.misses.append((number, composed, letters, least))
    return tally


def minimised(composed: Composed, letters: str, loader: Loader, directory: str) -> bytes:
    """The file with every opcode dropped that can be, still acting and still not gating."""
    left = [TRIES]

    def holds(data: bytes) -> bool:
        left[0] -= 1
        if left[0] < 0 or gates(data, composed.suffix, directory):
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
