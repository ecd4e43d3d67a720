"""Write every class of the reviewed packages: ``python -m benchmarks.alarms.estimators DIRECTORY``.

It runs in an environment that has the packages, as ``benchmarks.alarms.make`` does; those that are
absent are named. What can be fitted is fitted on small made-up data. Each object becomes a file for
each writer of ``WRITERS``. The classes are those that scikit-learn and imbalanced-learn list, those
of the modules that ``classes.yaml`` names, and the objects of ``benchmarks.alarms.make``.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import os
import pkgutil
import signal
import sys
import tempfile
import warnings
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import ModuleType

import msgspec

from benchmarks.alarms.make import (
    estimators,
    fitted,
    in_time,
    out_of_time,
    recipes,
    write_all,
)
from scripts.common.sources import document
from scripts.tables.pickle import safe

CLASSES = Path(__file__).with_name("classes.yaml")
WRITERS = (
    *("p2.pkl", "p5.pkl", "plain.joblib", "packed.joblib", "lz4.joblib", "cloud.pkl", "dill.pkl"),
    "saved.pt",
)
ASIDE = {"examples", "sandbox", "testing", "tests"}
Scope = dict[str, object]


class Classes(msgspec.Struct, forbid_unknown_fields=True):
    """``classes.yaml``."""

    modules: str
    instances: dict[str, str]
    arguments: str


def imported(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except Exception as error:  # noqa: BLE001 - what is absent or refuses is reported
        sys.stdout.write(f"not imported: {name}: {type(error).__name__}: {error}\n"[:200])
        return None


def modules(listed: str) -> Iterator[ModuleType]:
    """The modules named, and those below one that has a plus."""
    for name in listed.split():
        if (module := imported(name.rstrip("+"))) is None:
            continue
        yield module
        if name.endswith("+"):
            for below in pkgutil.walk_packages(module.__path__, module.__name__ + ".", str):
                parts = below.name.split(".")
                if any(part.startswith("_") or part in ASIDE for part in parts):
                    continue
                if (found := imported(below.name)) is not None:
                    yield found


def public(module: ModuleType) -> Iterator[type[object]]:
    """The public classes that the module or its package defines."""
    top = module.__name__.partition(".")[0]
    for name, value in sorted(vars(module).items()):
        own = inspect.isclass(value) and value.__module__.partition(".")[0] == top
        if own and not name.startswith("_"):
            yield value


def built(cls: type[object], arguments: list[str], scope: Scope) -> object | None:
    """An instance, by the first arguments that the class takes."""
    for text in arguments:
        given: tuple[object, ...] = eval(text, dict(scope))
        made = in_time(partial(cls, *given))
        if made is not None:
            return made
    return None


def results(value: object) -> Iterator[object]:
    """The object, fitted where it takes data, and the result of a model that has its data."""
    fit = getattr(value, "fit", None)
    takes = callable(fit) and fitted(value)
    yield value
    if callable(fit) and not takes:
        result = in_time(fit)
        if result is not None and result is not value:
            yield result


def data() -> Scope:
    """What the arguments of classes are written with."""
    points, labels = safe.data_of("class")
    return {
        "np": importlib.import_module("numpy"),
        "pd": importlib.import_module("pandas"),
        "points": points,
        "labels": labels,
        "sums": safe.data_of("regress")[1],
        "frame": safe.data_of("frame")[0],
        "model": importlib.import_module("sklearn.linear_model").Ridge(),
    }


def everything() -> Iterator[tuple[str, object]]:
    """Each class of the modules, built once; those that could not be are named."""
    read = msgspec.yaml.decode(CLASSES.read_bytes(), type=Classes)
    known = document("pickle_recipes.yaml", safe.Recipes)
    scope, arguments = data(), [*safe.expressions(read.arguments), *known.module_arguments]
    seen: set[type[object]] = set()
    refused: list[str] = []
    for module in modules(read.modules):
        group = module.__name__.partition(".")[0]
        held = read.instances.get(module.__name__, "").split()
        wanted = tuple(vars(module)[name] for name in held)
        for value in vars(module).values():
            if wanted and isinstance(value, wanted):
                yield group, value
        for cls in public(module):
            if cls in seen:
                continue
            seen.add(cls)
            made = built(cls, arguments, scope)
            if made is None:
                refused.append(f"{cls.__module__}.{cls.__qualname__}")
                continue
            for one in results(made):
                yield group, one
    sys.stdout.write(f"{len(seen)} classes, not built: {' '.join(refused)}\n")


def main() -> int:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    directory: Path = parser.parse_args().directory.resolve()
    warnings.simplefilter("ignore")
    os.chdir(tempfile.mkdtemp())  # some classes write files where they are built
    signal.signal(signal.SIGALRM, out_of_time)
    count = 0
    for source in (estimators, recipes, everything):
        for group, value in source():
            count += 1
            write_all(directory, group, value, count, WRITERS)
    sys.stdout.write(f"{count} objects\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
