"""GGUF files read by llama.cpp itself, out of a library that was built from a source archive.

python llama_run.py read FOLDER RESULT, with the library's path in LLAMA
"""

import ctypes
import os

from apart import main


class Parameters(ctypes.Structure):
    _fields_ = [("no_alloc", ctypes.c_bool), ("context", ctypes.c_void_p)]


LIBRARY = ctypes.CDLL(os.environ["LLAMA"])
LIBRARY.gguf_init_from_file.restype = ctypes.c_void_p
LIBRARY.gguf_init_from_file.argtypes = [ctypes.c_char_p, Parameters]


def read(path):
    """Header, keys and what is said of tensors."""
    context = ctypes.c_void_p()
    parameters = Parameters(True, ctypes.cast(ctypes.pointer(context), ctypes.c_void_p))
    found = LIBRARY.gguf_init_from_file(path.encode(), parameters)
    return {"load": "ok" if found else "refused"}


if __name__ == "__main__":
    main(lambda folder: None, read)
