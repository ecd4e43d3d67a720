"""The environment of the peer that the benchmark compares with, and processes that measure."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from types import TracebackType

ROOT = Path(__file__).resolve().parents[2]
VENVS = ROOT / ".bench-venv"
PICKLESCAN = "picklescan==1.0.5"


def prepare() -> tuple[Path, Path]:
    """The directories of the commands: the peer's, and ours as a user has it, from a wheel.

    An editable install looks for its modules in a slower way, which would be timed as well.
    """
    peer, own = _environment("peer"), _environment("own")
    _install(peer, PICKLESCAN)
    _install(own, str(ROOT))
    _install(own, "--force-reinstall", "--no-deps", str(ROOT))
    return peer, own


def _environment(name: str) -> Path:
    folder = VENVS / name
    if not (folder / "bin" / "python").is_file():
        venv.create(folder, with_pip=True)
    return folder / "bin"


def _install(commands: Path, *what: str) -> None:
    quiet = ["-q", "--disable-pip-version-check"]
    subprocess.run([str(commands / "python"), "-m", "pip", "install", *quiet, *what], check=True)


class Peer:
    """picklescan in a process of its own that stays, so that its imports are not timed."""

    def __init__(self, commands: Path) -> None:
        self._process = subprocess.Popen(
            [commands / "python", "-m", "benchmarks.common.peer"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Peer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()

    def seconds(self, path: Path) -> float:
        """How long one scan took."""
        sent, answers = self._process.stdin, self._process.stdout
        if sent is None or answers is None:
            raise RuntimeError("the peer has no pipes")
        sent.write(f"{path}\n")
        sent.flush()
        seconds, failed = answers.readline().split()
        if failed != "0":
            raise RuntimeError(f"picklescan could not read {path.name}")
        return float(seconds)


def cpu_seconds(command: Sequence[str | Path], rounds: int) -> float:
    """The median of user and system time of ``command``, which may exit with any code."""
    spent = []
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123  (no path of ours)
        for _ in range(rounds + 1):
            child = subprocess.Popen(command, stdout=nowhere, stderr=nowhere)
            _, _, usage = os.wait4(child.pid, 0)
            child.returncode = 0  # wait4 has taken the status
            spent.append(usage.ru_utime + usage.ru_stime)
    return median(spent[1:])  # the first one warms the file cache


_SCAN = """
import sys
import modelaudit
if len(sys.argv) > 1:
    modelaudit.scan(sys.argv[1:], jobs=1)
try:
    with open("/proc/self/status") as status:
        print(next(line.split()[1] for line in status if line.startswith("VmHWM")))
except OSError:
    import resource
    unit = 1024 if sys.platform == "darwin" else 1
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit)
"""
# Linux carries ru_maxrss of the parent over exec, which would hide what the child needs; the
# high-water mark in /proc begins anew.


def peak_memory(path: Path | None) -> float:
    """Peak memory in MB of a fresh process that imports modelaudit and scans ``path``."""
    arguments = [] if path is None else [str(path)]
    command = [sys.executable, "-c", _SCAN, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    return int(done.stdout) * 1024 / 1e6
