"""Environment markers, evaluated for CPython of one version on one platform.

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

from modelaudit.targets.host import Host

_ALWAYS: Final = {
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
    "platform_release": "",
    "platform_version": "",
}
_NAMES: Final = ("os_name", "platform_machine", "platform_system", "sys_platform")
_PLATFORMS: Final = {
    "linux": ("posix", "x86_64", "Linux", "linux"),
    "linux-aarch64": ("posix", "aarch64", "Linux", "linux"),
    "macos": ("posix", "arm64", "Darwin", "darwin"),
    "macos-x86_64": ("posix", "x86_64", "Darwin", "darwin"),
    "windows": ("nt", "AMD64", "Windows", "win32"),
}
MOST_MARKER: Final = 10_000
"""Characters of one marker."""


@cache
def holds(marker: str, host: Host, extra: str = "") -> bool:
    """Whether a marker holds where an extra is asked for; one that cannot be evaluated does."""
    if len(marker) > MOST_MARKER:
        return True
    python = host.python
    full = python if python.count(".") > 1 else f"{python}.0"
    known = {
        **_ALWAYS,
        **dict(zip(_NAMES, _PLATFORMS[host.platform], strict=True)),
        "python_version": ".".join(python.split(".")[:2]),
        "python_full_version": full,
        "implementation_version": full,
        "extra": extra,
    }
    try:
        return Marker(marker).evaluate(known)
    except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName, RecursionError):
        return True
