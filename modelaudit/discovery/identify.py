"""What bytes are. The content decides; a name is only a claim, and one that fails is a finding.

One line per format: its name, the file name endings that claim it, and how its first bytes show.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import msgspec

from modelaudit.core.late import late
from modelaudit.discovery.beyond import is_far_pmml, is_keras_json, is_pmml
from modelaudit.discovery.graphs import begins_graph, is_graph, is_saved_model, settled
from modelaudit.discovery.known import KNOWN
from modelaudit.discovery.lzma_header import is_lzma
from modelaudit.discovery.tarheader import checksum_fits
from modelaudit.discovery.yamlnames import is_pipeline, names_python

if TYPE_CHECKING:
    from modelaudit.core.source import Source

HEAD: Final = 4096
"""Bytes from the start that are looked at."""

LONG_ARRAY: Final = 1 << 20
"""Bytes of an array in an archive from which it is taken for nothing else: its loader unpacks no
second archive, and looking for one costs a hundredth of it."""
_TORCH_LEGACY: Final = re.compile(
    rb"(?:\x80[\x02-\x05](?:\x95.{8})?\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"
    rb"|(?:\x80.)?[LI]119547037146038801333356L?\n)\.",
    re.DOTALL,
)
"""The magic number of torch.save before 1.6, as the pickle that it is written as.

In any protocol: with a frame from 4 on, as digits before 2."""

UNKNOWN: Final = "unknown"
POINTER: Final = "pointer"
MOST_POINTER: Final = 1024
"""Bytes of a pointer of Git LFS, by its specification."""

# What a pickle of protocol 0 or 1 begins with: a name and what is called on it, or a container.
_TEXT_PICKLE: Final = re.compile(
    rb"\(*[ci][A-Za-z_][\w.]*\n[A-Za-z_][\w.]*\n[()}\]pqoRNSVUXKIJ\x85-\x87]"
    rb"|\((?:[dlt]?p\d+\n|[dl]\d*\n)|[\]}]q\x00|\((?:[FILSV][^\n]*\n)+[tdl.]"
)
_OPCODES: Final = frozenset(
    b"(.012FIJKLMNPQRSTUVXabcdeghijlmopqrstu)]}BCG" + bytes(range(0x80, 0x99))
)

_HDF5: Final = b"\x89HDF\r\n\x1a\n"
_RDATA: Final = late(rb"(?:RD[XAB][23]\n)?(?:[XB]\n\0\0\0[\2\3]|A\n[23]\n)")
_EXPORTED: Final = r"(.+/)?(archive_format|models/.+\.json)|serialized_exported_program\.json"
_XGBOOST: Final = late(
    rb"binf|CONFIG-offset:|\{\s*\"(?:version\"\s*:\s*\[[\d,\s]+\]\s*,\s*\")?learner\"\s*:|"
    rb"\{(?:[iU].|I..|l.{4}|L.{8})(?:learner\{|version\[|Config\{L\0{7}\x07learner\{)|"
    rb"\{\s*\"Config\"\s*:\s*\{\s*\"learner\"\s*:|"
    # Before 1.3 the parameters and the names behind them are all that tells the binary form.
    rb".{136}[\x06-\x40]\0{7}(?:reg|binary|multi|rank|count|survival):[a-z]+[\x04-\x08]\0{7}",
    re.DOTALL,
)
_LIGHTGBM: Final = late(
    rb"tree\r?\n(?:[a-z_]+(?:=[^\n]*)?\r?\n){0,6}?(?:num_class|max_feature_idx|num_tree_per_iteration)="
)
_TFJS: Final = late(
    rb"\s*\{(?s:.{0,2000}?)\"(?:format\"\s*:\s*\"(?:layers|graph)-model\"|weightsManifest\"\s*:)"
)
_KERAS_CONFIG: Final = late(
    rb"\s*\{(?s:.*?)\"(?:class_name|keras_version)\"\s*:\s*\""
    rb"(?:Functional|Sequential|Model|\d+\.\d+\.\d+(?:[-.]\w+)?)\""
    rb"|(?:\w+: .*\n)*?(?:class_name|keras_version): [\"'!]?(?:Functional|Sequential|Model|\d)"
)


_FAR: Final = 0x10
"""The highest byte of an offset that no file of TensorFlow Lite has at its start: text has."""


def _starts(*magics: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(magics)


def _is_pickle(head: bytes) -> bool:
    if is_torch_legacy(head):
        return False
    if head[:1] == b"\x80" and len(head) > 1:
        # The length that a safetensors file begins with may look like a protocol.
        if _is_safetensors(head) and head[2] not in _OPCODES:
            return False
        return head[1] <= 0x20 and not head.startswith(b"\x80\x02\x8a\x0a")  # noqa: PLR2004
    return _TEXT_PICKLE.match(head) is not None


def is_torch_legacy(head: bytes) -> bool:
    """A pickle of the integer 0x1950a86a20f9469cfc6c, which torch.save wrote before 1.6."""
    return _TORCH_LEGACY.match(head) is not None


def _is_other_long(head: bytes) -> bool:
    return head.startswith(b"\x80\x02\x8a\x0a") and not is_torch_legacy(head)


def is_zlib(head: bytes) -> bool:
    """True where a zlib stream may begin; other bytes begin like one now and then.

    Python writes a window of 32 KiB, and reads every size. With another one the content has to be
    of a known format, whole, or long.
    """
    if len(head) < 2 or head[0] & 0x8F != 8 or int.from_bytes(head[:2]) % 31:  # noqa: PLR2004
        return False
    usual = head[0] == 0x78  # noqa: PLR2004
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(head, 16 if usual else HEAD)
    except zlib.error:
        return False
    return usual or stream.eof or len(content) >= 512 or identify(content) != UNKNOWN  # noqa: PLR2004


def _is_zfile(head: bytes) -> bool:
    """joblib's first form: the length in 19 characters, as ``int`` reads them, and zlib."""
    try:
        return head[:2] == b"ZF" and int(head[2:21], 16) >= 0 and head[21:23].lstrip() != b""
    except ValueError:
        return False


