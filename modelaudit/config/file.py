"""The file of the configuration: where it is looked for, and what makes it invalid."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from modelaudit.config.model import REQUIREMENTS, Config
from modelaudit.core.errors import UsageError
from modelaudit.core.findings import PLATFORM
from modelaudit.core.paths import is_file, open_regular

if TYPE_CHECKING:
    from modelaudit.config.yamlfile import Document

_VERSION = re.compile(r"(==)?[0-9][0-9A-Za-z.+!_-]*")
_DIGEST = re.compile(r"[0-9a-fA-F]{64}")
_PLAIN = {bool: "true or false", list: "a list", dict: "a mapping"}
_NAMES = ("modelaudit.yaml", ".modelaudit.yaml", "modelaudit.yml", ".modelaudit.yml")
_PYPROJECT = "pyproject.toml"
LIKE = 0.85
"""How like a name has to be to a key to be that key misspelt."""


class ConfigError(UsageError):
    """A configuration that cannot be used; the text names the file and, where known, the place."""


VARIABLE = "MODELAUDIT_CONFIG"
"""The environment variable that names a configuration."""


def named_by_environment() -> Path | None:
    """The configuration that ``MODELAUDIT_CONFIG`` names. Raises ConfigError if it is no file."""
    name = os.environ.get(VARIABLE)
    if not name:
        return None
    if not Path(name).is_file():
        raise ConfigError(f"{VARIABLE}: {name}: no such file")
    return Path(name)


def discover(start: Path) -> Path | None:
    """The configuration for work in ``start``, looked for up to the root of its repository.

    Outside a repository only ``start`` itself counts: what lies above it may belong to others.
    """
    start = start.absolute()
    upwards = [start, *start.parents]
    roots = [index for index, folder in enumerate(upwards) if os.path.lexists(folder / ".git")]
    for folder in upwards[: roots[0] + 1 if roots else 1]:
        for name in _NAMES:
            if is_file(folder / name):
                return folder / name
        if _has_table(folder / _PYPROJECT):
            return folder / _PYPROJECT
    return None


def load(path: Path) -> Config:
    """Read a configuration: YAML, or the table of a pyproject.toml. Raises ConfigError."""
    from modelaudit.config.strict import convert  # noqa: PLC0415  most runs have no configuration
    from modelaudit.config.yamlfile import YamlError  # noqa: PLC0415

    try:
        document = _read(path)
        config = Config() if document.value is None else convert(document, Config)
        check(config, document)
    except YamlError as error:
        raise ConfigError(str(error)) from None
    return _placed(config, path.parent)


def _placed(config: Config, folder: Path) -> Config:
    """Files that the configuration names as seen from its own place."""
    packs = [str(folder / pack) for pack in config.packs]
    targets = dict(config.targets)
    named = targets.get(REQUIREMENTS)
    if isinstance(named, list):
        targets[REQUIREMENTS] = [str(folder / name) for name in named]
    elif isinstance(named, dict):
        targets[REQUIREMENTS] = {
            label: [str(folder / name) for name in names] for label, names in named.items()
        }
    baseline = None if config.baseline is None else str(folder / config.baseline)
    return msgspec.structs.replace(config, packs=packs, targets=targets, baseline=baseline)


def located(file: Path, path: tuple[str | int, ...], text: str | None, message: str) -> UsageError:
    """An error about a value, with its place in the file if it is from there.

    ``text`` is the value or key, where it is a text: the command line may have said it instead.
    """
    document = _read(file)
    value = document.value
    for step in path[:-1]:
        known = isinstance(step, str) and isinstance(value, dict) and step in value
        value = value[step] if known or isinstance(value, list) else None
    step = path[-1]
    if isinstance(value, dict):
        fits = step in value and text in (None, step, value[step])
    else:
        fits = isinstance(value, list) and int(step) < len(value) and value[int(step)] == text
    if not fits:
        return UsageError(message)
    return ConfigError(str(document.error(path, message, at_key=path[-1] == text)))


def _read(path: Path) -> Document:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: not UTF-8 text") from None
    from modelaudit.config.yamlfile import Document, read  # noqa: PLC0415

    if path.suffix != ".toml":
        return read(text, str(path))
    import tomllib  # noqa: PLC0415

    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None
    return Document(str(path), tables.get("tool", {}).get("modelaudit"))


def _has_table(path: Path) -> bool:
    """True for a pyproject.toml with our table, and for a broken one that may mean to have it."""
    try:
        with open_regular(path) as file:
            data = file.read()
    except OSError:
        return False
    if b"modelaudit" not in data:
        return False
    import tomllib  # noqa: PLC0415

    try:
        tool = tomllib.loads(data.decode("utf-8")).get("tool", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return True
    return isinstance(tool, dict) and "modelaudit" in tool


def check(config: Config, document: Document) -> None:
    """What the types cannot say. Raises YamlError."""
    _check_targets(config, document)
    for name, bound in msgspec.to_builtins(config.limits).items():
        if bound <= 0:
            raise document.error(("limits", name), f"limits.{name}: must be more than 0")
    for index, entry in enumerate(config.suppress):
        if entry.sha256 is not None and not _DIGEST.fullmatch(entry.sha256):
            message = f"suppress[{index}].sha256: expected 64 hexadecimal digits"
            raise document.error(("suppress", index, "sha256"), message)
        if not entry.reason.strip():
            message = f"suppress[{index}].reason: must not be empty"
            raise document.error(("suppress", index, "reason"), message)


def _check_targets(config: Config, document: Document) -> None:
    for name, value in config.targets.items():
        if name == REQUIREMENTS:
            _check_requirements(value, document)
        elif _is_like(name, REQUIREMENTS):
            message = f"targets.{name}: did you mean {REQUIREMENTS!r}?"
            raise document.error(("targets", name), message, at_key=True)
        elif not isinstance(value, str):
            message = f"targets.{name}: expected text, got {_PLAIN[type(value)]}"
            raise document.error(("targets", name), message)
        elif name == PLATFORM:
            continue  # which of them there are is known where targets are resolved
        elif not _VERSION.fullmatch(value):
            message = f"targets.{name}: expected one version such as 1.17, got {value!r}"
            raise document.error(("targets", name), message)
        elif not config.packs:  # rules of a pack may be about packages that nothing else knows
            _check_name(name, document)


def _is_like(name: str, key: str) -> bool:
    """Whether a name is a key misspelt."""
    from difflib import SequenceMatcher  # noqa: PLC0415  most runs have no configuration

    return SequenceMatcher(None, name.lower(), key).ratio() > LIKE


def _check_name(name: str, document: Document) -> None:
    from modelaudit.knowledge.aliases import canonical  # noqa: PLC0415  most name no target
    from modelaudit.knowledge.coverage import unknown  # noqa: PLC0415

    if problem := unknown(canonical(name)):
        raise document.error(("targets", name), f"targets.{name}: {problem}")


def _check_requirements(value: object, document: Document) -> None:
    place = ("targets", REQUIREMENTS)
    if isinstance(value, dict | list) and not value:
        raise document.error(place, f"targets.{REQUIREMENTS}: must not be empty; off reads none")
    if value is True or (isinstance(value, str) and value not in ("auto", "off")):
        message = f"targets.{REQUIREMENTS}: expected auto, off, or files, got {value!r}"
        raise document.error(place, message)
    for label, names in value.items() if isinstance(value, dict) else ():
        if not names:
            raise document.error((*place, label), f"targets.{REQUIREMENTS}.{label}: names no file")
