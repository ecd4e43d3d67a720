"""safetensors files by hand, whole and damaged, read by one release.

python safetensors_run.py write FOLDER | read FOLDER RESULT
"""

import json
import os
import struct

import safetensors
from apart import main, raised

DTYPES = {
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8,
    "F8_E5M2FNUZ": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32,
    "I64": 64, "U64": 64, "F64": 64, "C64": 64, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6,
    "C128": 128, "I4": 4, "F128": 128, "f32": 32,
}  # fmt: skip


def file(header, data=b"", longer=0):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) + longer) + text + data


def entry(dtype="F32", shape=(2, 2), begin=0, end=16, **more):
    return dict(more, dtype=dtype, shape=list(shape), data_offsets=[begin, end])


def cases():
    data = bytes(32)
    two = {"a": entry(), "b": entry(begin=16, end=32)}
    yield "two", file(two, data)
    yield "empty", file({})
    yield "scalar", file({"a": entry(shape=(), end=4)}, data[:4])
    yield "zero-shape", file({"a": entry(shape=(0, 4), end=0)})
    for dtype, bits in DTYPES.items():
        yield "dtype-" + dtype, file({"a": entry(dtype, (8,), 0, bits)}, bytes(bits))
    for n in (1, 4, 8, 9, 32, 65, 300):
        yield "dimensions-%d" % n, file({"a": entry("U8", (1,) * n, 0, 1)}, b"\0")
    meta = {"format": "pt"}
    yield "metadata", file(dict(two, __metadata__=meta), data)
    yield "metadata-number", file(dict(two, __metadata__={"n": 1}), data)
    yield "metadata-null", file(dict(two, __metadata__=None), data)
    yield "metadata-list", file(dict(two, __metadata__=[1]), data)
    yield "metadata-nested", file(dict(two, __metadata__={"a": {"b": "c"}}), data)
    plain = json.dumps(two)
    twice = '{"__metadata__":{"a":"1"},"__metadata__":{"a":"2"},' + plain[1:]
    yield "metadata-twice", file(twice.encode(), data)
    key = '{"__metadata__":{"a":"1","a":"2"},' + plain[1:]
    yield "metadata-key-twice", file(key.encode(), data)
    name = '{"a": ' + json.dumps(entry()) + "," + plain[1:]
    yield "name-twice", file(name.encode(), data)
    field = plain.replace('"dtype": "F32"', '"dtype": "F32", "dtype": "F32"', 1)
    yield "field-twice", file(field.encode(), data)
    yield "trailing", file(two, data + b"more")
    yield "short", file(two, data[:-1])
    yield "no-data", file(two)
    hole = {"a": entry(), "b": entry(begin=20, end=36)}
    yield "hole", file(hole, bytes(36))
    yield "hole-first", file({"a": entry(begin=4, end=20)}, bytes(20))
    yield "overlap", file({"a": entry(), "b": entry(begin=8, end=24)}, bytes(24))
    yield "same-twice", file({"a": entry(), "b": entry()}, bytes(16))
    yield "size-less", file({"a": entry(shape=(2,), end=16)}, bytes(16))
    yield "size-more", file({"a": entry(shape=(9,), end=16)}, bytes(16))
    yield "size-overflow", file({"a": entry(shape=(1 << 40, 1 << 40), end=16)}, bytes(16))
    yield "backwards", file({"a": entry(begin=16, end=0)}, bytes(16))
    yield "negative-shape", file({"a": entry(shape=(-2, -2))}, bytes(16))
    yield "negative-offset", file({"a": entry(begin=-16, end=0)}, bytes(16))
    yield "float-shape", file({"a": entry(shape=(2.0, 2.0))}, bytes(16))
    yield "text-shape", file({"a": entry(shape=("2", "2"))}, bytes(16))
    for lacking in ("dtype", "shape", "data_offsets"):
        held = entry()
        del held[lacking]
        yield "without-" + lacking, file({"a": held}, bytes(16))
    yield "three-offsets", file({"a": dict(entry(), data_offsets=[0, 8, 16])}, bytes(16))
    yield "unknown-field", file({"a": entry(more=1)}, bytes(16))
    yield "entry-null", file({"a": None}, b"")
    yield "spaces-before", file(b"  " + plain.encode(), data)
    yield "spaces-behind", file(plain.encode() + b"    ", data)
    yield "newline-before", file(b"\n" + plain.encode(), data)
    yield "bom", file(b"\xef\xbb\xbf" + plain.encode(), data)
    yield "list", file(b"[]", b"")
    yield "not-json", file(b"{nothing}", b"")
    yield "nan", file(plain.replace("[2, 2]", "[NaN]").encode(), data)
    yield "comma", file(plain.replace("}}", "},}").encode(), data)
    yield "not-utf-8", file(plain.replace('"a"', '"\xff"').encode("latin-1"), data)
    yield "empty-name", file({"": entry()}, bytes(16))
    yield "odd-names", file({"../a\n": entry()}, bytes(16))
    yield "header-longer", file(two, data, 1 << 20)
    yield "header-vast", file(two, data, 1 << 60)
    yield "header-zero", struct.pack("<Q", 0) + data
    yield "seven-bytes", b"\x10\0\0\0\0\0\0"
    yield "nothing", b""
    deep = '{"a":' + "[" * 5000 + "]" * 5000 + "}"
    yield "deep", file(deep.encode(), b"")
    escaped = plain.replace('"a"', '"\\u0061"').encode()
    yield "escaped", file(escaped, data)
    yield "lone-surrogate", file(plain.replace('"a"', '"\\ud800"').encode(), data)
    yield "big-number", file(plain.replace("[2, 2]", "[99999999999999999999, 2]", 1).encode(), data)


def write(folder):
    """Bytes do not depend on the release; the newest writes them."""
    if safetensors.__version__ != "0.8.0":
        return
    for name, content in cases():
        with open(os.path.join(folder, name + ".safetensors"), "wb") as stream:
            stream.write(content)


def read(path):
    """The check that every reader makes when it opens a file."""
    try:
        with safetensors.safe_open(path, "np") as opened:
            list(opened.keys())
    except Exception as error:
        return {"load": raised(error)}
    return {"load": "ok"}


if __name__ == "__main__":
    main(write, read)
