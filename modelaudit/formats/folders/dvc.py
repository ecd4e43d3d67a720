"""DVC's pipelines: stages whose ``cmd`` is run by a shell when somebody reproduces them.

``dvc.yaml`` has all stages of a project, a file that ends with ``.dvc`` one of an old release.
Fetching the data runs none of them.
https://dvc.org/doc/user-guide/project-structure/dvcyaml-files
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import yaml

from modelaudit.core.facts import Code, Fact, Identity
from modelaudit.core.limits import Bounds
from modelaudit.core.location import Location
from modelaudit.core.source import Source
from modelaudit.formats.folders import files

_COMMAND: Final = "cmd"
_SHOWN: Final = 500


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """The commands of all stages. Raises Malformed."""
    yield Identity("dvc", "", source.at())
    bounds.check()
    for tree in files.nodes_of(source.whole_bytes(files.MOST_YAML)):
        yield from _commands(tree, source.at())


def _commands(tree: files.Node, where: Location) -> Iterator[Code]:
    for node in files.walk_nodes(tree):
        said = files.value_of(node, _COMMAND)
        for one in said.value if isinstance(said, yaml.SequenceNode) else [said]:
            if isinstance(one, yaml.ScalarNode) and one.value:
                at = Location(where.path, where.members, line=one.start_mark.line + 1)
                yield Code("shell", f"{_COMMAND} of a stage", (), one.value[:_SHOWN], at)
