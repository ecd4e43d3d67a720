"""Make ordinary objects of the reviewed packages, and write them with every pickler.

It runs in an environment that has the packages: ``python -m benchmarks.alarms.make DIRECTORY``.
Each object becomes a file for each writer: pickle at protocols 2, 4 and 5, joblib plain and
compressed, cloudpickle, dill, and torch.save for what torch made.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import inspect
import io
import pickle
import signal
import sys
import warnings
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from types import FrameType

import msgspec

from scripts.common.sources import document
from scripts.tables.pickle import safe

OBJECTS = Path(__file__).with_name("objects.yaml")
SECONDS = 30
Writer = Callable[[object], bytes]


class Objects(msgspec.Struct, forbid_unknown_fields=True):
    """``objects.yaml``: Python expressions in text, and their names."""

    imports: dict[str, str]
    groups: dict[str, str]


def joblib_writer(compress: int | str) -> Writer:
    def write(value: object) -> bytes:
        stream = io.BytesIO()
        importlib.import_module("joblib").dump(value, stream, compress=compress)
        return stream.getvalue()

    return write


def torch_writer(value: object) -> bytes:
    stream = io.BytesIO()
    importlib.import_module("torch").save(value, stream)
    return stream.getvalue()


def dumps(module: str) -> Writer:
    def write(value: object) -> bytes:
        return bytes(importlib.import_module(module).dumps(value))

    return write


WRITERS: dict[str, Writer] = {
    "p2.pkl": lambda value: pickle.dumps(value, 2),
    "p4.pkl": lambda value: pickle.dumps(value, 4),
    "p5.pkl": lambda value: pickle.dumps(value, 5),
    "plain.joblib": joblib_writer(0),
    "packed.joblib": joblib_writer(3),
    "lz4.joblib": joblib_writer("lz4"),
    "cloud.pkl": dumps("cloudpickle"),
    "dill.pkl": dumps("dill"),
}


def out_of_time(_: int, __: FrameType | None) -> None:
    raise TimeoutError


def evaluated(line: str, scope: dict[str, object]) -> list[object]:
    """The values of an expression; those of a list are tried one by one where it fails."""
    signal.alarm(SECONDS)
    try:
        value: object = eval(line, scope)
    except Exception as error:  # noqa: BLE001 - what cannot be built is reported
        sys.stdout.write(f"could not make {line[:90]}: {type(error).__name__}: {error}\n")
        return []
    finally:
        signal.alarm(0)
    return value if isinstance(value, list) else [value]


def in_time(make: Callable[[], object]) -> object | None:
    """What a call gives, or nothing where it fails or takes too long."""
    signal.alarm(SECONDS)
    try:
        return make()
    except (Exception, SystemExit):  # noqa: BLE001 - any refusal
        return None
    finally:
        signal.alarm(0)


def pieces(line: str) -> list[str]:
    """The items of a list display, so that one that cannot be made costs no other."""
    tree = ast.parse(line, mode="eval").body
    return [ast.unparse(one) for one in tree.elts] if isinstance(tree, ast.List) else [line]


def recipes() -> Iterator[tuple[str, object]]:
    own = msgspec.yaml.decode(OBJECTS.read_bytes(), type=Objects)
    known = document("pickle_recipes.yaml", safe.Recipes)
    for groups, imports in ((own.groups, own.imports), (known.groups, known.imports)):
        scope: dict[str, object] = {"fit": safe.fit}
        for name, module in imports.items():
            scope[name] = importlib.import_module(module)
        for group, text in groups.items():
            for line in safe.expressions(text):
                for piece in pieces(line):
                    for value in evaluated(piece, scope):
                        yield group, value
    yield from networks(known)


def networks(known: safe.Recipes) -> Iterator[tuple[str, object]]:
    """Every class of torch.nn, and every optimizer and scheduler."""
    network, optim = importlib.import_module("torch.nn"), importlib.import_module("torch.optim")
    scope: dict[str, object] = {"lrs": importlib.import_module("torch.optim.lr_scheduler")}
    for line in safe.expressions(known.schedulers):
        scope["OPT"] = optim.SGD(network.Linear(2, 2).parameters(), lr=0.1)
        for value in evaluated(line, scope):
            yield "torch", value
    candidates = [tuple(eval(text)) for text in known.module_arguments]
    for _, cls in sorted(vars(network).items()):
        if inspect.isclass(cls) and issubclass(cls, network.Module):
            for arguments in candidates:
                try:
                    made = cls(*arguments)
                except Exception:  # noqa: BLE001 - any refusal leads to the next
                    continue
                yield "torch", made
                break
    for name, cls in sorted(vars(optim).items()):
        if inspect.isclass(cls) and issubclass(cls, optim.Optimizer):
            try:
                optimizer = getattr(optim, name)(network.Linear(2, 2).parameters(), lr=0.1)
            except Exception:  # noqa: BLE001 - what cannot be built with this is left out
                continue
            yield "torch", optimizer
            yield "torch", optimizer.state_dict()


def estimators() -> Iterator[tuple[str, object]]:
    """Every estimator of scikit-learn and of imbalanced-learn, fitted where it takes data."""
    build = importlib.import_module("sklearn.utils._test_common.instance_generator")
    for package, listed in (("sklearn", "sklearn.utils"), ("imblearn", "imblearn.utils.testing")):
        for _, cls in importlib.import_module(listed).all_estimators():
            try:
                instances = list(build._construct_instances(cls))  # noqa: SLF001
            except Exception:  # noqa: BLE001 - then as it comes
                try:
                    instances = [cls()]
                except Exception:  # noqa: BLE001 - one that cannot be built is left out
                    continue
            for estimator in instances:
                fitted(estimator)
                yield package, estimator


def fitted(estimator: object) -> bool:
    """Whether the estimator takes data of some kind, and in time; it is fitted then."""
    return bool(in_time(lambda: safe.fit_somehow(estimator)))


def write_all(
    directory: Path, group: str, value: object, number: int, endings: Collection[str] | None = None
) -> None:
    """A file of the value by each writer that takes it, or by those of the endings named."""
    named = value if inspect.isclass(value) else type(value)
    name = f"{number:05d}-{named.__module__}.{named.__qualname__}".replace("<", "").replace(">", "")
    writers = {**WRITERS, "saved.pt": torch_writer} if group == "torch" else WRITERS
    (directory / group).mkdir(parents=True, exist_ok=True)
    for ending, write in writers.items():
        if endings is not None and ending not in endings:
            continue
        try:
            data = write(value)
        except Exception:  # noqa: BLE001 - not every pickler takes everything
            continue
        (directory / group / f"{name}.{ending}").write_bytes(data)


def main() -> int:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    directory: Path = parser.parse_args().directory
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, out_of_time)
    count = 0
    for source in (recipes, estimators):
        for group, value in source():
            count += 1
            write_all(directory, group, value, count)
    sys.stdout.write(f"{count} objects\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
