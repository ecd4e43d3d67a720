"""Every kind of anomaly, reason of ``Unreadable`` and key of metadata, each once.

One module for each family of formats holds theirs: what it means, as one sentence for people, and
which fields an inspector gives with it. An inspector gives fields and a rule has the words; a rule
about several kinds may show the ``sentence`` of the one at hand. ``tests/core/test_kinds.py``
refuses a kind that is not listed here, and one that no inspector yields.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Final, Protocol, cast

from modelaudit.core.facts import Anomaly, Unreadable
from modelaudit.core.kinds.kind import Key, Kind, Reason

FAMILIES: Final = (
    "general", "archives", "numpy", "hdf5", "pickle", "torch", "onnx", "savedmodel", "keras",
    "pmml", "folders", "runtimes",
)  # fmt: skip


@cache
def anomalies() -> dict[str, Kind]:
    """By name, from every family."""
    return {name: kind for module in families() for name, kind in module.ANOMALIES.items()}


@cache
def reasons() -> dict[str, Reason]:
    """By name, from every family."""
    return {name: kind for module in families() for name, kind in module.REASONS.items()}


@cache
def metadata() -> dict[str, Key]:
    """By key, from every family."""
    return {name: key for module in families() for name, key in module.METADATA.items()}


def sentence(fact: Anomaly | Unreadable) -> str:
    """What a fact says, for people. Raises KeyError for a kind or a field that is not listed."""
    known = anomalies()[fact.kind] if isinstance(fact, Anomaly) else reasons()[fact.reason]
    return known.sentence_of(fact.fields)


class _Family(Protocol):
    ANOMALIES: dict[str, Kind]
    REASONS: dict[str, Reason]
    METADATA: dict[str, Key]


def families() -> list[_Family]:
    """The modules are imported when a sentence is asked for: most scans have nothing to say."""
    return [cast("_Family", import_module(f"{__name__}.{family}")) for family in FAMILIES]
