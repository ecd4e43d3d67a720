"""Folders as the Hugging Face Hub holds them: configurations, weights, and code beside them.

``auto_map`` names classes of the folder's own Python files, which transformers imports with
``trust_remote_code=True``; ``model_index.json`` and ``modules.json`` do the same for diffusers and
sentence-transformers. ``repo--module.Class`` is code of another repository.
https://huggingface.co/docs/transformers/custom_models
https://huggingface.co/docs/diffusers/using-diffusers/custom_pipeline_overview
https://sbert.net/docs/sentence_transformer/usage/custom_models.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Fact, Identity, Producer, Reference
from modelaudit.core.limits import Bounds
from modelaudit.discovery.directory import Folder
from modelaudit.formats import templates
from modelaudit.formats.archives.members import unreadable
from modelaudit.formats.folders import files
from modelaudit.formats.folders.files import Tree
from modelaudit.formats.python.facts import Entry, facts

_READ: Final = (
    "*config.json", "*config_*.json", "model_index.json", "modules.json", "chat_template*.json",
)  # fmt: skip
_OTHERS: Final = re.compile(r"(?P<repository>[\w.\-]+/[\w.\-]+)--(?P<rest>.+)")
_NAMED: Final = re.compile(r"[^./\\\s]+(\.[^./\\\s]+)+")
_TEMPLATE: Final = "chat_template"
_PAIR: Final = 2
"""A component in model_index.json: its library or module, and its class."""
_GENERATE: Final = "custom_generate/generate.py"
_VERSIONS: Final = {
    "transformers_version": "transformers",
    "_diffusers_version": "diffusers",
    "peft_version": "peft",
}


def inspect_folder(folder: Folder, bounds: Bounds) -> Iterator[Fact]:
    """The folder's identity, who wrote it, and the code that its configurations name."""
    yield Identity("hub", "", folder.at())
    yield from folder.unread()
    entries: list[Entry] = []
    for name in folder.files:
        if any(fnmatchcase(name.rpartition("/")[2], pattern) for pattern in _READ):
            try:
                tree = files.json_of(files.read(folder, name, files.MOST_JSON))
                yield from _configuration(folder, name, tree, entries)
            except Malformed as problem:
                yield unreadable(folder.at(name), problem)
    for name in folder.files:
        if name.endswith(".jinja"):
            try:
                raw = files.read(folder, name, templates.MOST_TEXT)
            except Malformed as problem:
                yield unreadable(folder.at(name), problem)
                continue
            yield from templates.facts(raw.decode("utf-8", "replace"), name, folder.at(name))
    if _GENERATE in folder.files:
        entries.append(Entry("custom_generate.generate", ("generate",), _GENERATE))
    yield from facts(files.modules(files.of_folder(folder)), entries, bounds)


def _configuration(folder: Folder, name: str, tree: Tree, entries: list[Entry]) -> Iterator[Fact]:
    """What one configuration says, and the code that it names, which is added to ``entries``."""
    if isinstance(tree, dict):
        for key, package in _VERSIONS.items():
            version = tree.get(key)
            if isinstance(version, str):
                yield Producer(package, version, folder.at(name))
    for key, value in files.walk(tree):
        if key == _TEMPLATE or (key == "template" and "chat_template" in name):
            for _, text in files.walk(value):
                if isinstance(text, str) and "{" in text:
                    yield from templates.facts(text, f"{key} in {name}", folder.at(name))
        for named in _code(folder, name, key, value):
            other = _OTHERS.fullmatch(named)
            if other is not None:
                yield Reference("code-repository", named, leaves=True, where=folder.at(name))
            elif _NAMED.fullmatch(named):
                module, _, class_ = named.rpartition(".")
                entries.append(Entry(module, (class_,), f"{key} in {name}"))


def _code(folder: Folder, name: str, key: str, value: Tree) -> Iterator[str]:
    """The classes of the folder's own code that a value names, as ``module.Class``."""
    if key == "auto_map" and isinstance(value, dict | list):
        for _, named in files.walk(value):
            if isinstance(named, str):
                yield named
    elif key == "custom_pipelines" and isinstance(value, dict):
        for inner, named in files.walk(value):
            if inner == "impl" and isinstance(named, str):
                yield named
    elif name.endswith("modules.json") and key == "type" and isinstance(value, str):
        if _is_here(folder, value.rpartition(".")[0]):
            yield value
    elif name == "model_index.json" and isinstance(value, list) and len(value) == _PAIR:
        module, class_ = value
        if isinstance(module, str) and isinstance(class_, str):
            yield from _pipelines(folder, key, module, class_)


def _pipelines(folder: Folder, key: str, module: str, class_: str) -> Iterator[str]:
    """A component of diffusers: a module of the folder, or of the component's own directory."""
    for name in (module, f"{key}.{module}"):
        if _is_here(folder, name):
            yield f"{name}.{class_}"


def _is_here(folder: Folder, module: str) -> bool:
    path = module.replace(".", "/")
    names = {f"{path}.py", f"{path}/__init__.py"}
    return bool(module) and not names.isdisjoint(folder.files)
