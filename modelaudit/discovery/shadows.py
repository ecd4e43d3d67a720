"""Files beside an artifact under the names of modules that loading it imports.

Python looks for a module in the directory of the script, or the working directory, before it looks
among what is installed: https://docs.python.org/3/library/sys_path_init.html. So a ``numpy.py``
beside a pickle that names ``numpy`` is what loading the pickle runs there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from modelaudit.core.facts import Anomaly, Fact, Identity, Import
from modelaudit.core.location import Location
from modelaudit.discovery.discover import Found

ENDINGS: Final = frozenset({"py", "pyw", "pyc", "so", "pyd"})
"""The last endings of names that Python imports."""
ALWAYS_THERE: Final = frozenset(
    {
        "__main__", "sys", "builtins", "marshal", "time", "posix", "nt", "errno", "gc",
        "itertools", "atexit", "pwd", "_abc", "_codecs", "_collections", "_functools", "_imp",
        "_io", "_locale", "_operator", "_signal", "_sre", "_stat", "_string", "_thread",
        "_tracemalloc", "_warnings", "_weakref", "winreg", "zipimport", "abc", "codecs", "io",
        "os", "site", "stat", "posixpath", "ntpath", "genericpath", "_collections_abc",
        "_sitebuiltins", "encodings",
    }
)  # fmt: skip
"""Modules that are built into Python, or imported before it has a directory to look in."""
_INSTALLED: Final = re.compile(r"/(lib/python3\.\d+|Lib)/(site|dist)-packages(/|$)")
"""Where packages are installed: what lies there is what is imported anyway."""
LOADERS: Final[Mapping[str, tuple[str, ...]]] = {
    "pickle": ("pickle", "copyreg", "struct", "_compat_pickle"),
    "joblib": ("joblib", "pickle", "copyreg", "struct", "_compat_pickle"),
    "pytorch": ("torch", "pickle", "copyreg", "struct", "_compat_pickle"),
    "torchscript": ("torch",),
    "torch-package": ("torch",),
    "pt2": ("torch",),
    "numpy": ("numpy",),
    "npz": ("numpy",),
}
"""What reading a format imports, whatever is in the file."""
_HDF5: Final = ("h5py", "keras", "tensorflow", "tf_keras", "tables", "pandas")
_TENSORFLOW: Final = ("tensorflow", "keras", "tf_keras")
USUAL: Final[Mapping[str, tuple[str, ...]]] = {
    "pickle": ("joblib", "pandas", "cloudpickle", "dill"),
    "gzip": ("gzip", "zlib"),
    "zlib": ("zlib",),
    "bz2": ("bz2",),
    "xz": ("lzma",),
    "lzma": ("lzma",),
    "lz4": ("lz4",),
    "zstd": ("zstandard",),
    "joblib-zfile": ("joblib", "zlib"),
    "tar": ("tarfile",),
    "zip": ("zipfile",),
    "7z": ("py7zr",),
    "hdf5": _HDF5,
    "keras": ("keras", "tensorflow", "tf_keras", "h5py", "zipfile"),
    "keras-config": ("keras", "tensorflow", "tf_keras"),
    "savedmodel": _TENSORFLOW,
    "tensorflow-graph": _TENSORFLOW,
    "tensorflow-checkpoint": _TENSORFLOW,
    "tflite": ("tensorflow", "tflite_runtime", "ai_edge_litert"),
    "onnx": ("onnxruntime", "onnx"),
    "safetensors": ("safetensors", "torch", "numpy", "transformers", "diffusers"),
    "gguf": ("gguf", "llama_cpp", "numpy"),
    "xgboost": ("xgboost",),
    "pmml": ("pypmml", "jpmml_evaluator"),
    "skops": ("skops",),
    "hub": ("transformers", "diffusers", "peft", "sentence_transformers", "torch", "safetensors"),
    "mlflow": ("mlflow", "cloudpickle"),
    "torchserve": ("torch",),
}
"""What the usual loaders of a format are; what these import in turn depends on the loader."""


def shadows(found: Found, facts: Sequence[Fact]) -> Iterator[Anomaly]:
    """One anomaly for each file that is imported in place of a module, or as one."""
    modules = _imported(facts)
    usual = _usual(facts)
    if not modules and not usual:
        return
    for directory in _directories(found):
        listing = _listing(directory or ".")
        for module, where in (usual | modules).items():
            for name in listing.get(module.partition(".")[0], ()):
                file = _runs(os.path.join(directory, name), module)  # noqa: PTH118
                if file:
                    yield _anomaly(module.partition(".")[0], file, where)
        yield from _deeper(directory, listing, modules)


def _deeper(
    directory: str, listing: Mapping[str, tuple[str, ...]], modules: Mapping[str, Location]
) -> Iterator[Anomaly]:
    """Files in place of what those modules import: ``numbers.py``, which ``decimal`` asks for."""
    tops = {module.partition(".")[0] for module in modules}
    left = {name for name in listing if name not in ALWAYS_THERE} - tops
    if not left:
        return
    from modelaudit.knowledge.imports import brought  # noqa: PLC0415  a large table

    for module, where in modules.items():
        for top in left.intersection(brought(module.partition(".")[0])):
            left.discard(top)
            for name in listing[top]:
                file = _runs(os.path.join(directory, name), top)  # noqa: PTH118
                if file:
                    yield _anomaly(top, file, where)


def _usual(facts: Sequence[Fact]) -> dict[str, Location]:
    """The modules that a loader of the format is likely to be."""
    formats = {fact.format: fact.where for fact in reversed(facts) if isinstance(fact, Identity)}
    return {module: at for of, at in formats.items() for module in USUAL.get(of, ())}


def _imported(facts: Sequence[Fact]) -> dict[str, Location]:
    """The modules that loading imports, with the first place that names each."""
    modules: dict[str, Location] = {}
    for fact in facts:
        if isinstance(fact, Import) and fact.module:
            modules.setdefault(fact.module, fact.where)
        elif isinstance(fact, Identity):
            for module in LOADERS.get(fact.format, ()):
                modules.setdefault(module, fact.where)
    return {m: at for m, at in modules.items() if m.partition(".")[0] not in ALWAYS_THERE}


def _directories(found: Found) -> Iterator[str]:
    """Where a script that loads the artifact may run: beside it, above it, and here."""
    own = found.path if found.format else os.path.dirname(found.path)  # noqa: PTH120
    candidates = [own]
    top = "" if found.top == os.curdir else found.top.removeprefix(os.curdir + os.sep)
    while found.top and own not in {top, ""} and own.startswith(top):
        own = os.path.dirname(own)  # noqa: PTH120
        candidates.append(own)
    seen: set[str] = set()
    for directory in (*candidates, ""):
        absolute = os.path.abspath(directory)  # noqa: PTH100  keeps links
        if absolute not in seen and not _INSTALLED.search(absolute):
            seen.add(absolute)
            yield directory


def _listing(directory: str) -> Mapping[str, tuple[str, ...]]:
    """What may be imported from a directory, by the name of the module."""
    try:
        changed = os.stat(directory).st_mtime_ns  # noqa: PTH116
        return _listed(os.path.abspath(directory), changed)  # noqa: PTH100
    except OSError:
        return {}


@lru_cache(maxsize=64)
def _listed(directory: str, _changed: int) -> Mapping[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {}
    with os.scandir(directory) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            module, _, endings = entry.name.partition(".")
            if endings.rpartition(".")[2] in ENDINGS or not endings:
                names[module] = (*names.get(module, ()), entry.name)
    return names


def _runs(path: str, module: str) -> str:
    """The file that importing ``module`` runs if ``path`` stands for its first part; or empty.

    A directory without ``__init__`` gives way to an installed package, so only one that has the
    very module counts: it takes its place where the package is not installed, or has no
    ``__init__`` either (``google``).
    """
    if "." in os.path.basename(path):  # noqa: PTH119
        return path if os.path.isfile(path) else ""  # noqa: PTH113
    for part in (*module.split(".")[1:], ""):
        listing = _listing(path)
        initial = next((name for name in listing.get("__init__", ()) if "." in name), "")
        if initial:
            return f"{path}/{initial}"
        if not part:
            return ""
        files = [name for name in listing.get(part, ()) if "." in name]
        if files:
            return f"{path}/{files[0]}"
        if part not in listing:
            return ""
        path = f"{path}/{part}"
    return ""


def _anomaly(module: str, file: str, where: Location) -> Anomaly:
    from modelaudit.knowledge.distributions import distribution_of  # noqa: PLC0415  a large table

    known = distribution_of(module)
    if known is None and any(module in loaders for loaders in USUAL.values()):
        known = module
    if known is None:
        return Anomaly("module-beside", {"module": module, "file": file}, where)
    fields = {"module": module, "file": file, "of": known or "the standard library"}
    return Anomaly("module-shadowed", fields, where)
