"""What the symbol and state tables share: the source of a release, kept as a small archive.

A wheel, or a source archive where there is no wheel, is downloaded and read as the archive that it
is; nothing of it is imported or installed. Of a release the cache keeps its Python files and, for
each compiled module, the words that stand in it as C strings, so that a second run needs no
network.
"""

from __future__ import annotations

import re
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import Version

from scripts.common.index import File, Index
from scripts.common.read_packages import PACKAGES, Package

PYTHONS = ("cp311", "cp310", "cp39", "cp38", "cp312", "cp37", "cp36", "cp313", "py3", "py2")
"""Whose wheel is read where there are several; the later releases have one for 3.11."""
PLATFORMS = ("any", "manylinux", "macosx", "linux", "win_amd64", "win")
COMPILED = re.compile(r"(\.cpython-[^/]*|\.abi3)?\.so$")
LEFT_OUT = re.compile(r"/\.|/(tests?|testing|benchmarks|doc|examples)/|/conftest\.py$")
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_SUMS = re.compile(rb"Incompatible checksums \([^()]* vs ([^=]{3,80}= \([\w, ]*\))\)")
"""What a Cython class says of a pickled state whose fields are not its own."""
_WORD = re.compile(rb"(?<=\0)[A-Za-z_][\w.]{1,120}(?=\0)")


def fetch(name: str, release: str, cache_in: Path) -> dict[str, bytes]:
    """What is kept of a release, by path; a compiled module is a list of words, one a line."""
    kept = cache_in / name / f"{release}.zip"
    package = PACKAGES[name]
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        index = _index(cache_in / "index")
        file = archive_of(package, index, name, release)
        if file is None:
            raise SystemExit(f"{name} {release}: nothing that can be read")
        with tempfile.TemporaryDirectory(dir=cache_in) as scratch:
            path = Path(scratch) / file.filename
            index.download(file, path)
            _keep(package, path, kept)
    with zipfile.ZipFile(kept) as archive:
        wanted = re.compile(package.parts)
        return {
            path: archive.read(path)
            for path in archive.namelist()
            if wanted.match(path) and not LEFT_OUT.search(path)
        }


@cache
def _index(folder: Path) -> Index:
    return Index(folder)


def archive_of(package: Package, index: Index, name: str, release: str) -> File | None:
    """The wheel of a release that is read, else its source; None where neither can be.

    Of a package whose compiled modules are read the source says too little.
    """
    best: tuple[tuple[int, int], File] | None = None
    for file in _by_release(index, name).get(Version(release), []):
        rank = _rank(package, file.filename)
        if rank is not None and (best is None or rank < best[0]):
            best = rank, file
    return best[1] if best else None


@cache
def _by_release(index: Index, name: str) -> dict[Version, list[File]]:
    found: dict[Version, list[File]] = {}
    for file in index.files(name):
        if (version := version_of(file.filename)) is not None:
            found.setdefault(version, []).append(file)
    return found


def version_of(filename: str) -> Version | None:
    """The version that an archive is of; None for a file that is no wheel or source archive."""
    try:
        if filename.endswith(".whl"):
            return parse_wheel_filename(filename)[1]
        return parse_sdist_filename(filename)[1]
    except (InvalidWheelFilename, InvalidSdistFilename):
        return None


def _rank(package: Package, filename: str) -> tuple[int, int] | None:
    """How good a file is to be read, the lowest first; None for one that cannot be."""
    if not filename.endswith(".whl"):
        return None if package.compiled else (len(PLATFORMS), 0)
    tags = parse_wheel_filename(filename)[3]
    order = ("any", "macosx", *PLATFORMS) if package.mac else PLATFORMS
    platforms = [
        order.index(platform)
        for platform in order
        if any(tag.platform.startswith(platform) for tag in tags)
    ]
    pythons = [PYTHONS.index(tag.interpreter) for tag in tags if tag.interpreter in PYTHONS]
    if not platforms or any("arm" in tag.platform or "aarch" in tag.platform for tag in tags):
        platforms = [one + len(order) for one in platforms[:1]]
    return (platforms[0], min(pythons)) if platforms and pythons else None


def _keep(package: Package, archive: Path, kept: Path) -> None:
    partial = kept.with_suffix(".part")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for path, content in _members(archive, package.top):
            if path.endswith(".py"):
                out.writestr(path, content)
            else:
                out.writestr(path, b"\n".join(_texts(content)) if package.compiled else b"")
    partial.rename(kept)


def _members(archive: Path, top: str) -> Iterator[tuple[str, bytes]]:
    """The modules of a package in a wheel; in a source archive, below its folder."""

    def wanted(path: str) -> bool:
        return (
            path.startswith(f"{top}/")
            and not LEFT_OUT.search(path)
            and (path.endswith(".py") or COMPILED.search(path) is not None)
        )

    if archive.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(archive) as wheel:
            for path in wheel.namelist():
                inside = path if archive.suffix == ".whl" else _inside(path, top)
                if wanted(inside):
                    yield inside, wheel.read(path)
        return
    with tarfile.open(archive) as source:
        for member in source:
            inside = _inside(member.name, top)
            held = source.extractfile(member) if member.isfile() and wanted(inside) else None
            if held is not None:
                yield inside, held.read()


def _inside(path: str, top: str) -> str:
    """A path from the package on; a Cython source counts as the module that it becomes."""
    found = re.match(rf"[^/]+/(?:(?:src|lib|python|python-package)/)?({top}/.*)", path)
    return re.sub(r"\.pyx$", ".abi3.so", found[1]) if found else ""


def _texts(content: bytes) -> list[bytes]:
    """The words of a compiled module, and after ``~`` the constants that Cython 3.1 packs."""
    packed = list(_packed(content))
    everything = b"\0".join([content, *packed])
    # The NUL between two words belongs to both.
    words = set(_WORD.findall(everything.replace(b"\0", b"\0\0")))
    sums = {b"!" + found for found in _SUMS.findall(everything)}
    return sorted(words | sums) + [b"~" + text.replace(b"\n", b" ") for text in packed]


def _packed(content: bytes) -> Iterator[bytes]:
    for found in _ZLIB.finditer(content):
        unpacker = zlib.decompressobj()
        try:
            text = unpacker.decompress(content[found.start() : found.start() + 200_000])
        except zlib.error:
            continue
        if unpacker.eof and len(text) > 200:
            yield text
