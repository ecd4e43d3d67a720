"""Does to reviewed names what loading may do to them; run in the environment of the loaders.

Reads the names as JSON from standard input, and prints lines of JSON: that a name was ``tried``,
that it ``acts`` (opens a file, runs text, imports what it is given, and what else raises an audit
event), that it ``calls`` what its arguments or its state hold, that an attempt was ``slow``, or
``ended`` the process, by itself or because its time was over, and that a name was ``left`` with
attempts that were not made. The last value of ``tried`` is the number of attempts.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import itertools
import json
import operator
import os
import sys
import tempfile
import types
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent))
confine = importlib.import_module("confine")
probe = importlib.import_module("probe")
audited = importlib.import_module("audited")
watched = importlib.import_module("watched")

Name = tuple[str, str]
Row = tuple[str, str, str, str, str]
"""Module, name, what was done, one of the words above, and which event or attribute."""

MARK: Final = audited.MARK
SECONDS: Final = 0.1
"""Of the processor, for one attempt; ten times as long where it only waits."""
MOST_SLOW: Final = 20
"""Attempts of one name that may take longer, or end the process."""
BATCH: Final = 200
MOST_ATTRIBUTES: Final = 200


class Attempt(NamedTuple):
    """One thing that is done with a name; ``seen`` has what its spies saw."""

    done: str
    act: Callable[[], object]
    seen: list[tuple[str, int, bool]]


def _made(attempt: Attempt) -> bool:
    """Whether the attempt came to its end in time."""
    attempt.seen.clear()
    with audited.watching():
        return bool(watched.in_time(attempt.act, SECONDS))


def _rows(named: Name, attempt: Attempt) -> Iterator[Row]:
    for event in dict.fromkeys(audited.happened):
        yield *named, attempt.done, "acts", event
    for path in dict.fromkeys(path for path, _, _ in attempt.seen):
        yield *named, attempt.done, "calls", path


# What is put into a state, or given as an argument.


class Said(str):
    """Text of the file, whether it is read or called."""

    def __call__(self, *_positional: object, **_named: object) -> Said:
        return self


class Saying:
    """An object whose attributes are all text of the file."""

    def __getattr__(self, name: str) -> Said:
        if name.startswith("__"):
            raise AttributeError(name)
        return Said(MARK)


def _values(seen: list[tuple[str, int, bool]]) -> dict[str, Callable[[str], Any]]:
    return {
        "text": lambda _name: MARK,
        "saying": lambda _name: Saying(),
        "spy": lambda name: probe.Spy(name, seen),
        "listed": lambda name: [probe.Shy(name, seen), probe.Shy(name, seen)],
    }


def attributes(cls: type) -> list[str]:
    """The names that methods of a class use, which may be those of attributes."""
    names: dict[str, None] = {}
    for base in cls.__mro__:
        if base.__module__ == "builtins":
            continue
        names.update(dict.fromkeys(getattr(base, "__slots__", ())))
        names.update(dict.fromkeys(getattr(base, "__annotations__", ())))
        for value in vars(base).values():
            inner = getattr(value, "fget", value)
            code = getattr(inner, "__code__", None)
            if code is not None:
                names.update(dict.fromkeys(_of_code(code)))
    plain = [name for name in names if not name.startswith("__")]
    return plain[:MOST_ATTRIBUTES]


def _of_code(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _of_code(constant)


def _base(cls: type) -> Any:
    """The class of the interpreter that makes instances of another one."""
    return next(base for base in cls.__mro__ if base.__module__ == "builtins")


def made(cls: Any) -> Any:
    """An instance as a pickle makes one; None where it cannot."""
    for maker, given in ((cls, ()), (object, ()), (_base(cls), ()), (cls, (MARK,))):
        with contextlib.suppress(BaseException):
            return maker.__new__(cls, *given)
    return None


def build(instance: Any, state: dict[str, Any]) -> None:
    """What BUILD does, with a dict and then with one for slots."""
    setter = getattr(instance, "__setstate__", None)
    if setter is not None and type(instance).__setstate__ is not None:
        with contextlib.suppress(Exception):
            setter(dict(state))
            return
    with contextlib.suppress(Exception):
        instance.__dict__.update(state)


def slots(instance: Any, state: dict[str, Any]) -> None:
    for name, value in state.items():
        with contextlib.suppress(Exception):
            setattr(instance, name, value)


TRIGGERS: Final[dict[str, Callable[[Any], object]]] = {
    "hash": hash,
    "eq": lambda one: one == "x",
    "lt": lambda one: one < 1,
    "iter": lambda one: [item for item, _ in zip(one, range(9), strict=False)],
    "len": len,
    "str": str,
    "repr": repr,
    "bool": bool,
    "getattr": lambda one: one.nothing_is_called_so,
    "bytes": bytes,
    "float": float,
    "int": int,
    "index": operator.index,
    "dict": dict,
    "enter": lambda one: one.__enter__(),
    "array": lambda one: importlib.import_module("numpy").array(one),
    "setitem": lambda one: operator.setitem(one, "x", MARK),
    "append": lambda one: one.append(MARK),
    "extend": lambda one: one.extend([MARK]),
    "add": lambda one: one.add(MARK),
    "update": lambda one: one.update([MARK]),
    "del": lambda one: type(one).__del__(one),
}
"""What opcodes do to an instance, and what reviewed callables do that take anything."""


LOOKED_UP: Final = frozenset({"append", "extend", "add", "update", "enter"})
"""What is looked up on the instance, where a state can bring it: a scan follows that by itself."""


def instances(cls: type, methods: frozenset[str]) -> Iterator[Attempt]:
    """What an instance may do while it is filled, and what it may do then."""
    if made(cls) is None:
        return
    names = attributes(cls)
    own = set(dir(cls))
    fields = [name for name in names if name not in own]
    acts = {name: act for name, act in TRIGGERS.items() if name not in LOOKED_UP or name in own}
    named_so = {f".{m}": functools.partial(_called, name=m) for m in sorted(methods & own)}
    for kind, chosen, which in (
        *((kind, fields, "") for kind in _values([])),
        ("spy", names, " over methods"),
    ):
        # What a method that is called by its name calls in turn is of no interest.
        tried = acts | named_so if kind in ("text", "saying") else acts
        seen: list[tuple[str, int, bool]] = []
        value = _values(seen)[kind]
        for fill in (slots, build):
            filled = functools.cache(functools.partial(_filled, cls, fill, chosen, value))
            yield Attempt(f"{fill.__name__}{which}/{kind}", filled, seen)
        for trigger, act in tried.items():
            yield Attempt(f"{trigger}{which}/{kind}", functools.partial(_acted, act, filled), seen)


def _filled(
    cls: type,
    fill: Callable[[Any, dict[str, Any]], None],
    names: Sequence[str],
    value: Callable[[str], Any],
) -> Any:
    instance = made(cls)
    fill(instance, {name: value(name) for name in names})
    return instance


def _acted(act: Callable[[Any], object], filled: Callable[[], Any]) -> None:
    act(filled())


def _called(instance: Any, *, name: str) -> None:
    for given in ((), (MARK,)):
        with contextlib.suppress(Exception):
            getattr(instance, name)(*given)


SHAPES: Final = (
    *("", "T", "TT", "TTT", "TTTT", "Ti", "iT", "TTi", "Td", "L", "LT", "TL", "D", "B"),
    *("O", "OO", "OT", "TO"),
)
"""What callables are given: T, L, D, B and O are what the file says, the others as in probe."""
SPIED: Final = ("S", "SS", "Si", "iS", "ST", "TS", "SSS", "iiS", "V", "VV", "VT", "M", "MM")


def calls(target: Any, kinds: list[str]) -> Iterator[Attempt]:
    """Calls of a callable with data, and with what it was reviewed for beside data."""
    for shape in (*SHAPES, *SPIED):
        if shape in SPIED and not _is_reviewed_for(shape, kinds):
            continue
        seen: list[tuple[str, int, bool]] = []
        shapes = {
            "T": MARK, "L": [MARK, MARK], "D": {MARK: MARK}, "B": MARK.encode(),
            "O": Saying(), "i": 1, "d": {},
            "S": probe.Spy("", seen), "V": [probe.Shy("", seen)],
            "M": {MARK: probe.Shy("", seen)},
        }  # fmt: skip
        given = [shapes[letter] for letter in shape]
        yield Attempt(f"call {shape}", functools.partial(target, *given), seen)


def _is_reviewed_for(shape: str, kinds: list[str]) -> bool:
    """Whether a scan would let a call with these arguments pass."""
    allowed = {"S": ("any",), "V": ("any", "items"), "M": ("any", "items")}
    return all(
        kinds[min(place, len(kinds) - 1)] in allowed[letter]
        for place, letter in enumerate(shape)
        if letter in allowed
    )


def attempts(named: Name, kinds: list[str], methods: frozenset[str]) -> Iterator[Attempt]:
    target = resolved(named)
    if isinstance(target, type):
        yield from instances(target, methods)
    if callable(target):
        yield from calls(target, kinds)


def resolved(named: Name) -> Any:
    with contextlib.suppress(BaseException):
        target: Any = importlib.import_module(named[0])
        for part in named[1].split("."):
            target = getattr(target, part)
        return target
    return None


class Asked(NamedTuple):
    """What is tried: names, what each was reviewed for, methods that reviewed names call."""

    names: list[Name]
    kinds: dict[str, str]
    methods: frozenset[str]


def _batch(asked: Asked, progress: Any) -> Iterator[Row]:
    """The rows of the next names, from where ``progress`` is at."""
    at = progress.get()
    end = min(at.name + BATCH, len(asked.names))
    for place in range(at.name, end):
        yield from _name(
            asked, progress, place, at if place == at.name else watched.Place(place, 0, 0, "")
        )
    progress.set(watched.Place(end, 0, 0, ""))


def _name(asked: Asked, progress: Any, place: int, at: Any) -> Iterator[Row]:
    """The rows of one name, whose first attempts were made before."""
    named, slow, number = asked.names[place], at.slow, at.attempt
    progress.set(at._replace(done="all"))
    kinds = asked.kinds.get(".".join(named), "data").split()
    said: set[Row] = set()
    for attempt in itertools.islice(attempts(named, kinds, asked.methods), number, None):
        if slow > MOST_SLOW:
            yield *named, "all", "left", ""
            break
        progress.set(watched.Place(place, number, slow, attempt.done))
        number += 1
        rows = set() if (made := _made(attempt)) else {(*named, attempt.done, "slow", "")}
        slow += not made
        rows |= set(_rows(named, attempt)) - said
        said |= rows
        yield from rows
    yield *named, "all", "tried", str(number - at.attempt)


def run(asked: Asked) -> Iterator[Row]:
    """Every name. An attempt that ends its process is said, and the others go on without it."""
    progress = watched.Progress()
    while (before := progress.get()).name < len(asked.names):
        yield from watched.run(functools.partial(_batch, asked, progress), progress)
        at = progress.get()
        if not at.done:
            continue  # the end of a batch
        named = asked.names[at.name]
        begin = before.attempt if before.name == at.name else 0
        yield *named, at.done, "ended", ""
        yield *named, "all", "tried", str(at.attempt + 1 - begin)
        progress.set(watched.Place(at.name, at.attempt + 1, at.slow + 1, ""))
        if at.slow >= MOST_SLOW:
            yield *named, "all", "left", ""
            progress.set(watched.Place(at.name + 1, 0, 0, ""))


def main() -> None:
    asked = json.load(sys.stdin)
    warnings.simplefilter("ignore")
    answers = os.fdopen(os.dup(1), "w")
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):
        os.dup2(null, stream)
    root = tempfile.mkdtemp()
    os.chdir(root)
    tempfile.tempdir = root
    unique: dict[int, Name] = {}
    names = [(module, name) for module, several in asked["names"].items() for name in several]
    for named in names:
        target = resolved(named)
        if target is not None:
            unique.setdefault(id(target), named)
    with contextlib.suppress(ImportError):
        importlib.import_module("numpy")  # which acts when it is imported
    if not confine.confine(root):
        sys.exit("this kernel cannot confine a process (Landlock, version 3)")
    sys.addaudithook(audited.hook)
    wanted = Asked(list(unique.values()), asked["arguments"], frozenset(asked["methods"]))
    for row in run(wanted):
        answers.write(json.dumps(row) + "\n")
        answers.flush()
    answers.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
