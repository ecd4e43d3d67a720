"""torch.package: pickles together with the Python source of the modules that they need.

Importing from the archive runs that source, with a few modules of the loading program besides
(``extern_modules``). https://github.com/pytorch/pytorch/blob/main/torch/package/package_importer.py
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from modelaudit.core.digest import measured
from modelaudit.core.facts import Code, Fact, Identity
from modelaudit.core.limits import KIB, MIB, Bounds
from modelaudit.core.source import Source
from modelaudit.formats.archives.zip import embedded
from modelaudit.formats.archives.zipmembers import Archive
from modelaudit.formats.torch.checkpoint import SMALL, pickled
from modelaudit.formats.torch.native import libraries
from modelaudit.formats.torch.recorder import TorchRecorder
from modelaudit.formats.torch.records import Records, properties, version

MOST_SHOWN: Final = 120
"""Characters of a module's beginning that its fact shows."""
MOST_CODE: Final = 16 * MIB
"""Bytes of a module that are read for its digest."""


class PackageRecorder(TorchRecorder):
    """The recorder of a pickle that no restricted unpickler reads."""

    ending = ".storage"

    def act(self, opcode: str, on: str, position: int) -> None:
        """Nothing: torch.load does not read these pickles."""

    def first_places(self) -> dict[str, int | None]:
        return {}


def inspect_archive(source: Source, archive: Archive, bounds: Bounds) -> Iterator[Fact]:
    """The facts of pickles and modules; other members are the zip inspector's."""
    records = Records(source, archive, bounds)
    number = version(records)
    yield Identity("torch-package", str(number) if number >= 0 else "", source.at())
    yield from properties(records)
    read_here = [*filter(None, map(records.find, SMALL))]
    for name, member in records.by_name.items():
        if name.endswith(".pkl"):
            read_here.append(member)
            yield from records.guarded(name, pickled(records, name, ".data/", PackageRecorder))
        elif name.endswith(".py"):
            read_here.append(member)
            yield from records.guarded(name, _module(records, name))
        elif name.startswith(".data/") and name.endswith(".storage"):
            read_here.append(member)
    yield from libraries(source, archive, bounds)
    yield from embedded(source, archive, bounds, read_here)


def _module(records: Records, name: str) -> Iterator[Fact]:
    inner = records.open(name)
    raw = inner.read(0, MOST_CODE + 1)
    whole = measured(raw) if len(raw) <= MOST_CODE else (-1, "")
    text = raw[:KIB].decode("utf-8", "replace").strip()
    yield Code("python-module", name, (), text[:MOST_SHOWN], inner.at(), "", *whole)
