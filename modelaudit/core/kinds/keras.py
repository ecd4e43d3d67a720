"""Kinds of Keras configurations and archives."""

from __future__ import annotations

from typing import Final

from modelaudit.core.kinds.kind import Key, Kind, Reason

ANOMALIES: Final[dict[str, Kind]] = {}
REASONS: Final[dict[str, Reason]] = {}
METADATA: Final[dict[str, Key]] = {}
