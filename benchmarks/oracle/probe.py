"""What is reachable and what acts, found by trying; run in the environment of the loaders.

Prints JSON: ``aliases`` of objects that act, ``holders`` of their modules, ``odd`` reviewed
callables that call an attribute of what they are given, and ``special`` classes whose special
methods call an attribute of theirs.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import operator
import os
import pkgutil
import signal
import sys
import tempfile
import types
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent))

SKIPPED: Final = frozenset(
    {"antigravity", "this", "idlelib", "turtledemo", "test", "lib2to3", "tkinter"}
)
PACKAGES: Final = ("numpy", "joblib", "scipy", "sklearn", "pandas")
ACTS: Final = (
    "os.system", "os.mkdir", "builtins.exec", "builtins.eval", "builtins.open", "builtins.getattr",
    "builtins.map", "builtins.filter", "functools.partial", "functools.reduce",
    "operator.attrgetter", "operator.itemgetter", "operator.methodcaller", "operator.call",
    "itertools.starmap", "itertools.accumulate", "subprocess.Popen", "subprocess.call",
    "subprocess.check_output", "subprocess.run", "subprocess.getoutput", "os.popen", "os.makedirs",
    "importlib.import_module", "builtins.__import__", "pickle.loads", "io.FileIO", "codecs.open",
    "shutil.copy", "pprint.pprint", "builtins.print", "contextlib.ExitStack", "tempfile.mkdtemp",
    "pathlib.Path", "builtins.compile", "os.symlink", "builtins.vars", "inspect.getattr_static",
    "weakref.finalize", "timeit.timeit", "builtins.type", "zipfile.ZipFile", "tarfile.open",
    "scipy.stats._continuous_distns.norm_gen", "copyreg._reconstructor", "copyreg.__newobj__",
    "copyreg.add_extension", "joblib.numpy_pickle.NumpyArrayWrapper",
)  # fmt: skip
MOST_ALIASES: Final = 60
BATCH: Final = 40
NEVER: Final = frozenset({"exit", "quit", "_exit", "abort", "input", "fork", "kill", "breakpoint"})


def modules() -> Iterator[types.ModuleType]:
    names = sorted(set(sys.stdlib_module_names) - SKIPPED)
    for package in (*names, *PACKAGES):
        inner = [package]
        with contextlib.suppress(BaseException):
            path = getattr(importlib.import_module(package), "__path__", None)
            if path is not None and package not in SKIPPED:
                found = pkgutil.walk_packages(path, f"{package}.", onerror=lambda _name: None)
                inner += [entry.name for entry in found]
        for name in inner:
            if any(part in ("tests", "test", "__main__", "conftest") for part in name.split(".")):
                continue
            with contextlib.suppress(BaseException):
                yield importlib.import_module(name)


def aliases(loaded: list[types.ModuleType]) -> dict[str, list[tuple[str, str]]]:
    """Other names of what acts: through one module, and through a module in a module."""
    wanted = {}
    for dotted in ACTS:
        module, _, name = dotted.rpartition(".")
        with contextlib.suppress(Exception):
            wanted[id(getattr(importlib.import_module(module), name))] = dotted
    found: dict[str, list[tuple[str, str]]] = {dotted: [] for dotted in ACTS}
    for module_ in loaded:
        for name, value in sorted(vars(module_).items(), key=lambda item: str(item[0])):
            if dotted := wanted.get(id(value), ""):
                found[dotted].append((module_.__name__, name))
            if isinstance(value, types.ModuleType):
                for inner, deep in sorted(vars(value).items(), key=lambda item: str(item[0])):
                    if dotted := wanted.get(id(deep), ""):
                        found[dotted].append((module_.__name__, f"{name}.{inner}"))
    return {dotted: _thinned(ways) for dotted, ways in found.items()}


def holders(loaded: list[types.ModuleType]) -> dict[str, list[tuple[str, str]]]:
    """Where the modules of what acts, and those above them, are attributes of other modules."""
    wanted = {".".join(name.split(".")[:n]) for name in ACTS for n in range(1, name.count(".") + 1)}
    found: dict[str, list[tuple[str, str]]] = {module: [] for module in wanted}
    for module in loaded:
        for name, value in sorted(vars(module).items(), key=lambda item: str(item[0])):
            if isinstance(value, types.ModuleType) and value.__name__ in wanted:
                found[value.__name__].append((module.__name__, name))
    return {module: _thinned(ways) for module, ways in sorted(found.items())}


def _thinned(ways: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Direct names first, then a few through other modules, evenly."""
    direct = [way for way in ways if "." not in way[1]]
    deep = [way for way in ways if "." in way[1]]
    step = max(1, len(deep) // MOST_ALIASES)
    return direct[: 3 * MOST_ALIASES] + deep[::step][:MOST_ALIASES]


class Spy:
    """An object that notes which of its attributes are called, and with how many arguments."""

    path: str
    seen: list[tuple[str, int, bool]]

    def __init__(self, path: str = "", seen: list[tuple[str, int, bool]] | None = None) -> None:
        self.__dict__["path"] = path
        self.__dict__["seen"] = [] if seen is None else seen

    def __getattr__(self, name: str) -> object:
        if name in ("__array_struct__", "__array_interface__", "dtype"):
            raise AttributeError(name)
        return Spy(f"{self.path}.{name}" if self.path else name, self.seen)

    def __call__(self, *positional: object, **named: object) -> object:
        self.seen.append((self.path, len(positional), bool(named)))
        return Spy(f"{self.path}()", [])


class Shy(Spy):
    """One that has no special methods: what is called where NumPy finds no array."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return super().__getattr__(name)


def _forked(work: Callable[[], Iterator[Any]]) -> list[Any]:
    """What ``work`` returns, in a child that may crash or hang."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        signal.alarm(20)
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        with contextlib.suppress(BaseException), os.fdopen(writing, "w") as answer:
            for found in work():
                answer.write(json.dumps(found) + "\n")
                answer.flush()
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as lines:
        found = []
        for line in lines:
            with contextlib.suppress(ValueError):
                found.append(json.loads(line))
    os.waitpid(pid, 0)
    return found


def _batched(items: list[Any], work: Callable[[list[Any]], Iterator[Any]]) -> list[Any]:
    found = []
    for start in range(0, len(items), BATCH):
        batch = items[start : start + BATCH]
        found += _forked(partial(work, batch))
    return found


_OTHERS: Final[dict[str, object]] = {"i": 0, "s": "x", "t": (), "l": [], "d": {}}


SHAPES: Final = ("S", "Si", "iS", "Ss", "sS", "Sii", "iSi", "iiS", "SSi", "SS", "Sd", "St", "tS")
"""Arguments that each callable is tried with: S is a spy, the others are of ``_OTHERS``."""
SECONDS: Final = 0.5
"""What one call may take."""


def odd(reviewed: list[tuple[str, str]]) -> list[Any]:
    """Reviewed callables that call an attribute of an argument: with which arguments."""
    targets: dict[int, tuple[str, str, Any]] = {}
    for module, name in reviewed:
        with contextlib.suppress(BaseException):
            target: Any = importlib.import_module(module)
            for part in name.split("."):
                target = getattr(target, part)
            targets.setdefault(id(target), (module, name, target))

    def work(batch: list[tuple[str, str, Any]]) -> Iterator[Any]:
        signal.signal(signal.SIGVTALRM, _out_of_time)
        for module, name, target in batch:
            for spy in (Spy, Shy):
                with contextlib.suppress(BaseException):
                    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS, SECONDS)
                    for shape in SHAPES:
                        yield from _odd_call((module, name), target, shape, spy)
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)

    return _batched(list(targets.values()), work)


