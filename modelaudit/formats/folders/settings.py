"""What the configurations of a folder of transformers say, for releases that refuse some of it.

Every value is given as the JSON that it is, as far as it is short. Of ``tokenizer.json``, which may
have many megabytes, only the parts are looked for that releases of tokenizers differ in.
https://huggingface.co/docs/transformers/main_classes/configuration
https://huggingface.co/docs/tokenizers/api/tokenizer
"""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Fact, Metadata, Setting, Unreadable
from modelaudit.core.location import Location
from modelaudit.core.paths import is_file
from modelaudit.discovery.directory import Folder
from modelaudit.formats.archives.members import unreadable
from modelaudit.formats.folders.files import Tree, is_module, read
from modelaudit.formats.python.source import MOST_SOURCE, parse

CONFIGURATION: Final = "config.json"
TOKENIZER: Final = "tokenizer.json"
TOKENIZER_CONFIGURATION: Final = "tokenizer_config.json"
_READ: Final = (
    *(CONFIGURATION, TOKENIZER_CONFIGURATION),
    *("generation_config.json", "special_tokens_map.json"),
)
_INNER: Final = re.compile(r"\w+_config|encoder|decoder|generator|question_encoder")
"""Keys under which the configuration of a part stands."""
_MOST: Final = 4096
"""Characters of one value; labels and templates may be longer, and are left out."""
_NAMES: Final = ("model_type", "tokenizer_class")
"""Keys whose values are given as they are, since they are names."""
_RELATIVE: Final = re.compile(r"(?m)^\s*(?:import\s+\.(\w+)\s*$|from\s+\.(\w+)\s+import)")
"""What transformers takes for a module beside the one that imports it."""
_VERSION: Final = re.compile(rb'\s*\{\s*"version"\s*:\s*"([^"\\]{1,20})"')
_PART: Final = re.compile(rb'"(normalizer|pre_tokenizer|post_processor|decoder)"\s*:\s*')
_TYPE: Final = re.compile(rb'"type"\s*:\s*"(\w+)"')
_MERGES: Final = re.compile(rb'"merges"\s*:\s*\[\s*\[')
_VOCABULARY: Final = re.compile(rb'"vocab"\s*:')
_LONGEST: Final = 64 * 1024
"""Bytes of one part of a tokenizer; the longest are templates with a piece for each token."""


def settings(folder: Folder, name: str, raw: bytes, tree: Tree) -> Iterator[Fact]:
    """The settings of one configuration that lies in the folder itself."""
    if name not in _READ:
        return
    where = folder.at(name)
    if raw.startswith(BOM_UTF8):
        yield broken(folder, name)
    if not isinstance(tree, dict):
        yield Setting("", "", _text(tree), name, leaves=False, count=1, where=where)
        return
    names = tree.get("tokenizer_class" if name == TOKENIZER_CONFIGURATION else "model_type")
    owner = names if isinstance(names, str) else ""
    for key, value in tree.items():
        if key == "model_type" and _is_component(folder):
            continue  # its class is named in the pipeline's own index
        if key == "auto_map":
            yield from _own_code(folder, name, owner, value)
        else:
            text = value if key in _NAMES and isinstance(value, str) else _text(value)
            yield Setting(owner, key, text, name, leaves=False, count=1, where=where)
        inner = value.get("model_type") if isinstance(value, dict) else None
        if name == CONFIGURATION and _INNER.fullmatch(key) and isinstance(inner, str):
            path = f"{key}.model_type"
            yield Setting(owner, path, inner, name, leaves=False, count=1, where=where)
    if name == CONFIGURATION and "model_type" not in tree and "architectures" in tree:
        yield Metadata("hub-model-type", "", -1, where)
    if name == TOKENIZER_CONFIGURATION and TOKENIZER in folder.files:
        yield from _tokenizer(folder)
    elif name == TOKENIZER_CONFIGURATION:
        beside = " ".join(file for file in folder.names() if " " not in file)
        yield Setting(owner, "", beside, "vocabulary", leaves=False, count=1, where=where)


