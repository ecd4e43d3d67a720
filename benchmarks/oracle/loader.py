"""Loads what it is given, in forks of itself, and answers which loaders let it act.

Run as a process of the environment that has the libraries: ``python loader.py DIRECTORY``. It reads
a count and so many files, again and again, forks once for them, and answers with a line: a letter
for each loader under which something appeared in the directory or on standard output, or the file
that was there is gone, and a comma after each file that was seen to its end.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import itertools
import os
import pickle
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent))
confine = importlib.import_module("confine")

Load = Callable[[bytes], object]
SECONDS: Final = 5
THERE: Final = "K"
"""A file that lies there when loading begins."""
PRELOADED: Final = (
    "numpy",
    "joblib",
    "scipy.stats",
    "sklearn.utils",
    "sklearn.neighbors",
    "pandas",
)


def _pure(data: bytes) -> object:
    return pickle._Unpickler(io.BytesIO(data)).load()  # noqa: SLF001


class _Outside(pickle.Unpickler):
    """An unpickler to which others give objects: each persistent id is the object itself."""

    def persistent_load(self, given: object) -> object:
        return given


def _outside(data: bytes) -> object:
    return _Outside(io.BytesIO(data), buffers=itertools.repeat(b"touch M")).load()


def _joblib(data: bytes) -> object:
    import joblib  # noqa: PLC0415  where it is installed

    return joblib.load(io.BytesIO(data))


def _numpy(data: bytes) -> object:
    import numpy  # noqa: PLC0415

    found = numpy.load(io.BytesIO(data), allow_pickle=True)
    if hasattr(found, "files"):
        return [found[name] for name in found.files]
    return found


def _torch(data: bytes) -> object:
    import torch  # noqa: PLC0415

    return torch.load(io.BytesIO(data), weights_only=False)


LOADERS: Final[dict[str, tuple[str, Load]]] = {
    "c": ("pickle", pickle.loads),
    "p": ("pickle", _pure),
    "o": ("pickle", _outside),
    "j": ("joblib", _joblib),
    "n": ("numpy", _numpy),
    "t": ("torch", _torch),
}


def _loaders() -> Iterator[tuple[str, Load]]:
    for letter, (module, load) in LOADERS.items():
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
            yield letter, load


def _try(load: Load, data: bytes) -> None:
    with contextlib.suppress(BaseException):
        load(data)
    with contextlib.suppress(BaseException):
        sys.stdout.flush()
    with contextlib.suppress(BaseException):
        while True:
            os.waitpid(-1, 0)


def _child(
    files: list[bytes], loaders: list[tuple[str, Load]], answer: int, directory: str
) -> None:
    confine.limit()
    printed = os.memfd_create("stdout")
    os.dup2(printed, 1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 2)
    os.dup2(null, 0)
    for number, data in enumerate(files):
        signal.alarm(SECONDS)
        for letter, load in loaders:
            place = Path(directory, f"{number}{letter}")
            place.mkdir()
            (place / THERE).touch()
            os.chdir(place)
            tempfile.tempdir = str(place)
            before = os.fstat(printed).st_size
            _try(load, data)
            if os.listdir(place) != [THERE] or os.fstat(printed).st_size > before:  # noqa: PTH208
                os.write(answer, letter.encode())
        os.write(answer, b",")


def _serve(files: list[bytes], loaders: list[tuple[str, Load]], directory: str) -> str:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.setsid()
        os.close(reading)
        try:
            _child(files, loaders, writing, directory)
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(pid, 0)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    os.set_blocking(reading, False)
    try:
        return os.read(reading, 4096).decode()
    except BlockingIOError:
        return ""
    finally:
        os.close(reading)


def _answer(files: list[bytes], loaders: list[tuple[str, Load]], directory: Path) -> str:
    """What one fork says of the files; a file that ended it tries each loader in a fork of its own.

    Only a file that is alone is sure to find loaders as they were.
    """
    directory.mkdir()
    letters = _serve(files, loaders, str(directory))
    if len(files) == 1 and "," not in letters:
        found = set(letters)
        for loader in loaders:
            place = directory / f"alone-{loader[0]}"
            place.mkdir()
            found.update(_serve(files, [loader], str(place)))
        letters = "".join(sorted(found - {","})) + ","
    shutil.rmtree(directory, ignore_errors=True)
    return letters


def _asked() -> list[bytes]:
    """The next files: how many, and each with its length before it."""
    incoming = sys.stdin.buffer
    count = int.from_bytes(incoming.read(4), "little")
    return [incoming.read(int.from_bytes(incoming.read(4), "little")) for _ in range(count)]


def main() -> None:
    root = sys.argv[1]
    for name in PRELOADED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    loaders = list(_loaders())
    if not confine.confine(root):
        sys.exit("this kernel cannot confine a process (Landlock, version 3)")
    os.environ["TMPDIR"] = root
    answers = sys.stdout.buffer
    answers.write("".join(letter for letter, _ in loaders).encode() + b"\n")
    answers.flush()
    gc.freeze()
    number = 0
    while files := _asked():
        number += 1
        letters = _answer(files, loaders, Path(root, str(number)))
        answers.write(letters.encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    main()
