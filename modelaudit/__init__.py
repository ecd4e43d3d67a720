"""modelaudit: is this model file safe to load, and will it load where it is going to run?

``scan()`` gives verdicts and findings, ``iter_scan()`` one artifact at a time, ``scan_bytes()``
those of bytes, ``inspect()`` the facts of one artifact, and ``diff()`` what changed between two
versions of a model. Nothing that is read is executed, imported or unpickled.
"""

from __future__ import annotations

from modelaudit.api import Comparison, Report, Scanned, diff, inspect, iter_scan, scan, scan_bytes
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
from modelaudit.version import VERSION as __version__

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
