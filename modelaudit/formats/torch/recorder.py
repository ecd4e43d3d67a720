"""A pickle of torch: what any pickle does, and in addition its storages, tensors and opcodes.

torch stores the numbers of a tensor elsewhere. The pickle has a persistent id for them, the tuple
``('storage', storage class, key, location, number of elements)``, and calls a function of
``torch._utils`` to make a tensor of it. ``torch.load(weights_only=True)`` reads the pickle with an
unpickler of its own, which judges each opcode by what it acts on: ``Opcode`` facts have both.
https://github.com/pytorch/pytorch/blob/main/torch/serialization.py
https://github.com/pytorch/pytorch/blob/main/torch/_weights_only_unpickler.py
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Final

from modelaudit.core.errors import Fields
from modelaudit.core.facts import Anomaly, Fact, Metadata, Opcode, Tensor, Unreadable
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source
from modelaudit.formats.pickle import opcodes
from modelaudit.formats.pickle.compat import python3_name
from modelaudit.formats.pickle.recorder import Recorder
from modelaudit.formats.pickle.values import (
    UNKNOWN,
    Box,
    Global,
    Persistent,
    Result,
    Value,
    class_of,
)
from modelaudit.formats.torch import dtypes

MOST_TENSORS: Final = 4096
"""Tensors of one pickle that become facts; all are counted and checked."""
MOST_LOCATIONS: Final = 64
"""Different device tags of one pickle that become facts."""
MOST_STEPS: Final = 1 << 16
"""Opcodes among which the first place of each kind is looked for."""

_UTILS: Final = "torch._utils."
_VIEWS: Final = frozenset(
    _UTILS + name
    for name in ("_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3", "_rebuild_qtensor")
)
"""Functions whose arguments begin with storage, offset, size and stride."""
_V3: Final = _UTILS + "_rebuild_tensor_v3"
_STORAGE, _OFFSET, _SHAPE, _STRIDES = range(4)
_DTYPE_OF_V3: Final = 6
"""Positions of their arguments."""
_INT64: Final = 1 << 63
_NEGATIVE: Final = -2
"""The end of a tensor whose offset, size or stride is negative."""
_OWN: Final = frozenset(
    ("GLOBAL", "REDUCE", "NEWOBJ", "OBJ", "INST", "BUILD", "BINPERSID", "STACK_GLOBAL")
)
"""Opcodes that ``act`` records, with what they act on."""


@dataclass(slots=True)
class Storage:
    """A storage that a pickle refers to. ``size`` is in bytes, -1 for an unknown type of elements.

    ``kind`` is the dotted name of its class, ``location`` the device that it was saved on.
    """

    key: str
    dtype: str
    kind: str
    location: str
    size: int
    position: int


@dataclass(slots=True)
class View:
    """A tensor, which is a part of a storage.

    ``end`` is the byte of the storage behind it; 0 where it is empty, negative where not known.
    """

    storage: Storage | None
    name: str
    end: int
    position: int


class TorchRecorder(Recorder):
    """The recorder of one pickle. ``folder`` is where the records of its storages lie."""

    ending = ""
    """The end of a record's name, behind the storage's key."""

    def __init__(self, source: Source, bounds: Bounds, folder: str = "data/") -> None:
        super().__init__(source, bounds)
        self.machine.recalls = 0  # no run of opcodes is skipped, so that every one is seen
        self.folder = folder
        self.storages: dict[str, Storage] = {}
        self.views: list[View] = []
        self.acts: dict[tuple[str, str], tuple[int, int]] = {}
        self.locations: dict[str, int] = {}

    def record(self, storage: Storage) -> str:
        """The name of the record with the numbers of a storage."""
        return f"{self.folder}{storage.key}{self.ending}"

    # Events.

    def imported(self, name: Global, opcode: str, position: int, via: str = "") -> None:
        if not via:
            module, attribute = python3_name(name.module, name.name)
            self.act(opcode, f"{module}.{attribute}", position)
        super().imported(name, opcode, position, via)

    def called(self, callee: Value, opcode: str, arguments: Value, position: int) -> Value:
        if isinstance(callee, Persistent):
            callee = self._module(callee)
        self.act(opcode, self._on(callee), position)
        made = super().called(callee, opcode, arguments, position)
        if isinstance(callee, Global) and callee.dotted in _VIEWS and isinstance(arguments, tuple):
            self._view(callee.dotted, arguments, position)
        return made

    def mutated(self, target: Value, opcode: str, items: Value, position: int) -> None:
        self.act(opcode, self._on(class_of(target)), position)
        super().mutated(target, opcode, items, position)

    def built(self, target: Value, state: Value, position: int) -> int:
        on = self._on(class_of(target))
        self.act("BUILD", on if isinstance(target, Result) else f"<{on}>", position)
        return super().built(target, state, position)

    def persistent(self, ident: Value, opcode: str, position: int) -> None:
        form = self._form(ident)
        self.act(opcode, form, position)
        if form != "storage":
            super().persistent(ident, opcode, position)

    # What events are about.

    def act(self, opcode: str, on: str, position: int) -> None:
        """Count an opcode that a restricted unpickler judges by what it acts on."""
        first, count = self.acts.get((opcode, on), (position, 0))
        self.acts[opcode, on] = (first, count + 1)

    def _on(self, value: Value) -> str:
        """What an opcode acts on: a dotted name, or a type between angle brackets."""
        if isinstance(value, Global):
            module, name = python3_name(value.module, value.name)
            return f"{module}.{name}"
        if isinstance(value, Persistent):
            return "<storage>"
        if isinstance(value, Box):
            return f"<{value.kind}>"
        return "<tuple>" if isinstance(value, tuple) else "<value>"

    def _module(self, value: Persistent) -> Value:
        """The class in ``('module', class, file, source)``, a persistent id of the legacy form."""
        ident = value.ident
        if isinstance(ident, tuple) and len(ident) > 1 and self._text(ident[0]) == "module":
            return ident[1] if isinstance(ident[1], Global) else value
        return value

    def _form(self, ident: Value) -> str:
        """``storage`` for a persistent id that torch accepts; for another one, how it begins."""
        if not isinstance(ident, tuple) or not ident:
            scalar = self.machine.scalar(ident)
            return f"<{'tuple' if isinstance(ident, tuple) else type(scalar).__name__}>"
        first = self._text(ident[0])
        if first != "storage":
            return first or "<tuple>"
        return "storage" if self.storage(ident) is not None else "<storage of no known form>"

    def storage(self, ident: tuple[Value, ...]) -> Storage | None:
        """The storage that a persistent id refers to; None for an id that torch does not accept."""
        if len(ident) not in (5, 6):
            return None
        kind, key, location = ident[1], self._text(ident[2]), self._text(ident[3])
        count = self.machine.scalar(ident[4])
        if not isinstance(kind, Global) or key is None or location is None:
            return None
        if not isinstance(count, int) or not 0 <= count < _INT64:
            return None
        known = self.storages.get(key)
        dtype = dtypes.of_storage(kind.dotted)
        size = count * dtypes.SIZES[dtype] if dtype else -1
        if known is None:
            position = self.machine.position
            known = self.storages[key] = Storage(key, dtype, kind.dotted, location, size, position)
            self._location(location, position)
        elif size > known.size >= 0 and self.once("storage-conflict"):
            sizes: Fields = {"storage": key, "first": known.size, "second": size}
            where = self.source.at(self.machine.position)
            self.add(Anomaly("storage-conflict", sizes, where), self.machine.position)
        return known

    def _location(self, location: str, position: int) -> None:
        if location in self.locations or len(self.locations) < MOST_LOCATIONS:
            self.locations.setdefault(location, position)
        elif self.once("locations", 1):
            limit: Fields = {"limit": "different devices of one pickle", "most": MOST_LOCATIONS}
            self.add(Unreadable("limit", limit, self.source.at(position)), position)

    def _view(self, function: str, arguments: tuple[Value, ...], position: int) -> None:
        """Record the tensor that a function of ``torch._utils`` makes of a storage."""
        storage = self._storage_of(_argument(arguments, _STORAGE))
        dtype = storage.dtype if storage is not None else ""
        if function == _V3:
            given = _argument(arguments, _DTYPE_OF_V3)
            dtype = dtypes.of_name(given.dotted) if isinstance(given, Global) else dtype
        shape = self._numbers(_argument(arguments, _SHAPE))
        name = self._name() or (self.record(storage) if storage is not None else "")
        end = self._end(arguments, shape)
        where = self.source.at(position)
        if end == _NEGATIVE and self.once("tensor-geometry"):
            self.add(Anomaly("tensor-geometry", {"tensor": name}, where), position)
        end = dtypes.bytes_of(dtype, end) if end > 0 else end
        self.views.append(View(storage, name, end, position))
        if len(self.views) <= MOST_TENSORS:
            shown = tuple(str(number) for number in shape or ())
            span = dtypes.bytes_of(dtype, prod(shape)) if shape is not None else -1
            self.add(Tensor(name, dtype or "unknown", shown, span, where), position)

    def _storage_of(self, value: Value) -> Storage | None:
        """The storage that an argument is; None for anything else."""
        ident = value.ident if isinstance(value, Persistent) else None
        return self.storage(ident) if isinstance(ident, tuple) else None

    def _end(self, arguments: tuple[Value, ...], shape: list[int] | None) -> int:
        """The element of the storage behind a tensor; -1 where the pickle computes the numbers."""
        offset = self.machine.scalar(_argument(arguments, _OFFSET))
        strides = self._numbers(_argument(arguments, _STRIDES))
        if not isinstance(offset, int) or shape is None or strides is None:
            return -1
        return _end(offset, shape, strides)

    def _numbers(self, value: Value) -> list[int] | None:
        """The integers of a size or stride; None where the pickle computes one of them."""
        if isinstance(value, Result):  # torch.Size((2, 3))
            value = value.arguments
            value = value[0] if isinstance(value, tuple) and value else value
        if self.machine.scalar(value) == ():
            return []
        numbers = [self.machine.scalar(item) for item in value] if isinstance(value, tuple) else []
        whole = [number for number in numbers if isinstance(number, int)]
        return whole if numbers and len(whole) == len(numbers) else None

    def _name(self) -> str:
        """The key under which a tensor is put into a dict: it is below the tensor on the stack."""
        stack, outer = self.machine.stack, self.machine.outer
        if not stack and outer and outer[-1] and isinstance(outer[-1][-1], Global):
            stack = outer[-1][:-1]  # the tensor is an argument, of _rebuild_parameter
        return (self._text(stack[-1]) or "") if stack else ""

    def _text(self, value: Value) -> str | None:
        """A text; Python 2 wrote bytes for it, and torch's C++ writer has numbers as keys."""
        scalar = self.machine.scalar(value)
        if isinstance(scalar, bytes):
            return scalar.decode("ascii", "replace")
        if isinstance(scalar, int) and not isinstance(scalar, bool):
            return str(scalar)
        return scalar if isinstance(scalar, str) else None

    # The facts.

    def finish(self) -> list[Fact]:
        self._check_views()
        for location, position in self.locations.items():
            where = self.source.at(position)
            self.add(Metadata("torch-location", location, -1, where), position)
        for kind, position in {s.kind: s.position for s in self.storages.values()}.items():
            where = self.source.at(position)
            self.add(Metadata("torch-storage-class", kind, -1, where), position)
        for (name, on), (position, count) in self.acts.items():
            self.add(Opcode(name, on, count, self.source.at(position)), position)
        for name, place in self.first_places().items():
            self.add(Opcode(name, "", 1, self.source.at(place)), place or 0)
        if self.views:
            where = self.source.at(self.views[0].position)
            total = len(self.views)
            self.add(Metadata("torch-tensors", str(total), total, where), self.views[0].position)
        return super().finish()

    def _check_views(self) -> None:
        """Whether each tensor stays inside its storage."""
        for view in self.views:
            storage = view.storage
            if storage is None or storage.size < 0 or view.end <= storage.size:
                continue
            if self.once("storage-overrun"):
                fields: Fields = {
                    "tensor": view.name,
                    "end": view.end,
                    "storage": storage.key,
                    "size": storage.size,
                }
                where = self.source.at(view.position)
                self.add(Anomaly("storage-overrun", fields, where), view.position)

    def first_places(self) -> dict[str, int | None]:
        """Every other opcode that was read, and its first place among the first opcodes."""
        seen, data = self.machine.seen, self.source.data
        codes = [code for code in range(256) if seen[code] and code in opcodes.NAMES]
        places: dict[str, int | None] = {opcodes.NAMES[code]: None for code in codes}
        left = set(places)
        position = self.machine.start
        end = min(self.machine.position + 1, len(data))
        for _ in range(MOST_STEPS):
            if not left or position >= end:
                break
            name = opcodes.NAMES.get(data[position], "")
            if name in left:
                left.discard(name)
                places[name] = position
            position = opcodes.step(data, position)
        return {name: place for name, place in places.items() if name not in _OWN}


def _argument(arguments: tuple[Value, ...], index: int) -> Value:
    return arguments[index] if len(arguments) > index else UNKNOWN


def _end(offset: int, shape: list[int], strides: list[int]) -> int:
    """One past the last element that a tensor covers; ``_NEGATIVE`` for a negative argument."""
    if offset < 0 or min(shape, default=0) < 0 or min(strides, default=0) < 0:
        return _NEGATIVE
    if 0 in shape:
        return 0
    last = sum((size - 1) * stride for size, stride in zip(shape, strides, strict=False))
    return offset + last + 1
