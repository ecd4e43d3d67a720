"""Ask the libraries of an unpacked TensorFlow wheel what they register. Runs on its own.

    python tensorflow_probe.py ROOT OUT

ROOT is the package's folder. OUT.ops.pb becomes an OpList, OUT.kernels.pb a KernelList: what the
functions TF_GetAllOpList and TF_GetAllRegisteredKernels of the C API give. Nothing of TensorFlow's
Python is imported, so that what it depends on need not be installed. Wheels before 2.9 link their C
API to Python, and want the interpreter that they were built for: this file suits Python 3.7.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

LIBRARIES = (
    *("libtensorflow_framework.so.1", "libtensorflow_framework.so.2", "libtensorflow_cc.so.2"),
    "python/_pywrap_tensorflow_internal.so",
)


class Buffer(ctypes.Structure):
    """TF_Buffer of tensorflow/c/tf_buffer.h."""

    _fields_ = (
        ("data", ctypes.c_void_p),
        ("length", ctypes.c_size_t),
        ("deallocator", ctypes.c_void_p),
    )


def library(root: Path) -> ctypes.CDLL:
    """The library with the C API; the ones it stands on, and those of kernels, are loaded too."""
    mode = ctypes.RTLD_GLOBAL | os.RTLD_LAZY
    present = [root / name for name in LIBRARIES if (root / name).is_file()]
    if any(path.name.startswith("libtensorflow_cc") for path in present):
        present = present[:2]
    loaded = [ctypes.CDLL(str(path), mode=mode) for path in present]
    for path in sorted((root / "core" / "kernels").glob("*.so")):
        ctypes.CDLL(str(path), mode=mode)
    return loaded[-1]


def content(buffer: ctypes._Pointer[Buffer]) -> bytes:
    return ctypes.string_at(buffer.contents.data, buffer.contents.length)


def main() -> None:
    root, out = Path(sys.argv[1]), sys.argv[2]
    api = library(root)
    api.TF_NewStatus.restype = ctypes.c_void_p
    api.TF_GetAllOpList.restype = ctypes.POINTER(Buffer)
    api.TF_GetAllRegisteredKernels.restype = ctypes.POINTER(Buffer)
    api.TF_GetAllRegisteredKernels.argtypes = (ctypes.c_void_p,)
    Path(out + ".ops.pb").write_bytes(content(api.TF_GetAllOpList()))
    kernels = content(api.TF_GetAllRegisteredKernels(api.TF_NewStatus()))
    Path(out + ".kernels.pb").write_bytes(kernels)


if __name__ == "__main__":
    main()
