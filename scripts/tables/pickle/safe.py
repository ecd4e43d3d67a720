"""Write rules/tables/pickle_safe.json: what ordinary pickles of the ML stack import.

Source: objects that this script builds, fits and pickles itself at protocols 2, 4 and 5 (and saves
with torch.save), plus the reviewed additions in scripts/sources/pickle_safe.tsv. Date: 2026-11-23.
Method: the pickles are never loaded; their opcodes are read, and every global is recorded. A name
is dropped when the table of dangerous names knows it, when it is on the reviewed list of refusals,
or when it is a plain function that nobody reviewed. Run it in an environment with scikit-learn,
numpy, scipy, pandas, pyarrow, xgboost, lightgbm, catboost, statsmodels, imbalanced-learn,
category_encoders, joblib and torch 2.13.0 (CPU); without them it says what is missing and stops.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import io
import pickle
import pickletools
import sys
import warnings
import zipfile
from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING
from collections.abc import Iterator
from importlib.metadata import version

import msgspec

from scripts.common.files import report
from scripts.common.pickle_tables import (
    DANGEROUS,
    DATE,
    SAFE,
    Json,
    check_safe,
    effect,
    effects_of,
    load,
    safe_of,
    write,
)
from scripts.common.sources import document, rows

PROTOCOLS = (2, 4, 5)
MEMO_GETS = {"GET", "BINGET", "LONG_BINGET"}
MEMO_PUTS = {"PUT", "BINPUT", "LONG_BINPUT"}
REQUIRED = (
    "scikit-learn numpy scipy pandas pyarrow xgboost lightgbm catboost statsmodels "
    "imbalanced-learn category_encoders joblib torch"
)
Global = tuple[str, str]
Scope = dict[str, object]

ABOUT = (
    "Names that ordinary pickles of the machine learning stack import and call, reviewed: "
    "constructors of plain data, by exact module and name. 'patterns' are families of generated "
    "names. 'packages' are the distributions that a loader can be counted on to have. "
    "'arguments' says what a function may be given, by position, where it is not data alone, and "
    "'plain' whose results are data. 'stored' has the methods that a model may keep, which nothing "
    "may call while it is loaded."
)


class Recipes(msgspec.Struct, forbid_unknown_fields=True):
    """``scripts/sources/pickle_recipes.yaml``: Python expressions in text, and their names."""

    imports: dict[str, str]
    groups: dict[str, str]
    module_arguments: list[str]
    optimizer_arguments: dict[str, float]
    schedulers: str


class Review(msgspec.Struct, forbid_unknown_fields=True):
    """``scripts/sources/pickle_safe.yaml``."""

    packages: str
    twins: list[tuple[str, str]]
    patterns: list[dict[str, str]]
    arguments: dict[str, dict[str, str]]
    plain: str
    stored: dict[str, str]


def expressions(text: str) -> list[str]:
    """The expressions of a group, continued lines joined."""
    joined: list[str] = []
    for line in filter(str.strip, text.splitlines()):
        if line.startswith(" "):
            joined[-1] += " " + line.strip()
        else:
            joined.append(line.strip())
    return joined


def globals_of(data: bytes) -> Iterator[Global]:
    """Every global that a well-formed pickle imports, from its opcodes."""
    memo: dict[int, str] = {}
    last: list[str] = ["", ""]
    for opcode, argument, _ in pickletools.genops(data):
        if opcode.name in {"GLOBAL", "INST"}:
            module, _, name = str(argument).partition(" ")
            yield module, name
            last.append("")
        elif opcode.name == "STACK_GLOBAL":
            yield last[-2], last[-1]
            last.append("")
        elif opcode.name == "MEMOIZE":
            memo[len(memo)] = last[-1]
        elif opcode.name in MEMO_PUTS:
            memo[int(str(argument))] = last[-1]
        elif opcode.name in MEMO_GETS:
            last.append(memo.get(int(str(argument)), ""))
        elif isinstance(argument, str):
            last.append(argument)
        elif opcode.name not in {"PROTO", "FRAME"}:
            last.append("")


def modern(module: str, name: str) -> Global:
    """The name as Python 3 calls it."""
    module, name = NAME_MAPPING.get((module, name), (module, name))
    return IMPORT_MAPPING.get(module, module), name


def record(value: object, seen: set[Global]) -> bool:
    """Pickle a value at every protocol and record the globals; whether any protocol worked."""
    done = False
    for protocol in PROTOCOLS:
        try:
            data = pickle.dumps(value, protocol)
        except (pickle.PicklingError, TypeError, AttributeError, ValueError, RuntimeError):
            continue
        done = True
        for module, name in globals_of(data):
            seen.update({(module, name), modern(module, name)})
    return done


def record_saved(value: object, seen: set[Global]) -> None:
    """Save a value as torch does and record the globals of its data.pkl."""
    stream = io.BytesIO()
    try:
        importlib.import_module("torch").save(value, stream)
    except (pickle.PicklingError, TypeError, AttributeError, ValueError, RuntimeError):
        return
    with zipfile.ZipFile(stream) as archive:
        for member in archive.namelist():
            if member.endswith("data.pkl"):
                for module, name in globals_of(archive.read(member)):
                    seen.update({(module, name), modern(module, name)})


def data_of(kind: str) -> tuple[object, object]:
    """Small made up data of a kind."""
    numpy, pandas = importlib.import_module("numpy"), importlib.import_module("pandas")
    points = numpy.random.RandomState(0).rand(60, 4)
    labels = numpy.arange(60)
    return {
        "class": (points, labels % 2),
        "class3": (points, labels % 3),
        "regress": (points, points.sum(axis=1)),
        "positive": (points, points.sum(axis=1) + 1),
        "multi": (points, points[:, :2]),
        "labels": (points, numpy.column_stack([labels % 2, labels // 2 % 2])),
        "frame": (pandas.DataFrame(points, columns=list("abcd")), labels % 2),
        "category": (pandas.DataFrame({"a": list("xyz") * 20}), pandas.Series(labels % 2)),
        "counts": ((points * 9).astype(int), labels % 2),
        "text": (["a bb", "bb ccc"] * 30, labels % 2),
        "mappings": ([{"a": 1}] * 60, labels % 2),
        "labels only": (labels % 3, None),
        "one": (points[:, 0], labels),
        "square": (points @ points.T, labels % 2),
    }[kind]


def fit(estimator: object, kind: str) -> object:
    """Fit an estimator on data of a kind, and return it."""
    points, labels = data_of(kind)
    method = getattr(estimator, "fit_resample", None) or getattr(estimator, "fit", None)
    assert callable(method)
    method(points) if labels is None else method(points, labels)
    return estimator


def fit_somehow(estimator: object) -> bool:
    """Fit on the first kind of data that the estimator takes."""
    for kind in (
        "class",
        "regress",
        "multi",
        "labels",
        "counts",
        "text",
        "mappings",
        "one",
        "labels only",
        "square",
    ):
        try:
            fit(estimator, kind)
        except Exception:  # noqa: BLE001, S112 - any kind of refusal leads to the next
            continue
        return True
    return False


def estimators(seen: set[Global]) -> list[str]:
    """Fit and record every estimator of scikit-learn; those that could not be fitted."""
    failed: list[str] = []
    every = importlib.import_module("sklearn.utils").all_estimators()
    build = importlib.import_module("sklearn.utils._test_common.instance_generator")
    for name, cls in every:
        record(cls, seen)
        fitted = False
        try:
            instances = list(build._construct_instances(cls))  # noqa: SLF001
        except Exception:  # noqa: BLE001 - what cannot be built is reported
            instances = []
        for estimator in instances:
            record(estimator, seen)
            if fit_somehow(estimator):
                fitted = record(estimator, seen) or fitted
        if not fitted:
            failed.append(f"sklearn {name}")
    return failed


def torch_modules(recipes: Recipes, seen: set[Global]) -> list[str]:
    """Build and record every class of torch.nn."""
    network = importlib.import_module("torch.nn")
    failed: list[str] = []
    candidates = [tuple(eval(text)) for text in recipes.module_arguments]  # noqa: S307
    for name, cls in sorted(vars(network).items()):
        if not (inspect.isclass(cls) and issubclass(cls, network.Module)):
            continue
        record(cls, seen)
        for arguments in candidates:
            try:
                module = cls(*arguments)
            except Exception:  # noqa: BLE001, S112 - any refusal leads to the next
                continue
            record(module, seen)
            record_saved(module, seen)
            break
        else:
            failed.append(f"torch.nn.{name}")
    return failed


def torch_optimizers(recipes: Recipes, scope: Scope, seen: set[Global]) -> list[str]:
    """Build and record every optimizer and scheduler of torch."""
    network = importlib.import_module("torch.nn")
    failed: list[str] = []
    optim = importlib.import_module("torch.optim")
    names = [
        name
        for name, cls in sorted(vars(optim).items())
        if inspect.isclass(cls) and issubclass(cls, optim.Optimizer) and cls is not optim.Optimizer
    ]
    for name in names:
        try:
            optimizer = getattr(optim, name)(
                network.Linear(2, 2).parameters(), **recipes.optimizer_arguments
            )
        except ValueError:
            failed.append(f"torch.optim.{name}")
            continue
        for value in (optimizer, optimizer.state_dict()):
            record(value, seen)
            record_saved(value, seen)
    for line in expressions(recipes.schedulers):
        scope["OPT"] = optim.SGD(network.Linear(2, 2).parameters(), lr=0.1)
        scheduler: object = eval(line, scope)  # noqa: S307 - an expression of this repository
        record(scheduler, seen)
    return failed


def observe() -> tuple[set[Global], list[str]]:
    """Build everything; the globals seen, and what could not be built."""
    recipes = document("pickle_recipes.yaml", Recipes)
    imports = recipes.imports.items()
    scope: Scope = {name: importlib.import_module(module) for name, module in imports}
    scope["fit"] = fit
    seen: set[Global] = set()
    failed: list[str] = []
    for group, text in recipes.groups.items():
        for line in expressions(text):
            try:
                value: object = eval(line, scope)  # noqa: S307 - an expression of this repository
            except Exception as error:  # noqa: BLE001 - what cannot be built is reported
                failed.append(f"{group}: {line[:70]}: {type(error).__name__}: {error}"[:200])
                continue
            values = value if isinstance(value, list) else [value]
            for one in values:
                if not record(one, seen):
                    failed.append(f"{group}: not picklable: {type(one).__name__}")
                if group == "torch":
                    record_saved(one, seen)
    failed += torch_modules(recipes, seen)
    failed += torch_optimizers(recipes, scope, seen)
    failed += estimators(seen)
    return seen, failed


def is_function(module: str, name: str) -> bool:
    """Whether a global is something else than a class or a plain value."""
    try:
        value: object = importlib.import_module(module)
        for part in name.split("."):
            value = getattr(value, part)
    except (ImportError, AttributeError):
        return False
    return callable(value) and not inspect.isclass(value)


def reviewed(kind: str) -> set[Global]:
    """What the review says of names: those that it calls ``function``, ``class`` or ``refused``."""
    return {
        (module, name)
        for module, said, names in rows("pickle_safe.tsv")
        if said == kind
        for name in names.split()
    }


def merge(seen: set[Global], twins: list[tuple[str, str]]) -> tuple[set[Global], list[str]]:
    """The observed names that passed the review, with the additions; the functions left out."""
    effects = effects_of(load(DANGEROUS))
    refused, functions = reviewed("refused"), reviewed("function")
    refused_modules = {module for module, name in refused if name == "*"}
    unreviewed: list[str] = []
    safe = reviewed("class") | functions
    for module, name in seen:
        above = {module[:i] for i in range(len(module) + 1) if module[i : i + 1] in {"", "."}}
        if (module, name) in refused or above & refused_modules or module == "__main__":
            continue
        if effect(effects, module, name) is not None:
            continue
        if is_function(module, name) and (module, name) not in functions:
            if not name.startswith("__pyx_unpickle_"):
                unreviewed.append(f"{module}.{name}")
            continue
        safe.add((module, name))
    for old, new in twins:
        safe |= {
            (new + module[len(old) :], name)
            for module, name in safe
            if (module + ".").startswith(old + ".")
        }
    return safe, sorted(unreviewed)


def stored_of(review: Review) -> dict[str, Json]:
    """The methods that a model may keep, by module."""
    return {module: [*sorted(names.split())] for module, names in review.stored.items()}


def check_review() -> list[str]:
    """What the committed table lacks of the review, or has against it."""
    table, review = load(SAFE), document("pickle_safe.yaml", Review)
    names = safe_of(table)[0]
    safe = {(module, name) for module, entries in names.items() for name in entries}
    added, refused = reviewed("class") | reviewed("function"), reviewed("refused")
    problems = [f"{SAFE.name} lacks {module}.{name}" for module, name in sorted(added - safe)]
    problems += [f"{SAFE.name} has {module}.{name}" for module, name in sorted(safe & refused)]
    parts: list[tuple[str, object]] = [
        ("patterns", review.patterns),
        ("packages", sorted(review.packages.split())),
        ("plain", sorted(review.plain.split())),
        ("arguments", review.arguments),
        ("stored", stored_of(review)),
    ]
    for key, value in parts:
        if table[key] != value:
            problems.append(f"{SAFE.name}: {key} are not those of the review")
    return problems


def missing() -> list[str]:
    """Required libraries that are not installed."""
    absent: list[str] = []
    for name in REQUIRED.split():
        try:
            version(name)
        except ImportError:
            absent.append(f"not installed: {name}")
    return absent


def main() -> int:
    """Write the table, or check the one that is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="verify the committed table only")
    parser.add_argument("--review", action="store_true", help="apply the review to it, no more")
    asked = parser.parse_args()
    if asked.check:
        return report(check_safe() + check_review())
    if asked.review:
        return apply_review()
    if absent := missing():
        return report(absent)
    warnings.simplefilter("ignore")
    seen, failed = observe()
    review = document("pickle_safe.yaml", Review)
    safe, unreviewed = merge(seen, review.twins)
    versions = ", ".join(f"{name} {version(name)}" for name in REQUIRED.split())
    source = f"observed in pickles written with {versions}; additions reviewed by hand"
    write(SAFE, tabulate(safe, review, source))
    sys.stdout.write("".join(f"could not build {line}\n" for line in failed))
    sys.stdout.write("".join(f"function not reviewed: {name}\n" for name in unreviewed))
    return report(check_safe())


