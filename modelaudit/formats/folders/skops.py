"""skops: a zip with ``schema.json``, whose nodes name the types that reading makes.

Reading refuses types that are not trusted, until the user trusts them.
https://skops.readthedocs.io/en/stable/persistence.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Fact, Identity, Import, Metadata, Producer
from modelaudit.core.limits import Bounds
from modelaudit.core.location import Location
from modelaudit.core.source import Source
from modelaudit.formats.archives.members import unreadable
from modelaudit.formats.archives.zip import embedded
from modelaudit.formats.archives.zipmembers import Archive
from modelaudit.formats.folders import files
from modelaudit.formats.folders.files import Tree
from modelaudit.formats.folders.members import of_archive

SCHEMA: Final = "schema.json"
VIA: Final = "skops"
_MOST: Final = 64 * 1024 * 1024
"""Bytes of a schema: a forest has a node for every tree."""


def inspect_archive(source: Source, archive: Archive, bounds: Bounds) -> Iterator[Fact]:
    """The types that the schema names, and the artifacts beside it."""
    yield Identity("skops", "", source.at())
    members = of_archive(source, archive, bounds)
    try:
        tree = files.json_of(members.read(SCHEMA, _MOST))
        yield from _schema(tree, members.at(SCHEMA))
    except Malformed as problem:
        yield unreadable(members.at(SCHEMA), problem)
    yield from embedded(source, archive, bounds)


def _schema(tree: Tree, where: Location) -> Iterator[Fact]:
    if isinstance(tree, dict):
        version, protocol = tree.get("_skops_version"), tree.get("protocol")
        if isinstance(version, str):
            yield Producer("skops", version, where)
        if isinstance(protocol, int):
            yield Metadata("skops-protocol", "", protocol, where)
    counts: dict[tuple[str, str, str], int] = {}
    for _, node in files.walk(tree):
        for named in _named(node):
            counts[named] = counts.get(named, 0) + 1
    for (module, name, loader), count in counts.items():
        yield Import(module, name, loader, f"{module}.{name}", VIA, 0, count, where)


def _named(node: Tree) -> Iterator[tuple[str, str, str]]:
    """Module, name and kind of node of the types that one node names."""
    if not isinstance(node, dict):
        return
    loader = node.get("__loader__")
    pairs = [(node.get("__module__"), node.get("__class__"))]
    pairs += [(node.get("module_path"), node.get("function"))]
    for module, name in pairs:
        if isinstance(module, str) and isinstance(name, str):
            yield module, name, loader if isinstance(loader, str) else "FunctionNode"
