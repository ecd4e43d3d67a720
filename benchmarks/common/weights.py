"""Models that are mostly weights, one writer for each format: a little structure, and many holes.

A tensor begins with random numbers, and the rest of it is a hole, so that a file of half a gigabyte
takes no room on the disk and no time to write. No framework is needed: what joblib, torch and
XGBoost write is written here as they do.
"""

from __future__ import annotations

import pickle
import random
import struct
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import h5py
import numpy as np
from onnx import NodeProto, TensorProto, ValueInfoProto, helper

from benchmarks.common.protobuf import tag
from benchmarks.common.zips import text, write_zip
from benchmarks.speed import savedmodel as constant

EACH = 2_500_000
"""Bytes of a tensor, about."""
SHOWN = 4096
"""Bytes at the beginning of a tensor that are numbers, and no hole."""
Name = tuple[str, int]


def names(size: int) -> list[Name]:
    """The tensors of a model, each with its bytes."""
    count = max(size // EACH, 1)
    each = size // count // 64 * 64
    return [(f"layer{number}.weight", each) for number in range(count)]


def fill(handle: BinaryIO, size: int) -> None:
    """The bytes of a tensor of float32."""
    rng = random.Random(handle.tell())
    shown = min(size, SHOWN)
    handle.write(struct.pack(f"<{shown // 4}f", *(rng.gauss(0, 0.1) for _ in range(shown // 4))))
    handle.truncate(handle.tell() + size - shown)
    handle.seek(0, 2)


class _Wrapper:
    """What joblib puts in the place of an array, under its name."""

    __module__ = "joblib.numpy_pickle"

    def __init__(self, size: int) -> None:
        self.subclass = np.ndarray
        self.shape = (size // 4,)
        self.order = "C"
        self.dtype = np.dtype("f4")
        self.allow_mmap = True
        self.numpy_array_alignment_bytes = 16


_Wrapper.__name__ = _Wrapper.__qualname__ = "NumpyArrayWrapper"


class _Joblib(pickle._Pickler):  # noqa: SLF001
    """Puts the bytes of an array behind the BUILD of its wrapper, as joblib does."""

    def __init__(self, handle: BinaryIO) -> None:
        super().__init__(handle, 3)  # which has no frames, and neither has joblib
        self._handle = handle

    def save(self, obj: object, save_persistent_id: bool = True) -> None:
        super().save(obj, save_persistent_id)  # type: ignore[misc]
        if isinstance(obj, _Wrapper):
            pad = 16 - (self._handle.tell() + 1) % 16
            self._handle.write(bytes([pad]) + b"\xff" * pad)
            fill(self._handle, obj.shape[0] * 4)


def joblib(path: Path, size: int) -> None:
    module = types.ModuleType("joblib.numpy_pickle")
    vars(module)["NumpyArrayWrapper"] = _Wrapper
    sys.modules.update({"joblib": types.ModuleType("joblib"), "joblib.numpy_pickle": module})
    try:
        with path.open("wb") as handle:
            _Joblib(handle).dump({name: _Wrapper(each) for name, each in names(size)})
    finally:
        del sys.modules["joblib"], sys.modules["joblib.numpy_pickle"]


def _pickle(path: Path, size: int, protocol: int) -> None:
    """A dict of arrays. Each array is pickled empty, and its bytes are put in their place."""
    opcode = b"\x8e" if protocol >= 4 else b"B"
    with path.open("wb") as handle:
        handle.write(b"\x80" + bytes([protocol]) + b"}(")
        for name, each in names(size):
            whole = pickle.dumps(np.zeros(1, "f4"), protocol=4 if protocol >= 4 else 3)
            before, after = whole.split(b"C\x04\0\0\0\0")
            before = before[11:] if protocol >= 4 else before[2:]
            before = before.replace(b"K\x01\x85", b"J" + struct.pack("<I", each // 4) + b"\x85")
            handle.write(text(name.encode()) + before + opcode)
            handle.write(struct.pack("<Q" if protocol >= 4 else "<I", each))
            fill(handle, each)
            handle.write(after.removesuffix(b"."))
        handle.write(b"u.")


def pickle3(path: Path, size: int) -> None:
    _pickle(path, size, 3)


def pickle4(path: Path, size: int) -> None:
    _pickle(path, size, 4)


def _state_dict(size: int, *, legacy: bool) -> bytes:
    """The pickle of a checkpoint; in the legacy form a storage has one word more."""
    parts = [b"\x80\x02ccollections\nOrderedDict\n)R("]
    for key, (name, each) in enumerate(names(size)):
        number = b"\x8a\x08" + struct.pack("<q", each // 4)
        storage = b"(" + text(b"storage") + b"ctorch\nFloatStorage\n" + text(str(key).encode())
        storage += text(b"cpu") + number + (b"Nt" if legacy else b"t") + b"Q"
        rebuilt = b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"K\0" + number
        rebuilt += b"\x85K\x01\x85\x89ccollections\nOrderedDict\n)RtR"
        parts.append(text(name.encode()) + rebuilt)
    return b"".join((*parts, b"u."))


def torch_zip(path: Path, size: int) -> None:
    members: list[tuple[str, bytes | int]] = [
        ("archive/data.pkl", _state_dict(size, legacy=False)),
        ("archive/byteorder", b"little"),
        *((f"archive/data/{key}", each) for key, (_, each) in enumerate(names(size))),
        ("archive/version", b"3\n"),
    ]
    write_zip(path, members, fill)


def torch_legacy(path: Path, size: int) -> None:
    magic = pickle.dumps(0x1950A86A20F9469CFC6C, protocol=2)
    system = {"protocol_version": 1001, "little_endian": True, "type_sizes": {}}
    keys = [str(key) for key in range(len(names(size)))]
    with path.open("wb") as handle:
        handle.write(magic + pickle.dumps(1001, 2) + pickle.dumps(system, 2))
        handle.write(_state_dict(size, legacy=True) + pickle.dumps(keys, 2))
        for _, each in names(size):
            handle.write(struct.pack("<q", each // 4))
            fill(handle, each)


def _npy_head(size: int) -> bytes:
    said = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({size // 4},), }}"
    return b"\x93NUMPY\x01\x00\x76\x00" + said.ljust(117).encode() + b"\n"


def npy(path: Path, size: int) -> None:
    with path.open("wb") as handle:
        handle.write(_npy_head(size))
        fill(handle, size)


def npz(path: Path, size: int) -> None:
    def content(handle: BinaryIO, each: int) -> None:
        handle.write(_npy_head(each - 128))
        fill(handle, each - 128)

    write_zip(path, [(f"{name}.npy", each) for name, each in names(size)], content)


def safetensors(path: Path, size: int) -> None:
    listed, at = [], 0
    for name, each in names(size):
        listed.append(
            f'"{name}":{{"dtype":"F32","shape":[{each // 4}],"data_offsets":[{at},{at + each}]}}'
        )
        at += each
    head = f"{{{','.join(listed)}}}".encode()
    with path.open("wb") as handle:
        handle.write(struct.pack("<Q", len(head)) + head)
        for _, each in names(size):
            fill(handle, each)


def gguf(path: Path, size: int) -> None:
    def word(said: str) -> bytes:
        return struct.pack("<Q", len(said)) + said.encode()

    keys = word("general.architecture") + struct.pack("<I", 8) + word("llama")
    head = b"GGUF" + struct.pack("<IQQ", 3, len(names(size)), 1) + keys
    for number, (name, each) in enumerate(names(size)):
        head += word(name) + struct.pack("<IQIQ", 1, each // 4, 0, number * each)
    with path.open("wb") as handle:
        handle.write(head + bytes(-len(head) % 32))
        for _, each in names(size):
            fill(handle, each)


def _graph(size: int) -> tuple[list[NodeProto], ValueInfoProto, ValueInfoProto]:
    nodes: list[NodeProto] = []
    before = "x"
    for name, _ in names(size):
        nodes.append(helper.make_node("Add", [before, name], [name + "_sum"]))
        before = name + "_sum"
    count = names(size)[0][1] // 4
    given, wanted = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [count]) for name in ("x", before)
    )
    return nodes, given, wanted


def onnx_inline(path: Path, size: int) -> None:
    nodes, given, wanted = _graph(size)
    graph = helper.make_graph(nodes, "weights", [given], [wanted]).SerializeToString()
    heads = []
    for name, each in names(size):
        tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=[each // 4])
        inner = tensor.SerializeToString() + tag(9, each)
        heads.append((tag(5, len(inner) + each) + inner, each))
    length = len(graph) + sum(len(head) + each for head, each in heads)
    opset = helper.make_opsetid("", 17).SerializeToString()
    with path.open("wb") as handle:
        handle.write(b"\x08\x08" + tag(8, len(opset)) + opset + tag(7, length) + graph)
        for head, each in heads:
            handle.write(head)
            fill(handle, each)


def onnx_external(path: Path, size: int) -> None:
    nodes, given, wanted = _graph(size)
    stored, at = [], 0
    for name, each in names(size):
        tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=[each // 4])
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in (("location", "weights.bin"), ("offset", at), ("length", each)):
            tensor.external_data.add(key=key, value=str(value))
        stored.append(tensor)
        at += each
    graph = helper.make_graph(nodes, "weights", [given], [wanted], stored)
    opsets = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    path.write_bytes(model.SerializeToString())
    with (path.parent / "weights.bin").open("wb") as handle:
        for _, each in names(size):
            fill(handle, each)


def hdf5(path: Path, size: int) -> None:
    with h5py.File(path, "w") as file:
        for name, each in names(size):
            dataset = file.create_dataset(name.replace(".", "/"), (each // 4,), "f4")
            dataset[: SHOWN // 4] = np.random.default_rng(0).normal(size=SHOWN // 4)


def keras(path: Path, size: int) -> None:
    """The layers are not those of the weights, which nothing in a scan compares."""
    weights = path.with_name("model.weights.h5")
    hdf5(weights, size)
    config = (
        b'{"module":"keras","class_name":"Sequential","config":{"name":"s","layers":[]},'
        b'"registered_name":null,"build_config":{"input_shape":[null,4]}}'
    )

    def content(handle: BinaryIO, _: int) -> None:
        whole = weights.read_bytes()
        for start in range(0, len(whole), 1 << 20):
            piece = whole[start : start + (1 << 20)]
            handle.write(piece) if any(piece) else handle.seek(len(piece), 1)
        handle.truncate(handle.tell())

    said = b'{"keras_version":"3.3.3","date_saved":"2024-05-01@10:00:00"}'
    members: list[tuple[str, bytes | int]] = [("metadata.json", said), ("config.json", config)]
    write_zip(path, [*members, (weights.name, weights.stat().st_size)], content)
    weights.unlink()


def savedmodel(path: Path, size: int) -> None:
    """A graph with one constant, which has all the weights."""
    constant.write(path, size, fill)


def tflite(path: Path, size: int) -> None:
    """Each buffer a vector of bytes in the flat buffer, as the converter writes them."""
    parts: list[bytes] = []
    for _, each in names(size):
        parts.append(struct.pack("<HHHHiI", 8, 8, 4, 0, 8, 4) + struct.pack("<I", each))
    vector = 48  # behind the root and its table, which are written with their offsets
    count = len(names(size))
    table = vector + 4 + 4 * count
    head = struct.pack("<I4s", 24, b"TFL3")
    head += struct.pack("<HHHHHHH2x", 14, 12, 4, 0, 0, 0, 8)
    head += struct.pack("<iII", 16, 3, vector - 32)
    head = head.ljust(vector, b"\0")
    at, offsets = table, []
    for number, (_, each) in enumerate(names(size)):
        offsets.append(at + 8 - (vector + 4 + 4 * number))
        at += len(parts[number]) + each
    with path.open("wb") as handle:
        handle.write(head + struct.pack(f"<I{count}I", count, *offsets))
        for part, (_, each) in zip(parts, names(size), strict=True):
            handle.write(part)
            fill(handle, each)


WRITERS: dict[str, Callable[[Path, int], None]] = {
    "model.joblib": joblib,
    "protocol3.pkl": pickle3,
    "protocol4.pkl": pickle4,
    "zip.pt": torch_zip,
    "legacy.pt": torch_legacy,
    "array.npy": npy,
    "arrays.npz": npz,
    "model.safetensors": safetensors,
    "model.gguf": gguf,
    "inline.onnx": onnx_inline,
    "external.onnx": onnx_external,
    "model.h5": hdf5,
    "model.keras": keras,
    "savedmodel": savedmodel,
    "model.tflite": tflite,
}


def files(path: Path) -> Iterator[Path]:
    """All files of a model, and of the directory that it is alone in."""
    return (file for file in path.parent.rglob("*") if file.is_file())
