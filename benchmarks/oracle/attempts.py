"""Does to reviewed names what loading may do to them; run in the environment of the loaders.

Reads the names as JSON from standard input, and prints lines of JSON: that a name was ``tried``,
that it ``ended`` the process, that it ``acts`` (opens a file, runs text, imports what it is given,
and what else raises an audit event), and that it ``calls`` what its arguments or its state hold.
"""

from __future__ import annotations

import contextlib
import faulthandler
import functools
import importlib
import json
import operator
import os
import signal
import sys
import tempfile
import types
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent))
confine = importlib.import_module("confine")
probe = importlib.import_module("probe")

Name = tuple[str, str]
Row = tuple[str, str, str, str, str]
"""Module, name, what was done, ``acts`` or ``calls``, and which event or attribute."""

MARK: Final = "MARKED"
SECONDS: Final = 0.1
"""Of the processor, for one attempt; ten times as long where it only waits."""
MOST_SLOW: Final = 6
"""Attempts of one name that may take longer."""
BATCH: Final = 200
NAME_SECONDS: Final = 30
MOST_ATTRIBUTES: Final = 200
PARSED: Final = "<unknown>"
"""The file that ast.parse and ast.literal_eval name: nothing runs what they compile."""
ALWAYS: Final = (
    "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "os.kill",
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate",
    "os.chmod", "os.chown", "os.putenv", "os.unsetenv", "os.chdir", "os.utime", "os.setxattr",
    "subprocess.Popen", "socket.connect", "socket.bind", "socket.getaddrinfo", "shutil.",
    "tempfile.", "urllib.Request", "webbrowser.open", "pty.spawn", "ftplib.", "smtplib.", "glob.",
    "sqlite3.", "pickle.find_class", "ctypes.dlopen", "ctypes.call_function",
    "function.__new__", "code.__new__", "setopencodehook", "sys.settrace", "sys.setprofile",
    "signal.pthread_kill", "syslog.", "builtins.input", "builtins.breakpoint", "gc.get_objects",
    "mmap.__new__",
)  # fmt: skip
"""Events that are an act whatever they are about; ``.`` at the end takes all of a module."""
MARKED: Final = ("open", "compile", "exec", "import")
"""Events that are an act where they are about what the file said."""

happened: list[str] = []
watching = [False]
slow = [0]


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if not watching[0]:
        return
    watching[0] = False
    try:
        if event in MARKED:
            if event == "compile" and arguments[1] == PARSED:
                return
            writes = event == "open" and _writes(arguments)
            if not writes and MARK not in ascii(arguments[:1])[:400]:
                return
        elif not event.startswith(ALWAYS):
            return
        happened.append(f"{event} {ascii(arguments[:2])[:60]}")
    finally:
        watching[0] = True


def _writes(arguments: tuple[Any, ...]) -> bool:
    mode, flags = arguments[1], arguments[2]
    if arguments[0] == os.devnull:
        return False
    written = isinstance(mode, str) and bool(set(mode) & set("wax+"))
    return written or bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


