"""What the symbol and state tables share: the source of a wheel, kept as a small archive.

A wheel is downloaded by pip and read as the zip that it is; nothing of it is imported or installed.
Of a release the cache keeps its Python files and, for each compiled module, the words that stand in
it as C strings, so that a second run needs no network.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from scripts.common.sources import rows


def sampled(name: str) -> tuple[str, ...]:
    """The releases that are read, oldest first."""
    return next(tuple(text.split(" ")) for own, text in rows("sampled_releases.tsv") if own == name)


class Package(NamedTuple):
    """A distribution: the package that it installs, and the releases that are read."""

    top: str
    releases: tuple[str, ...]
    platforms: tuple[str, ...] = (
        *("manylinux1_x86_64", "manylinux2010_x86_64", "manylinux2014_x86_64"),
        *("manylinux_2_27_x86_64", "manylinux_2_28_x86_64"),
    )
    compiled: bool = True
    parts: str = ""
    """what of it is read, a pattern; all where empty. A module that is not read is never missing"""


MAC = ("macosx_10_15_x86_64", "macosx_11_0_arm64", "macosx_12_0_arm64", "macosx_14_0_arm64")
"""Wheels for macOS hold the same Python files, without hundreds of megabytes for GPUs."""

PACKAGES = {
    "scikit-learn": Package("sklearn", sampled("scikit-learn")),
    "numpy": Package("numpy", sampled("numpy")),
    "joblib": Package("joblib", sampled("joblib")),
    "cloudpickle": Package("cloudpickle", sampled("cloudpickle")),
    "pandas": Package("pandas", sampled("pandas")),
    "scipy": Package("scipy", sampled("scipy")),
    "lightgbm": Package("lightgbm", sampled("lightgbm"), compiled=False),
    "xgboost": Package("xgboost", sampled("xgboost"), MAC, compiled=False),
    "catboost": Package("catboost", sampled("catboost"), compiled=False),
    "torch": Package(
        "torch",
        sampled("torch"),
        MAC,
        compiled=False,
        parts=r"torch/(\w+\.py|(nn|optim|distributions|jit|package|quantization|amp|cuda)/.*"
        r"|ao/(nn|quantization)/.*|utils/(\w+\.py|data/.*))$",
    ),
    "statsmodels": Package("statsmodels", sampled("statsmodels")),
    "gensim": Package("gensim", sampled("gensim")),
    "keras": Package("keras", sampled("keras"), compiled=False),
    "imbalanced-learn": Package("imblearn", sampled("imbalanced-learn"), compiled=False),
    "category-encoders": Package("category_encoders", sampled("category-encoders"), compiled=False),
    "patsy": Package("patsy", sampled("patsy"), compiled=False),
}

PYTHONS = ("3.8", "3.10", "3.11", "3.9", "3.12", "3.7", "3.6")
"""For which a wheel is asked for, in turn; the later releases have one for 3.11 at the latest."""
COMPILED = re.compile(r"(\.cpython-[^/]*|\.abi3)?\.so$")
LEFT_OUT = re.compile(r"/(tests?|testing|benchmarks|doc|examples)/|/conftest\.py$")
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_SUMS = re.compile(rb"Incompatible checksums \([^()]* vs ([^=]{3,80}= \([\w, ]*\))\)")
"""What a Cython class says of a pickled state whose fields are not its own."""
_WORD = re.compile(rb"(?<=\0)[A-Za-z_][\w.]{1,120}(?=\0)")


def fetch(name: str, release: str, cache: Path) -> dict[str, bytes]:
    """What is kept of a release, by path; a compiled module is a list of words, one a line."""
    kept = cache / name / f"{release}.zip"
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            _keep(PACKAGES[name], _download(name, release, Path(scratch)), kept)
    with zipfile.ZipFile(kept) as archive:
        wanted = re.compile(PACKAGES[name].parts)
        return {path: archive.read(path) for path in archive.namelist() if wanted.match(path)}


def _download(name: str, release: str, scratch: Path) -> Path:
    releases = PACKAGES[name].releases
    late = releases.index(release) * 2 > len(releases)
    for python in ("3.11", "3.12", *PYTHONS) if late else PYTHONS:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--no-cache-dir", "--only-binary", ":all:", "--python-version", python]
        for platform in PACKAGES[name].platforms:
            command += ["--platform", platform]
        done = subprocess.run(
            [*command, f"{name}=={release}", "-d", scratch], capture_output=True, check=False
        )
        if not done.returncode:
            return next(scratch.glob("*.whl"))
    raise SystemExit(f"{name} {release}: no wheel for any of Python {', '.join(PYTHONS)}")


def _keep(package: Package, wheel: Path, kept: Path) -> None:
    partial = kept.with_suffix(".part")
    with (
        zipfile.ZipFile(wheel) as archive,
        zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for path in archive.namelist():
            if not path.startswith(f"{package.top}/") or LEFT_OUT.search(path):
                continue
            if path.endswith(".py"):
                out.writestr(path, archive.read(path))
            elif COMPILED.search(path):
                content = archive.read(path) if package.compiled else b""
                out.writestr(path, b"\n".join(_texts(content)))
    partial.rename(kept)


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
