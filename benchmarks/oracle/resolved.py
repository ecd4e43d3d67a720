"""What unpicklers resolve, against what a scan sees: ``python -m benchmarks.oracle.resolved``.

Random streams of opcodes are loaded by C's unpickler and by Python's, whose ``find_class`` gives a
class that does nothing, so that nothing is imported and nothing acts. A name that one of them asks
for and that a scan does not report is a miss, unless the scan says that it did not read the file.
"""

from __future__ import annotations

import argparse
import contextlib
import copyreg
import io
import json
import os
import pickle
import resource
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.oracle.mutate import edited, ordinary
from benchmarks.oracle.opcodes import composed
from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Anomaly, Import, Unreadable
from modelaudit.core.limits import Bounds, Limits
from modelaudit.core.source import Source
from modelaudit.formats.pickle.inspector import inspect

PIECE: Final = 2_000
EXTENSIONS: Final = {7: ("registered", "seven"), 300: ("registered", "three")}
"""Codes of the registry of extensions, and what they stand for."""
GATING: Final = frozenset({"frame-overrun", "frame-beyond-stop", "frame-nested", "frame-too-long"})
"""Anomalies that gate whatever is named."""
GIB: Final = 1 << 30


class Stand:
    """Stands for whatever a stream names: may be called, filled, built, and hashed."""

    def __new__(cls, *_positional: object, **_named: object) -> Stand:
        return object.__new__(cls)

    def __init__(self, *positional: object, **named: object) -> None:
        pass

    def __call__(self, *_positional: object, **_named: object) -> Stand:
        return Stand()


class Filled(Stand):
    """One that takes what APPENDS, ADDITEMS, SETITEMS and BUILD give."""

    def append(self, _item: object) -> None: ...
    def extend(self, _items: object) -> None: ...
    def add(self, _item: object) -> None: ...
    def __setitem__(self, _key: object, _value: object) -> None: ...
    def __setstate__(self, _state: object) -> None: ...


class Listed(list[object]):
    """One that is a list."""


class Mapped(dict[object, object]):
    """One that is a dict."""


KINDS: Final = (Stand, Filled, Listed, Mapped)


def _stand_in(asked: set[str], module: str, name: str) -> object:
    if not isinstance(module, str) or not isinstance(name, str):
        raise pickle.UnpicklingError
    asked.add(f"{module}.{name}")
    return KINDS[len(name) % len(KINDS)]


class _C(pickle.Unpickler):
    asked: set[str]

    def find_class(self, module: str, name: str) -> object:
        return _stand_in(self.asked, module, name)

    def persistent_load(self, _ident: object) -> object:
        return Stand()


class _Python(pickle._Unpickler):  # noqa: SLF001
    asked: set[str]

    def find_class(self, module: str, name: str) -> object:
        return _stand_in(self.asked, module, name)

    def persistent_load(self, _ident: object) -> object:
        return Stand()


def resolved(data: bytes) -> dict[str, set[str]]:
    """The names that each unpickler asks for."""
    found = {}
    for letter, made in (("c", _C), ("p", _Python)):
        asked: set[str] = set()
        file = io.BytesIO(data)
        # A loader may read one pickle after another; the data ends them.
        with contextlib.suppress(Exception):
            while True:
                unpickler = made(file, buffers=(b"b" for _ in range(9)))
                unpickler.asked = asked
                unpickler.load()
        found[letter] = asked
    return found


def seen(data: bytes) -> tuple[set[str], bool]:
    """The names that a scan sees, and whether it read the whole file."""
    names, whole = set(), True
    try:
        for fact in inspect(Source(data, "model.pkl"), Bounds.starting_now(Limits(), 1 << 20)):
            if isinstance(fact, Import):
                names.add(fact.spelled)
                whole = whole and bool(fact.module)  # a name that is computed gates
            whole = whole and not isinstance(fact, Unreadable)
            whole = whole and not (isinstance(fact, Anomaly) and fact.kind in GATING)
    except Malformed:
        whole = False
    return names, whole


def one(data: bytes) -> tuple[int, str]:
    """How many names are asked for, and the loaders that ask for more than a scan names."""
    names, whole = seen(data)
    names |= {".".join(named) for named in EXTENSIONS.values()}  # a scan names the code
    asked = resolved(data)
    beyond = "".join(letter for letter, wanted in asked.items() if wanted - names)
    return len(asked["c"] | asked["p"]), beyond if whole else ""


def compare(
    seed: int, start: int, count: int, *, mutations: bool
) -> tuple[Counter[str], list[dict[str, object]]]:
    """What was counted over so many streams, and the misses."""
    for code, named in EXTENSIONS.items():
        copyreg.add_extension(*named, code)
    sources = ordinary() if mutations else ()
    tally: Counter[str] = Counter()
    misses: list[dict[str, object]] = []
    for number in range(start, start + count):
        rng = Random(f"{seed}:resolved:{mutations}:{number}")
        data = edited(rng, rng.choice(sources)) if mutations else composed(rng)
        asked, letters = one(data)
        tally["streams"] += 1
        tally["names"] += asked
        tally["with names"] += bool(asked)
        if letters:
            misses.append({"number": number, "loaders": letters, "data": data.hex()})
    return tally, misses


def _piece(
    seed: int, start: int, count: int, mutations: bool
) -> tuple[Counter[str], list[dict[str, object]]]:
    resource.setrlimit(resource.RLIMIT_AS, (4 * GIB, 4 * GIB))
    warnings.simplefilter("ignore")
    return compare(seed, start, count, mutations=mutations)


def _pieces(options: argparse.Namespace) -> Iterator[tuple[Counter[str], list[dict[str, object]]]]:
    end = options.start + options.count
    with ProcessPoolExecutor(options.jobs) as pool:
        waiting = [
            pool.submit(_piece, options.seed, start, min(PIECE, end - start), options.mutations)
            for start in range(options.start, end, PIECE)
        ]
        for future in waiting:
            yield future.result()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--misses", default="oracle-misses.jsonl", help="where misses are kept")
    parser.add_argument("--mutations", action="store_true", help="edits of the fixtures")
    options = parser.parse_args()
    total, missed, began = Counter[str](), 0, time.monotonic()
    for tally, misses in _pieces(options):
        total += tally
        missed += len(misses)
        with Path(options.misses).open("a", encoding="utf-8") as out:
            out.writelines(json.dumps(miss) + "\n" for miss in misses)
    print(
        f"seed {options.seed}: {total['streams']} streams from {options.start} in"
        f" {time.monotonic() - began:.0f} s, {total['with names']} resolved {total['names']} names,"
        f" {missed} misses"
    )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
