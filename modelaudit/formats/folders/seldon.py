"""Models as Seldon and KServe serve them: MLServer's ``model-settings.json``, and Seldon's classes.

MLServer puts the directory where Python looks first and imports ``implementation``; its
``environment_tarball`` is unpacked, and the model runs with the Python in it. ``logging_settings``
is handed to ``logging.config``, which calls what ``()`` names. Seldon's older server imports the
module and class that ``.s2i/environment`` calls ``MODEL_NAME``.
https://mlserver.readthedocs.io/en/stable/reference/model-settings.html
https://docs.python.org/3/library/logging.config.html#user-defined-objects
https://docs.seldon.ai/seldon-core-1/configuration/wrappers/python/python_wrapping_s2i
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Fact, Identity, Import, Reference
from modelaudit.core.limits import Bounds
from modelaudit.discovery.directory import Folder
from modelaudit.formats.archives.members import unreadable
from modelaudit.formats.folders import files
from modelaudit.formats.folders.compiled import compiled
from modelaudit.formats.folders.origins import origin
from modelaudit.formats.folders.requirements import from_text
from modelaudit.formats.python.facts import Entry, facts

MODEL: Final = "model-settings.json"
SERVER: Final = "settings.json"
SELDON: Final = ".s2i/environment"
VIA: Final = "mlserver"
_IMPORTED: Final = ("implementation", "model_repository_implementation", "()")
"""Keys whose value is imported by its dotted name."""
_WEIGHTS: Final = ("uri", "pretrained_model", "pretrained_tokenizer")
_CALLED: Final = ("__init__", "load", "predict")
"""What the servers call of a class."""
_NAME: Final = re.compile(r"^\s*MODEL_NAME\s*=\s*[\"']?([\w.]+)", re.MULTILINE)
_REQUIREMENTS: Final = "requirements.txt"
_SHOWN: Final = 200


def inspect_folder(folder: Folder, bounds: Bounds) -> Iterator[Fact]:
    """The code that serving imports, and the environment that it runs in."""
    yield Identity("seldon", "", folder.at())
    yield from folder.unread()
    held = files.of_folder(folder)
    entries: list[Entry] = []
    for name in (MODEL, SERVER):
        if name in folder.files:
            try:
                yield from _settings(folder, name, held, entries)
            except Malformed as problem:
                yield unreadable(folder.at(name), problem)
    if SELDON in folder.files:
        text = files.read(folder, SELDON, files.MOST_YAML).decode("utf-8", "replace")
        entries += [_entry(one, one, f"MODEL_NAME in {SELDON}") for one in _NAME.findall(text)]
    if _REQUIREMENTS in folder.files:
        yield from from_text(held, _REQUIREMENTS)
    yield from compiled(held, ("",))
    yield from facts(files.modules(held), entries, bounds)


def _entry(module: str, class_: str, said: str) -> Entry:
    return Entry(module, (class_, *(f"{class_}.{name}" for name in _CALLED)), said)


def _settings(folder: Folder, name: str, held: files.Files, entries: list[Entry]) -> Iterator[Fact]:
    source, where = files.modules(held), folder.at(name)
    for key, value in files.walk(files.json_of(files.read(folder, name, files.MOST_JSON))):
        if not isinstance(value, str) or not value:
            continue
        if key in _IMPORTED:
            module, _, class_ = value.replace(":", ".").rpartition(".")
            if source.find(module) is not None:
                entries.append(_entry(module, class_, f"{key} in {name}"))
            else:
                yield Import(module, class_, key, value[:_SHOWN], VIA, 0, 1, where)
        elif key in _WEIGHTS:
            yield from origin(value, where)
        elif key == "environment_tarball":
            yield Reference("environment", value[:_SHOWN], leaves=False, where=where)
