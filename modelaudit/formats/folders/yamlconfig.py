"""A configuration in YAML that names Python, for whichever loader it is made.

Beside the names of ``hydra``: Ultralytics runs the ``download`` of a data set that is missing, and
evaluates the ``activation`` of a model; YOLOv5 evaluates every text in the rows of ``backbone`` and
``head``. HyperPyYAML reads the files that ``!include`` names.
https://github.com/ultralytics/ultralytics/blob/main/ultralytics/data/utils.py (check_det_dataset)
https://github.com/ultralytics/ultralytics/blob/main/ultralytics/nn/tasks.py (parse_model)
https://github.com/ultralytics/yolov5/blob/master/models/yolo.py (parse_model)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import yaml
from msgspec.structs import replace

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Code, Fact, Identity, Reference, SourceUse
from modelaudit.core.limits import Bounds
from modelaudit.core.location import Location
from modelaudit.core.source import Source
from modelaudit.formats.archives.members import leaves
from modelaudit.formats.folders import files, hydra
from modelaudit.formats.python.facts import Entry, Sources
from modelaudit.formats.python.facts import facts as python
from modelaudit.formats.python.source import parse

NAME: Final = "yaml-config"
_DATASET: Final = ("train", "val", "names", "nc", "path")
"""Keys of which a data set of Ultralytics has one."""
_ROWS: Final = ("backbone", "head")
_PLAIN: Final = re.compile(r"[\w.\-+ ]*")
"""A name, a number or nothing: evaluating it calls nothing."""
_BEFORE: Final = "import torch; from torch import nn; "
"""What the module has imported that evaluates a text."""
_INCLUDE: Final = "!include:"
_SHELL: Final = "bash "
_SHOWN: Final = 200
MAKES_DATA: Final = "<data set>"
"""What uses of a name by the script of a data set are within."""
_BLOCKS: Final = ("|", ">")
"""Styles of a text that begins in the line after its key."""
MOST_TEXTS: Final = 1000
"""Different texts of one model that are looked at."""


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """The names that loaders import, and the texts that they run. Raises Malformed."""
    yield Identity(NAME, "", source.at())
    trees = files.nodes_of(source.whole_bytes(files.MOST_YAML))
    yield from of_trees(trees, source.at(), bounds)


def of_trees(trees: Sequence[yaml.Node], where: Location, bounds: Bounds) -> Iterator[Fact]:
    """The same of a configuration that belongs to a folder. Raises Malformed."""
    yield from hydra.facts([*hydra.named(trees)], where)
    for tree in trees:
        yield from _included(tree, where)
        yield from _downloads(tree, where, bounds)
        yield from _evaluated(tree, where, bounds)


def _included(tree: yaml.Node, where: Location) -> Iterator[Reference]:
    for node in files.walk_nodes(tree):
        if node.tag.startswith(_INCLUDE):
            path = node.tag.removeprefix(_INCLUDE)
            yield Reference("code", path[:_SHOWN], leaves=leaves(path), where=where)


def _downloads(tree: yaml.Node, where: Location, bounds: Bounds) -> Iterator[Fact]:
    """The script that makes a data set: an address, a command, or Python."""
    node = files.value_of(tree, "download")
    if not isinstance(node, yaml.ScalarNode):
        return
    if all(files.value_of(tree, key) is None for key in _DATASET):
        return
    text, line = node.value, node.start_mark.line + 1
    if text.startswith(_SHELL):
        at = Location(where.path, where.members, line=line)
        yield Code("shell", "download", (), text[:_SHOWN], at)
    elif not _PLAIN.fullmatch(text) and not text.startswith(("http://", "https://")):
        first = node.start_mark.line + (node.style in _BLOCKS)
        code = _text("\n" * first + text, where)
        for fact in python(code, [Entry(NAME, (), "download")], bounds):
            yield replace(fact, within=MAKES_DATA) if isinstance(fact, SourceUse) else fact


def _evaluated(tree: yaml.Node, where: Location, bounds: Bounds) -> Iterator[Fact]:
    """The texts of a model that are evaluated and are more than a name."""
    rows = [files.value_of(tree, key) for key in _ROWS]
    if all(row is None for row in rows):
        return
    activation = files.value_of(tree, "activation")
    if isinstance(activation, yaml.ScalarNode) and not _PLAIN.fullmatch(activation.value):
        yield from _expression(activation, "activation", where, bounds)
    found = {
        node.value: node
        for row in rows
        if row is not None
        for node in files.walk_nodes(row)
        if isinstance(node, yaml.ScalarNode) and not _PLAIN.fullmatch(node.value)
    }
    if len(found) > MOST_TEXTS:
        raise Malformed("limit", {"limit": "texts of one model", "most": MOST_TEXTS})
    for node in found.values():
        yield from _expression(node, "a row of the model", where, bounds)


def _expression(
    node: yaml.ScalarNode, said: str, where: Location, bounds: Bounds
) -> Iterator[Fact]:
    """A text that is evaluated; what is no Python only stops its loader."""
    text = "\n" * node.start_mark.line + _BEFORE + node.value
    try:
        parse(text.encode())
    except Malformed:
        return
    yield from python(_text(text, where), [Entry(NAME, (), said)], bounds)


def _text(text: str, where: Location) -> Sources:
    """A text of the configuration as the one module that there is."""
    raw = text.encode()
    return Sources(lambda module: raw if module == NAME else None, lambda _: where)
