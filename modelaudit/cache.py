"""Inspections that were made before: files of msgpack, never a pickle, under one directory.

An entry is named by all that it depends on: the bytes, the name that they are read under, the
limits, the Python, and the files of modelaudit itself, tables included. Only what was read to its
end, by readers that look at nothing but the bytes, is kept. An entry is written under another name
and then renamed, so that runs at the same time see whole entries or none. Whoever can write to the
directory decides what a scan sees: it belongs to one user.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from modelaudit.core.embedded import Embedded
from modelaudit.core.facts import KINDS, Fact, Identity, Unreadable
from modelaudit.core.limits import Limits
from modelaudit.core.location import Location
from modelaudit.core.shipped import folder
from modelaudit.core.source import Source
from modelaudit.version import VERSION

ALONE: Final = frozenset(
    {
        *("pickle", "joblib", "joblib-zfile", "pytorch", "torchscript", "torch-package", "pt2"),
        *("numpy", "npz", "hdf5", "keras", "keras-config", "safetensors", "gguf", "tflite", "pmml"),
        *("zip", "tar", "7z", "zlib", "gzip", "bz2", "xz", "lzma", "lz4", "zstd"),
    }
)
"""Formats whose readers look at no other file."""


class _Inner(msgspec.Struct):
    """An Embedded fact without its bytes, which were inspected."""

    format: str
    encoding: str
    handed_to: str
    role: str
    where: Location


class Entry:
    """The place of one inspection in the cache."""

    def __init__(self, top: str, source: Source, limits: Limits) -> None:
        about = msgspec.json.encode([source.path, limits, stamp()])
        digest = hashlib.sha256(about)
        digest.update(source.data)
        name = digest.hexdigest()
        self._file = Path(top, name[:2], name)

    def load(self) -> tuple[Fact, ...] | None:
        """The facts that are kept; None where none are, or where they cannot be read."""
        try:
            packed = msgspec.msgpack.decode(
                self._file.read_bytes(), type=list[tuple[str, msgspec.Raw]]
            )
            return tuple(_unpacked(kind, raw) for kind, raw in packed)
        except (OSError, KeyError, msgspec.DecodeError):
            return None

    def save(self, facts: tuple[Fact, ...]) -> None:
        """Keep facts, if they depend on the bytes alone; where nothing can be written, do not."""
        if not _depend_on_bytes(facts):
            return
        try:
            content = msgspec.msgpack.encode([_packed(fact) for fact in facts])
        except UnicodeEncodeError:  # a lone surrogate, which JSON may spell
            return
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(dir=self._file.parent, delete=False) as scratch:
                scratch.write(content)
            os.replace(scratch.name, self._file)  # noqa: PTH105


@cache
def stamp() -> str:
    """What stands for this modelaudit: its version, and the size and time of each of its files."""
    digest = hashlib.sha256(f"{VERSION} {sys.version}".encode())
    for top in (Path(__file__).parent, folder()):
        for below, folders, names in os.walk(top):
            folders[:] = sorted(name for name in folders if name != "__pycache__")
            for name in sorted(names):
                status = os.stat(os.path.join(below, name))  # noqa: PTH116, PTH118
                digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _depend_on_bytes(facts: tuple[Fact, ...]) -> bool:
    formats = {fact.format for fact in facts if isinstance(fact, Identity)}
    return formats <= ALONE and not any(isinstance(fact, Unreadable) for fact in facts)


def _packed(fact: Fact) -> tuple[str, msgspec.Raw]:
    plain: object = fact
    if isinstance(fact, Embedded):
        plain = _Inner(fact.format, fact.encoding, fact.handed_to, fact.role, fact.where)
    return type(fact).__name__, msgspec.Raw(msgspec.msgpack.encode(plain))


def _unpacked(kind: str, raw: msgspec.Raw) -> Fact:
    if kind != Embedded.__name__:
        return msgspec.msgpack.decode(raw, type=KINDS[kind])
    inner = msgspec.msgpack.decode(raw, type=_Inner)
    source = Source(b"", inner.where.path)
    return Embedded(inner.format, inner.encoding, inner.handed_to, inner.role, inner.where, source)
