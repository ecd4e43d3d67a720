"""MLflow's model directories: ``MLmodel`` says which module loads them and where its code lies.

Loading puts the directory ``code`` before all other places to import from, and imports
``loader_module``; a model logged as code is a script that is run. Neither is asked for.
https://mlflow.org/docs/latest/ml/model/
https://mlflow.org/docs/latest/ml/model/models-from-code/
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import normpath
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import (
    Anomaly,
    Fact,
    Identity,
    Import,
    Producer,
    Reference,
)
from modelaudit.core.limits import Bounds
from modelaudit.discovery.directory import Folder
from modelaudit.formats.archives.members import leaves, unreadable
from modelaudit.formats.folders import files
from modelaudit.formats.folders.files import Tree
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
        if key in _TRUSTED and isinstance(value, str):
            module, _, name = value.rpartition(".")
            yield Import(module, name, key, value, "mlflow", 0, 1, folder.at(MAIN))
    yield from _shadows(folder, roots)
    entries = list(_entries(named))
    yield from _elsewhere(folder, entries, roots)
    yield from facts(files.modules(files.of_folder(folder), (*roots, "")), entries, bounds)


def _entries(named: list[tuple[str, Tree]]) -> Iterator[Entry]:
    for key, value in named:
        if not isinstance(value, str):
            continue
        if key == "loader_module":
            yield Entry(value, (_LOADS,), f"{key} in {MAIN}")
        elif key in _SCRIPTS and value.endswith(".py"):
            yield Entry(value.removesuffix(".py").replace("/", "."), (), f"{key} in {MAIN}")


def _elsewhere(folder: Folder, entries: list[Entry], roots: list[str]) -> Iterator[Fact]:
    """Loader modules that are no file of the model: what MLflow imports by these names."""
    sources = files.modules(files.of_folder(folder), (*roots, ""))
    for entry in entries:
        if sources.find(entry.module) is None:
            module = entry.module
            where = folder.at(MAIN)
            yield Import(
                module, _LOADS, "loader_module", f"{module}.{_LOADS}", "mlflow", 1, 1, where
            )


def _shadows(folder: Folder, roots: list[str]) -> Iterator[Anomaly]:
    """Modules in a directory of code that take the place of a package which loading imports."""
    from modelaudit.knowledge.distributions import distribution_of  # noqa: PLC0415  a large table

    seen = set[str]()
    for root in roots:
        for name in folder.files:
            if not name.startswith(f"{root}/"):
                continue
            module = name[len(root) + 1 :].partition("/")[0].partition(".")[0]
            known = distribution_of(module)
            if known is not None and module not in seen:
                seen.add(module)
                fields = {"module": module, "file": name, "of": known or "the standard library"}
                yield Anomaly("module-shadowed", fields, folder.at(name))
