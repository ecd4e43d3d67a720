"""What keeps a loader inside: nothing is written outside one directory, and there is no network.

Landlock, https://docs.kernel.org/userspace-api/landlock.html; limits by setrlimit.
"""

from __future__ import annotations

import ctypes
import os
import resource
import struct
from typing import Final

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # system calls, the same number on every machine
_READS: Final = 1 << 0 | 1 << 2 | 1 << 3  # execute, read a file, read a directory
_ALL: Final = (1 << 15) - 1  # every right over files of version 3
_NO_NEW_PRIVS: Final = 38
_NEW_NETWORK: Final = 0x40000000
_SIGNALS: Final = 1 << 1

MIB: Final = 1 << 20


def confine(directory: str) -> bool:
    """Let this process, and those it starts, write below ``directory`` only.

    False where the kernel cannot.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.unshare(_NEW_NETWORK)
    version = libc.syscall(_CREATE, None, 0, 1)
    if version < 3:
        return False
    # Rights over files and over the network, and what is scoped; older kernels know fewer fields.
    fields = struct.pack("<QQQ", _ALL, 3 if version >= 4 else 0, _SIGNALS if version >= 6 else 0)
    ruleset = libc.syscall(_CREATE, fields, 24 if version >= 6 else 16 if version >= 4 else 8, 0)
    if ruleset < 0:
        return False
    for path, rights in (("/", _READS), (directory, _ALL), ("/dev/null", _READS & ~8 | 2)):
        handle = os.open(path, os.O_PATH)
        rule = struct.pack("<Qi", rights, handle)
        if libc.syscall(_ADD, ruleset, 1, rule, 0) != 0:
            return False
        os.close(handle)
    if libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.syscall(_RESTRICT, ruleset, 0) == 0)


def limit() -> None:
    """Five seconds, two gigabytes, and files of a megabyte."""
    resource.setrlimit(resource.RLIMIT_CPU, (5, 5))
    resource.setrlimit(resource.RLIMIT_AS, (4096 * MIB, 4096 * MIB))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MIB, MIB))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
