"""SpeechBrain's models: ``hyperparams.yaml``, whose tags are imported and called while it is read.

``foreign_class`` imports ``custom.py`` of the same directory, and puts the directory where Python
looks for modules, so that tags may name other modules of it.
https://speechbrain.readthedocs.io/en/latest/API/speechbrain.inference.interfaces.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Fact, Identity
from modelaudit.core.limits import Bounds
from modelaudit.discovery.directory import Folder
from modelaudit.formats.archives.members import unreadable
from modelaudit.formats.folders import files, hydra, yamlconfig
from modelaudit.formats.folders.compiled import compiled
from modelaudit.formats.python.facts import Entry, facts

MAIN: Final = "hyperparams.yaml"
_CUSTOM: Final = "custom"


def inspect_folder(folder: Folder, bounds: Bounds) -> Iterator[Fact]:
    """What the tags name, and the code of the directory that reading them runs."""
    yield Identity("speechbrain", "", folder.at())
    yield from folder.unread()
    held = files.of_folder(folder)
    entries: list[Entry] = []
    try:
        trees = files.nodes_of(files.read(folder, MAIN, files.MOST_YAML))
        entries += _named(trees, held)
        yield from yamlconfig.of_trees(trees, folder.at(MAIN), bounds)
    except Malformed as problem:
        yield unreadable(folder.at(MAIN), problem)
    entries.append(Entry(_CUSTOM, (), "foreign_class"))
    yield from compiled(held, ("",))
    yield from facts(files.modules(held), entries, bounds)


def _named(trees: list[files.Node], held: files.Files) -> Iterator[Entry]:
    """Modules of the directory that tags name, with what they name there."""
    source = files.modules(held)
    for one in hydra.named(trees):
        module, name = (one.name, "") if one.is_module else one.name.rpartition(".")[::2]
        if module and source.find(module) is not None:
            yield Entry(module, (name,) if name else (), f"{one.key}:{one.name} in {MAIN}")
