"""Formats that are known and not read: how their first bytes or their names tell them.

``runs`` are those whose loaders run code that the file brings.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from modelaudit.core.source import Source


class Known(msgspec.Struct, frozen=True):
    format: str
    title: str
    claims: tuple[str, ...]
    matches: Callable[[bytes], bool]
    runs: bool = False
    ends: Callable[[Source], bool] | None = None
    """Tells one that more than its first bytes tell."""


def _starts(*magics: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(magics)


@cache
def _compiled(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern)


def _begins(pattern: bytes) -> Callable[[bytes], bool]:
    """A pattern that is compiled once a file comes so far."""
    return lambda head: _compiled(pattern).match(head) is not None


def _is_path_file(source: Source) -> bool:
    """One line of code, which is a script under another name."""
    named = (source.members or (source.path,))[-1].endswith(".pth")
    return named and _compiled(_PATH_FILE).match(source.read(0, _MOST_LINE)) is not None


def _never(_: bytes) -> bool:
    """For a format that only its name tells."""
    return False


_MXNET: Final = rb"\x12\x01\0{14}|\s*\{\s*\"nodes\"\s*:\s*\[\s*\{\s*\"op\""
_PATH_FILE: Final = rb"import [\w, ]+;[^\n]*\n?\Z"
_MOST_LINE: Final = 4096
_TORCH7: Final = rb"\x04\0{3}\x01\0{3}\x03\0{3}V 1|4\n1\n3\nV 1\n"
_PFA: Final = rb"\s*\{(?s:.{0,3000}?)\"(?:input|output)\"\s*:(?s:.{0,3000}?)\"action\"\s*:"
KNOWN: Final = (
    Known("paddle", "PaddlePaddle", (".pdmodel", ".pdiparams"), _never),
    Known(
        "mxnet",
        "Apache MXNet",
        (),
        _begins(_MXNET),
    ),
    Known("cntk", "CNTK", (".dnn",), _starts(b"B\0C\0N\0")),
    Known("rknn", "RKNN", (".rknn",), _starts(b"RKNN")),
    Known("mnn", "MNN", (".mnn",), _never),
    Known("ncnn", "ncnn", (), _starts(b"7767517\n")),
    Known("tensorrt", "TensorRT engine", (".trt",), _starts(b"ftrt", b"ptrt"), runs=True),
    Known(
        "executorch",
        "ExecuTorch",
        (".pte",),
        _begins(rb"(?s:.{4})ET\d\d"),
    ),
    Known("ort", "ONNX Runtime format", (".ort",), lambda head: head[4:8] == b"ORTM"),
    Known("flax", "Flax msgpack", (".msgpack",), _never),
    Known(
        "pfa",
        "PFA",
        (".pfa",),
        _begins(_PFA),
    ),
    Known("coreml", "Core ML", (), _never),
    Known("fasttext", "fastText", (), _starts(b"\xba\x16\x4f\x2f")),
    Known("darknet", "Darknet", (), _begins(rb"\0{4}\x02\0{3}\x05\0{3}|\[net(?:work)?\]\s")),
    Known("caffe", "Caffe", (".caffemodel", ".prototxt"), _never),
    Known("torch7", "Torch7", (".t7",), _begins(_TORCH7), runs=True),
    Known("rar", "RAR", (".rar",), _starts(b"Rar!\x1a\x07")),
    Known("llamafile", "llamafile", (".llamafile",), _starts(b"MZqFpD"), runs=True),
    Known("modular", "Modular MAX", (".mef", ".mojopkg"), _never, runs=True),
    Known("catboost", "CatBoost", (".cbm",), _starts(b"CBM1")),
    Known("openvino", "OpenVINO", (), _begins(rb"(?:<\?xml[^>]*>\s*)?<net\s[^>]*version=\"\d")),
    Known("faiss", "Faiss", (".faiss",), _begins(rb"I[xwHB][A-Z][A-Za-z0-9](?s:..)\0\0")),
    Known("python-path", "Python path file", (), _never, ends=_is_path_file),
)
FOLDERS_KNOWN: Final = {"orbax": "Orbax", "sparkml": "Spark ML"}
"""Formats that are directories, with their titles."""


def by_content(head: bytes) -> Known | None:
    return next((one for one in KNOWN if one.matches(head)), None)


def by_name(name: str) -> Known | None:
    return next((one for one in KNOWN if one.claims and name.lower().endswith(one.claims)), None)


def by_format(format_: str) -> Known | None:
    return next((one for one in KNOWN if one.format == format_), None)
