"""The index of a checkpoint in several files: ``weight_map`` names the file of each tensor.

Loaders open every path that it names.
https://huggingface.co/docs/safetensors/index and
https://huggingface.co/docs/transformers/big_models#sharded-checkpoints
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Anomaly, Fact, Identity, Reference
from modelaudit.core.limits import MIB, Bounds
from modelaudit.core.source import Source
from modelaudit.formats.archives.members import leaves

_MOST: Final = 64 * MIB


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """A reference for each shard, and shards that do not exist."""
    yield Identity("shard-index", "", source.at())
    if source.extent > _MOST:
        raise Malformed("limit", {"limit": "shard-index-bytes", "most": _MOST})
    try:
        index = json.loads(source.read(0, _MOST).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Malformed("shard-index", {"problem": str(error)}, 0) from None
    weights = index.get("weight_map") if isinstance(index, dict) else None
    if not isinstance(weights, dict):
        raise Malformed("shard-index", {"problem": "it has no weight_map"}, 0)
    targets = [target for target in weights.values() if isinstance(target, str)]
    if len(targets) < len(weights):
        yield Anomaly("shard-not-text", {}, source.at())
    for target in dict.fromkeys(targets):
        outside = leaves(target)
        yield Reference("shard", target, outside, source.at())
        if not outside and not source.members and not _exists(source.path, target):
            yield Anomaly("missing-shard", {"name": target}, source.at())


def _exists(path: str, target: str) -> bool:
    """True for a regular file; a loader that opens a pipe waits for ever."""
    try:
        return os.path.isfile(Path(path).parent / target)  # noqa: PTH113  takes any text
    except ValueError:
        return False
