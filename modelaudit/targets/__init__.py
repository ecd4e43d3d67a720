"""Where an artifact has to load: packages and runtimes, each with one version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from modelaudit.errors import UsageError
from modelaudit.findings import Target

REQUIREMENTS: Final = "requirements"
ENVIRONMENT: Final = "environment"
"""The ``--target`` that stands for what is installed beside the running interpreter."""


def parse(text: str) -> Target:
    """``NAME==VERSION`` as the option has it. Raises UsageError."""
    name, separator, version = text.partition("==")
    if not separator or not name.strip():
        raise UsageError(f"--target {text}: expected NAME==VERSION, or {ENVIRONMENT}")
    return _target(name, version, "--target")


def from_options(texts: Iterable[str]) -> list[Target]:
    """What ``--target`` was given; a name and version take precedence over the environment's."""
    texts = list(texts)
    chosen = [parse(text) for text in texts if text != ENVIRONMENT]
    if ENVIRONMENT in texts:
        from modelaudit.judge import catalogue, symbols  # noqa: PLC0415  to know what to look for
        from modelaudit.judge.rule import ANY  # noqa: PLC0415
        from modelaudit.targets.environment import installed  # noqa: PLC0415

        known = {rule.against for rule in catalogue.load().rules.values() if rule.against}
        known = (known - {ANY}) | symbols.NAMES
        named = {target.name for target in chosen}
        chosen += [target for target in installed(known) if target.name not in named]
    return chosen


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
