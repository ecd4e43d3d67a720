"""BentoML's services: a file that names the module and the object to serve, and what to install.

``bentofile.yaml`` lies beside the source, ``bento.yaml`` above a directory ``src`` of it. Serving
imports the module unasked, and building installs the requirements.
https://docs.bentoml.com/en/latest/reference/bentoml/bento-build-options.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Fact, Identity, Producer, Reference
from modelaudit.core.limits import Bounds
from modelaudit.discovery.directory import Folder
from modelaudit.formats.archives.members import unreadable
from modelaudit.formats.folders import files
from modelaudit.formats.folders.compiled import compiled
from modelaudit.formats.folders.requirements import from_text
from modelaudit.formats.python.facts import Entry, facts

MAINS: Final = ("bentofile.yaml", "bento.yaml")
_ROOTS: Final = ("src", "")
_REQUIREMENTS: Final = ("requirements.txt", "env/python/requirements.txt")
_INDEXES: Final = ("index_url", "extra_index_url", "find_links", "trusted_host")
_SCRIPTS: Final = ("setup_script",)
_SHOWN: Final = 200


def inspect_folder(folder: Folder, bounds: Bounds) -> Iterator[Fact]:
    """The service's identity, the code that serving imports, and where it installs from."""
    yield Identity("bentoml", "", folder.at())
    yield from folder.unread()
    held = files.of_folder(folder)
    entries: list[Entry] = []
    for main in MAINS:
        if main in folder.files:
            try:
                yield from _said(folder, main, entries)
            except Malformed as problem:
                yield unreadable(folder.at(main), problem)
    for name in _REQUIREMENTS:
        if name in folder.files:
            yield from from_text(held, name)
    yield from compiled(held, ("",))
    yield from facts(files.modules(held, _ROOTS), entries, bounds)


def _said(folder: Folder, main: str, entries: list[Entry]) -> Iterator[Fact]:
    tree = files.yaml_of(files.read(folder, main, files.MOST_YAML))
    where = folder.at(main)
    version = tree.get("bentoml_version") if isinstance(tree, dict) else None
    if isinstance(version, str):
        yield Producer("bentoml", version, where)
    for key, value in files.walk(tree):
        if not isinstance(value, str):
            continue
        if key == "service":
            path, _, name = value.partition(":")
            module = path.removesuffix(".py").replace("/", ".")
            entries.append(Entry(module, (name,) if name else (), f"{key} in {main}"))
        elif key in _INDEXES or (key in _SCRIPTS and value):
            yield Reference("package-index", f"{key}: {value}"[:_SHOWN], leaves=True, where=where)
