"""What loads an artifact by the files around it, where that changes how it is loaded.

MLflow's PyTorch flavour calls torch.load with ``weights_only=False`` and the pickle module that the
model names: https://mlflow.org/docs/latest/api_reference/python_api/mlflow.pytorch.html
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Final

from modelaudit.core.facts import Fact, Identity, Metadata
from modelaudit.core.location import Location
from modelaudit.core.paths import open_regular
from modelaudit.discovery.discover import Found

MARK: Final = "MLmodel"
UP: Final = 3
"""Directories above an artifact in which the mark is looked for: ``data``, and one more."""
MOST: Final = 1 << 16
"""Bytes of the mark that are searched for the flavour."""


def loaded_by(found: Found, facts: Sequence[Fact]) -> Iterator[Metadata]:
    """One fact for a checkpoint of torch inside a model of MLflow that has a PyTorch flavour."""
    if not any(isinstance(fact, Identity) and fact.format == "pytorch" for fact in facts):
        return
    directory = os.path.dirname(os.path.abspath(found.path))  # noqa: PTH100, PTH120  keeps links
    for _ in range(UP):
        if b"pytorch" in _mark(directory):
            yield Metadata("loaded-by", "mlflow", -1, Location(found.path))
            return
        directory = os.path.dirname(directory)  # noqa: PTH120


def _mark(directory: str) -> bytes:
    """The first bytes of the mark in a directory; empty if the directory has no mark."""
    path = os.path.join(directory, MARK)  # noqa: PTH118
    try:
        with open_regular(path) as file:
            return file.read(MOST)
    except OSError:
        return b""
