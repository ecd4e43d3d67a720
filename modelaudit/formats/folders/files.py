"""The files of a directory as its loader reads them: Python modules, JSON and YAML."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from typing import Final, cast

import msgspec
import yaml

from modelaudit.core.errors import Malformed
from modelaudit.core.limits import KIB, MIB
from modelaudit.core.location import Location
from modelaudit.discovery.directory import Folder
from modelaudit.formats.python.facts import Sources
from modelaudit.formats.python.source import MOST_SOURCE
from modelaudit.knowledge.distributions import distribution_of

Tree = dict[str, "Tree"] | list["Tree"] | str | int | float | bool | None
"""What JSON and YAML hold."""


Node = yaml.Node
"""A value of YAML with its tag and its line."""


class Files(msgspec.Struct, frozen=True):
    """The files of a directory or an archive. ``read`` takes a name and the most bytes it may have.

    It raises Malformed for a file that is longer, or that cannot be opened.
    """

    names: Collection[str]
    read: Callable[[str, int], bytes]
    at: Callable[[str], Location]


MOST_JSON: Final = 4 * MIB
MOST_YAML: Final = 256 * KIB
MOST_DEPTH: Final = 100
"""Collections inside each other."""
MOST_NODES: Final = 100_000
"""Values of one configuration."""


def read(folder: Folder, name: str, most: int) -> bytes:
    """One file. Raises Malformed for one that is longer than ``most`` bytes or cannot be opened."""
    with folder.open(name) as source:
        if source.size > most:
            raise Malformed("limit", {"limit": "bytes of one configuration", "most": most})
        return source.read(0, source.size)


def json_of(raw: bytes) -> Tree:
    """Raises Malformed for text that is no JSON."""
    try:
        return cast(Tree, json.loads(raw))
    except (ValueError, RecursionError) as error:
        raise Malformed("broken-configuration", {"problem": str(error)}) from None


def yaml_of(raw: bytes) -> Tree:
    """What YAML holds, every scalar as text. Raises Malformed for text that is no YAML."""
    if len(raw) > MOST_YAML:
        raise Malformed("limit", {"limit": "bytes of one configuration", "most": MOST_YAML})
    try:
        _check_depth(raw)
        return cast(Tree, yaml.load(raw, Loader=yaml.CBaseLoader))  # noqa: S506  which makes texts alone
    except (yaml.YAMLError, ValueError) as error:
        problem = getattr(error, "problem", None) or type(error).__name__
        raise Malformed("broken-configuration", {"problem": str(problem)}) from None


def nodes_of(raw: bytes) -> list[yaml.Node]:
    """The documents of YAML as trees that keep tags and lines. Raises Malformed."""
    if len(raw) > MOST_YAML:
        raise Malformed("limit", {"limit": "bytes of one configuration", "most": MOST_YAML})
    try:
        _check_depth(raw)
        return [*yaml.compose_all(raw, Loader=yaml.CBaseLoader)]
    except (yaml.YAMLError, ValueError) as error:
        problem = getattr(error, "problem", None) or type(error).__name__
        raise Malformed("broken-configuration", {"problem": str(problem)}) from None


def walk_nodes(tree: yaml.Node) -> Iterator[yaml.Node]:
    """Every node once, the keys too. Raises Malformed where there are too many."""
    pending = [tree]
    seen = set[int]()
    while pending:
        node = pending.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if len(seen) > MOST_NODES:
            raise Malformed("limit", {"limit": "values of one configuration", "most": MOST_NODES})
        yield node
        if isinstance(node, yaml.MappingNode):
            pending += [inner for pair in reversed(node.value) for inner in reversed(pair)]
        elif isinstance(node, yaml.SequenceNode):
            pending += reversed(node.value)


def value_of(node: yaml.Node | None, key: str) -> yaml.Node | None:
    """What a mapping has for a key; None for another value, and where the key is absent."""
    if not isinstance(node, yaml.MappingNode):
        return None
    values = [value for name, value in node.value if getattr(name, "value", None) == key]
    return values[-1] if values else None


def _check_depth(raw: bytes) -> None:
    """Refuse what is nested too deeply: the library composes it by recursion, without a limit."""
    depth = 0
    for event in yaml.parse(raw, Loader=yaml.CBaseLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MOST_DEPTH:
            raise Malformed("limit", {"limit": "nesting of YAML", "most": MOST_DEPTH})


def walk(tree: Tree) -> Iterator[tuple[str, Tree]]:
    """Every value with the key that it has; what YAML refers to twice comes once.

    Raises Malformed where there are too many.
    """
    pending: list[tuple[str, Tree]] = [("", tree)]
    seen = set[int]()
    count = 0
    while pending:
        key, value = pending.pop()
        count += 1
        if count > MOST_NODES:
            raise Malformed("limit", {"limit": "values of one configuration", "most": MOST_NODES})
        yield key, value
        if isinstance(value, dict | list):
            if id(value) in seen:
                continue
            seen.add(id(value))
        if isinstance(value, dict):
            pending += [(str(name), inner) for name, inner in reversed(value.items())]
        elif isinstance(value, list):
            pending += [(key, inner) for inner in reversed(value)]


def modules(files: Files, roots: Sequence[str] = ("",)) -> Sources:
    """The Python modules below some directories, each a place to import from."""

    def path_of(module: str) -> str | None:
        inner = module.replace(".", "/")
        for root in roots:
            start = f"{root}/" if root else ""
            for name in (f"{start}{inner}.py", f"{start}{inner}/__init__.py"):
                if name in files.names:
                    return name
        return _below(inner, files.names) if distribution_of(module) is None else None

    def find(module: str) -> bytes | None:
        name = path_of(module)
        return None if name is None else files.read(name, MOST_SOURCE)

    def at(module: str) -> Location:
        return files.at(path_of(module) or module)

    return Sources(find, at)


def is_module(names: Collection[str], module: str) -> bool:
    """Whether a module of that dotted name is among some files."""
    path = module.replace(".", "/")
    return bool(module) and (f"{path}.py" in names or f"{path}/__init__.py" in names)


def _below(inner: str, names: Collection[str]) -> str | None:
    """A module in some directory, which code may add to the places that Python imports from."""
    ends = (f"/{inner}.py", f"/{inner}/__init__.py")
    return min((name for name in names if name.endswith(ends)), default=None)


def of_folder(folder: Folder) -> Files:
    return Files(folder.files, partial(read, folder), folder.at)
