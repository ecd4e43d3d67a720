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
