"""What the tools are given: each a path that is written anew, by name. Hostile files are inert."""

from __future__ import annotations

import gzip
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

from benchmarks.common import shapes, weights
from benchmarks.speed import onnx, pmml, torch

MB, GB = 1_000_000, 1_000_000_000
ROOT = Path(__file__).resolve().parents[2]
SMALL_FILES = 60_000
"""Bytes up to which a file counts as small."""
Write = Callable[[Path], None]


def mixed(count: int) -> Write:
    """Small artifacts of all formats that the real frameworks wrote, over and over."""

    def write(folder: Path) -> None:
        folder.mkdir()
        kinds = {".pkl", ".joblib", ".pt", ".onnx", ".pmml", ".h5", ".keras"}
        found = sorted((ROOT / "fixtures" / "real").rglob("*"))
        small = [f for f in found if f.suffix in kinds and f.stat().st_size <= SMALL_FILES]
        for number in range(count):
            file = small[number * 7 % len(small)]
            shutil.copyfile(file, folder / f"model{number:05}{file.suffix}")

    return write


def _plain(content: Callable[[], bytes]) -> Write:
    return lambda path: _written(path, content())


def _written(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _sized(write: Callable[[Path, int], None], size: int) -> Write:
    return lambda path: write(path, size)


def _shape(name: str) -> Write:
    return _plain(lambda: pickle.dumps(shapes.SHAPES[name](shapes.ENTRIES // 2)))


def _packed(path: Path) -> None:
    """A compressed joblib file: one stream of zlib over all that joblib writes."""
    whole = path.with_suffix(".plain")
    weights.joblib(whole, 100 * MB)
    with whole.open("rb") as plain, gzip.open(path, "wb", compresslevel=1) as packed:
        shutil.copyfileobj(plain, packed)
    whole.unlink()


def _behind(path: Path) -> None:
    """Half a gigabyte of arrays, and a call of os.system behind them."""
    weights.pickle4(path, 500 * MB)
    call = b"cos\nsystem\n(X\x16\0\0\0echo modelaudit-markertR0u."
    with path.open("rb+") as file:
        file.seek(-2, 2)
        file.write(call)


def _external(path: Path) -> None:
    weights.onnx_external(path, 2 * GB)


WORKS: dict[str, tuple[str, Write]] = {
    "a small pickle": ("small.pkl", _plain(lambda: pickle.dumps({"weights": [0.5], "name": "s"}))),
    "a pickle that runs a command": (
        "evil.pkl",
        _plain(lambda: b"cos\nsystem\n(S'echo modelaudit-marker'\ntR."),
    ),
    **{name: (f"{name.replace(' ', '-')}.pkl", _shape(name)) for name in shapes.SHAPES},
    "a forest of 200 trees": ("forest.pkl", _plain(shapes.forest)),
    "a vocabulary of 200,000 words": ("vectorizer.pkl", _plain(shapes.vectorizer)),
    "compressed joblib, 100 MB": ("model.joblib", _packed),
    "joblib, 500 MB": ("arrays.joblib", _sized(weights.joblib, 500 * MB)),
    "torch, 10 MB": ("ten.pt", _sized(weights.torch_zip, 10 * MB)),
    "torch, 500 MB": ("half.pt", _sized(weights.torch_zip, 500 * MB)),
    "torch, 4 GiB": ("four.pt", _sized(torch.write, 4 << 30)),
    "safetensors, 500 MB": ("model.safetensors", _sized(weights.safetensors, 500 * MB)),
    "GGUF, 500 MB": ("model.gguf", _sized(weights.gguf, 500 * MB)),
    "ONNX, 1.9 GB inside": ("inline.onnx", _sized(onnx.write, 1_900 * MB)),
    "ONNX, 2 GB beside": ("external.onnx", _external),
    "HDF5, 500 MB": ("model.h5", _sized(weights.hdf5, 500 * MB)),
    "PMML, 300 MB": ("forest.pmml", _sized(pmml.write, 300 * MB)),
    "1,000 small files": ("thousand", mixed(1_000)),
    "10,000 small files": ("thousands", mixed(10_000)),
    "500 MB and a command behind": ("huge.pkl", _behind),
}


def hostile(name: str) -> bool:
    """Whether there is something to find: a command, or among the small files layers with code."""
    return "command" in name or "small files" in name
