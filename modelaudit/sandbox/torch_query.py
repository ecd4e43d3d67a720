"""The operators that the torch of an interpreter registers: only torch itself knows them."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from typing import Final

PATIENCE: Final = 120
"""Seconds that importing torch may take."""
_ASK: Final = (
    "import json, torch; print(json.dumps([s.name for s in torch._C._jit_get_all_schemas()]))"
)


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
