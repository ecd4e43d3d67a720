"""Formats that are known and not read: what one is, and whether its loader runs code of the file.

Caffe imports the module that a layer of the type Python names:
https://github.com/BVLC/caffe/blob/master/include/caffe/layers/python_layer.hpp
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from modelaudit.core.facts import Fact, Identity, Unreadable
from modelaudit.core.limits import MIB, Bounds
from modelaudit.core.source import Source
from modelaudit.discovery.directory import Folder
from modelaudit.discovery.identify import HEAD, candidate_formats
from modelaudit.discovery.known import FOLDERS_KNOWN, by_content, by_format, by_name

_PYTHON_LAYER: Final = re.compile(rb"type\s*:\s*[\"']Python[\"']|\x12\x06Python")
_SEARCHED: Final = MIB
"""Bytes of a network that are searched for a layer."""


def inspect(source: Source, _bounds: Bounds) -> Iterator[Fact]:
    """The format by content, else by the name that claims it."""
    name = source.at().members[-1] if source.at().members else source.path
    found = by_content(source.read(0, HEAD)) or by_name(name)
    if found is None:  # one that more than its first bytes tell
        found = next(filter(None, map(by_format, candidate_formats(source))), None)
    if found is None:
        return
    yield Identity(found.format, "", source.at())
    caffe = found.format == "caffe"
    runs = found.runs or (caffe and _PYTHON_LAYER.search(source.read(0, _SEARCHED)) is not None)
    reason = "known-and-runs" if runs else "known-not-read"
    yield Unreadable(reason, {"format": found.title}, source.at())


def inspect_folder(folder: Folder, _bounds: Bounds) -> Iterator[Fact]:
    yield Identity(folder.format, "", folder.at())
    yield Unreadable("known-not-read", {"format": FOLDERS_KNOWN[folder.format]}, folder.at())