def _is_component(folder: Folder) -> bool:
    """Whether the directory above is a pipeline of diffusers, which names the class to load."""
    return is_file(Path(folder.path).absolute().parent / "model_index.json")


def broken(folder: Folder, name: str) -> Setting:
    """What is said of a configuration that loading cannot parse: no key, and no value."""
    return Setting("", "", "", name, leaves=False, count=1, where=folder.at(name))


def _text(value: Tree) -> str:
    """A value as JSON; nothing of one that is very long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MOST else ""


def _own_code(folder: Folder, name: str, owner: str, value: Tree) -> Iterator[Setting]:
    """The classes that ``auto_map`` leads to; ``leaves`` where their code is not all here."""
    where = folder.at(name)
    if not isinstance(value, dict):
        yield Setting(owner, "auto_map", _text(value), name, leaves=False, count=1, where=where)
        return
    for part, classes in value.items():
        for class_ in classes if isinstance(classes, list) else [classes]:
            if isinstance(class_, str):
                leaves = "--" in class_ or not _is_whole(folder, class_)
                path = f"auto_map.{part}"
                yield Setting(owner, path, class_, name, leaves=leaves, count=1, where=where)


def _is_whole(folder: Folder, class_: str) -> bool:
    """Whether a class of the folder's own code is there, with the modules that its own imports."""
    module, _, name = class_.rpartition(".")
    file = f"{module}.py"
    if file not in folder.files:
        return is_module(folder.files, module)
    try:
        raw = read(folder, file, MOST_SOURCE)
        parse(raw)
    except Malformed as problem:
        return problem.reason != "python-syntax"
    text = raw.decode("utf-8", "replace")
    beside = [one or other for one, other in _RELATIVE.findall(text)]
    return name in text and all(is_module(folder.files, one) for one in beside)


def _tokenizer(folder: Folder) -> Iterator[Fact]:
    """The types of a tokenizer's parts, and how its merges are written."""
    where = folder.at(TOKENIZER)
    try:
        with folder.open(TOKENIZER) as source:
            yield from _parts(source.read(0, source.size), where)
    except Malformed as problem:
        yield unreadable(where, problem)


def _parts(raw: bytes, where: Location) -> Iterator[Fact]:
    start = _VOCABULARY.search(raw)
    head = raw[: start.start()] if start else raw
    for found in _PART.finditer(head):
        value = _value(head, found.end())
        for name in _types(value):
            yield _part(found[1].decode(), name, where)
    version = _VERSION.match(head)
    if version is not None:
        yield _part("version", version[1].decode("utf-8", "replace"), where)
    if _MERGES.search(raw, start.start() if start else 0):
        yield _part("merges", "pairs", where)
    if not raw.rstrip().endswith(b"}"):
        yield Unreadable("broken-configuration", {"problem": "it ends too early"}, where)
        yield Setting("", "", "", TOKENIZER, leaves=False, count=1, where=where)


def _part(part: str, name: str, where: Location) -> Setting:
    return Setting(part, part, name, TOKENIZER, leaves=False, count=1, where=where)


def _types(value: bytes) -> Iterator[str]:
    """The types in a part of a tokenizer; of Metaspace also the form, which changed."""
    for found in _TYPE.finditer(value):
        name = found[1].decode()
        yield name
        if name == "Metaspace" and b"add_prefix_space" not in value:
            yield "Metaspace-without-add_prefix_space"


def _value(raw: bytes, start: int) -> bytes:
    """The JSON value at a place, whole as far as it is short."""
    depth = 0
    for at in range(start, min(len(raw), start + _LONGEST)):
        depth += (raw[at] in b"{[") - (raw[at] in b"}]")
        if depth == 0:
            return raw[start : at + 1]
    return raw[start : start + _LONGEST]
