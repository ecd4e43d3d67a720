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
from posixpath import normpath
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Fact, Identity, Import, Producer, Reference
from modelaudit.core.limits import Bounds
from modelaudit.discovery.directory import Folder
from modelaudit.formats import templates
from modelaudit.formats.archives.members import unreadable
from modelaudit.formats.folders import files
from modelaudit.formats.folders.compiled import compiled
from modelaudit.formats.folders.files import Tree
from modelaudit.formats.folders.origins import origin
from modelaudit.formats.folders.requirements import from_text
from modelaudit.formats.folders.settings import broken, settings
from modelaudit.formats.python.facts import Entry, facts

_READ: Final = (
    "*config.json", "*config_*.json", "model_index.json", "modules.json", "chat_template*.json",
    "special_tokens_map.json",
)  # fmt: skip
_OTHERS: Final = re.compile(r"(?P<repository>[\w.\-]+(?:/[\w.\-]+)+)--(?P<rest>.+)")
_NAMED: Final = re.compile(r"[^./\\\s]+(\.[^./\\\s]+)+")
_TEMPLATE: Final = "chat_template"
_PAIR: Final = 2
"""A component in model_index.json: its library or module, and its class."""
_BASES: Final = ("base_model_name_or_path", "hf_model_name", "hf_tokenizer_name")
"""Keys of peft and open_clip that name the model whose weights or tokenizer are taken too."""
_LIBRARIES: Final = ("custom_ops_library",)
"""Keys of ONNX Runtime GenAI that name a library to load."""
_HANDLER: Final = "handler.py"
"""What an inference endpoint imports unasked: https://huggingface.co/docs/inference-endpoints."""
_PIPELINE: Final = "pipeline.py"
"""What diffusers imports of a repository that is named as a custom pipeline."""
_REQUIREMENTS: Final = "requirements.txt"
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
    yield from _texts(folder, entries)
    if _GENERATE in folder.files:
        entries.append(Entry("custom_generate.generate", ("generate",), _GENERATE))
    held = files.of_folder(folder)
    if _HANDLER in folder.files:
        entries.append(Entry("handler", ("EndpointHandler",), _HANDLER))
        if _REQUIREMENTS in folder.files:
            yield from from_text(held, _REQUIREMENTS)
    if _PIPELINE in folder.files and "model_index.json" in folder.files:
        entries.append(Entry("pipeline", (), _PIPELINE))
    if entries:
        yield from compiled(held, ("",))
    yield from facts(files.modules(held), entries, bounds)


def _texts(folder: Folder, entries: list[Entry]) -> Iterator[Fact]:
    """What configurations and templates say, and the code that they name, added to ``entries``."""
    for name in folder.files:
        if any(fnmatchcase(name.rpartition("/")[2], pattern) for pattern in _READ):
            try:
                raw = files.read(folder, name, files.MOST_JSON)
                tree = files.json_of(raw)
                yield from _configuration(folder, name, tree, entries)
                yield from settings(folder, name, raw, tree)
            except Malformed as problem:
                yield unreadable(folder.at(name), problem)
                if problem.reason == "broken-configuration":
                    yield broken(folder, name)
    for name in folder.files:
        if name.endswith(".jinja"):
            try:
                raw = files.read(folder, name, templates.MOST_TEXT)
            except Malformed as problem:
                yield unreadable(folder.at(name), problem)
                continue
            yield from templates.facts(raw.decode("utf-8", "replace"), name, folder.at(name))


def _configuration(folder: Folder, name: str, tree: Tree, entries: list[Entry]) -> Iterator[Fact]:
    """What one configuration says, and the code that it names, which is added to ``entries``."""
    yield from _producers(folder, name, tree)
    for key, value in files.walk(tree):
        if key == _TEMPLATE or (key == "template" and "chat_template" in name):
            for _, text in files.walk(value):
                if isinstance(text, str) and "{" in text:
                    yield from templates.facts(text, f"{key} in {name}", folder.at(name))
        if key in _LIBRARIES and isinstance(value, str) and value:
            yield Reference("native-library", value, leaves=False, where=folder.at(name))
        if key in _BASES and isinstance(value, str):
            yield from origin(value, folder.at(name), named=not value.startswith("."))
        if key == "auto_mapping" and isinstance(value, dict):
            yield from _adapter(folder, name, value)
        for named in _code(folder, name, key, value):
            other = _OTHERS.fullmatch(named)
            local = _local(folder, other) if other is not None else ""
            if local:
                entries.append(Entry(local, (named.rpartition(".")[2],), f"{key} in {name}"))
            elif other is not None:
                yield Reference("code-repository", named, leaves=True, where=folder.at(name))
            elif _NAMED.fullmatch(named):
                module, _, class_ = named.rpartition(".")
                entries.append(Entry(module, (class_,), f"{key} in {name}"))


def _producers(folder: Folder, name: str, tree: Tree) -> Iterator[Producer]:
    for key, package in _VERSIONS.items():
        version = tree.get(key) if isinstance(tree, dict) else None
        if isinstance(version, str):
            yield Producer(package, version, folder.at(name))


def _adapter(folder: Folder, name: str, value: dict[str, Tree]) -> Iterator[Import]:
    """The class that peft takes by name of a module that it imports by name."""
    module, class_ = value.get("parent_library"), value.get("base_model_class")
    if isinstance(module, str) and isinstance(class_, str):
        dotted = f"{module}.{class_}"
        yield Import(module, class_, "auto_mapping", dotted, "peft", 0, 1, folder.at(name))


def _local(folder: Folder, other: re.Match[str]) -> str:
    """The module of what looks like another repository and is a directory here; or empty."""
    path = normpath(other["repository"])
    module = f"{path}/{other['rest'].rpartition('.')[0]}".replace("/", ".")
    return module if _is_here(folder, module) else ""


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
    elif key in ("tool_class", "model_file") and isinstance(value, str):
        yield from _file(folder, value)
    elif name.endswith("modules.json") and key == "type" and isinstance(value, str):
        if _is_here(folder, value.rpartition(".")[0]):
            yield value
    elif name == "model_index.json" and isinstance(value, list) and len(value) == _PAIR:
        module, class_ = value
        if isinstance(module, str) and isinstance(class_, str):
            yield from _pipelines(folder, key, module, class_)


def _file(folder: Folder, value: str) -> Iterator[str]:
    """A class, or a script of which the class does not matter, if it lies here."""
    named = f"{value[:-3].replace('/', '.')}.Model" if value.endswith(".py") else value
    if _is_here(folder, named.rpartition(".")[0]):
        yield named


def _pipelines(folder: Folder, key: str, module: str, class_: str) -> Iterator[str]:
    """A component of diffusers: a module of the folder, or of the component's own directory."""
    for name in (module, f"{key}.{module}"):
        if _is_here(folder, name):
            yield f"{name}.{class_}"


def _is_here(folder: Folder, module: str) -> bool:
    return files.is_module(folder.files, module)
