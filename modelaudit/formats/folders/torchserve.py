"""TorchServe's model archives (``.mar``): a manifest, a handler, weights and what belongs to them.

The server unpacks the archive, installs ``requirementsFile`` where its configuration says so, and
imports the handler: a file of the archive, or a name of its own (``image_classifier``).
https://github.com/pytorch/serve/blob/master/model-archiver/README.md
https://docs.pytorch.org/serve/custom_service.html
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import normpath
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Fact, Identity, Producer
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source
from modelaudit.formats.archives.members import unreadable
from modelaudit.formats.archives.zip import embedded
from modelaudit.formats.archives.zipmembers import Archive
from modelaudit.formats.folders import files
from modelaudit.formats.folders.compiled import compiled, shadows
from modelaudit.formats.folders.files import Files
from modelaudit.formats.folders.members import of_archive
from modelaudit.formats.folders.requirements import from_text
from modelaudit.formats.python.facts import Entry, facts

MANIFEST: Final = "MAR-INF/MANIFEST.json"
_CALLED: Final = ("initialize", "handle", "preprocess", "inference", "postprocess")
"""What the server calls of a handler: functions of the module, or methods of its class."""
_SHOWN: Final = 200


def inspect_archive(source: Source, archive: Archive, bounds: Bounds) -> Iterator[Fact]:
    """The archive's identity, the code that serving runs, and the artifacts in it."""
    yield Identity("torchserve", "", source.at())
    members = of_archive(source, archive, bounds)
    try:
        yield from _manifest(members, bounds)
    except Malformed as problem:
        yield unreadable(members.at(MANIFEST), problem)
    yield from embedded(source, archive, bounds)


def _manifest(members: Files, bounds: Bounds) -> Iterator[Fact]:
    tree = files.json_of(members.read(MANIFEST, files.MOST_JSON))
    version = tree.get("archiverVersion") if isinstance(tree, dict) else None
    if isinstance(version, str):
        yield Producer("torch-model-archiver", version, members.at(MANIFEST))
    model = tree.get("model") if isinstance(tree, dict) else None
    said = model if isinstance(model, dict) else {}
    named = {key: value for key, value in said.items() if isinstance(value, str)}
    requirements = normpath(named.get("requirementsFile", ""))
    if requirements in members.names:
        yield from from_text(members, requirements)
    entries: list[Entry] = []
    for key in ("handler", "modelFile"):
        path, _, function = named.get(key, "").partition(":")
        module = normpath(path).removesuffix(".py").replace("/", ".")
        called = (*_CALLED, function) if function else _CALLED
        flat = module.rpartition(".")[2]  # the server unpacks files into one directory
        origin = f"{key} in {MANIFEST}"
        entries += [Entry(one, called, origin) for one in dict.fromkeys((module, flat))]
    yield from compiled(members, ("",))
    yield from shadows(members, ("",))
    yield from facts(files.modules(members), entries, bounds)
