"""Environment markers, evaluated for CPython on Linux and one version of Python.

https://packaging.python.org/specifications/dependency-specifiers/#environment-markers
"""

from __future__ import annotations

from functools import cache
from typing import Final

from packaging.markers import (
    InvalidMarker,
    Marker,
    UndefinedComparison,
    UndefinedEnvironmentName,
)

_PLATFORM: Final = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_release": "",
    "platform_system": "Linux",
    "platform_version": "",
    "sys_platform": "linux",
}
MOST_MARKER: Final = 10_000
"""Characters of one marker."""


@cache
def holds(marker: str, python: str, extra: str = "") -> bool:
    """Whether a marker holds where an extra is asked for; one that cannot be evaluated does."""
    if len(marker) > MOST_MARKER:
        return True
    full = python if python.count(".") > 1 else f"{python}.0"
    known = _PLATFORM | {
        "python_version": ".".join(python.split(".")[:2]),
        "python_full_version": full,
        "implementation_version": full,
        "extra": extra,
    }
    try:
        return Marker(marker).evaluate(known)
    except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName, RecursionError):
        return True