def _is_safetensors(head: bytes) -> bool:
    return len(head) > 9 and head[8:9] == b"{" and 2 <= int.from_bytes(head[:8], "little") < 1 << 32  # noqa: PLR2004


def _is_onnx(head: bytes) -> bool:
    """A ModelProto begins with its IR version and goes on with a string or the graph."""
    return re.match(rb"\x08[\x01-\x20](?:\x12|\x3a|\x42|\x1a)", head) is not None


def _ends_as_checkpoint(source: Source) -> bool:
    """A sorted string table whose first entry has no key, and is the header of a checkpoint."""
    magic = source.read(source.extent - 8, 8) == b"\x57\xfb\x80\x8b\x24\x75\x47\xdb"
    return magic and re.match(rb"\x00\x00[\x00-\x7f][\x08\x10\x1a]", source.read(0, 4)) is not None


def _is_tar(head: bytes) -> bool:
    """The magic of ustar, or a header of the oldest form, which its checksum tells."""
    return head[257:262] == b"ustar" or (head[:1] != b"\0" and checksum_fits(head[:512]))


def _is_index(head: bytes) -> bool:
    return re.match(rb'\s*\{(?s:.*?)"weight_map"\s*:\s*\{', head) is not None


def _never(_: bytes) -> bool:
    """For a format that its first bytes do not tell."""
    return False


def _has(*patterns: str) -> Callable[[Sequence[str]], bool]:
    """True where each pattern matches some member's whole name."""
    return lambda names: all(
        any(re.fullmatch(pattern, name) for name in names) for pattern in patterns
    )


def _all_npy(names: Sequence[str]) -> bool:
    return bool(names) and all(name.endswith(".npy") for name in names)


def _ends_as_zip(source: Source) -> bool:
    """An end record whose directory is where it says, or right before it."""
    extent = source.extent
    base = max(0, extent - 22 - 0xFFFF)
    tail = source.read(base, extent - base)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 22 > len(tail):
        return False
    size, offset = (int.from_bytes(tail[at + n : at + n + 4], "little") for n in (12, 16))
    return any(source.read(n, 4) == b"PK\x01\x02" for n in (base + at - size, offset))


def _follows_user_block(source: Source) -> bool:
    """A superblock of HDF5 at 512, 1024, 2048, …, where its readers look for one."""
    position = 512
    while position < source.extent and source.read(0, 8) != _HDF5:
        if source.read(position, 8) == _HDF5:
            return True
        position *= 2
    return False


class Signature(msgspec.Struct, frozen=True):
    """One format. ``claims`` are the endings of names that say a file is of it.

    ``matches`` is given the first bytes. A format that is a zip is recognised by ``members``, which
    is given the members' names. ``ends`` recognises a format that is read from its end, and so may
    follow something else.
    """

    format: str
    claims: tuple[str, ...]
    matches: Callable[[bytes], bool]
    members: Callable[[Sequence[str]], bool] | None = None
    ends: Callable[[Source], bool] | None = None


