"""Other names of objects in one Python, as JSON: run by scripts.tables.pickle.aliases.

It runs under the Python that is asked, with the packages in question installed and nothing of this
project. What to look at comes as JSON on standard input: ``tops`` are packages to import with all
their modules (where there are none, the standard library), ``groups`` the rated names, those that
take precedence first, ``stars`` modules of which every name is rated, and ``skipped`` the parts of
module names that are not imported. Objects are compared by identity.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import pathlib
import pkgutil
import signal
import sys
import types
import warnings
from collections.abc import Iterator

SECONDS = 20
"""How long one module may compute while it is imported."""
PLAIN = (int, float, complex, str, bytes, bool, type(None), tuple, frozenset, type(Ellipsis))
"""Types of which equal values may be one object."""
UNTOLD = {"__loader__", "__builtins__", "__spec__"}
"""What every module has, and no pickle reaches the more easily for it."""
PARENTS = {"posix": "os", "nt": "os", "posixpath": "os.path", "ntpath": "os.path"}


def late(*_: object) -> None:
    raise TimeoutError


def attempt(name: str) -> types.ModuleType | None:
    """The module, or None where it does not import, whatever it raises."""
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        return importlib.import_module(name)
    except BaseException:  # noqa: BLE001  modules raise anything, SystemExit too
        return None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def wanted(name: str, skipped: set[str]) -> bool:
    parts = name.split(".")
    return not skipped & set(parts) and not any(part.startswith("test_") for part in parts)


def below(name: str, skipped: set[str]) -> Iterator[str]:
    """A module and all modules below it; packages are imported on the way."""
    if not wanted(name, skipped):
        return
    yield name
    module = attempt(name)
    for entry in pkgutil.iter_modules(getattr(module, "__path__", [])):
        if entry.name.isidentifier():
            yield from below(f"{name}.{entry.name}", skipped)


def tops_of_stdlib() -> list[str]:
    names: set[str] = set(getattr(sys, "stdlib_module_names", ()))
    if not names:  # Python 3.9 and older
        library = pathlib.Path(str(os.__file__)).parent
        folders = [str(library), str(library / "lib-dynload")]
        found = {entry.name for entry in pkgutil.iter_modules(folders)}
        names = (found | set(sys.builtin_module_names)) - {"site-packages"}
    return sorted(filter(str.isidentifier, names))


def reach(module: types.ModuleType, name: str) -> object:
    """What a dotted name of a module leads to; None where it leads nowhere."""
    value: object = module
    for part in name.split("."):
        value = vars(value).get(part) if isinstance(value, type) else getattr(value, part, None)
        value = bare(value)
    return value


def bare(value: object) -> object:
    return value.__func__ if isinstance(value, (staticmethod, classmethod)) else value


class Walk:
    """What was found in one interpreter."""

    def __init__(self, groups: list[list[list[str]]], stars: list[str]) -> None:
        self.names = {(module, name) for group in groups for module, name in group}
        self.stars = set(stars)
        self.modules: dict[int, str] = {}
        for name in sorted(sys.modules, reverse=True):
            module = sys.modules[name]
            if isinstance(module, types.ModuleType):
                own = getattr(module, "__name__", None)
                is_own = isinstance(own, str) and sys.modules.get(own) is module
                self.modules[id(module)] = str(own) if is_own else name
        self.canonical: dict[int, tuple[str, str]] = {}
        self.keep: list[object] = []
        self.members: set[int] = set()
        for group in groups:
            known = set(self.canonical)
            for module_name, name in group:
                holder = sys.modules.get(module_name)
                if isinstance(holder, types.ModuleType):
                    self.note(reach(holder, name), module_name, name, known)
        for star in stars:
            self.learn_all(star)

    def learn_all(self, name: str) -> None:
        """Note what a module defines of which every name is rated."""
        module = sys.modules.get(name)
        known = set(self.canonical)
        for entry, value in list(vars(module).items()) if module is not None else ():
            home = getattr(value, "__module__", None)
            home = home if isinstance(home, str) else ""
            owned = f"{home.lstrip('_')}.".startswith(f"{name.lstrip('_')}.")
            special = not isinstance(entry, str) or entry.startswith("__")
            if callable(value) and not special and (owned or PARENTS.get(home) == name):
                self.note(value, name, entry, known)

    def note(self, value: object, module: str, name: str, known: set[int]) -> None:
        """The first rated name counts, or the object's own spelling where it is rated alike."""
        if isinstance(value, (*PLAIN, types.ModuleType)) or id(value) in known:
            return
        own = (getattr(value, "__module__", None), getattr(value, "__qualname__", None))
        if id(value) not in self.canonical or own == (module, name):
            self.keep.append(value)
            self.canonical[id(value)] = (module, name)
        if "." in name:
            self.members.add(id(value))

    def rated(self, module: str, name: str) -> bool:
        if (module, name) in self.names or (module, name.partition(".")[0]) in self.names:
            return True
        parts = module.split(".")
        return any(".".join(parts[: i + 1]) in self.stars for i in range(len(parts)))

    def attributes(self, module: types.ModuleType) -> Iterator[tuple[str, object]]:
        """Names of a module and of the classes that it defines, and what they hold."""
        for name, value in list(vars(module).items()):
            if not isinstance(name, str) or name in UNTOLD:
                continue
            yield name, value
            if isinstance(value, type) and getattr(value, "__module__", "") == module.__name__:
                yield from self.of_class(name, value)

    def of_class(self, name: str, owner: type) -> Iterator[tuple[str, object]]:
        seen: set[str] = set()
        for base in owner.__mro__:
            for key, value in list(vars(base).items()):
                if key in seen or not isinstance(key, str):
                    continue
                seen.add(key)
                plain = bare(value)
                if base is owner or id(plain) in self.members:
                    yield f"{name}.{key}", plain

    def find(self) -> tuple[list[list[str]], list[list[str]], list[str]]:
        """Attributes that are modules, those that are rated objects, and the modules walked."""
        holds: list[list[str]] = []
        objects: list[list[str]] = []
        walked: list[str] = []
        for name, module in sorted(sys.modules.items()):
            if not isinstance(module, types.ModuleType) or name == "__main__":
                continue
            walked.append(name)
            for attribute, value in self.attributes(module):
                if isinstance(value, types.ModuleType):
                    target = self.modules.get(id(value))
                    if target and target not in {name, "__main__"}:
                        holds.append([name, attribute, target])
                    continue
                found = self.canonical.get(id(value))
                if found and found != (name, attribute) and not self.rated(name, attribute):
                    objects.append([name, attribute, *found])
        return holds, objects, walked


def main() -> None:
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGPROF, late)
    asked = json.loads(sys.stdin.read())
    answer, sys.stdout, sys.stderr = sys.stdout, io.StringIO(), io.StringIO()
    skipped = set(asked["skipped"])
    failed: list[str] = []
    for top in asked["tops"] or tops_of_stdlib():
        failed += [name for name in list(below(top, skipped)) if name not in sys.modules]
    for name in {name for group in asked["groups"] for name, _ in group}:
        top = name.partition(".")[0]
        if name not in sys.modules and top in sys.modules and wanted(name, skipped):
            attempt(name)
    holds, objects, walked = Walk(asked["groups"], asked["stars"]).find()
    found = {"modules": walked, "holds": holds, "objects": objects, "failed": failed}
    answer.write(json.dumps(found))
    answer.flush()
    os._exit(0)  # what was imported may have left threads


if __name__ == "__main__":
    main()