class Noted:
    """What one attempt did."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int, bool]] = []

    def run(self, act: Callable[[], object]) -> None:
        happened.clear()
        watching[0] = True
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS, SECONDS)
        signal.setitimer(signal.ITIMER_REAL, 10 * SECONDS, SECONDS)
        try:
            act()
        except TimeoutError:
            slow[0] += 1
        except BaseException:  # noqa: BLE001  whatever it raises, it has acted or not
            pass
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
            watching[0] = False

    def rows(self, named: Name, done: str) -> Iterator[Row]:
        for event in dict.fromkeys(happened):
            yield *named, done, "acts", event
        for path in dict.fromkeys(path for path, _, _ in self.seen):
            yield *named, done, "calls", path
        happened.clear()


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


def instances(named: Name, cls: type, methods: frozenset[str]) -> Iterator[Row]:
    """What an instance does while it is filled, and what it does then."""
    names = attributes(cls)
    own = set(dir(cls))
    fields = [name for name in names if name not in own]
    acts = {name: act for name, act in TRIGGERS.items() if name not in LOOKED_UP or name in own}
    named_so = {f".{m}": functools.partial(_called, name=m) for m in sorted(methods & own)}
    for kind, chosen, which in (
        *((kind, fields, "") for kind in _values([])),
        ("spy", names, " over methods"),
    ):
        for fill in (build, slots):
            noted = Noted()
            instance = made(cls)
            if instance is None:
                return
            value = _values(noted.seen)[kind]
            state = {name: value(name) for name in chosen}
            noted.run(functools.partial(fill, instance, state))
            yield from noted.rows(named, f"{fill.__name__}{which}/{kind}")
            if fill is slots:
                continue
            # What a method that is called by its name calls in turn is of no interest.
            tried = acts | named_so if kind in ("text", "saying") else acts
            for trigger, act in tried.items():
                if slow[0] > MOST_SLOW:
                    return
                noted.seen.clear()
                noted.run(functools.partial(act, instance))
                yield from noted.rows(named, f"{trigger}{which}/{kind}")


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


def calls(named: Name, target: Any, kinds: list[str]) -> Iterator[Row]:
    """What a callable does with data, and with what it was reviewed for beside data."""
    for shape in (*SHAPES, *SPIED):
        if slow[0] > MOST_SLOW:
            return
        noted = Noted()
        shapes = {
            "T": MARK, "L": [MARK, MARK], "D": {MARK: MARK}, "B": MARK.encode(),
            "O": Saying(), "i": 1, "d": {},
            "S": probe.Spy("", noted.seen), "V": [probe.Shy("", noted.seen)],
            "M": {MARK: probe.Shy("", noted.seen)},
        }  # fmt: skip
        if shape in SPIED and not _is_reviewed_for(shape, kinds):
            continue
        given = [shapes[letter] for letter in shape]
        noted.run(functools.partial(target, *given))
        yield from noted.rows(named, f"call {shape}")


def _is_reviewed_for(shape: str, kinds: list[str]) -> bool:
    """Whether a scan would let a call with these arguments pass."""
    allowed = {"S": ("any",), "V": ("any", "items"), "M": ("any", "items")}
    return all(
        kinds[min(place, len(kinds) - 1)] in allowed[letter]
        for place, letter in enumerate(shape)
        if letter in allowed
    )


def attempt(named: Name, kinds: list[str], methods: frozenset[str]) -> Iterator[Row]:
    target = resolved(named)
    if target is None:
        return
    if isinstance(target, type):
        yield from instances(named, target, methods)
    if callable(target):
        yield from calls(named, target, kinds)


def resolved(named: Name) -> Any:
    with contextlib.suppress(BaseException):
        target: Any = importlib.import_module(named[0])
        for part in named[1].split("."):
            target = getattr(target, part)
        return target
    return None


def _batch(names: list[Name], kinds: dict[str, str], methods: frozenset[str]) -> Iterator[Any]:
    signal.signal(signal.SIGVTALRM, probe._out_of_time)  # noqa: SLF001
    signal.signal(signal.SIGALRM, probe._out_of_time)  # noqa: SLF001
    for named in names:
        yield ["begins", *named]
        slow[0] = 0
        # Ends the process from a thread of its own, whatever it waits for.
        faulthandler.dump_traceback_later(NAME_SECONDS, exit=True)
        known = kinds.get(".".join(named), "data").split()
        yield from dict.fromkeys(attempt(named, known, methods))
    yield ["ends"]


def run(names: list[Name], kinds: dict[str, str], methods: frozenset[str]) -> Iterator[Any]:
    """Every name; one that ends its process is said, and the others go on without it."""
    waiting = list(names)
    while waiting:
        batch = waiting[:BATCH]
        found = probe._forked(functools.partial(_batch, batch, kinds, methods))  # noqa: SLF001
        begun = [tuple(row[1:]) for row in found if row[0] == "begins"]
        yield from ((*named, "all", "tried", "") for named in begun)
        yield from (row for row in found if row[0] not in ("begins", "ends"))
        whole = bool(found) and found[-1] == ["ends"]
        if not whole and begun:
            yield *begun[-1], "all", "ended", "the process, or its time"
        waiting = waiting[max(len(begun), 1) :]


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
    if not confine.confine(root):
        sys.exit("this kernel cannot confine a process (Landlock, version 3)")
    sys.addaudithook(_watch)
    for row in run(list(unique.values()), asked["arguments"], frozenset(asked["methods"])):
        answers.write(json.dumps(row) + "\n")
        answers.flush()
    answers.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