SIGNATURES: Final = (
    Signature("pickle", (".pkl", ".pickle", ".p", ".dill", ".sav", ".cloudpickle"), _is_pickle),
    Signature("joblib", (".joblib",), lambda _: False),  # a pickle, until its framing is met
    Signature("pytorch", (".pt", ".pth", ".ckpt", ".bin", ".pth.tar"), is_torch_legacy),
    Signature("pickle", (), _is_other_long),
    Signature("joblib-zfile", (), _is_zfile),
    Signature("zlib", (".z",), is_zlib),
    Signature("gzip", (".gz",), _starts(b"\x1f\x8b")),
    Signature("bz2", (".bz2",), _starts(b"BZh")),
    Signature("xz", (".xz",), _starts(b"\xfd7zXZ\x00")),
    Signature("lzma", (".lzma",), is_lzma),
    Signature("lz4", (".lz4",), _starts(b"\x04\x22\x4d\x18")),
    Signature("zstd", (".zst",), _starts(b"\x28\xb5\x2f\xfd")),
    Signature(
        "torchscript", (".ptl",), _never, _has(r"(?i)[^/]+/constants\.pkl", r"[^/]+/code/.+")
    ),
    Signature("pt2", (".pt2",), _never, _has(_EXPORTED)),
    Signature(
        "pytorch", (), _never, _has(r"(?i)([^/]*/)?data\.pkl", r"(?i)([^/]*/)?(\.data/)?version")
    ),
    Signature("torch-package", (), _never, _has(r"[^/]+/\.data/extern_modules")),
    Signature("pytorch", (), _never, _has(r"(?i)[^/]+/data\.pkl")),
    Signature(
        "keras", (), _never, _has(r"config\.json", r"metadata\.json|model\.weights\.(h5|npz)")
    ),
    Signature("npz", (".npz",), _never, _all_npy),
    Signature("torchserve", (".mar",), _never, _has(r"MAR-INF/MANIFEST\.json")),
    Signature("skops", (".skops",), _never, _has(r"schema\.json")),
    Signature("zip", (".zip",), _starts(b"PK\x03\x04", b"PK\x05\x06"), ends=_ends_as_zip),
    Signature("7z", (".7z",), _starts(b"7z\xbc\xaf\x27\x1c")),
    Signature("tar", (".tar", ".tgz", ".nemo"), _is_tar),
    Signature("hdf5", (".h5", ".hdf5"), _starts(_HDF5), ends=_follows_user_block),
    Signature("keras", (".keras",), lambda _: False),  # a zip, or HDF5 from Keras 2
    Signature("rdata", (".rds", ".rda", ".rdata"), lambda head: _RDATA().match(head) is not None),
    Signature("xgboost", (".ubj", ".xgb"), lambda head: _XGBOOST().match(head) is not None),
    Signature("lightgbm", (".lgb",), lambda head: _LIGHTGBM().match(head) is not None),
    Signature("tfjs", (), lambda head: _TFJS().match(head) is not None),
    Signature(
        "keras-config",
        (),
        lambda head: _KERAS_CONFIG().match(head) is not None,
        ends=is_keras_json,
    ),
    Signature("numpy", (".npy",), _starts(b"\x93NUMPY")),
    Signature("gguf", (".gguf",), _starts(b"GGUF")),
    Signature("tflite", (".tflite",), lambda head: head[4:8] == b"TFL3" and head[3] < _FAR),
    Signature("shard-index", (".safetensors.index.json", ".bin.index.json"), _is_index),
    Signature("safetensors", (".safetensors",), _is_safetensors),
    Signature("pmml", (".pmml",), is_pmml, ends=is_far_pmml),
    Signature("savedmodel", (".pb", ".pbtxt"), is_saved_model),
    Signature("tensorflow-graph", (), begins_graph, ends=is_graph),
    Signature("onnx", (".onnx", ".onnxtxt", ".onnxjson"), _is_onnx),
    Signature("tensorflow-checkpoint", (), _never, ends=_ends_as_checkpoint),
    *(Signature(one.format, one.claims, one.matches, ends=one.ends) for one in KNOWN),
    Signature("yaml-config", (), _never, ends=names_python),
    Signature("dvc", (), _never, ends=is_pipeline),
    Signature("ollama", ("modelfile",), _never),
    Signature(POINTER, (), _starts(b"version https://git-lfs.github.com/spec/")),
)

