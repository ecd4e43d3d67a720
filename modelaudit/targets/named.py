"""Targets that are named on the command line or in the configuration, and those they bring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from modelaudit.core.errors import UsageError
from modelaudit.core.findings import ALIASES, Target

REQUIREMENTS: Final = "requirements"
NEWEST_KERAS: Final = "3.15"
"""The newest release that rules/tables/keras_classes.json knows."""
_KERAS_3: Final = (2, 16)
"""The TensorFlow that went over to Keras 3."""
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
        from modelaudit.judge import catalogue  # noqa: PLC0415  to know what to look for
        from modelaudit.judge.rule import ANY  # noqa: PLC0415
        from modelaudit.knowledge import symbols  # noqa: PLC0415
        from modelaudit.targets.environment import installed  # noqa: PLC0415

        known = {rule.against for rule in catalogue.load().rules.values() if rule.against}
        known |= {name for name, meant in ALIASES.items() if meant in known}
        known = (known - {ANY}) | symbols.NAMES
        named = {target.name for target in chosen}
        chosen += [target for target in installed(known, ENVIRONMENT) if target.name not in named]
    return chosen


def resolve(options: Iterable[Target], configured: Mapping[str, object]) -> list[Target]:
    """The targets that are named: an option replaces what the configuration says of its name."""
    chosen = list(options)
    named = {target.name for target in chosen}
    for name, version in configured.items():
        if name != REQUIREMENTS and isinstance(version, str):
            target = _target(name, version.removeprefix("=="), "configuration")
            if target.name not in named:
                chosen.append(target)
    return chosen + implied(chosen)


def implied(targets: Iterable[Target]) -> list[Target]:
    """The Keras that a TensorFlow brings, where no Keras is named.

    TensorFlow 2.6 to 2.15 bring the Keras of their own number; later ones install any Keras 3, of
    which the newest known is taken.
    """
    targets = list(targets)
    if any(target.name == "keras" for target in targets):
        return []
    from packaging.version import Version  # noqa: PLC0415  only with a target

    found = []
    for target in targets:
        if ALIASES.get(target.name, target.name) == "tensorflow" and target.version:
            release = Version(target.version).release
            version = target.version if release < _KERAS_3 else NEWEST_KERAS
            source = f"{target.source}, with {target.name} {target.version}"
            found.append(Target("keras", version, source))
    return found


def _target(name: str, version: str, source: str) -> Target:
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415  only with a target

    from modelaudit.targets.pins import canonical  # noqa: PLC0415

    try:
        Version(version.strip())
    except InvalidVersion:
        raise UsageError(f"target {name}: {version.strip()!r} is not a version") from None
    return Target(canonical(name), version.strip(), source)
