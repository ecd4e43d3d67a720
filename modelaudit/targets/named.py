"""Targets that are named on the command line or in the configuration, and those they bring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from modelaudit.core.errors import UsageError
from modelaudit.core.findings import CONFIGURED, OPTION, PLATFORM, PLATFORMS, Target
from modelaudit.knowledge import keras
from modelaudit.knowledge.aliases import canonical, runtime, spelled
from modelaudit.knowledge.coverage import packages, unknown
from modelaudit.targets.environment import ENVIRONMENT, environment
from modelaudit.targets.pins import PYTHON

REQUIREMENTS: Final = "requirements"
_SYSTEMS: Final = {
    **dict.fromkeys(("win32", "win", "win-64", "win_amd64"), "windows"),
    **dict.fromkeys(("darwin", "osx", "macos-arm64", "osx-arm64"), "macos"),
    **dict.fromkeys(("macos-intel", "osx-64"), "macos-x86_64"),
    **dict.fromkeys(("linux-x86_64", "linux-64"), "linux"),
    **dict.fromkeys(("linux-arm64", "aarch64", "arm64"), "linux-aarch64"),
}
"""Other names of platforms."""
_KERAS_3: Final = (2, 16)
"""The TensorFlow that went over to Keras 3."""


class Named(msgspec.Struct, frozen=True):
    """The targets of a run that were named, and what the user should know about them."""

    targets: tuple[Target, ...]
    notes: tuple[str, ...] = ()


def parse(text: str) -> Target:
    """``NAME==VERSION`` as the option has it. Raises UsageError."""
    name, separator, version = text.partition("==")
    if not separator or not name.strip():
        raise UsageError(f"{OPTION} {text}: expected NAME==VERSION, or {ENVIRONMENT}")
    return _target(name, version, f"{OPTION} {text}", OPTION)


def _target(name: str, version: str, where: str, source: str) -> Target:
    """A target as its place spells it. Raises UsageError."""
    if canonical(name) == PLATFORM:
        named = _SYSTEMS.get(version.strip().lower(), version.strip().lower())
        if named not in PLATFORMS:
            valid = ", ".join(PLATFORMS)
            raise UsageError(f"{where}: {version.strip()!r} is no platform; valid are {valid}")
        return Target(PLATFORM, named, source)
    if canonical(name) == PYTHON and version.strip().isdecimal():
        raise UsageError(f"{where}: name a minor version too, such as {PYTHON}==3.12")
    return Target(canonical(name), _version(version, where), source)


def _environment(text: str) -> bool:
    """``environment``, or ``environment=path/to/python``; a package may begin like this too."""
    name, separator, path = text.partition("=")
    return name == ENVIRONMENT and (not separator or (path != "" and not path.startswith("=")))


def from_options(texts: Iterable[str]) -> list[Target]:
    """What ``--target`` was given; a name and version take precedence over the environment's."""
    texts = list(texts)
    places = [text for text in texts if _environment(text)]
    chosen = [parse(text) for text in texts if text not in places]
    for place in dict.fromkeys(places):
        from modelaudit.knowledge.distributions import distributions  # noqa: PLC0415

        named = {_package(target) for target in chosen}
        python = place.removeprefix(ENVIRONMENT).removeprefix("=")
        found = environment(packages() | distributions(), python)
        chosen += [target for target in found if _package(target) not in named]
    return chosen


def resolve(
    options: Iterable[Target], configured: Mapping[str, object], packs: Sequence[str] = ()
) -> Named:
    """The targets that are named: an option replaces what the configuration says of its package.

    A spelling gets the package's own name. ``packs`` are the configuration's rules, which may be
    about packages that nothing else knows. Raises UsageError for a name that nothing knows.
    """
    options = list(options)
    given = [
        _target(name, version.removeprefix("=="), f"targets.{name}", CONFIGURED)
        for name, version in configured.items()
        if name != REQUIREMENTS and isinstance(version, str)
    ]
    for target in (*options, *given):
        _check(target, packs)
    replaced = {_package(target) for target in options}
    asked = [*options, *(one for one in given if _package(one) not in replaced)]
    chosen = [msgspec.structs.replace(one, name=spelled(one.name)) for one in asked]
    notes = [
        f"{one.name} is judged as {spelled(one.name)}"
        for one in asked
        if spelled(one.name) != one.name
    ]
    notes += _unpublished(chosen)
    return Named(tuple(chosen), tuple(dict.fromkeys(notes)))


def _unpublished(targets: Iterable[Target]) -> list[str]:
    """A note for each release that the package's index does not list."""
    from modelaudit.knowledge.releases import exists  # noqa: PLC0415  only with a target

    return [
        f"no release {target.version} of {target.name} is known"
        for target in targets
        if target.version and target.source == OPTION and not exists(target.name, target.version)
    ]


def implied(targets: Iterable[Target]) -> list[Target]:
    """The Keras that a TensorFlow brings, where no Keras is named.

    It is what the release's own metadata asks for, the newest one that a table knows. Where nothing
    is known of the metadata, TensorFlow before 2.16 has the Keras of its own number inside.
    """
    targets = list(targets)
    if any(target.name == "keras" and target.version for target in targets):
        return []
    found = []
    for target in targets:
        if runtime(target.name) == "tensorflow" and target.version:
            version = _keras_of(target.version)
            source = f"{target.source}, with {target.name} {target.version}"
            found.append(Target("keras", version, source))
    return found


def _keras_of(tensorflow: str) -> str:
    from packaging.version import Version  # noqa: PLC0415  only with a target

    from modelaudit.targets.candidates import asks  # noqa: PLC0415
    from modelaudit.targets.versions import newest  # noqa: PLC0415

    asked = asks("tensorflow", tensorflow, "keras")
    if asked and (found := newest("keras", [asked])):
        return found
    return tensorflow if Version(tensorflow).release < _KERAS_3 else keras.releases()[-1]


def _package(target: Target) -> str:
    """The package that a target is about, whatever it is called."""
    return runtime(spelled(target.name))


def _check(target: Target, packs: Sequence[str]) -> None:
    """Refuse a name that nothing knows. Raises UsageError."""
    problem = unknown(target.name)
    if not problem or not target.version or target.modules:
        return
    from modelaudit.judge import catalogue  # noqa: PLC0415  only for errors, and rules of users

    if problem := unknown(target.name, catalogue.against(tuple(packs))):
        places = {
            OPTION: f"{OPTION} {target.name}=={target.version}",
            CONFIGURED: f"targets.{target.name}",
        }
        raise UsageError(f"{places.get(target.source, f'target {target}')}: {problem}")


def _version(text: str, where: str) -> str:
    """A version without the blanks around it. Raises UsageError."""
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415  only with a target

    try:
        Version(text.strip())
    except InvalidVersion:
        raise UsageError(f"{where}: {text.strip()!r} is not a version") from None
    return text.strip()
