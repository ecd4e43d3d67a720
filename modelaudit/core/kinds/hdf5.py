"""Kinds of HDF5 files, whatever they hold."""

from __future__ import annotations

from typing import Final

from modelaudit.core.kinds.kind import Key, Kind

ANOMALIES: Final[dict[str, Kind]] = {}
REASONS: Final[dict[str, Kind]] = {}
METADATA: Final[dict[str, Key]] = {}
