"""TensorFlow.js: ``model.json`` with the topology and the paths or addresses of its weights.

https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/io/types.ts
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from modelaudit.core.facts import Fact, Identity, Producer, Reference
from modelaudit.core.limits import MIB, Bounds
from modelaudit.core.source import Source
from modelaudit.formats.archives.members import leaves
from modelaudit.formats.folders import files

_MOST: Final = 256 * MIB
"""Bytes of a ``model.json``: a graph model has its whole graph in it."""
_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_SHOWN: Final = 200


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """The files of weights, and who wrote the model. Raises Malformed."""
    yield Identity("tfjs", "", source.at())
    bounds.check()
    tree = files.json_of(source.whole_bytes(_MOST))
    if not isinstance(tree, dict):
        return
    for key in ("generatedBy", "convertedBy"):
        written = tree.get(key)
        if isinstance(written, str):
            name, _, version = written.rpartition(" ")
            yield Producer((name or written)[:_SHOWN], version[:_SHOWN], source.at())
    for key, value in files.walk(tree.get("weightsManifest")):
        if key == "paths" and isinstance(value, str):
            outside = leaves(value) or _ADDRESS.match(value) is not None
            yield Reference("weights", value[:_SHOWN], outside, source.at())
