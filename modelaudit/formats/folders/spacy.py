"""spaCy's pipelines: ``config.cfg`` and ``meta.json``, with a directory for each component.

Loading calls functions that the configuration names in registries, which installed packages fill:
``@architectures = "spacy.Tok2Vec.v2"``, ``factory = "tagger"``. The weights are msgpack, without
pickles. A pipeline that is a package runs its ``__init__.py`` when it is imported.
https://spacy.io/api/data-formats#config
https://spacy.io/usage/saving-loading#models
"""

from __future__ import annotations

import configparser
import json
from collections.abc import Iterator
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Fact, Identity, Metadata, Reference
from modelaudit.core.limits import Bounds
from modelaudit.discovery.directory import Folder
from modelaudit.formats.archives.members import unreadable
from modelaudit.formats.folders import files
from modelaudit.formats.folders.compiled import compiled
from modelaudit.formats.folders.files import Tree
from modelaudit.formats.python.facts import Entry, facts

MAIN: Final = "config.cfg"
META: Final = "meta.json"
_LOADED: Final = ("nlp", "components")
"""Sections that loading resolves; the others are for training."""
_PACKAGE: Final = "__init__"
_SHOWN: Final = 200


class _Parser(configparser.RawConfigParser):
    """Keys keep their case, as spaCy reads them."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def inspect_folder(folder: Folder, bounds: Bounds) -> Iterator[Fact]:
    """What the pipeline needs, and the code of the package that it may be."""
    yield Identity("spacy", "", folder.at())
    yield from folder.unread()
    for name, said in ((META, _meta), (MAIN, _configuration)):
        if name in folder.files:
            try:
                yield from said(folder, files.read(folder, name, files.MOST_JSON))
            except Malformed as problem:
                yield unreadable(folder.at(name), problem)
    held = files.of_folder(folder)
    entries = [Entry(_PACKAGE, ("load",), "import of the package")]
    if f"{_PACKAGE}.py" in folder.files:
        yield from compiled(held, ("",))
    yield from facts(files.modules(held), entries, bounds)


def _meta(folder: Folder, raw: bytes) -> Iterator[Fact]:
    tree = files.json_of(raw)
    asked = tree.get("spacy_version") if isinstance(tree, dict) else None
    if isinstance(asked, str):
        yield Metadata("spacy-asked", asked[:_SHOWN], -1, folder.at(META))


def _configuration(folder: Folder, raw: bytes) -> Iterator[Fact]:
    parser = _Parser(strict=False, allow_no_value=True)
    try:
        parser.read_string(raw.decode("utf-8", "replace"))
    except (configparser.Error, AttributeError) as error:  # of a line that goes on from no value
        raise Malformed("broken-configuration", {"problem": type(error).__name__}) from None
    found: dict[str, None] = {}
    for section in parser.sections():
        if section.partition(".")[0] in _LOADED:
            for key, value in parser.items(section):
                for named in _registered(key, _value(value)):
                    found[named] = None
    for named in found:
        yield Reference("registered", named[:_SHOWN], leaves=False, where=folder.at(MAIN))


def _value(text: str | None) -> Tree:
    """A value, which is JSON, or text as it is written."""
    try:
        value: Tree = json.loads(text or "null")
    except (ValueError, RecursionError):
        return text
    return value


def _registered(key: str, value: Tree) -> Iterator[str]:
    """A registry and a name in it."""
    for inner, named in files.walk(value):
        said = inner or key
        if isinstance(named, str) and said.startswith("@"):
            yield f"{said[1:]} {named}"
        elif isinstance(named, str) and said == "factory":
            yield f"factories {named}"
