"""Presets of KerasHub: configurations of Keras in several files, weights, and a vocabulary.

``from_preset`` builds the classes that the files name, which have to be registered with Keras; each
file is read as a configuration of Keras of its own.
https://keras.io/keras_hub/guides/upload/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Fact, Identity, Producer
from modelaudit.core.limits import Bounds
from modelaudit.discovery.directory import Folder
from modelaudit.formats.archives.members import unreadable
from modelaudit.formats.folders import files

MAIN: Final = "metadata.json"
_VERSIONS: Final = {
    "keras_version": "keras",
    "keras_hub_version": "keras-hub",
    "keras_nlp_version": "keras-nlp",
}


def inspect_folder(folder: Folder, _bounds: Bounds) -> Iterator[Fact]:
    """The preset's identity, and the releases that wrote it."""
    yield Identity("kerashub", "", folder.at())
    yield from folder.unread()
    try:
        tree = files.json_of(files.read(folder, MAIN, files.MOST_JSON))
    except Malformed as problem:
        yield unreadable(folder.at(MAIN), problem)
        return
    for key, package in _VERSIONS.items():
        version = tree.get(key) if isinstance(tree, dict) else None
        if isinstance(version, str):
            yield Producer(package, version, folder.at(MAIN))
