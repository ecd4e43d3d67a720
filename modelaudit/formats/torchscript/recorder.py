"""A pickle of TorchScript, which only torch's own C++ reader loads.

Names below ``__torch__`` are the archive's own classes, built from its code; those below
``__torch__.torch.classes`` have to be registered by a library. Neither imports a module.
https://github.com/pytorch/pytorch/blob/main/torch/csrc/jit/serialization/unpickler.cpp
"""

from __future__ import annotations

from typing import Final

from modelaudit.core.facts import Fact, Operator
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source
from modelaudit.formats.pickle.values import Global, Result, Value, class_of, returned
from modelaudit.formats.torch.recorder import TorchRecorder
from modelaudit.formats.torchscript.source import CLASSES

_OWN: Final = "__torch__"


def is_own(value: Value) -> bool:
    """True for a class that the archive defines, or that a library has to register."""
    return isinstance(value, Global) and value.module.partition(".")[0] == _OWN


class ScriptRecorder(TorchRecorder):
    """The recorder of one pickle of a TorchScript archive."""

    def __init__(self, source: Source, bounds: Bounds, folder: str = "data/") -> None:
        super().__init__(source, bounds, folder)
        self.classes: dict[tuple[str, str], tuple[int, int]] = {}

    def imported(self, name: Global, opcode: str, position: int, via: str = "") -> None:
        if not is_own(name):
            super().imported(name, opcode, position, via)
            return
        library = name.module.removeprefix(f"{_OWN}.")
        if library.startswith(CLASSES):
            first, count = self.classes.get((library, name.name), (position, 0))
            self.classes[library, name.name] = (first, count + 1)

    def called(self, callee: Value, opcode: str, arguments: Value, position: int) -> Value:
        if is_own(callee):
            return returned(callee, arguments)
        return super().called(callee, opcode, arguments, position)

    def built(self, target: Value, state: Value, position: int) -> int:
        if isinstance(target, Result) and is_own(class_of(target)):
            return position + 1
        return super().built(target, state, position)

    def act(self, opcode: str, on: str, position: int) -> None:
        """Nothing: no restricted unpickler reads these pickles."""

    def first_places(self) -> dict[str, int | None]:
        return {}

    def finish(self) -> list[Fact]:
        for (library, name), (position, count) in self.classes.items():
            where = self.source.at(position)
            self.add(Operator(library, name, "", -1, "source", "", count, where), position)
        return super().finish()
