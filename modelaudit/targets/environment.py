"""What is installed beside the running interpreter, or another: ``--target environment``.

Versions are read from the metadata of the installed distributions, and nothing is imported.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable
from importlib.metadata import distributions
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from modelaudit.core.findings import Target
from modelaudit.knowledge.aliases import canonical, runtime
from modelaudit.knowledge.distributions import top_modules
from modelaudit.targets.interpreter import Interpreter, locate
from modelaudit.targets.pins import PYTHON
from modelaudit.targets.versions import parses

ENVIRONMENT: Final = "environment"
"""The ``--target`` that means what is installed, and the source of such targets."""


def environment(names: Iterable[str], python: str = "") -> list[Target]:
    """A target for each of the packages and each installed build of one.

    A package of which nothing is installed is a target without a version, see ``Target``. One that
    can be imported although no distribution by its name is installed is left out: it came another
    way, and its version is not known. The target ``python`` is the interpreter: the running one,
    or the one at the path ``python``, which is not run. Raises UsageError where none is there.
    """
    other = locate(python) if python else None
    versions = _installed(other)
    source = f"{ENVIRONMENT}={python}" if python else ENVIRONMENT
    wanted = set(names)
    builds = {name for name in versions if runtime(name) in wanted}
    runtimes = {runtime(name) for name in builds}
    return [
        *(Target(name, versions[name], source) for name in sorted(builds)),
        *(
            Target(name, "", source, installed=False)
            for name in sorted(wanted)
            if runtime(name) not in runtimes and not _can_be_imported(name, other)
        ),
    ]


def _can_be_imported(name: str, other: Interpreter | None) -> bool:
    """Whether one of the modules that a distribution installs is there; nothing is imported."""
    modules = top_modules().get(name, frozenset())
    if other is None:
        return any(find_spec(module) is not None for module in modules)
    places = [Path(folder) / module for folder in other.folders for module in modules]
    return any(place.is_dir() or any(place.parent.glob(f"{place.name}.*")) for place in places)


def _installed(other: Interpreter | None) -> dict[str, str]:
    """Versions by canonical name; of two with one name the one that an import would find."""
    if other is None:
        found, listed = {PYTHON: platform.python_version()}, distributions()
    else:
        found = {PYTHON: other.version} if other.version else {}
        listed = distributions(path=list(other.folders))
    for each in listed:
        # What a broken uninstallation leaves behind has no metadata, and so no name and no version.
        metadata = each.metadata
        if metadata is not None and metadata["Name"] and parses(metadata["Version"] or ""):
            found.setdefault(canonical(metadata["Name"]), metadata["Version"])
    return found
