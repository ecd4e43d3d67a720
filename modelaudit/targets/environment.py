"""What is installed beside the running interpreter: ``--target environment``.

Versions are read from the metadata of the installed distributions, and nothing is imported.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version

from modelaudit.core.findings import Target


def installed(names: Iterable[str], source: str) -> list[Target]:
    """The targets among ``names`` that are installed, said by ``source``.

    ``python`` is the interpreter.
    """
    targets = []
    for name in sorted(set(names)):
        try:
            found = platform.python_version() if name == "python" else version(name)
        except PackageNotFoundError:
            continue
        targets.append(Target(name, found, source))
    return targets
