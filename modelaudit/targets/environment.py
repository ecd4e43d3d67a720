"""What is installed beside the running interpreter, or another: ``--target environment``.

Versions are read from the metadata of the installed distributions, and nothing is imported.
"""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Iterable
from importlib.metadata import Distribution, distributions
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import msgspec

from modelaudit.core.findings import Target
from modelaudit.knowledge.aliases import canonical, runtime
from modelaudit.knowledge.distributions import top_modules
from modelaudit.targets.interpreter import Interpreter, locate
from modelaudit.targets.pins import PYTHON
from modelaudit.targets.versions import parses

ENVIRONMENT: Final = "environment"
"""The ``--target`` that means what is installed, and the source of such targets."""
_CODE: Final = (".py", ".so", ".pyd")
_TOP: Final = re.compile(r"[/.].*")


class _Found(msgspec.Struct, frozen=True):
    """An installed distribution: its version, and the first parts of its modules' names."""

    version: str
    modules: tuple[str, ...] = ()


def environment(names: Iterable[str], python: str = "") -> list[Target]:
    """A target for each of the packages, for each installed build of one, and all that is there.

    A package of which nothing is installed is a target without a version, see ``Target``. One that
    can be imported although no distribution by its name is installed is left out: it came another
    way, and its version is not known. The target ``python`` is the interpreter: the running one,
    or the one at the path ``python``, which is not run. Raises UsageError where none is there.
    """
    other = locate(python) if python else None
    folders = other.folders if other is not None else _folders()
    found = _installed(other)
    source = f"{ENVIRONMENT}={python}" if python else ENVIRONMENT
    wanted = set(names)
    runtimes = {runtime(name) for name in found}
    return [
        *(
            Target(name, one.version, source, modules=one.modules, folders=folders)
            if one.modules
            else Target(name, one.version, source)
            for name, one in sorted(found.items())
            if one.modules or runtime(name) in wanted
        ),
        *(
            Target(name, "", source, installed=False)
            for name in sorted(wanted)
            if runtime(name) not in runtimes and not _can_be_imported(name, other)
        ),
    ]


def _folders() -> tuple[str, ...]:
    """The directories of packages of the running interpreter."""
    return tuple(path for path in sys.path if path.endswith(("site-packages", "dist-packages")))


def _can_be_imported(name: str, other: Interpreter | None) -> bool:
    """Whether one of the modules that a distribution installs is there; nothing is imported."""
    modules = top_modules().get(name, frozenset())
    if other is None:
        return any(find_spec(module) is not None for module in modules)
    places = [Path(folder) / module for folder in other.folders for module in modules]
    return any(place.is_dir() or any(place.parent.glob(f"{place.name}.*")) for place in places)


def _installed(other: Interpreter | None) -> dict[str, _Found]:
    """By canonical name; of two with one name the one that an import would find."""
    if other is None:
        found, listed = {PYTHON: _Found(platform.python_version())}, distributions()
    else:
        found = {PYTHON: _Found(other.version)} if other.version else {}
        listed = distributions(path=list(other.folders))
    for each in listed:
        # What a broken uninstallation leaves behind has no metadata, and so no name and no version.
        metadata = each.metadata
        if metadata is not None and metadata["Name"] and parses(metadata["Version"] or ""):
            name = canonical(metadata["Name"])
            if name not in found:
                found[name] = _Found(metadata["Version"], _modules(each))
    return found


def _modules(each: Distribution) -> tuple[str, ...]:
    """The first parts of the names of what a distribution installs."""
    listed = each.read_text("top_level.txt")
    if listed is None:
        rows = (each.read_text("RECORD") or "").splitlines()
        files = (row.partition(",")[0] for row in rows)
        listed = "\n".join(_TOP.sub("", file) for file in files if file.endswith(_CODE))
    return tuple(sorted({line for line in listed.split() if line.isidentifier()}))
