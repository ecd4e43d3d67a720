"""What is installed beside the running interpreter: ``--target environment``.

Versions are read from the metadata of the installed distributions, and nothing is imported.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable
from importlib.metadata import distributions
from typing import Final

from modelaudit.core.findings import Target
from modelaudit.knowledge.aliases import canonical, runtime
from modelaudit.targets.pins import PYTHON

ENVIRONMENT: Final = "environment"
"""The ``--target`` that means what is installed, and the source of such targets."""


def environment(names: Iterable[str]) -> list[Target]:
    """A target for each of the packages and each installed build of one.

    A package of which nothing is installed is a target without a version, see ``Target``.
    ``python`` is the interpreter.
    """
    versions = _installed()
    wanted = set(names)
    builds = {name for name in versions if runtime(name) in wanted}
    runtimes = {runtime(name) for name in builds}
    return [
        *(Target(name, versions[name], ENVIRONMENT) for name in sorted(builds)),
        *(
            Target(name, "", ENVIRONMENT, installed=False)
            for name in sorted(wanted)
            if runtime(name) not in runtimes
        ),
    ]


def _installed() -> dict[str, str]:
    """Versions by canonical name; of two with one name the one that an import would find."""
    found = {PYTHON: platform.python_version()}
    for each in distributions():
        # Leftovers of a broken uninstallation have no metadata, and then neither name nor version.
        metadata = each.metadata
        if metadata is not None and metadata["Name"] and metadata["Version"]:
            found.setdefault(canonical(metadata["Name"]), metadata["Version"])
    return found