def apply_review() -> int:
    """Bring the committed table up to the review, without observing anything anew."""
    table, review = load(SAFE), document("pickle_safe.yaml", Review)
    listed = safe_of(table)[0]
    seen = {(module, name) for module, entries in listed.items() for name in entries}
    safe, _ = merge(seen, review.twins)
    write(SAFE, tabulate(safe, review, str(table["source"])))
    return report(check_safe() + check_review())


def tabulate(safe: set[Global], review: Review, source: str) -> dict[str, Json]:
    """The table of the names that passed."""
    names: dict[str, Json] = {}
    for module in {module for module, _ in safe}:
        found: list[Json] = []
        found.extend(sorted(name for owner, name in safe if owner == module))
        names[module] = found
    patterns: list[Json] = [dict(pattern) for pattern in review.patterns]
    packages: list[Json] = [*sorted(review.packages.split())]
    plain: list[Json] = [*sorted(review.plain.split())]
    arguments: dict[str, Json] = {module: dict(entry) for module, entry in review.arguments.items()}
    return {
        "about": ABOUT,
        "source": source,
        "licence": "facts about public interfaces; no text of other projects is included",
        "date": DATE,
        "names": names,
        "packages": packages,
        "patterns": patterns,
        "arguments": arguments,
        "plain": plain,
        "stored": stored_of(review),
    }


if __name__ == "__main__":
    sys.exit(main())
