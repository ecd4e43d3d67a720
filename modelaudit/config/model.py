"""The types of modelaudit.yaml; their docstrings are the descriptions in its JSON Schema.

The same keys may stand under ``[tool.modelaudit]`` in pyproject.toml. Rule ids are not checked
here: which of them exist is known only once the catalogue is loaded.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec

from modelaudit.core.findings import Severity
from modelaudit.core.limits import Limits
from modelaudit.core.patterns import Patterns

Profile = Literal["default", "strict"]
Text = Annotated[str, msgspec.Meta(min_length=1)]
Parameter = bool | int | float | str | list[str]
"""What a parameter of a rule may be, and what the configuration may set it to."""

REQUIREMENTS = "requirements"
"""The key among ``targets`` that is no package: whether requirement files are read."""


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
    """id of the rule, or a prefix, a name, a category, or ALL"""
    path: Text
    """glob over the artifact's path from the project's root, with forward slashes"""
    sha256: str | None = None
    """digest of the artifact; findings come back when its bytes change"""
    subject: str | None = None
    """what the finding is about, such as os.system; any where left out"""
    reason: Text
    """why this is accepted"""
    until: date | None = None
    """last day on which this holds"""


class Override(Part, frozen=True, kw_only=True):
    """What is different for some artifacts. Of several that fit, the last that says it decides."""

    paths: Annotated[list[Text], msgspec.Meta(min_length=1)]
    """patterns as in .gitignore, counted from the project's root"""
    profile: Profile | None = None
    """the profile for these artifacts"""
    fail_on: Severity | None = None
    """lowest severity that makes a scan exit with 1, for these artifacts"""
    ignore: list[str] = []
    """rules that are not in force for these artifacts, beside those that are in force for none"""


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
    """rules that are in force: ids, prefixes of ids, names, categories, or ALL"""
    ignore: list[str] = []
    """rules that are not, spelled in the same ways; the closest fit decides"""
    rules: dict[str, RuleOverride] = {}
    """changes to rules, by what stands for them"""
    suppress: list[Suppression] = []
    """findings that were reviewed and accepted"""
    exclude: list[Text] = []
    """patterns of what is left out, as in .gitignore and counted from the project's root"""
    overrides: list[Override] = []
    """what is different for artifacts at some paths"""
    baseline: Text | None = None
    """file of findings that are known, relative to this file; modelaudit baseline write makes it"""
    packs: list[str] = []
    """directories of more rules, relative to this file"""
    limits: Limits = Limits()
    """bounds on what one artifact may cost"""


class Authority(msgspec.Struct, frozen=True):
    """The configuration of a run, and the part of it that may silence security findings.

    Both are the same where the user named the configuration. One that was only found may have come
    with the artifacts, so ``trusted`` is then what the user said besides it. ``root`` is the
    absolute path of the project's root, from which their paths are counted.
    """

    config: Config
    trusted: Config
    root: str

    @property
    def limits(self) -> Limits:
        """The limits in force: a configuration that was found raises limits and lowers none."""
        if self.config is self.trusted:
            return self.config.limits
        bounds = msgspec.to_builtins(self.config.limits)
        least = msgspec.to_builtins(self.trusted.limits)
        return msgspec.convert({name: max(bounds[name], least[name]) for name in least}, Limits)

    def at(self, path: str) -> Authority:
        """What decides about one artifact, by its path from the root."""
        if not self.config.overrides and not self.trusted.overrides:
            return self
        config = _overridden(self.config, path)
        same = self.config is self.trusted
        return Authority(config, config if same else _overridden(self.trusted, path), self.root)


def _overridden(config: Config, path: str) -> Config:
    for entry in config.overrides:
        patterns = Patterns(entry.paths)
        if patterns.decides(path) or patterns.decides(path, folder=True):
            config = msgspec.structs.replace(
                config,
                profile=entry.profile or config.profile,
                fail_on=entry.fail_on or config.fail_on,
                ignore=[*config.ignore, *entry.ignore],
            )
    return config
