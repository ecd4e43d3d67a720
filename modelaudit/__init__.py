"""modelaudit: is this model file safe to load, and will it load where it is going to run?

``scan()`` gives verdicts and findings, ``iter_scan()`` one artifact at a time, ``scan_bytes()``
those of bytes, ``inspect()`` the facts of one artifact, and ``diff()`` what changed between two
versions of a model. Nothing that is read is executed, imported or unpickled.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from modelaudit.version import VERSION as __version__

if TYPE_CHECKING:
    from modelaudit.api import (
        Comparison,
        Report,
        Scanned,
        diff,
        inspect,
        iter_scan,
        scan,
        scan_bytes,
    )
    from modelaudit.comparison.model import (
        Change,
        Difference,
        FieldChange,
        FindingChange,
        LoadingChange,
    )
    from modelaudit.config.model import Config, Override, RuleOverride, Suppression
    from modelaudit.core.errors import UsageError
    from modelaudit.core.findings import SEVERITIES, Finding, Severity, Suppressed, Target, at_least
    from modelaudit.core.inspection import Inspection
    from modelaudit.core.limits import Limits
    from modelaudit.core.report import Artifact, Skipped
    from modelaudit.core.verdicts import Loading, LoadingVerdict, Safety

__all__ = [
    "SEVERITIES",
    "Artifact",
    "Change",
    "Comparison",
    "Config",
    "Difference",
    "FieldChange",
    "Finding",
    "FindingChange",
    "Inspection",
    "Limits",
    "Loading",
    "LoadingChange",
    "LoadingVerdict",
    "Override",
    "Report",
    "RuleOverride",
    "Safety",
    "Scanned",
    "Severity",
    "Skipped",
    "Suppressed",
    "Suppression",
    "Target",
    "UsageError",
    "__version__",
    "at_least",
    "diff",
    "inspect",
    "iter_scan",
    "scan",
    "scan_bytes",
]

_PLACES: Final = {
    "api": (
        "Comparison",
        "Report",
        "Scanned",
        "diff",
        "inspect",
        "iter_scan",
        "scan",
        "scan_bytes",
    ),
    "comparison.model": ("Change", "Difference", "FieldChange", "FindingChange", "LoadingChange"),
    "config.model": ("Config", "Override", "RuleOverride", "Suppression"),
    "core.errors": ("UsageError",),
    "core.findings": ("SEVERITIES", "Finding", "Severity", "Suppressed", "Target", "at_least"),
    "core.inspection": ("Inspection",),
    "core.limits": ("Limits",),
    "core.report": ("Artifact", "Skipped"),
    "core.verdicts": ("Loading", "LoadingVerdict", "Safety"),
}
"""What is exported, by its module, which is imported when something of it is asked for."""
_MODULES: Final = {name: module for module, names in _PLACES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"modelaudit.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
