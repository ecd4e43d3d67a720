"""What readers on native libraries may not do at all: Landlock, where the system has it (Linux).

https://docs.kernel.org/userspace-api/landlock.html
"""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import cache


@cache
def confine() -> None:
    """Let this process write no file, run no program and open no connection from now on.

    It may read, which its work is. For this it takes the extra ``confined``; nothing happens
    where that or the kernel's support is missing.
    """
    if sys.platform != "linux":
        return
    try:
        from landlockpy import AccessFS, Ruleset, Scope  # noqa: PLC0415
    except ImportError:
        return
    reading = AccessFS.READ_FILE | AccessFS.READ_DIR
    others = Scope.ABSTRACT_UNIX_SOCKET | Scope.SIGNAL
    # All of TCP and UDP is denied as well. What an older kernel does not know is left out.
    with suppress(OSError), Ruleset(handled_fs=~reading, scoped=others) as rules:
        rules.restrict()
