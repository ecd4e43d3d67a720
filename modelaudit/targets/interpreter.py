"""Where a Python that is named keeps its packages, found without running it.

https://docs.python.org/3/library/site.html, and ``pyvenv.cfg`` of virtual environments.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import msgspec

from modelaudit.core.errors import UsageError
from modelaudit.core.limits import KIB

_MOST_CFG: Final = 16 * KIB
_VERSION: Final = re.compile(
    r"^version(?:_info)?\s*=\s*(\d+\.\d+(?:\.\d+)?)", re.MULTILINE | re.IGNORECASE
)
_HOME: Final = re.compile(r"^home\s*=\s*(.+?)\s*$", re.MULTILINE | re.IGNORECASE)
_SYSTEM: Final = re.compile(
    r"^include-system-site-packages\s*=\s*true", re.MULTILINE | re.IGNORECASE
)
_LIBRARY: Final = re.compile(r"python(\d+\.\d+)t?")


class Interpreter(msgspec.Struct, frozen=True):
    """A Python's version, as far as files tell it, and its directories of packages."""

    version: str
    folders: tuple[str, ...]


def locate(text: str) -> Interpreter:
    """The Python at a path: the executable, or the directory it is installed in.

    Raises UsageError where no packages are found there.
    """
    path = Path(text)
    if not path.exists():
        raise UsageError(f"--target environment={text}: there is no such file or directory")
    root = path if path.is_dir() else path.absolute().parent.parent
    settings = _settings(root)
    if not settings and path.is_file():  # a link such as /usr/bin/python3
        root = path.resolve().parent.parent
        settings = _settings(root)
    wanted = "" if settings else _number(path.resolve().name)
    folders = _folders(root, wanted)
    if _SYSTEM.search(settings) and (home := _HOME.search(settings)):
        folders += _folders(Path(home[1]).parent, "")
    if not folders:
        raise UsageError(f"--target environment={text}: no site-packages of a Python there")
    given = _VERSION.search(settings)
    named = next((_number(part) for part in folders[0].parts if _LIBRARY.fullmatch(part)), "")
    return Interpreter(given[1] if given else wanted or named, tuple(map(str, folders)))


def _settings(root: Path) -> str:
    try:
        with (root / "pyvenv.cfg").open("rb") as handle:
            return handle.read(_MOST_CFG).decode("utf-8", "replace")
    except OSError:
        return ""


def _number(name: str) -> str:
    match = _LIBRARY.fullmatch(name)
    return match[1] if match else ""


def _folders(root: Path, version: str) -> list[Path]:
    """The directories below a root; those of Debian's own packages have no minor version."""
    library = f"python{version or '3.*'}"
    patterns = [
        f"local/lib/{library}/dist-packages",
        f"lib/{library}/site-packages",
        f"lib64/{library}/site-packages",
        "Lib/site-packages",
        "lib/python3/dist-packages",
    ]
    return [found for pattern in patterns for found in sorted(root.glob(pattern)) if found.is_dir()]
