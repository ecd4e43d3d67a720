"""Configurations whose ``_target_`` is instantiated, as NeMo and hydra do.

``hydra.utils.instantiate`` imports the dotted name and calls it with the other keys as arguments.
https://hydra.cc/docs/advanced/instantiate_objects/overview/
https://docs.nvidia.com/nemo-framework/user-guide/latest/nemotoolkit/core/core.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from modelaudit.core.facts import Fact, Identity, Import, Producer
from modelaudit.core.location import Location
from modelaudit.formats.folders import files

VIA: Final = "hydra"
_TARGETS: Final = ("_target_", "target")


def facts(raw: bytes, where: Location) -> Iterator[Fact]:
    """The names that loading instantiates. Raises Malformed."""
    tree = files.yaml_of(raw)
    yield Identity("nemo", "", where)
    version = tree.get("nemo_version") if isinstance(tree, dict) else None
    if isinstance(version, str | float):
        yield Producer("nemo-toolkit", str(version), where)
    counts: dict[tuple[str, str], int] = {}
    for key, value in files.walk(tree):
        if key in _TARGETS and isinstance(value, str):
            counts[key, value] = counts.get((key, value), 0) + 1
    for (key, value), count in counts.items():
        module, _, name = value.rpartition(".")
        yield Import(module, name, key, value, VIA, count, count, where)
