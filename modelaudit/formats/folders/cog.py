"""Cog's models: ``cog.yaml`` names a class that serving imports, and commands that building runs.

https://cog.run/yaml
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import yaml

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Code, Fact, Identity
from modelaudit.core.limits import Bounds
from modelaudit.core.location import Location
from modelaudit.discovery.directory import Folder
from modelaudit.formats.archives.members import unreadable
from modelaudit.formats.folders import files
from modelaudit.formats.folders.compiled import compiled
from modelaudit.formats.folders.requirements import from_text
from modelaudit.formats.python.facts import Entry, facts

MAIN: Final = "cog.yaml"
_CALLED: Final = ("setup", "predict", "train")
_SERVED: Final = ("predict", "train", "run")
_COMMANDS: Final = ("run", "pre_install")
_SHOWN: Final = 500


def inspect_folder(folder: Folder, bounds: Bounds) -> Iterator[Fact]:
    """The code that serving imports, and what building runs and installs."""
    yield Identity("cog", "", folder.at())
    yield from folder.unread()
    held = files.of_folder(folder)
    entries: list[Entry] = []
    try:
        for tree in files.nodes_of(files.read(folder, MAIN, files.MOST_YAML)):
            entries += _entries(tree)
            build = files.value_of(tree, "build")
            for key in _COMMANDS:
                yield from _commands(files.value_of(build, key), key, folder.at(MAIN))
            needs = files.value_of(build, "python_requirements")
            if isinstance(needs, yaml.ScalarNode) and needs.value in folder.files:
                yield from from_text(held, needs.value)
    except Malformed as problem:
        yield unreadable(folder.at(MAIN), problem)
    yield from compiled(held, ("",))
    yield from facts(files.modules(held), entries, bounds)


def _entries(tree: files.Node) -> Iterator[Entry]:
    """``predict.py:Predictor`` as a module and what is called of it."""
    for key in _SERVED:
        said = files.value_of(tree, key)
        if isinstance(said, yaml.ScalarNode) and ".py" in said.value:
            path, _, name = said.value.partition(":")
            module = path.removesuffix(".py").replace("/", ".")
            called = (name, *(f"{name}.{one}" for one in _CALLED)) if name else ()
            yield Entry(module, called, f"{key} in {MAIN}")


def _commands(listed: files.Node | None, key: str, where: Location) -> Iterator[Code]:
    """The commands of a list, of which one may be a mapping that has it under ``command``."""
    for one in listed.value if isinstance(listed, yaml.SequenceNode) else ():
        said = files.value_of(one, "command") if isinstance(one, yaml.MappingNode) else one
        if isinstance(said, yaml.ScalarNode):
            at = Location(where.path, where.members, line=said.start_mark.line + 1)
            yield Code("shell", f"{key} of the build", (), said.value[:_SHOWN], at)
