"""A pickle as Python code, as fickling reads it: a second opinion for people, never a verdict.

fickling builds a syntax tree and runs nothing, but a small pickle can make a huge tree. So it
works in a child process with bounded memory and time, which hands back nothing but text.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from modelaudit.core.errors import UsageError
from modelaudit.core.limits import GIB, KIB, MIB

MAX_INPUT = 256 * KIB
MAX_OUTPUT = 4 * MIB
MAX_MEMORY = GIB
TIMEOUT = 20
"""seconds"""
_UNREADABLE = 3
"""exit code of the child where fickling gave up; its output is the reason"""


class CannotDecompile(UsageError):
    """The text says why, on one line."""


def decompile(path: Path) -> str:
    """The code that unpickling would run. Raises CannotDecompile."""
    try:
        with path.open("rb") as handle:
            data = handle.read(MAX_INPUT + 1)
    except OSError as error:
        raise CannotDecompile(f"{path}: {error.strerror or error}") from None
    if len(data) > MAX_INPUT:
        raise CannotDecompile(f"{path}: larger than {MAX_INPUT // KIB} KiB, the most for this")
    # -P: a module that lies in the working directory must not be imported
    command = [sys.executable, "-P", "-m", __name__]
    try:
        child = subprocess.run(  # noqa: S603
            command, input=data, capture_output=True, timeout=TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired:
        raise CannotDecompile(f"{path}: fickling took more than {TIMEOUT} seconds") from None
    text = child.stdout.decode("utf-8", "backslashreplace")
    if child.returncode == 0:
        return text
    if child.returncode == _UNREADABLE:
        raise CannotDecompile(f"{path}: fickling cannot read this as a pickle: {text.strip()}")
    raise CannotDecompile(f"{path}: fickling failed, or needed more than {MAX_MEMORY // MIB} MiB")


def _child(data: bytes) -> int:
    """Code on standard output; runs in the process that may die of it."""
    _bound_memory()
    import ast  # noqa: PLC0415

    from fickling.fickle import Pickled  # noqa: PLC0415

    try:
        text = ast.unparse(Pickled.load(data).ast)
    except MemoryError:
        return 1
    except Exception as error:  # noqa: BLE001  a foreign decoder: whatever it raises, it could not read
        sys.stdout.write(f"{type(error).__name__}: {error}"[:500])
        return _UNREADABLE
    if len(text) > MAX_OUTPUT:
        text = text[:MAX_OUTPUT] + "\n# cut here"
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    return 0


def _bound_memory() -> None:
    try:
        import resource  # noqa: PLC0415
    except ImportError:  # no such thing on Windows; the time is bounded all the same
        return
    with suppress(ValueError, OSError):  # macOS knows the limit and may refuse it
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


if __name__ == "__main__":
    sys.exit(_child(sys.stdin.buffer.read()))
