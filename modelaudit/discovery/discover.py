"""Paths into files: what to look at, what is passed over, and what cannot be looked at.

Directories are walked in the order of their names. ``.gitignore`` plays no part: models are
usually ignored by it. A link is followed to a file; a directory behind a link is not walked.
"""

from __future__ import annotations

import glob
import os
import re
import stat
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import msgspec

from modelaudit.core.errors import UsageError
from modelaudit.core.paths import is_file, is_folder, size_of
from modelaudit.core.report import Skipped
from modelaudit.discovery.exclude import EXCLUDED, Exclusion
from modelaudit.discovery.folders import FOLDERS, FolderSignature, folder_of, folders_of
from modelaudit.discovery.identify import claimed

RECORDS = (".dvc", "dvc.lock")
"""The ends of names of the files in which DVC says what it tracks."""


STAGE = ".dvc"
"""The end of names of those that may have a command of their own."""


class Found(msgspec.Struct, frozen=True):
    """One path to look at. ``problem`` says why it cannot be read, where that is known already.

    ``format`` is empty for a file. For a directory that is one artifact it is the artifact's.
    ``top`` is the directory that was named and that it was found under; empty for a named file.
    ``doubted`` says why it would be left out if the configuration had been named. ``stored`` is
    where the bytes are, if not at the path, and ``pointer`` the system that has them elsewhere.
    """

    path: str
    size: int
    problem: str = ""
    format: str = ""
    top: str = ""
    doubted: str = ""
    stored: str = ""
    pointer: str = ""


def discover(
    paths: Iterable[str],
    skipped: list[Skipped] | None = None,
    exclusion: Exclusion | None = None,
) -> Iterator[Found]:
    """Everything under the paths, each file once; what is passed over is added to ``skipped``.

    What is excluded is passed over also where it is named.

    Raises UsageError for a path that does not exist.
    """
    passed_over = [] if skipped is None else skipped
    out = exclusion or Exclusion()
    seen: set[tuple[int, int]] = set()
    for path in _expand(paths):
        for item in map(_plain, _followed(_under(path, passed_over, out), out)):
            folder = bool(item.format)
            why = out.artifact(item.path, folder=folder)
            if why:
                passed_over.append(Skipped(item.path, why))
                continue
            doubt = out.doubted(item.path, folder=folder)
            found = msgspec.structs.replace(item, doubted=doubt) if doubt else item
            try:
                status = os.stat(found.stored or found.path)  # noqa: PTH116  of any type
            except OSError:
                yield found
                continue
            identity = (status.st_dev, status.st_ino)
            if identity not in seen:
                seen.add(identity)
                yield found


def _plain(item: Found) -> Found:
    """What was found, by a path that says nothing of the directory that the run was started in."""
    short = item.path.removeprefix(os.curdir + os.sep)
    if short == item.path or short[:1] in {"", "-"}:  # which would be taken for an option
        return item
    return msgspec.structs.replace(item, path=short)


def _followed(items: Iterable[Found], out: Exclusion) -> Iterator[Found]:
    """What was found, and in place of files of DVC what these stand for."""
    for item in items:
        if not item.path.endswith(RECORDS) or item.problem or item.format:
            yield item
        elif not out.artifact(item.path):
            yield from _tracked(item)
            if item.path.endswith(STAGE):
                yield item


def _tracked(record: Found) -> Iterator[Found]:
    from modelaudit.discovery.pointers import DVC, tracked  # noqa: PLC0415

    try:
        for entry in tracked(record.path):
            if entry.path == entry.stored:
                yield from (_under(entry.path, [], Exclusion()))
            elif entry.stored:
                yield Found(entry.path, size_of(entry.stored), stored=entry.stored)
            elif claimed(entry.path):
                yield Found(entry.path, 0, pointer=DVC)
    except ValueError as error:
        yield Found(record.path, record.size, str(error))


def _expand(paths: Iterable[str]) -> list[str]:
    expanded: list[str] = []
    for path in paths:
        if not path:
            raise UsageError("a path is empty")
        if os.path.lexists(path):
            expanded.append(path)
            continue
        if scheme := _scheme(path):
            raise UsageError(f"{path}: {_how_to_fetch(scheme)}, and scan the copy")
        matches = sorted(glob.glob(path, recursive=True))  # noqa: PTH207  Path.glob is relative
        if not matches:
            raise UsageError(f"{path}: no such file or directory")
        expanded += matches
    return expanded


_SCHEMES = {
    "hf": "hf download (pip install huggingface_hub)",
    "s3": "aws s3 cp (pip install awscli)",
    "gs": "gcloud storage cp (part of the Google Cloud CLI)",
    "az": "az storage blob download (pip install azure-cli)",
    "abfs": "az storage blob download (pip install azure-cli)",
    "abfss": "az storage blob download (pip install azure-cli)",
    "mlflow": "mlflow artifacts download (pip install mlflow)",
    "models": "mlflow artifacts download (pip install mlflow)",
    "runs": "mlflow artifacts download (pip install mlflow)",
    "http": "curl -LO",
    "https": "curl -LO",
}
"""What fetches an address, by the scheme that it begins with."""


