"""Where an artifact has to load: packages and runtimes, each with one version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from modelaudit.errors import UsageError
from modelaudit.findings import Target

REQUIREMENTS: Final = "requirements"


def parse(text: str) -> Target:
    """``NAME==VERSION`` as the option has it. Raises UsageError."""
    name, separator, version = text.partition("==")
    if not separator or not name.strip():
        raise UsageError(f"--target {text}: expected NAME==VERSION")
    return _target(name, version, "--target")


def resolve(options: Iterable[Target], configured: Mapping[str, str]) -> list[Target]:
    """All targets in force: an option replaces what the configuration says of its name."""
    chosen = list(options)
    named = {target.name for target in chosen}
    for name, version in configured.items():
        if name != REQUIREMENTS:
            target = _target(name, version.removeprefix("=="), "configuration")
            if target.name not in named:
                chosen.append(target)
    return chosen


def _target(name: str, version: str, source: str) -> Target:
    from packaging.utils import canonicalize_name  # noqa: PLC0415  only with a target
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415

    try:
        Version(version.strip())
    except InvalidVersion:
        raise UsageError(f"target {name}: {version.strip()!r} is not a version") from None
    return Target(canonicalize_name(name.strip()), version.strip(), source)
