"""Configurations whose ``_target_`` is instantiated, as NeMo and hydra do.

``hydra.utils.instantiate`` imports the dotted name and calls it with the other keys as arguments.
https://hydra.cc/docs/advanced/instantiate_objects/overview/
https://docs.nvidia.com/nemo-framework/user-guide/latest/nemotoolkit/core/core.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from modelaudit.core.facts import Anomaly, Fact, Identity, Import, Producer
from modelaudit.core.location import Location
from modelaudit.formats.folders import files
from modelaudit.formats.folders.files import Tree

VIA: Final = "hydra"
_PLACE: Final = "${"
_FILLED: Final = re.compile(r"\$\{([\w.]+)\}")
_MOST_FILLED: Final = 20
_MOST_TEXT: Final = 1000
_SHOWN: Final = 200
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
    for (key, said), count in counts.items():
        value = _resolved(said, tree)
        if _PLACE in value:
            yield Anomaly("target-computed", {"key": key, "value": said[:_SHOWN]}, where)
            continue
        module, _, name = value.rpartition(".")
        yield Import(module, name, key, value, VIA, count, count, where)


def _resolved(text: str, tree: Tree) -> str:
    """A text with the places in ``${}`` filled in that name a text of the same configuration."""
    for _ in range(_MOST_FILLED):
        found = _FILLED.search(text)
        value = _at(found[1], tree) if found else None
        if found is None or value is None:
            break
        text = text[: found.start()] + value + text[found.end() :]
    return text[:_MOST_TEXT]


def _at(path: str, tree: Tree) -> str | None:
    """The text at a path with dots from the top of a configuration."""
    value = tree
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value if isinstance(value, str) and len(value) < _MOST_TEXT else None
