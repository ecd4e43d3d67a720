"""A hundred checkpoints of various contents, and how torch.load loads each.

    python torch_recipes.py write FOLDER    write the checkpoints
    python torch_recipes.py load FOLDER     load each in a process of its own; outcomes as JSON

Run by an interpreter that has torch.
Only files that this recipe wrote are loaded.
"""

from __future__ import annotations

import argparse
import collections
import datetime
import decimal
import enum
import fractions
import functools
import io
import json
import multiprocessing
import pathlib
import pickle
import random
import sys
import types
import uuid
import warnings
import zipfile

import numpy as np
import torch
from torch import nn

warnings.simplefilter("ignore")
torch.manual_seed(0)


class Custom:
    """An object of a class that no list allows."""

    def __init__(self, value=1):
        self.value = value


class Colour(enum.Enum):
    RED = 1


Point = collections.namedtuple("Point", "x y")


def dtypes():
    names = (
        "float32 float64 float16 bfloat16 uint8 int8 int16 int32 int64 bool complex64 complex128 "
        "uint16 uint32 uint64 float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz"
    )
    for name in names.split():
        yield f"tensor-{name}", torch.zeros(3, dtype=getattr(torch, name))
        yield f"dtype-{name}", {"dtype": getattr(torch, name)}


def tensors():
    base = torch.arange(24.0).view(2, 3, 4)
    yield "scalar", torch.tensor(1.5)
    yield "empty", torch.zeros(0, 3)
    yield "strided", base.transpose(0, 2)[1:, :, 0]
    yield "expanded", torch.ones(1).expand(5, 5)
    yield "channels-last", torch.ones(1, 2, 3, 3).to(memory_format=torch.channels_last)
    yield "shared", [base, base[0], base[1, 1:]]
    yield "parameter", nn.Parameter(base)
    yield "buffer", nn.Buffer(base)
    yield "grad", torch.ones(2, requires_grad=True)
    yield "coo", torch.eye(3).to_sparse()
    yield "csr", torch.eye(3).to_sparse_csr()
    yield "bsr", torch.eye(4).to_sparse_bsr((2, 2))
    yield "quantised", torch.quantize_per_tensor(torch.ones(4), 0.1, 0, torch.quint8)
    yield (
        "quantised-channels",
        torch.quantize_per_channel(
            torch.ones(2, 2), torch.tensor([0.1, 0.2]), torch.tensor([0, 0]), 0, torch.qint8
        ),
    )
    yield "meta", torch.ones(3, device="meta")
    yield "storage", torch.ones(3).untyped_storage()
    yield "conjugate", torch.ones(2, dtype=torch.complex64).conj()
    yield "nested", torch.nested.nested_tensor([torch.ones(2), torch.ones(3)])
    yield "generator", torch.Generator()
    yield "rng", torch.get_rng_state()
    attributed = torch.ones(2)
    attributed.note = "kept"
    yield "attribute", attributed
    odd = torch.ones(2)
    odd.custom = Custom()
    yield "attribute-object", odd


def modules():
    for name, module in {
        "linear": nn.Linear(3, 2),
        "sequential": nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU()),
        "transformer": nn.TransformerEncoderLayer(4, 2, 8),
        "lstm": nn.LSTM(2, 3),
        "embedding": nn.Embedding(4, 2),
    }.items():
        yield f"module-{name}", module
        yield f"weights-{name}", module.state_dict()
    model = nn.Linear(2, 2)
    for name in ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "NAdam"):
        optimizer = getattr(torch.optim, name)(model.parameters(), lr=0.1)
        model(torch.ones(1, 2)).sum().backward()
        optimizer.step()
        yield f"optimizer-{name}", optimizer.state_dict()
        yield f"scheduler-{name}", torch.optim.lr_scheduler.StepLR(optimizer, 2).state_dict()
    yield "optimizer-object", optimizer