COMPRESSIONS: Final = frozenset(
    {"zlib", "gzip", "bz2", "xz", "lzma", "lz4", "zstd", "joblib-zfile"}
)
"""Formats that hold one other artifact and say nothing themselves."""

CONTAINERS: Final = COMPRESSIONS | {"zip", "tar", "7z", POINTER}
"""Formats that are not read a second way: what they end with is a member's."""

VAGUE: Final = frozenset({"pickle", "zlib", "lzma", "onnx", "safetensors"})
"""Formats recognised by so few bytes that ordinary numbers look like them now and then."""

WEAK: Final = (
    ".p", ".sav", ".bin", ".pt", ".pth", ".ckpt", ".pb", ".pbtxt",
    ".rds", ".rda", ".rdata", ".z", ".gz", ".bz2", ".xz", ".lzma", ".lz4", ".zst",
)  # fmt: skip
"""Endings that much else has too: path files, SPSS data, weights of other runtimes, tables."""

_FITS: Final = {
    # What a format may be by content where its ending claims it.
    "pickle": {"joblib"},
    "joblib": {"pickle"},
    "pytorch": {
        "pickle", "joblib", "zip", "tar", "safetensors", "gguf", "torchscript", "torch-package",
        "pt2",
    },
    "torchscript": {"pytorch"},
    "keras": {"zip", "hdf5"},
    "hdf5": {"keras"},
    "npz": {"zip"},
    "zip": {"npz", "pytorch", "torchscript", "torch-package", "pt2", "keras"},
    "savedmodel": {"onnx", "tensorflow-graph"},
    "tar": {"gzip"},
}  # fmt: skip


def identify(head: bytes) -> str:
    """The format whose signature the first bytes bear, or ``unknown``."""
    return next((s.format for s in SIGNATURES if s.matches(head)), UNKNOWN)


def identify_members(names: Sequence[str]) -> str:
    """The format of a zip whose members have these names."""
    found = (s.format for s in SIGNATURES if s.members is not None and s.members(names))
    return next(found, "zip")


def candidate_formats(source: Source) -> list[str]:
    """Every format that the bytes are valid as; at least one, which may be ``unknown``.

    What a long compressed stream ends with is not looked at: that would inflate all of it.
    """
    head = source.read(0, HEAD)
    first = identify(head)
    # A tar begins with the name of a member, which may be that of any other format.
    tar = ["tar"] if first not in {"tar", UNKNOWN} and checksum_fits(head[:512]) else []
    if first in {"pickle", "lzma"} and _is_safetensors(head):
        return ["safetensors", first, *tar]
    is_array = first == "numpy" and source.members and source.bounded
    if first in CONTAINERS or not source.bounded or (is_array and source.extent > LONG_ARRAY):
        return [first, *tar]
    same = {first, "tensorflow-graph"} if first == "savedmodel" else {first}
    others = (s for s in SIGNATURES if s.ends is not None and s.format not in same)
    more = [s.format for s in others if s.ends is not None and s.ends(source)]
    claim = claimed(source.members[-1] if source.members else source.path)
    found = [settled(name, claim, source) for name in (first, *tar, *more)]
    return [name for name in found if name not in {UNKNOWN, ""}] or [UNKNOWN]


def claimed(name: str) -> str:
    """The format that a file's name claims, looking through an ending for compression; or empty."""
    return _claimed(name.rpartition("/")[2].lower())


@lru_cache(maxsize=4096)
def _claimed(lower: str) -> str:
    if lower.endswith(".npy.z"):  # the numbers alone, as old releases of joblib wrote them
        return ""
    for signature in SIGNATURES:
        if signature.format in COMPRESSIONS and lower.endswith(signature.claims):
            inner = _claimed(lower.rpartition(".")[0])
            return inner or signature.format
    return next((s.format for s in SIGNATURES if s.claims and lower.endswith(s.claims)), "")


def claims_weakly(name: str) -> bool:
    """Whether a name has an ending of a model, and only one that much else has too."""
    lower = name.lower()
    if not claimed(lower) or not lower.endswith(WEAK):
        return False
    inner = lower.rpartition(".")[0]
    packed = any(s.format in COMPRESSIONS and lower.endswith(s.claims) for s in SIGNATURES)
    return not packed or not claimed(inner) or claims_weakly(inner)


def contradicts(claim: str, format_: str) -> bool:
    """True where a name claims one format and the content is another one."""
    if not claim or claim == format_ or format_ in COMPRESSIONS:
        return False
    return format_ not in _FITS.get(claim, set())
