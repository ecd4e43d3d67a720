"""Requirement files around an artifact: which names they have, and where they are looked for.

From the artifact's directory upwards to the root of the repository that the artifact lies in, or of
the one that the user works in where the artifact lies in that too. Outside of any repository: up to
the working directory, or else to what was named to be scanned, since what lies above may belong to
others. Nothing but names is looked at here, and how scripts begin, so that a scan without such
files costs one listing of each directory; ``modelaudit.targets`` reads them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Final

import msgspec

from modelaudit.core.late import late
from modelaudit.core.paths import open_regular

MOST_LISTED: Final = 50
"""Requirement files of one directory that are read."""


class Kind(msgspec.Struct, frozen=True):
    """A kind of file. ``reader`` is a module of ``modelaudit.targets.readers``.

    ``lock`` is true where each entry is one version that will be installed, so that several entries
    of a name are alternatives and not one range. ``narrows`` is true where such a version counts
    for a range that a file further down gives. ``record`` is true for a record of the
    versions that wrote a model: it counts where no other file names the package.
    """

    pattern: str
    reader: str
    lock: bool = False
    narrows: bool = False
    record: bool = False


KINDS: Final = (
    Kind("pylock.toml", "locks", lock=True, narrows=True),
    Kind("uv.lock", "locks", lock=True, narrows=True),
    Kind("poetry.lock", "locks", lock=True, narrows=True),
    Kind("pdm.lock", "locks", lock=True, narrows=True),
    Kind("Pipfile.lock", "pipfile", lock=True, narrows=True),
    Kind("pixi.lock", "condalocks", lock=True, narrows=True),
    Kind("conda-lock.yml", "condalocks", lock=True, narrows=True),
    Kind("conda-linux-64.lock", "condalocks", lock=True, narrows=True),
    Kind("requirements.txt", "requirements"),
    Kind("requirements.in", "requirements"),
    Kind("python_env.yaml", "mlflow"),
    Kind("conda.yaml", "conda"),
    Kind("conda.yml", "conda"),
    Kind("environment.yml", "conda"),
    Kind("environment.yaml", "conda"),
    Kind("pyproject.toml", "pyproject"),
    Kind("Pipfile", "pipfiletoml"),
    Kind("pixi.toml", "pixi"),
    Kind("hatch.toml", "hatch"),
    Kind("setup.cfg", "setupcfg"),
    Kind("setup.py", "setuppy"),
    Kind("Dockerfile", "dockerfile", narrows=True),
    Kind("Dockerfile.*", "dockerfile", narrows=True),
    Kind("*.Dockerfile", "dockerfile", narrows=True),
    Kind(".python-version", "pythonversion", lock=True, narrows=True),
    Kind(".tool-versions", "pythonversion", lock=True, narrows=True),
    Kind("mise.toml", "mise", lock=True, narrows=True),
    Kind(".mise.toml", "mise", lock=True, narrows=True),
    Kind("runtime.txt", "pythonversion", lock=True, narrows=True),
    Kind("pylock.*.toml", "locks", lock=True),
    Kind("requirements*.txt", "requirements"),
    Kind("*-requirements.txt", "requirements"),
    Kind("*_requirements.txt", "requirements"),
    Kind("MLmodel", "mlflow", record=True),
)
"""In one directory the first kind that names a package decides about it."""
SCRIPT: Final = Kind("*.py", "script")
"""A script whose header says what it needs, after all of them."""
WORKFLOW: Final = Kind(".github/workflows/*", "workflow", record=True)
"""What continuous integration sets up."""

_EXACT: Final = {kind.pattern: kind for kind in reversed(KINDS) if "*" not in kind.pattern}
_GLOBS: Final = tuple(kind for kind in KINDS if "*" in kind.pattern)
_HINTS: Final = ("requirements", "Dockerfile", "pylock.")
_ENDINGS: Final = (".Dockerfile", "requirements.txt")
_FOLDER: Final = "requirements"
"""A directory of requirement files; its base is read where the directory above has no other."""
_BASES: Final = ("base.txt", "prod.txt", "production.txt", "main.txt", "base.in")


_HEAD: Final = 4096
"""Bytes of a script in which its header begins."""
_APART: Final = late(
    r"(?:unit|integration)?[_-]?tests?(?:ing)?|test[_-]?(?:data|files|models)|fixtures?|examples?"
    r"|demos?|samples?|docs?|benchmarks?",
    re.IGNORECASE,
)
"""Directories of what a project does not install or ship."""


class Nearby(msgspec.Struct, frozen=True):
    """A requirement file, and how many directories above the artifact's own it lies.

    ``around`` is true for one of the project around a directory of tests, examples and the like.
    What such a directory needs beyond it is installed by hand, and no file lists it.
    """

    path: str
    kind: Kind
    distance: int
    around: bool = False


def kind_of(name: str) -> Kind | None:
    """The kind of a file by its name."""
    if name in _EXACT:
        return _EXACT[name]
    if not (name.startswith(_HINTS) or name.endswith(_ENDINGS)):
        return None
    return next((kind for kind in _GLOBS if fnmatchcase(name, kind.pattern)), None)


_INSTALLED: Final = ("site-packages", "dist-packages")
"""What packages bring lies here; it is no part of the project whose environment this is."""


class Search:
    """Where to look for one run. ``scanned`` are the paths that the user named."""

    def __init__(self, scanned: Iterable[str]) -> None:
        self._here = os.getcwd()  # noqa: PTH109  paths stay text: there may be many
        self._tops = {os.path.abspath(path) for path in scanned}  # noqa: PTH100
        self._known: dict[str, list[str]] = {}
        self._lists: dict[str, list[tuple[str, Kind]]] = {}
        self._project = next((f for f in _upwards(self._here) if _is_root(f)), "")

    def above(self, folder: str) -> list[Nearby]:
        """The requirement files for what lies in a directory, the nearest first."""
        found = []
        around = False
        for distance, place in enumerate(self._folders(folder)):
            if place not in self._lists:
                self._lists[place] = _listed(place)
            found += [Nearby(path, kind, distance, around) for path, kind in self._lists[place]]
            around |= _APART().fullmatch(os.path.basename(place)) is not None  # noqa: PTH119
        return found

    def top(self, folder: str) -> str:
        """The directory beyond which nothing is read."""
        return self._folders(folder)[-1]

    def _folders(self, folder: str) -> list[str]:
        """The directories to look into, the nearest first."""
        if folder not in self._known:
            self._known[folder] = self._find(folder)
        return self._known[folder]

    def _find(self, folder: str) -> list[str]:
        upwards = _upwards(folder)
        for index, place in enumerate(upwards):
            if os.path.basename(place) in _INSTALLED:  # noqa: PTH119
                return upwards[: index + 1]
        if self._project in upwards:
            return upwards[: upwards.index(self._project) + 1]
        for index, place in enumerate(upwards):
            if _is_root(place):
                return upwards[: index + 1]
        tops = [i for i, place in enumerate(upwards) if place in self._tops]
        if self._here in upwards[:-1]:  # the root of the file system is nobody's project
            tops.append(upwards.index(self._here))
        return upwards[: max(tops, default=0) + 1]


def _upwards(folder: str) -> list[str]:
    found = [os.path.abspath(folder)]  # noqa: PTH100
    while (parent := os.path.dirname(found[-1])) != found[-1]:  # noqa: PTH120
        found.append(parent)
    return found


def _is_root(folder: str) -> bool:
    return os.path.exists(os.path.join(folder, ".git"))  # noqa: PTH110, PTH118


def _listed(folder: str) -> list[tuple[str, Kind]]:
    """The requirement files of one directory, in the order of their kinds."""
    try:
        listed = os.listdir(folder)  # noqa: PTH208
    except OSError:
        return []
    names = sorted(name for name in listed if kind_of(name))
    kinds = [(name, kind) for name in names if (kind := kind_of(name))]
    kinds.sort(key=lambda entry: KINDS.index(entry[1]))
    if _FOLDER in listed and not any(kind.reader == "requirements" for _, kind in kinds):
        kinds += _in_folder(os.path.join(folder, _FOLDER))  # noqa: PTH118
    scripts = sorted(name for name in listed if name.endswith(".py") and name != "setup.py")
    kinds += [(n, SCRIPT) for n in scripts[:MOST_LISTED] if _has_header(os.path.join(folder, n))]  # noqa: PTH118
    if ".github" in listed:
        kinds += _workflows(os.path.join(folder, ".github", "workflows"))  # noqa: PTH118
    return [(os.path.join(folder, name), kind) for name, kind in kinds[:MOST_LISTED]]  # noqa: PTH118


def _has_header(path: str) -> bool:
    """Whether a script begins with what its users have to install."""
    try:
        with open_regular(path) as handle:
            return b"# /// script" in handle.read(_HEAD)
    except OSError:
        return False


def _workflows(folder: str) -> list[tuple[str, Kind]]:
    try:
        names = sorted(n for n in os.listdir(folder) if n.endswith((".yml", ".yaml")))  # noqa: PTH208
    except OSError:
        return []
    return [(f".github/workflows/{name}", WORKFLOW) for name in names]


def _in_folder(folder: str) -> list[tuple[str, Kind]]:
    """What ``requirements/`` asks for: its base, or else the only file there."""
    try:
        names = sorted(n for n in os.listdir(folder) if n.endswith((".txt", ".in")))  # noqa: PTH208
    except OSError:
        return []
    chosen = [name for name in _BASES if name in names][:1] or (names if len(names) == 1 else [])
    kind = next(kind for kind in KINDS if kind.reader == "requirements")
    return [(f"{_FOLDER}/{name}", kind) for name in chosen]
