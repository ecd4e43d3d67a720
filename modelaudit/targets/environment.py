"""What is installed beside the running interpreter: ``--target environment``.

Versions are read from the metadata of the installed distributions, and nothing is imported. Only
torch knows its own operators: it is asked for them in a process of its own.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from modelaudit.findings import Target
from modelaudit.targets import ENVIRONMENT

PATIENCE: Final = 120
"""Seconds that importing torch may take."""
_ASK: Final = (
    "import json, torch; print(json.dumps([s.name for s in torch._C._jit_get_all_schemas()]))"
)


def installed(names: Iterable[str]) -> list[Target]:
    """The targets among ``names`` that this environment has; ``python`` is the interpreter."""
    targets = []
    for name in sorted(set(names)):
        try:
            found = platform.python_version() if name == "python" else version(name)
        except PackageNotFoundError:
            continue
        targets.append(Target(name, found, ENVIRONMENT))
    return targets


@cache
def torch_operators(python: str = sys.executable) -> frozenset[str] | None:
    """The operators (``aten::add``) that an interpreter's torch registers; None without one."""
    try:
        asked = subprocess.run(  # noqa: S603  the interpreter itself, with no text of an artifact
            [python, "-P", "-c", _ASK], capture_output=True, timeout=PATIENCE, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return frozenset(json.loads(asked.stdout.splitlines()[-1]))
