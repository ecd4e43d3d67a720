"""GGUF files by hand, whole and damaged, read by one release of the package gguf.

python gguf_run.py write FOLDER | read FOLDER RESULT
"""

import os
import struct
from importlib import metadata

import gguf
from apart import main, raised

TYPES = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34),
    9: (32, 36), 10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210),
    15: (256, 292), 16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18),
    21: (256, 110), 22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8),
    28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17),
    40: (64, 36), 4: (32, 20), 5: (32, 22), 31: (32, 18), 36: (32, 18), 77: (32, 18),
}  # fmt: skip


class Form:
    """How numbers are written: the order of bytes, and the version."""

    def __init__(self, order="<", version=3):
        self.order, self.version = order, version

    def pack(self, form, *values):
        return struct.pack(self.order + form, *values)

    def count(self, value):
        return self.pack("I" if self.version == 1 else "Q", value)

    def text(self, value):
        raw = value if isinstance(value, bytes) else value.encode()
        return self.count(len(raw)) + raw

    def key(self, name, kind, raw):
        return self.text(name) + self.pack("I", kind) + raw

    def tensor(self, name, shape=(8,), kind=0, offset=0):
        dims = b"".join(self.count(one) for one in shape)
        return self.text(name) + self.pack("I", len(shape)) + dims + self.pack("IQ", kind, offset)

    def file(self, keys=(), tensors=(), data=b"", align=32, more_keys=0, more_tensors=0):
        head = b"GGUF" + self.pack("I", self.version)
        head += self.count(len(tensors) + more_tensors) + self.count(len(keys) + more_keys)
        head += b"".join(keys) + b"".join(tensors)
        return head + bytes(-len(head) % align) + data


def cases():
    form = Form()
    arch = form.key("general.architecture", 8, form.text("llama"))
    for kind, (block, size) in TYPES.items():
        named = form.tensor("t", (256,), kind)
        yield "type-%d" % kind, form.file([arch], [named], bytes(256 // block * size))
    for version in (1, 2, 3, 4, 0):
        for order, name in (("<", "little"), (">", "big")):
            other = Form(order, version)
            keys = [other.key("general.architecture", 8, other.text("llama"))]
            content = other.file(keys, [other.tensor("t")], bytes(32))
            yield "version-%d-%s" % (version, name), content
    one = form.tensor("t")
    yield "no-keys", form.file([], [one], bytes(32))
    yield "no-tensors", form.file([arch])
    for kind, raw in enumerate(
        (b"\1", b"\1", b"\1\0", b"\1\0", bytes(4), bytes(4), bytes(4), b"\1")
    ):
        yield "key-type-%d" % kind, form.file([arch, form.key("k", kind, raw)], [one], bytes(32))
    for kind in (10, 11, 12, 13, 99):
        yield (
            "key-type-%d" % kind,
            form.file([arch, form.key("k", kind, bytes(8))], [one], bytes(32)),
        )
    array = form.pack("IQ", 8, 2) + form.text("a") + form.text("b")
    yield "array", form.file([arch, form.key("a", 9, array)], [one], bytes(32))
    nested = form.pack("IQ", 9, 1) + form.pack("IQ", 4, 1) + form.pack("I", 7)
    yield "array-nested", form.file([arch, form.key("a", 9, nested)], [one], bytes(32))
    beyond = form.pack("IQ", 4, 1 << 40)
    yield "array-beyond", form.file([arch, form.key("a", 9, beyond)], [one], bytes(32))
    yield "key-twice", form.file([arch, arch], [one], bytes(32))
    yield "tensor-twice", form.file([arch], [one, form.tensor("t", offset=32)], bytes(64))
    for value in (8, 16, 64, 1, 3, 0):
        aligned = form.key("general.alignment", 4, form.pack("I", value))
        content = form.file([arch, aligned], [one], bytes(32), align=max(value, 1))
        yield "alignment-%d" % value, content
    wrong = form.key("general.alignment", 10, form.pack("Q", 64))
    yield "alignment-wide", form.file([arch, wrong], [one], bytes(32), align=64)
    yield "unaligned", form.file([arch], [form.tensor("t", offset=4)], bytes(64))
    yield "cut", form.file([arch], [one], bytes(20))
    yield "no-data", form.file([arch], [one])
    yield "trailing", form.file([arch], [one], bytes(64))
    yield (
        "overlap",
        form.file([arch], [form.tensor("a", (16,)), form.tensor("b", offset=32)], bytes(64)),
    )
    yield "hole", form.file([arch], [form.tensor("a"), form.tensor("b", offset=64)], bytes(96))
    yield "far-offset", form.file([arch], [form.tensor("t", offset=1 << 40)], bytes(32))
    yield "huge-offset", form.file([arch], [form.tensor("t", offset=1 << 63)], bytes(32))
    yield "huge-shape", form.file([arch], [form.tensor("t", (1 << 40, 1 << 40))], bytes(32))
    yield "zero-shape", form.file([arch], [form.tensor("t", (0,))], bytes(32))
    yield "no-shape", form.file([arch], [form.tensor("t", ())], bytes(32))
    for count in (2, 4, 5, 9):
        yield (
            "dimensions-%d" % count,
            form.file([arch], [form.tensor("t", (2,) * count)], bytes(2048)),
        )
    yield "odd-blocks", form.file([arch], [form.tensor("t", (33,), 2)], bytes(64))
    yield "more-keys", form.file([arch], [one], bytes(32), more_keys=1)
    yield "many-keys", form.file([arch], [one], bytes(32), more_keys=1 << 40)
    yield "more-tensors", form.file([arch], [one], bytes(32), more_tensors=1)
    yield "many-tensors", form.file([arch], [one], bytes(32), more_tensors=1 << 40)
    yield "name-long", form.file([arch], [form.tensor("t" * 100)], bytes(32))
    yield "name-empty", form.file([arch], [form.tensor("")], bytes(32))
    yield "text-beyond", form.file([form.text("k") + form.pack("IQ", 8, 1 << 40)], [], b"")
    yield "key-not-utf-8", form.file([form.key(b"\xff\xfe", 4, bytes(4))], [one], bytes(32))
    yield "text-not-utf-8", form.file([form.key("k", 8, form.text(b"\xff"))], [one], bytes(32))
    yield "magic-only", b"GGUF"
    whole = form.file([arch], [one], bytes(32))
    yield "cut-in-key", whole[:40]
    yield "cut-in-tensor", whole[:80]
    yield "other-magic", b"GGML" + whole[4:]


def write(folder):
    """Bytes do not depend on the release; the newest writes them."""
    if metadata.version("gguf") != "0.19.0":
        return
    for name, content in cases():
        with open(os.path.join(folder, name + ".gguf"), "wb") as stream:
            stream.write(content)


def read(path):
    try:
        reader = gguf.GGUFReader(path)
        [one.data.shape for one in reader.tensors]
    except Exception as error:
        return {"load": raised(error)}
    return {"load": "ok"}


if __name__ == "__main__":
    main(write, read)
