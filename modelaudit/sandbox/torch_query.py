"""The operators that the torch installed here registers: only torch itself knows them.

torch is not an artifact, and is trusted; it is asked in a child process because importing it takes
seconds and gigabytes, and because no verdict may depend on what a scan has imported.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import msgspec

from modelaudit.core.limits import GIB, MIB
from modelaudit.sandbox.process import NoAnswer, ask_once

TIMEOUT: Final = 120.0
"""Seconds that importing torch may take."""
MAX_MEMORY: Final = 64 * GIB
"""Address space: a torch with CUDA maps gigabytes of libraries."""
MAX_ANSWER: Final = 16 * MIB


@cache
def torch_operators() -> frozenset[str] | None:
    """The operators (``aten::add``) that the installed torch registers; None without one."""
    try:
        reply = ask_once(__name__, b"", seconds=TIMEOUT, memory=MAX_MEMORY, most=MAX_ANSWER)
    except NoAnswer:
        return None
    return msgspec.msgpack.decode(reply, type=frozenset[str])


def answer(_: bytes) -> bytes:
    """In the child: the names of all operators."""
    import torch  # noqa: PLC0415  the extra "torch"

    return msgspec.msgpack.encode([schema.name for schema in torch._C._jit_get_all_schemas()])  # noqa: SLF001