def _scheme(path: str) -> str:
    """The scheme of an address; empty for a path."""
    found = re.match(r"([a-z][a-z0-9+.-]+):/", path, re.IGNORECASE)
    return found[1].lower() if found else ""


def _how_to_fetch(scheme: str) -> str:
    with_what = f" with {_SCHEMES[scheme]}" if scheme in _SCHEMES else ""
    return f"modelaudit opens no connection: fetch it first{with_what}"


def _under(path: str, skipped: list[Skipped], out: Exclusion) -> Iterator[Found]:
    within = _within(path)
    if within is not None:
        yield within
        signature = folder_of(within.path)
        if signature is None or not signature.also or Path(path).name in signature.own:
            return
    if not is_folder(path):
        yield _look(path)
        return
    top = path.rstrip("/") or path
    if claimed(Path(top).name) and _folder(top) is None:
        yield Found(top, 0, "a directory has the name of a model file")
    for found in _walk(top, skipped, out):
        yield msgspec.structs.replace(found, top=top)


def whole(path: str) -> Found | None:
    """The directory that a path is, or is a part of, where that is one artifact."""
    return _within(path) or (_folder(path.rstrip("/") or path) if is_folder(path) else None)


def _within(path: str) -> Found | None:
    """The directory that a path is a part of, where that is one artifact."""
    parts = Path(path).parts
    for number in range(len(parts) - 1, -1, -1):
        for signature in FOLDERS:
            if parts[number] in signature.mains or parts[number] in signature.parts:
                found = _folder(str(Path(*parts[:number])))
                if found is not None:
                    return found
    folder = folder_of(str(Path(path).parent)) if parts else None
    if folder is not None and any(fnmatchcase(parts[-1], one) for one in folder.also):
        return _folder(str(Path(path).parent))
    return None


def _folder(path: str) -> Found | None:
    """A directory as one artifact."""
    signature = folder_of(path)
    if signature is None:
        return None
    return Found(path, _size(path, signature), format=signature.format)


def _size(path: str, signature: FolderSignature) -> int:
    """Bytes of everything that belongs to an artifact."""
    size = 0
    for entry in (*signature.mains, *signature.parts):
        top = Path(path, entry)
        files = [top] if is_file(top) else [Path(at, n) for at, _, ns in os.walk(top) for n in ns]
        size += sum(map(size_of, files))
    return size


def _walk(top: str, skipped: list[Skipped], out: Exclusion) -> Iterator[Found]:
    pending = [top]
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(folder) as entries:
                ordered = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield Found(folder, 0, f"cannot be listed: {error.strerror}")
            continue
        signatures = folders_of(folder)
        if signatures:
            first = signatures[0]
            yield Found(folder, _size(folder, first), format=first.format)
            belonging = frozenset[str]().union(*(one.own for one in signatures))
            ordered = [entry for entry in ordered if entry.name not in belonging]
        for entry in ordered:
            if not entry.is_dir(follow_symlinks=False):
                if not is_folder(entry.path):  # where a link leads; False for a loop of links
                    yield _look(entry.path)
                else:
                    skipped.append(
                        Skipped(entry.path, "a link to a directory, which is not followed")
                    )
            elif claimed(entry.name) and _folder(entry.path) is None:
                yield Found(entry.path, 0, "a directory has the name of a model file")
        inner = [entry for entry in ordered if entry.is_dir(follow_symlinks=False)]
        whys = [_left_out(entry, out) for entry in inner]
        skipped += [Skipped(e.path, why) for e, why in zip(inner, whys, strict=True) if why]
        entered = [e.path for e, why in zip(inner, whys, strict=True) if not why]
        pending += reversed(entered)


def _left_out(entry: os.DirEntry[str], out: Exclusion) -> str:
    """Why a directory is not entered; empty where it is."""
    if entry.name in EXCLUDED:
        return f"directories called {entry.name} are scanned when they are named"
    return out.folder(entry.path)


def _look(path: str) -> Found:
    try:
        status = os.stat(path)  # noqa: PTH116
    except FileNotFoundError:
        return Found(path, 0, _why_missing(path))
    except OSError as error:
        return Found(path, 0, error.strerror or str(error))
    if not stat.S_ISREG(status.st_mode):
        return Found(path, 0, "no regular file")
    return Found(path, status.st_size)


def _why_missing(path: str) -> str:
    try:
        return f"a link to {os.readlink(path)!r}, which does not exist"  # noqa: PTH115
    except OSError:
        return "it was there when its directory was listed, and is gone"
