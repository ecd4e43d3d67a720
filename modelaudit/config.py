"""modelaudit.yaml: its types, where it is looked for, and what makes it invalid.

The same keys may stand under ``[tool.modelaudit]`` in pyproject.toml. Rule ids are not checked
here: which of them exist is known only once the catalogue is loaded.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from modelaudit.errors import UsageError
from modelaudit.findings import Severity
from modelaudit.judge.rule import Parameter
from modelaudit.limits import Limits

if TYPE_CHECKING:
    from modelaudit.yamlfile import Document

Profile = Literal["default", "strict"]
Text = Annotated[str, msgspec.Meta(min_length=1)]

REQUIREMENTS = "requirements"
"""The key among ``targets`` that is no package: whether requirement files are read."""

_VERSION = re.compile(r"(==)?[0-9][0-9A-Za-z.+!_-]*")
_DIGEST = re.compile(r"[0-9a-fA-F]{64}")
_PLAIN = {bool: "true or false", list: "a list", dict: "a mapping"}
_NAMES = ("modelaudit.yaml", ".modelaudit.yaml")
_PYPROJECT = "pyproject.toml"


class ConfigError(UsageError):
    """A configuration that cannot be used; the text names the file and, where known, the place."""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What every part of the configuration has in common."""


class RuleOverride(Part, frozen=True, kw_only=True):
    """What the configuration changes about one rule."""

    severity: Severity | None = None
    """the severity its findings get"""
    params: dict[str, Parameter] = {}
    """values for the parameters that the rule declares"""


class Suppression(Part, frozen=True, kw_only=True):
    """Findings that were reviewed and accepted."""

    rule: Text
    """id of the rule"""
    path: Text
    """glob over the artifact's path, with forward slashes"""
    sha256: str | None = None
    """digest of the artifact; findings come back when its bytes change"""
    subject: str | None = None
    """what the finding is about, such as os.system; any where left out"""
    reason: Text
    """why this is accepted"""
    until: date | None = None
    """last day on which this holds"""


class Config(Part, frozen=True, kw_only=True):
    """The configuration of one project."""

    version: Literal[1] = 1
    """version of this file's format"""
    targets: dict[str, str | bool | list[str] | dict[str, list[str]]] = {}
    """packages and runtimes that artifacts have to load with: a name and one version. requirements
    says which requirement files are read for the others: auto for those around each artifact, off,
    a list of files, or several such lists by name"""
    profile: Profile = "default"
    """strict rates everything that was not reviewed as high"""
    fail_on: Severity = "medium"
    """lowest severity that makes a scan exit with 1"""
    select: list[str] = msgspec.field(default_factory=lambda: ["ALL"])
    """ids of rules, or prefixes of ids, that are in force"""
    ignore: list[str] = []
    """ids or prefixes that are not"""
    rules: dict[str, RuleOverride] = {}
    """changes to single rules, by id"""
    suppress: list[Suppression] = []
    """findings that were reviewed and accepted"""
    packs: list[str] = []
    """directories of more rules, relative to this file"""
    limits: Limits = Limits()
    """bounds on what one artifact may cost"""


def discover(start: Path) -> Path | None:
    """The configuration for work in ``start``, looked for up to the root of its repository.

    Outside a repository only ``start`` itself counts: what lies above it may belong to others.
    """
    start = start.absolute()
    upwards = [start, *start.parents]
    roots = [index for index, folder in enumerate(upwards) if (folder / ".git").exists()]
    for folder in upwards[: roots[0] + 1 if roots else 1]:
        for name in _NAMES:
            if (folder / name).is_file():
                return folder / name
        if _has_table(folder / _PYPROJECT):
            return folder / _PYPROJECT
    return None


def load(path: Path) -> Config:
    """Read a configuration: YAML, or the table of a pyproject.toml. Raises ConfigError."""
    from modelaudit.strict import convert  # noqa: PLC0415  most runs have no configuration
    from modelaudit.yamlfile import YamlError  # noqa: PLC0415

    try:
        document = _read(path)
        config = Config() if document.value is None else convert(document, Config)
        _check(config, document)
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
    return msgspec.structs.replace(config, packs=packs, targets=targets)


def _read(path: Path) -> Document:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: not UTF-8 text") from None
    from modelaudit.yamlfile import Document, read  # noqa: PLC0415

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
        data = path.read_bytes()
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


def _check(config: Config, document: Document) -> None:
    """What the types cannot say."""
    for name, value in config.targets.items():
        if name == REQUIREMENTS:
            _check_requirements(value, document)
        elif not isinstance(value, str):
            message = f"targets.{name}: expected text, got {_PLAIN[type(value)]}"
            raise document.error(("targets", name), message)
        elif not _VERSION.fullmatch(value):
            message = f"targets.{name}: expected one version such as 1.17, got {value!r}"
            raise document.error(("targets", name), message)
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