def _out_of_time(_: int, __: types.FrameType | None) -> None:
    raise TimeoutError


def _odd_call(named: tuple[str, str], target: Any, shape: str, spy: type[Spy]) -> Iterator[Any]:
    seen: list[tuple[str, int, bool]] = []
    arguments = [spy("", seen) if letter == "S" else _OTHERS[letter] for letter in shape]
    with contextlib.suppress(BaseException):
        target(*arguments)
    for attribute, count, keywords in seen[:2]:
        yield *named, shape, attribute, count, keywords


def _triggers() -> dict[str, Callable[[Any], object]]:
    return {
        "str": str,
        "list": list,
        "dict": dict,
        "hash": lambda made: {made},
        "setitem": lambda made: operator.setitem(made, 0, "x"),
        "append": lambda made: made.append("x"),
        "extend": lambda made: made.extend(["x"]),
        "add": lambda made: made.add("x"),
        "setstate": lambda made: made.__setstate__({"x": 1}),
        "del": lambda made: type(made).__del__(made),
        "call": lambda made: made("x"),
        "bytes": bytes,
        "float": float,
    }


def special(loaded: list[types.ModuleType]) -> list[Any]:
    """Classes whose special methods call an attribute that a state can bring."""
    classes = {}
    for module in loaded:
        for value in vars(module).values():
            if not isinstance(value, type) or "__dict__" not in dir(value):
                continue
            if hasattr(sys.modules.get(value.__module__), value.__name__):
                classes[value.__module__, value.__name__] = value

    def work(batch: list[tuple[tuple[str, str], type]]) -> Iterator[Any]:
        for (module, name), cls in batch:
            for trigger, act in _triggers().items():
                if found := _act(cls, act, trigger):
                    yield module, name, trigger, *found

    return _batched(sorted(classes.items()), work)


def _act(
    cls: Any, act: Callable[[Any], object], trigger: str
) -> tuple[str, int, bool, list[str]] | None:
    if trigger == "del" and "__del__" not in dir(cls):
        return None
    needed: list[str] = []
    for _ in range(6):
        seen: list[tuple[str, int, bool]] = []
        try:
            made = cls.__new__(cls)
            made.__dict__.update({name: Spy(name, seen) for name in needed})
        except BaseException:
            return None
        try:
            act(made)
        except AttributeError as error:
            missing = getattr(error, "name", None)
            own = missing in (trigger, f"__{trigger}__")
            if not seen and missing and error.obj is made and missing not in needed and not own:
                needed.append(missing)
                continue
        except BaseException:
            pass
        return (*seen[0], needed) if seen else None
    return None


def main() -> None:
    reviewed = [(module, name) for module, names in json.load(sys.stdin).items() for name in names]
    warnings.simplefilter("ignore")
    answers = os.fdopen(os.dup(1), "w")
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 1)
    os.dup2(null, 2)
    confine = importlib.import_module("confine")
    root = tempfile.mkdtemp()
    os.chdir(root)
    tempfile.tempdir = root
    loaded = list(modules())
    if not confine.confine(root):
        sys.exit("this kernel cannot confine a process (Landlock, version 3)")
    result: dict[str, Any] = {"aliases": aliases(loaded), "holders": holders(loaded)}
    result |= {"odd": odd(reviewed), "special": special(loaded)}
    answers.write(json.dumps(result, indent=0))
    answers.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
