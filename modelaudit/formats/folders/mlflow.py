"""MLflow's model directories: ``MLmodel`` says which module loads them and where its code lies.

Loading puts the directory ``code`` before all other places to import from, and imports
``loader_module``; a model logged as code is a script that is run. Neither is asked for.
https://mlflow.org/docs/latest/ml/model/
https://mlflow.org/docs/latest/ml/model/models-from-code/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import normpath
from typing import Final

from modelaudit.core.errors import Fields, Malformed
from modelaudit.core.facts import (
    Fact,
    Identity,
    Import,
    Producer,
    Reference,
    Unreadable,
)
from modelaudit.core.limits import Bounds
from modelaudit.discovery.directory import Folder
from modelaudit.formats.archives.members import leaves, unreadable
from modelaudit.formats.folders import files
from modelaudit.formats.folders.compiled import compiled, shadows
from modelaudit.formats.folders.files import Tree
from modelaudit.formats.folders.requirements import from_conda, from_text
from modelaudit.formats.python.facts import Entry, facts

MAIN: Final = "MLmodel"
_CODE: Final = ("code", "code_path", "code_paths")
"""Keys of a flavour that name directories of code."""
_SCRIPTS: Final = ("model_code_path", "model_code")
"""Keys of a flavour that name a script which makes the model."""
_LOADS: Final = "_load_pyfunc"
"""What MLflow calls of a loader module."""
_TRUSTED: Final = ("skops_trusted_types",)
"""Keys of a flavour that say which types its reader may make, whatever the user trusts."""
_NULLS: Final = ("", "~", "null", "Null", "NULL")
"""How YAML spells that there is no value, which MLflow writes for a model that is no skops."""

_REQUIREMENTS: Final = "requirements.txt"
_CONDA: Final = "conda.yaml"
_UNPICKLER: Final = "pickle_module_info.txt"
_MODULE: Final = re.compile(r"[A-Za-z_]\w*(\.\w+)*")
MOST_MODULES: Final = 200
"""Modules of a model's own code that are walked."""


def inspect_folder(folder: Folder, bounds: Bounds) -> Iterator[Fact]:
    """The model's identity and version, and the code that loading it runs."""
    yield Identity("mlflow", "", folder.at())
    yield from folder.unread()
    try:
        tree = files.yaml_of(files.read(folder, MAIN, files.MOST_YAML))
        named = [*files.walk(tree)]
    except Malformed as problem:
        yield unreadable(folder.at(MAIN), problem)
        return
    version = tree.get("mlflow_version") if isinstance(tree, dict) else None
    if isinstance(version, str):
        yield Producer("mlflow", version, folder.at(MAIN))
    said = [value for key, value in named if key in _CODE and isinstance(value, str)]
    roots = [root if leaves(root) else normpath(root) for root in said]
    for root in roots:
        if leaves(root):
            yield Reference("code", root, leaves=True, where=folder.at(MAIN))
    for key, value in named:
        if key in _TRUSTED and isinstance(value, str) and value not in _NULLS:
            module, _, name = value.rpartition(".")
            yield Import(module, name, key, value, "mlflow", 0, 1, folder.at(MAIN))
    held = files.of_folder(folder)
    yield from shadows(held, roots)
    yield from compiled(held, roots)
    yield from _installs(folder)
    entries = [*_entries(named), *_unpickler(folder)]
    yield from _elsewhere(folder, entries, roots)
    importable = _importable(folder, roots)
    if len(importable) > MOST_MODULES:
        fields: Fields = {"limit": "modules of the model's own code", "most": MOST_MODULES}
        yield Unreadable("limit", fields, folder.at(MAIN))
    entries += importable[:MOST_MODULES]
    yield from facts(files.modules(held, (*roots, "")), entries, bounds)


def _installs(folder: Folder) -> Iterator[Fact]:
    """What serving the model installs."""
    held = files.of_folder(folder)
    if _REQUIREMENTS in folder.files:
        yield from from_text(held, _REQUIREMENTS)
    if _CONDA in folder.files:
        yield from from_conda(held, _CONDA)


def _unpickler(folder: Folder) -> Iterator[Entry]:
    """The module that the PyTorch flavour unpickles with, which a file of the model names."""
    for name in folder.files:
        if name.rpartition("/")[2] == _UNPICKLER:
            module = files.read(folder, name, files.MOST_YAML).decode("utf-8", "replace").strip()
            if _MODULE.fullmatch(module):
                yield Entry(module, (), name)


def _importable(folder: Folder, roots: list[str]) -> list[Entry]:
    """Modules in the directories of code: a pickle of the model may import each of them."""
    found: list[Entry] = []
    for root in roots:
        for name in folder.files:
            if name.startswith(f"{root}/") and name.endswith(".py"):
                module = name[len(root) + 1 : -3].replace("/", ".").removesuffix(".__init__")
                found.append(Entry(module, (), f"a pickle that imports {module}"))
    return found


def _entries(named: list[tuple[str, Tree]]) -> Iterator[Entry]:
    for key, value in named:
        if not isinstance(value, str):
            continue
        if key == "loader_module":
            yield Entry(value, (_LOADS,), f"{key} in {MAIN}")
        elif key in _SCRIPTS and value.endswith(".py"):
            named_as = dict.fromkeys(
                (value, value.rpartition("/")[2])
            )  # it is taken by its last part
            for path in named_as:
                yield Entry(path.removesuffix(".py").replace("/", "."), (), f"{key} in {MAIN}")


def _elsewhere(folder: Folder, entries: list[Entry], roots: list[str]) -> Iterator[Fact]:
    """Loader modules that are no file of the model: what MLflow imports by these names."""
    sources = files.modules(files.of_folder(folder), (*roots, ""))
    for entry in entries:
        if entry.names and sources.find(entry.module) is None:
            module = entry.module
            where = folder.at(MAIN)
            yield Import(
                module, _LOADS, "loader_module", f"{module}.{_LOADS}", "mlflow", 1, 1, where
            )
