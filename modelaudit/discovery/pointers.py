"""Where the bytes are that a pointer stands for: Git LFS objects, and what DVC keeps.

Git LFS: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md. DVC:
https://dvc.org/doc/user-guide/project-structure/dvc-files, and for the cache
https://dvc.org/doc/user-guide/project-structure/internal-files. Bytes are taken only where they
have the digest that the pointer names. Nothing is fetched.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from modelaudit.core.limits import MIB
from modelaudit.core.paths import is_file, is_folder, open_regular, size_of
from modelaudit.discovery.identify import MOST_POINTER

LFS: Final = "Git LFS"
DVC: Final = "DVC"
MOST_RECORD: Final = 8 * MIB
"""Bytes of a file of DVC."""
MOST_OUTS: Final = 100_000
"""Files that one file of DVC names."""
_OID: Final = re.compile(rb"^oid sha256:([0-9a-f]{64})$", re.MULTILINE)
_SIZE: Final = re.compile(rb"^size ([0-9]{1,18})$", re.MULTILINE)
_MD5: Final = re.compile(r"[0-9a-f]{32}")
_SECTION: Final = re.compile(r"""^\[\s*['"]?(?P<kind>\w+)(?:\s+["'](?P<name>.*?)["'])?['"]?\s*\]""")
_SETTING: Final = re.compile(r"^\s*(?P<key>\w+)\s*=\s*(?P<value>.*?)\s*$")


def lfs_object(path: str, pointer: bytes) -> str:
    """The file with the bytes that a pointer at a path refers to; empty if they are not here."""
    oid, size = _OID.search(pointer), _SIZE.search(pointer)
    if len(pointer) > MOST_POINTER or oid is None or size is None:
        return ""
    name = oid[1].decode("ascii")
    for store in _stores(os.path.dirname(os.path.abspath(path))):  # noqa: PTH100, PTH120
        stored = Path(store, name[:2], name[2:4], name)
        if _has(stored, "sha256", name, int(size[1])):
            return str(stored)
    return ""


@cache
def _stores(folder: str) -> tuple[str, ...]:
    """The directories with the objects of the repository that a directory is in."""
    for place in (Path(folder), *Path(folder).parents):
        git = place / ".git"
        if not os.path.lexists(git):
            continue
        common = git if is_folder(git) else _led_to(place, git, "gitdir:")
        shared = common / "commondir"
        common = _led_to(common, shared, "") if is_file(shared) else common
        return (str(common / "lfs" / "objects"), *_configured(folder, common))
    return ()


def _led_to(base: Path, file: Path, word: str) -> Path:
    try:
        with open_regular(file) as opened:
            text = opened.read(MOST_RECORD).decode("utf-8", "surrogateescape").strip()
    except OSError:
        return base
    return base / text.removeprefix(word).strip()


def _configured(folder: str, common: Path) -> list[str]:
    """Where ``lfs.storage`` says that objects are, where git is there to be asked."""
    from modelaudit.core.errors import UsageError  # noqa: PLC0415
    from modelaudit.sandbox.git import ask  # noqa: PLC0415  only where there are pointers

    try:
        answer = ask(folder, "config", "--default", "", "--get", "lfs.storage")
    except UsageError:
        return []
    storage = os.fsdecode(answer).strip()
    return [str(common / storage / "objects")] if storage else []


class Tracked(msgspec.Struct, frozen=True):
    """A file that DVC tracks. ``stored`` is where its bytes are, empty where they are not here."""

    path: str
    stored: str


def tracked(record: str) -> Iterator[Tracked]:
    """The files that a ``.dvc`` file or a ``dvc.lock`` names. Raises ValueError if it is neither.

    One that is in its place is the file itself; else it may be in the cache of DVC, or in a remote
    that is a directory of this machine.
    """
    folder = Path(record).parent
    for wdir, out in _outs(record):
        path = os.path.normpath(folder / wdir / str(out.get("path", "")))
        if not _is_inside(path, str(folder.absolute())):
            yield Tracked(path, "")
            continue
        if os.path.lexists(path):
            yield Tracked(path, path)
            continue
        digest = str(out.get("md5", ""))
        if digest.endswith(".dir"):
            yield from _listed(path, digest.removesuffix(".dir"), record)
        else:
            yield Tracked(path, _stored(record, digest))


def _listed(path: str, digest: str, record: str) -> Iterator[Tracked]:
    """The files of a directory, by the list that the cache has of it."""
    for store in _caches(str(Path(record).parent.absolute())):
        listing = Path(store, digest[:2], f"{digest[2:]}.dir")
        if is_file(listing) and size_of(listing) <= MOST_RECORD:
            try:
                entries = msgspec.json.decode(listing.read_bytes(), type=list[dict[str, str]])
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue
            for entry in entries:
                inner = os.path.normpath(Path(path, entry.get("relpath", "")))
                yield Tracked(inner, _stored(record, entry.get("md5", "")))
            return
    yield Tracked(path, "")


def _outs(record: str) -> Iterator[tuple[str, dict[str, object]]]:
    import yaml  # noqa: PLC0415  only where there is such a file

    try:
        with open_regular(record) as file:
            content = file.read(MOST_RECORD + 1)
        if len(content) > MOST_RECORD:
            raise ValueError("it is larger than any file of DVC")
        document = yaml.load(content, Loader=yaml.CSafeLoader)
    except (OSError, yaml.YAMLError, RecursionError) as error:
        raise ValueError(f"it cannot be read: {error}") from None
    if not isinstance(document, dict):
        raise ValueError("it is no file of DVC")
    stages = document.get("stages")
    parts = list(stages.values()) if isinstance(stages, dict) else [document]
    count = 0
    for part in parts:
        outs = part.get("outs") if isinstance(part, dict) else None
        for out in outs if isinstance(outs, list) else ():
            count += 1
            if count > MOST_OUTS:
                raise ValueError(f"it names more than {MOST_OUTS} files")
            if isinstance(out, dict):
                yield str(part.get("wdir") or "."), out


def _stored(record: str, digest: str) -> str:
    if not _MD5.fullmatch(digest):
        return ""
    for store in _caches(str(Path(record).parent.absolute())):
        stored = Path(store, digest[:2], digest[2:])
        if _has(stored, "md5", digest, None):
            return str(stored)
    return ""


def _is_inside(path: str, folder: str) -> bool:
    """Whether a path is in the project: a download may bring a file that names any path."""
    tops = [str(p) for p in (Path(folder), *Path(folder).parents) if is_folder(p / ".dvc")]
    top = (tops or [folder])[0]
    absolute = os.path.realpath(path)
    return absolute.startswith(os.path.join(os.path.realpath(top), ""))  # noqa: PTH118


@cache
def _caches(folder: str) -> tuple[str, ...]:
    """The directories that hold what DVC keeps, of the project that a directory is in."""
    for place in (Path(folder), *Path(folder).parents):
        own = place / ".dvc"
        if is_folder(own):
            settings = [*_settings(own / "config"), *_settings(own / "config.local")]
            named = [v for kind, key, v in settings if (kind, key) == ("cache", "dir")]
            remotes = [v for kind, key, v in settings if (kind, key) == ("remote", "url")]
            local = [url.removeprefix("file://") for url in remotes if _is_local(url)]
            tops = [own / "cache", *(own / name for name in (*named, *local))]
            return tuple(str(part) for top in tops for part in (top / "files" / "md5", top))
    return ()


def _settings(file: Path) -> Iterator[tuple[str, str, str]]:
    """Kind of section, key and value of a configuration of DVC."""
    if not is_file(file) or size_of(file) > MOST_RECORD:
        return
    kind = ""
    for line in file.read_text("utf-8", "surrogateescape").splitlines():
        if section := _SECTION.match(line):
            kind = section["kind"]
        elif setting := _SETTING.match(line):
            yield kind, setting["key"], setting["value"]


def _is_local(url: str) -> bool:
    return url.startswith("file://") or "://" not in url


def _has(file: Path, algorithm: str, digest: str, size: int | None) -> bool:
    """Whether a regular file has the bytes of a digest."""
    try:
        if not is_file(file) or size not in (None, size_of(file)):
            return False
        with open_regular(file) as handle:
            return hashlib.file_digest(handle, algorithm).hexdigest() == digest
    except OSError:
        return False
