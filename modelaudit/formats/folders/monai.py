"""MONAI's bundles: configurations whose ``_target_`` is called and whose texts are evaluated.

A text that begins with ``$`` is an expression of Python or one import, ``@name`` in it another
value. Before that, ``configs/logging.conf`` is handed to ``logging.config.fileConfig``, which
evaluates ``class``, ``args`` and ``kwargs``.
https://docs.monai.io/en/stable/mb_specification.html
https://docs.monai.io/en/stable/config_syntax.html
https://docs.python.org/3/library/logging.config.html#logging-config-fileformat
"""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator
from typing import Final

import yaml

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Fact, Identity, Import
from modelaudit.core.limits import Bounds
from modelaudit.discovery.directory import Folder
from modelaudit.formats.archives.members import unreadable
from modelaudit.formats.folders import files, hydra
from modelaudit.formats.folders.compiled import compiled
from modelaudit.formats.python.facts import Entry, Sources, facts
from modelaudit.formats.python.source import parse

LOGGING: Final = "configs/logging.conf"
META: Final = "configs/metadata.json"
_PLACE: Final = "configs/"
_ENDINGS: Final = (".json", ".yaml", ".yml")
_REFERENCE: Final = re.compile(r"@[\w:#]+")
_GIVEN: Final = "import monai, torch, numpy, numpy as np\n_value = {}\n"
"""What expressions may use without an import."""
_GIVEN_TO_LOGGING: Final = "import logging, logging.handlers, os, sys, struct, io\n"
_EVALUATED: Final = ("class", "args", "kwargs")
_NAME: Final = "expressions"


def inspect_folder(folder: Folder, bounds: Bounds) -> Iterator[Fact]:
    """What the configurations name and evaluate, and the code of the bundle that they import."""
    yield Identity("monai", "", folder.at())
    yield from folder.unread()
    held = files.of_folder(folder)
    source = files.modules(held)
    entries: list[Entry] = []
    for name in folder.files:
        if name.startswith(_PLACE) and name.endswith(_ENDINGS):
            try:
                yield from _configuration(folder, name, source, entries, bounds)
            except Malformed as problem:
                yield unreadable(folder.at(name), problem)
    if LOGGING in folder.files:
        try:
            yield from _logging(folder, bounds)
        except Malformed as problem:
            yield unreadable(folder.at(LOGGING), problem)
    if entries:
        yield from compiled(held, ("",))
    yield from facts(source, entries, bounds)


def _configuration(
    folder: Folder, name: str, source: Sources, entries: list[Entry], bounds: Bounds
) -> Iterator[Fact]:
    trees = files.nodes_of(files.read(folder, name, files.MOST_YAML))
    for fact in hydra.facts([*hydra.named(trees)], folder.at(name)):
        if isinstance(fact, Import) and source.find(fact.module) is not None:
            entries.append(Entry(fact.module, (fact.name,), f"{fact.opcode} in {name}"))
        else:
            yield fact
    imports: list[str] = []
    lines: list[str] = []
    for tree in trees:
        for node in files.walk_nodes(tree):
            if isinstance(node, yaml.ScalarNode) and node.value.startswith("$"):
                text = _REFERENCE.sub("_value[0]", node.value[1:]).strip()
                imported = text.startswith(("import ", "from "))
                (imports if imported else lines).append(text)
    yield from _evaluated(folder, name, _GIVEN, [*imports, *lines], bounds)


def _logging(folder: Folder, bounds: Bounds) -> Iterator[Fact]:
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    text = files.read(folder, LOGGING, files.MOST_YAML).decode("utf-8", "replace")
    try:
        parser.read_string(text)
    except (configparser.Error, AttributeError) as error:  # of a line that goes on from no value
        raise Malformed("broken-configuration", {"problem": type(error).__name__}) from None
    lines = [
        value
        for section in parser.sections()
        for key, value in parser.items(section)
        if key in _EVALUATED and value
    ]
    yield from _evaluated(folder, LOGGING, _GIVEN_TO_LOGGING, lines, bounds)


def _evaluated(
    folder: Folder, name: str, given: str, lines: list[str], bounds: Bounds
) -> Iterator[Fact]:
    """Texts that are evaluated, as one module; what is no Python only stops the loader."""
    good = [line for line in lines if _parses(line)]
    if good:
        raw = (given + "\n".join(good)).encode()
        source = Sources(lambda module: raw if module == _NAME else None, lambda _: folder.at(name))
        yield from facts(source, [Entry(_NAME, (), f"texts in {name}")], bounds)


def _parses(text: str) -> bool:
    try:
        parse(text.encode())
    except Malformed:
        return False
    return True
