"""What the torch tables share: the few files of a torch wheel that they are made of.

A wheel is downloaded by pip and read as the zip that it is; nothing of it is imported or installed.
What was taken out of it stays in a cache directory, so that a second run needs no network.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

RELEASES = (
    *("1.12.1", "1.13.1", "2.0.1", "2.1.2", "2.2.2", "2.3.1", "2.4.1", "2.5.1"),
    *("2.6.0", "2.7.1", "2.8.0", "2.9.1", "2.10.0", "2.11.0", "2.12.1", "2.13.0"),
)
"""The last patch release of each minor one."""

WANTED = (
    "torch/__init__.py",
    "torch/_utils.py",
    "torch/_weights_only_unpickler.py",
    "torch/serialization.py",
    "torch/storage.py",
    "torch/jit/_builtins.py",
    "torch/include/c10/core/ScalarType.h",
    "torch/include/torch/headeronly/core/ScalarType.h",
    "torch/include/caffe2/serialize/versions.h",
    "torchgen/packaged/ATen/native/native_functions.yaml",
    "torch/_export/serde/schema.py",
    "torch/csrc/jit/operator_upgraders/version_map.h",
    "torch/include/torch/csrc/jit/operator_upgraders/version_map.h",
)
LIBRARIES = ("torch/lib/libtorch_cpu.so", "torch/lib/libtorch_python.so")
CLASSES = {
    "quantized": (
        *("LinearPackedParamsBase", "Conv2dPackedParamsBase", "Conv3dPackedParamsBase"),
        "EmbeddingPackedParamsBase",
    ),
    "sparse": ("LinearPackedParamsBase",),
    "rnn": ("CellParamsBase",),
    "xnnpack": ("LinearOpContext", "Conv2dOpContext", "TransposeConv2dOpContext"),
    "mkldnn": ("ConvOpContext",),
    "vulkan": (
        *("LinearPackedContext", "Conv2dPackedContext", "Conv1dPackedContext", "GruPackedContext"),
        "LstmPackedContext",
    ),
    "_nnapi": ("Compilation",),
}
"""Classes that torch itself registers, by library; looked for in its libraries by name, with which
another text may begin: linkers keep a text once that another one ends with."""
SIZE_CHECKED = "!the size of a record is checked"
_SCHEMA = re.compile(
    rb"(?<![\w:])((?:aten|prim|quantized|_quantized|prepacked|mkldnn|sparse|static_runtime|"
    rb"profiler|_caffe2|c10d|inductor|xnnpack|metal|onednn|mkl|cuda|image|torchvision|"
    rb"mkldnn_prepacked|vulkan|vulkan_prepack)"
    rb"::\w+(?:\.\w+)?)\("
)
SYMBOLS = "schemas.txt"
"""The file of a release's cache that holds the operator schemas found in its libraries."""


def fetch(release: str, cache: Path) -> dict[str, str]:
    """The wanted files of a release, by path; those that it does not have are left out."""
    folder = cache / release
    index = folder / "index.json"
    if not index.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        _download(release, folder)
    names: list[str] = json.loads(index.read_text())
    return {name: (folder / name.replace("/", "+")).read_text("utf-8") for name in names}


def _download(release: str, folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        python = "3.10" if release < "2" or release.startswith(("2.0", "2.1")) else "3.11"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--no-cache-dir", "--only-binary", ":all:", "--python-version", python]
        for tag in ("manylinux1_x86_64", "manylinux2014_x86_64", "manylinux_2_28_x86_64"):
            command += ["--platform", tag]
        subprocess.run([*command, f"torch=={release}", "-d", scratch], check=True)
        wheel = next(Path(scratch).glob("torch-*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            present = set(archive.namelist())
            names = [name for name in WANTED if name in present]
            for name in names:
                (folder / name.replace("/", "+")).write_bytes(archive.read(name))
            found = _schemas(archive, present)
            (folder / SYMBOLS).write_text("\n".join(found) + "\n")
    (folder / "index.json").write_text(json.dumps([*names, SYMBOLS]))


def _schemas(archive: zipfile.ZipFile, present: set[str]) -> list[str]:
    """Texts in the libraries that tell what they register, one a line.

    Operator schemas (``aten::add.Tensor(Tensor self …``) without their arguments, names of classes
    as ``class <library> <name>``, and ``!`` before what shows that a check is made.
    """
    found: set[str] = set()
    for name in LIBRARIES:
        content = archive.read(name) if name in present else b""
        found.update(match[1].decode() for match in _SCHEMA.finditer(content))
        for library, classes in CLASSES.items():
            found.update(
                f"class {library} {made}" for made in classes if b"%b\0" % made.encode() in content
            )
        if b"does not match expected size" in content:
            found.add(SIZE_CHECKED)
    return sorted(found)