def values():
    yield "plain", {"a": 1, "b": 2.5, "c": None, "d": True, "e": "text", "f": [1, (2, 3)]}
    yield "big-integers", [2**31, -(2**31), 2**63, 2**200, -1]
    yield "unicode", {"ключ": "värde", "emoji": "\U0001f642"}
    yield "bytes", b"raw"
    yield "bytearray", bytearray(b"raw")
    yield "set", {1, 2}
    yield "frozenset", frozenset({1})
    yield "complex", 1 + 2j
    yield "ordered", collections.OrderedDict(a=1)
    yield "counter", collections.Counter("aab")
    yield "defaultdict", collections.defaultdict(list, a=[1])
    yield "deque", collections.deque([1])
    yield "size", torch.Size([2, 3])
    yield "device", torch.device("cpu")
    yield "layout", torch.strided
    yield "memory-format", torch.channels_last
    yield "object", Custom()
    yield "class", Custom
    yield "function", functools.reduce
    yield "partial", functools.partial(int, base=2)
    yield "enum", Colour.RED
    yield "point", Point(1, 2)
    yield "namespace", types.SimpleNamespace(a=1)
    yield "arguments", argparse.Namespace(lr=0.1)
    yield "date", datetime.date(2026, 1, 1)
    yield "path", pathlib.PurePosixPath("a")
    yield "uuid", uuid.UUID(int=1)
    yield "decimal", decimal.Decimal("1.5")
    yield "fraction", fractions.Fraction(1, 2)
    yield "range", range(3)
    yield "slice", slice(1, 2)
    yield "ellipsis", ...
    yield "exception", ValueError("x")
    yield "random", random.Random(1).getstate()
    yield "numpy-array", np.ones(3)
    yield "numpy-scalar", np.float32(1.0)
    yield "numpy-dtype", np.dtype("float32")
    yield "version", torch.__version__


def write(folder):
    groups = (dtypes, tensors, modules, values)
    for name, value in (pair for group in groups for pair in group()):
        try:
            torch.save(value, folder / f"{name}.pt")
        except Exception as error:  # noqa: BLE001  only what can be saved is judged
            print(f"{name} cannot be saved: {error}", file=sys.stderr)
            (folder / f"{name}.pt").unlink(missing_ok=True)
    state = nn.Linear(2, 2).state_dict()
    for protocol in (0, 1, 3, 4, 5):
        torch.save(state, folder / f"protocol-{protocol}.pt", pickle_protocol=protocol)
    for name, value in {"state": state, "module": nn.Linear(2, 2), "plain": {"a": 1}}.items():
        torch.save(value, folder / f"legacy-{name}.pt", _use_new_zipfile_serialization=False)
    (folder / "pickle.pt").write_bytes(pickle.dumps({"a": 1}, 2))
    (folder / "empty-file.pt").write_bytes(b"")
    whole = io.BytesIO()
    torch.save(state, whole)
    repacked(folder, whole.getvalue())


def repacked(folder, whole):
    """Archives that something changed after torch had written them."""
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        records = {name: archive.read(name) for name in archive.namelist()}
    changes = {
        "no-version": {n: c for n, c in records.items() if not n.endswith("version")},
        "no-storage": {n: c for n, c in records.items() if not n.endswith("data/0")},
        "no-byteorder": {n: c for n, c in records.items() if not n.endswith("byteorder")},
        "short-storage": {n: c[:4] if n.endswith("data/0") else c for n, c in records.items()},
        "deflated": records,
        "other-root": {f"x/{name}": content for name, content in records.items()},
    }
    for name, changed in changes.items():
        method = zipfile.ZIP_DEFLATED if name == "deflated" else zipfile.ZIP_STORED
        with zipfile.ZipFile(folder / f"repacked-{name}.pt", "w", method) as archive:
            for record, content in changed.items():
                archive.writestr(record, content)
    (folder / "cut.pt").write_bytes(whole[: len(whole) // 2])
    (folder / "prefixed.pt").write_bytes(b"prefix" + whole)


def load_one(path):
    try:
        torch.load(path, weights_only=True)
    except BaseException as error:  # noqa: BLE001  any outcome is wanted
        return path.name, f"{type(error).__name__}: {error}"[:300]
    return path.name, "ok"


def load(folder):
    context = multiprocessing.get_context("fork")
    outcomes = {}
    for path in sorted(folder.glob("*.pt")):
        with context.Pool(1) as pool:
            try:
                name, outcome = pool.apply_async(load_one, (path,)).get(60)
            except multiprocessing.TimeoutError:
                name, outcome = path.name, "died"
        outcomes[name] = outcome
    print(json.dumps({"torch": torch.__version__, "outcomes": outcomes}))


if __name__ == "__main__":
    {"write": write, "load": load}[sys.argv[1]](pathlib.Path(sys.argv[2]))
