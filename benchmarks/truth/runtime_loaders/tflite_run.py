"""Models of TensorFlow Lite with one operator each, read by one release of an interpreter.

    python tflite_run.py write FOLDER | read FOLDER RESULT

Built-in operators by number and version, custom ones, and files that are damaged.
"""

import os
import struct

from apart import main, raised

try:
    from ai_edge_litert.interpreter import Interpreter
except ImportError:
    from tflite_runtime.interpreter import Interpreter

OPERATORS, VERSIONS = 215, 9


def table(slots):
    head = 4 + 2 * len(slots)
    places, at = [], 4
    for slot in slots:
        places.append(at if slot else 0)
        at += len(slot)
    vtable = struct.pack("<HH%dH" % len(slots), head, at, *places)
    return vtable + struct.pack("<i", head) + b"".join(slots), [head + one for one in places]


def model(code, version, index=0, custom=""):
    """A graph without tensors whose only operator has the code."""
    parts = bytearray(struct.pack("<I4s", 0, b"TFL3"))
    pending, made, texts = [], [], []

    def add(slots):
        body, places = table([bytes(4) if isinstance(one, (tuple, str)) else one for one in slots])
        parts.extend(bytes(-(len(parts) + 4 + 2 * len(slots)) % 4))
        start = len(parts)
        parts.extend(body)
        for slot, place in zip(slots, places):
            if isinstance(slot, tuple):
                at = start + place
                struct.pack_into("<I", parts, at, len(parts) - at)
                vector = len(parts)
                parts.extend(struct.pack("<I", len(slot)) + bytes(4 * len(slot)))
                pending.extend((vector + 4 + 4 * n, one) for n, one in enumerate(slot))
            elif isinstance(slot, str):
                texts.append((start + place, slot.encode()))
        return start + 4 + 2 * len(slots)

    root = add([struct.pack("<I", 3), (0,), (1,), b"", (2,)])
    name = custom or b""
    old = struct.pack("<bxxx", min(code, 127))
    made.append(add([old, name, struct.pack("<i", version), struct.pack("<i", code)]))
    made.append(add([(), (), (), (3,)]))
    made.append(add([b""]))
    made.append(add([struct.pack("<I", index), (), ()]))
    for place, raw in texts:
        parts.extend(bytes(-len(parts) % 4))
        struct.pack_into("<I", parts, place, len(parts) - place)
        parts.extend(struct.pack("<I", len(raw)) + raw + b"\0")
    for place, which in pending:
        struct.pack_into("<I", parts, place, made[which] - place)
    struct.pack_into("<I", parts, 0, root)
    return bytes(parts)


def cases():
    for code in range(OPERATORS):
        for version in range(1, VERSIONS + 1):
            yield "operator-%03d-%d" % (code, version), model(code, version)
    for name in ("FlexConv2D", "Mfcc", "TFLite_Detection_PostProcess", "nothing-known"):
        yield "custom-" + name, model(32, 1, custom=name)
    whole = model(0, 1)
    yield "no-such-code", model(0, 1, index=7)
    for length in range(0, len(whole), 16):
        yield "cut-%d" % length, whole[:length]
    yield "other-magic", whole[:4] + b"TFL2" + whole[8:]
    yield "root-beyond", struct.pack("<I", 1 << 30) + whole[4:]


def write(folder):
    """Bytes do not depend on the release; each writes the same."""
    for name, content in cases():
        with open(os.path.join(folder, name + ".tflite"), "wb") as stream:
            stream.write(content)


def read(path):
    """The operators are looked up when an interpreter is made; nothing is prepared."""
    try:
        Interpreter(path, num_threads=1)
    except Exception as error:
        return {"load": raised(error)}
    return {"load": "ok"}


if __name__ == "__main__":
    main(write, read)
