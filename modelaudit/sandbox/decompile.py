"""A pickle as Python code, as fickling reads it: a second opinion for people, never a verdict.

fickling builds a syntax tree and runs nothing, but a small pickle can make a huge tree. So it
works in a child process, which hands back nothing but text.
"""

from __future__ import annotations

from pathlib import Path

from modelaudit.core.errors import UsageError
from modelaudit.core.limits import GIB, KIB, MIB
from modelaudit.sandbox.child import bound_files
from modelaudit.sandbox.confine import confine
from modelaudit.sandbox.process import NoAnswer, ask_once

MAX_INPUT = 256 * KIB
MAX_OUTPUT = 4 * MIB
"""Characters of code; what comes after them is left out, with a comment that says so."""
MAX_MEMORY = GIB
TIMEOUT = 20.0
"""seconds"""
MAX_ANSWER = 4 * MAX_OUTPUT + KIB
"""Bytes: a character takes up to four."""

UNPACK = "where one is inside an archive or a compressed file, unpack it first"


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
        raise CannotDecompile(
            f"{path}: larger than {MAX_INPUT // KIB} KiB, the most that is decompiled"
        )
    try:
        reply = ask_once(__name__, data, seconds=TIMEOUT, memory=MAX_MEMORY, most=MAX_ANSWER)
    except NoAnswer as failure:
        raise CannotDecompile(f"{path}: {_explained(failure)}") from None
    return reply.decode()


def _explained(failure: NoAnswer) -> str:
    if failure.failure == "timeout":
        return f"fickling took more than {TIMEOUT:g} seconds"
    if failure.failure == "failed":
        reason = ": ".join(part for part in (failure.error, failure.problem.strip()) if part)
        return f"fickling cannot read this as a pickle ({reason}); {UNPACK}"
    return f"fickling failed, or needed more than {MAX_MEMORY // MIB} MiB of memory"


def answer(data: bytes) -> bytes:
    """In the child: a pickle's code, in UTF-8. Raises what fickling raises."""
    import ast  # noqa: PLC0415  only the child needs these

    from fickling.fickle import Pickled  # noqa: PLC0415

    bound_files(0)
    confine()
    text = ast.unparse(Pickled.load(data).ast)
    if len(text) > MAX_OUTPUT:
        text = text[:MAX_OUTPUT] + "\n# the rest of the code is left out: it is too long"
    return text.encode("utf-8", "backslashreplace")
