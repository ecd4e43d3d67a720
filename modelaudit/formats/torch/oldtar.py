"""The tar that torch.save wrote until 0.1.1: pickles named ``pickle``, ``storages``, ``tensors``.

https://github.com/pytorch/pytorch/blob/main/torch/serialization.py (``legacy_load``)
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from modelaudit.core.facts import Fact, Identity, Metadata
from modelaudit.core.source import Source

MEMBERS: Final = frozenset({"pickle", "storages", "tensors"})


def facts(source: Source, names: Collection[str]) -> Iterator[Fact]:
    """What a tar with members of these names is, where it is torch's."""
    if {name.removeprefix("./") for name in names} >= MEMBERS:
        yield Identity("pytorch", "tar", source.at())
        yield Metadata("torch-container", "tar", -1, source.at())
