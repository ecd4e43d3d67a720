"""Bytes into facts: one module or package per format, and the table that finds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Final

import msgspec

from modelaudit.core.facts import Fact
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source
from modelaudit.discovery.known import KNOWN

if TYPE_CHECKING:
    from modelaudit.discovery.directory import Folder
    from modelaudit.formats.archives.zipmembers import Archive

Inspect = Callable[[Source, Bounds], Iterator[Fact]]
InspectArchive = Callable[[Source, "Archive", Bounds], Iterator[Fact]]
InspectFolder = Callable[["Folder", Bounds], Iterator[Fact]]


class Inspector(msgspec.Struct, frozen=True):
    """Where a format is inspected, imported when it is needed.

    ``topics`` are the folders under ``rules/`` whose rules judge the facts that it yields. A format
    that may be a zip has a module with ``inspect_archive`` too, if ``archives`` is true: that is
    given the zip's members, yields the format's Identity, and chooses which members to look into.
    One that is always a zip, ``zipped``, has no ``inspect`` for other bytes.
    One of a directory (``discovery.folders``) has ``inspect_folder``, which is given its files.
    One that is ``isolated`` stands on a native library, and runs in a process that may die of it.
    """

    module: str
    topics: tuple[str, ...]
    archives: bool = False
    zipped: bool = False
    isolated: bool = False

    @property
    def dotted(self) -> str:
        return f"modelaudit.formats.{self.module}"

    def load(self) -> Inspect:
        if self.isolated:
            from modelaudit.sandbox import isolation  # noqa: PLC0415  few formats need it

            return partial(isolation.inspect, self.dotted)
        inspect: Inspect = import_module(self.dotted).inspect
        return inspect

    def load_archive(self) -> InspectArchive | None:
        """The inspector of a zip of this format; None where its members are all there is to say."""
        if not (self.archives or self.zipped):
            return None
        module = import_module(self.dotted)
        inspect_archive: InspectArchive = module.inspect_archive
        return inspect_archive

    def load_folder(self) -> InspectFolder:
        """The inspector of a directory of this format."""
        inspect_folder: InspectFolder = import_module(self.dotted).inspect_folder
        return inspect_folder


_KNOWN: Final = Inspector("known", ())
_PICKLE: Final = Inspector("pickle.inspector", ("pickle", "joblib"))
_COMPRESSED: Final = Inspector("archives.compressed", ())
_IN_TORCH: Final = ("torch", "archive", "pickle", "joblib")
_FOLDER: Final = ("folders", "python", "templates")
_ZIP: Final = Inspector("archives.zip", ("archive",))

INSPECTORS: Final[dict[str, Inspector]] = {
    "pickle": _PICKLE,
    "joblib": _PICKLE,
    "zlib": _COMPRESSED,
    "gzip": _COMPRESSED,
    "bz2": _COMPRESSED,
    "xz": _COMPRESSED,
    "lzma": _COMPRESSED,
    "lz4": _COMPRESSED,
    "zstd": _COMPRESSED,
    "joblib-zfile": _COMPRESSED,
    "zip": _ZIP,
    "tar": Inspector("archives.tar", ("archive",)),
    "7z": Inspector("archives.sevenzip", ("archive",)),
    "npz": Inspector("archives.zip", ("archive", "numpy")),
    "pytorch": Inspector("torch.inspector", _IN_TORCH, archives=True),
    "torchscript": Inspector("torchscript.inspector", ("torchscript", *_IN_TORCH), zipped=True),
    "torch-package": Inspector("torch.package", _IN_TORCH, zipped=True),
    "pt2": Inspector("torch.exported", ("torchscript", *_IN_TORCH), zipped=True),
    "keras": Inspector("keras.archive", ("keras", "hdf5", "archive"), zipped=True),
    "keras-config": Inspector("keras.texts", ("keras",)),
    "hdf5": Inspector("hdf5.inspector", ("hdf5", "keras"), isolated=True),
    "safetensors": Inspector("safetensors", ("safetensors",)),
    "shard-index": Inspector("shards", ("safetensors",)),
    "pmml": Inspector("pmml.inspector", ("pmml",)),
    "numpy": Inspector("numpy", ("numpy", "pickle")),
    "onnx": Inspector("onnx.inspector", ("onnx",), isolated=True),
    "savedmodel": Inspector("savedmodel.inspector", ("savedmodel",)),
    "hub": Inspector("folders.hub", ("hub", *_FOLDER)),
    "mlflow": Inspector("folders.mlflow", _FOLDER),
    "bentoml": Inspector("folders.bentoml", _FOLDER),
    "spacy": Inspector("folders.spacy", _FOLDER),
    "speechbrain": Inspector("folders.speechbrain", _FOLDER),
    "seldon": Inspector("folders.seldon", _FOLDER),
    "cog": Inspector("folders.cog", _FOLDER),
    "monai": Inspector("folders.monai", _FOLDER),
    "kerashub": Inspector("folders.kerashub", _FOLDER),
    "yaml-config": Inspector("folders.yamlconfig", _FOLDER),
    "dvc": Inspector("folders.dvc", _FOLDER),
    "ollama": Inspector("folders.ollama", _FOLDER),
    "triton": Inspector("folders.triton", _FOLDER),
    "torchserve": Inspector("folders.torchserve", (*_FOLDER, "archive"), zipped=True),
    "skops": Inspector("folders.skops", (*_FOLDER, "archive"), zipped=True),
    "nemo": Inspector("archives.tar", (*_FOLDER, "archive")),
    "gguf": Inspector("gguf", ("gguf", "templates")),
    "tflite": Inspector("tflite", ("tflite",)),
    "xgboost": Inspector("xgboost.inspector", ("xgboost",)),
    "lightgbm": Inspector("lightgbm", ("lightgbm",)),
    "rdata": Inspector("rdata", ("rdata",)),
    "tfjs": Inspector("folders.tfjs", _FOLDER),
    "orbax": _KNOWN,
    "sparkml": _KNOWN,
    **{one.format: _KNOWN for one in KNOWN},
    "tensorflow-graph": Inspector("savedmodel.inspector", ("savedmodel",)),
    "tensorflow-checkpoint": Inspector("savedmodel.checkpoint", ("savedmodel",)),
}
