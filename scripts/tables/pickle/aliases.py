"""Write rules/tables/pickle_aliases.json: other names under which rated objects can be reached.

Source: the standard library of the Pythons named with --stdlib, and the packages of PACKAGES as
installed for that named with --packages, each in a process of its own. Method:
scripts/common/alias_probe.py imports every module there and compares by identity what modules, and
the classes that they define, hold. An attribute that is a module is an entry, and so is one that is
an object of the tables of dangerous and safe names under another name. Where Pythons differ, the
one named first counts.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator

import msgspec

from scripts.common.files import ROOT, report
from scripts.common.pickle_tables import (
    ALIASES,
    DANGEROUS,
    SAFE,
    Effects,
    Json,
    Safe,
    check_aliases,
    effect,
    effects_of,
    load,
    safe_of,
    write,
)

PROBE = ROOT / "scripts" / "common" / "alias_probe.py"
PACKAGES = (
    *("numpy", "scipy", "pandas", "sklearn", "joblib", "xgboost", "lightgbm", "statsmodels"),
    *("cloudpickle", "dill", "torch", "catboost", "keras", "tensorflow", "transformers"),
)
SKIPPED = (
    *("antigravity", "this", "idlelib", "test", "tests", "turtle", "turtledemo", "lib2to3"),
    *("__main__", "conftest", "tkinter", "__phello__", "testing", "_testing", "setup"),
    *("pip", "setuptools", "_distutils_hack", "pkg_resources"),
)
SECONDS = 3600
DATE = "2026-11-29"
ABOUT = (
    "Other names of the same object. 'modules' are those that were looked into; one with a number "
    "before it begins with as many components of the module before it. 'names' has, for each "
    "attribute, what it leads to, a module or module:name of an object, followed by the modules "
    "whose attribute it is, as numbers into 'modules'. A dotted attribute is one of a class. A "
    "submodule under its own name is left out, and so is a name that is rated itself."
)
Found = dict[tuple[str, str], str]


class Answer(msgspec.Struct):
    """What the probe says of one Python."""

    modules: list[str]
    holds: list[tuple[str, str, str]]
    objects: list[tuple[str, str, str, str]]
    failed: list[str]


def question(effects: Effects, safe: Safe, tops: Iterable[str]) -> bytes:
    """What the probe is asked."""
    dangerous = [(module, name) for module, names in effects.items() for name in names]
    reviewed = [(module, name) for module, names in safe.items() for name in names]

    def order(entry: tuple[str, str]) -> tuple[bool, int, tuple[str, str]]:
        return "_" in (entry[0][:1], entry[1][:1]), entry[0].count("."), entry

    groups = [
        sorted((entry for entry in dangerous if entry[1] != "*"), key=order),
        sorted(reviewed, key=order),
    ]
    stars = sorted((entry for entry in dangerous if entry[1] == "*"), key=order)
    asked = {
        "groups": groups,
        "stars": [module for module, _ in stars],
        "skipped": SKIPPED,
        "tops": list(tops),
    }
    return msgspec.json.encode(asked)


def ask(python: str, flags: str, asked: bytes) -> Answer:
    """The probe's answer under a Python, in an empty directory."""
    with tempfile.TemporaryDirectory() as empty:
        command = [python, flags, str(PROBE)]
        done = subprocess.run(
            command, check=True, input=asked, capture_output=True, cwd=empty, timeout=SECONDS
        )
    return msgspec.json.decode(done.stdout, type=Answer)


def kept(module: str) -> bool:
    """Whether a module counts; one that a digit begins is not of a package, but of its build."""
    return not set(SKIPPED) & set(module.split(".")) and not module[:1].isdigit()


def entries(answer: Answer, effects: Effects, *, whole: bool) -> Iterator[tuple[str, str, str]]:
    """Holder, attribute and target of what is worth a line; ``whole`` is for the standard library.

    Of packages, which hold thousands of modules of their own, it is what leads to a module of
    another package or to one of which names are dangerous, to a dangerous name, and to a safe one
    of the same package.
    """
    known = set(answer.modules)
    for holder, attribute, target in answer.holds:
        own = target == f"{holder}.{attribute}" and target in known
        other = holder.partition(".")[0] != target.partition(".")[0]
        near = whole or other or target in effects
        if not own and near and kept(holder) and kept(target):
            yield holder, attribute, target
    for holder, attribute, module, name in answer.objects:
        same = holder.partition(".")[0] == module.partition(".")[0]
        near = whole or same or effect(effects, module, name) is not None
        if near and kept(holder) and effect(effects, holder, attribute) is None:
            yield holder, attribute, f"{module}:{name}"


def number(modules: Iterable[str], found: Found) -> tuple[str, dict[str, Json]]:
    """The modules and the names of the table: attribute, and targets with numbers of holders."""
    listed = sorted(modules, key=lambda module: module.split("."))
    position = {module: index for index, module in enumerate(listed)}
    holders: dict[str, dict[str, list[int]]] = {}
    for (holder, attribute), target in found.items():
        holders.setdefault(attribute, {}).setdefault(target, []).append(position[holder])
    names: dict[str, Json] = {
        attribute: " ".join(
            " ".join([target, *map(str, sorted(held))]) for target, held in sorted(targets.items())
        )
        for attribute, targets in holders.items()
    }
    return packed(listed), names


def packed(listed: list[str]) -> str:
    """The modules, each as how many components it shares with the one before, and the others."""
    before: list[str] = []
    words: list[str] = []
    for module in listed:
        parts = module.split(".")
        shared = 0
        while shared < min(len(parts), len(before)) and parts[shared] == before[shared]:
            shared += 1
        words.append(f"{shared}{'.'.join(parts[shared:])}" if shared else module)
        before = parts
    return " ".join(words)


def main() -> int:
    """Write the table, or check the one that is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="verify the committed table only")
    parser.add_argument("--stdlib", nargs="*", default=[sys.executable], help="Pythons to ask")
    parser.add_argument("--packages", help="a Python that has the packages")
    options = parser.parse_args()
    if options.check:
        return report(check_aliases())
    effects, (safe, _) = effects_of(load(DANGEROUS)), safe_of(load(SAFE))
    questions: list[tuple[str, tuple[str, ...]]] = [(python, ()) for python in options.stdlib]
    if options.packages:
        questions += [(options.packages, (top,)) for top in PACKAGES]
    modules: set[str] = set()
    found: Found = {}
    for python, tops in questions:
        flags = "-I" if tops else "-IS"  # the standard library alone, without what is installed
        answer = ask(python, flags, question(effects, safe, tops))
        modules |= set(filter(kept, answer.modules))
        for holder, attribute, target in entries(answer, effects, whole=not tops):
            found.setdefault((holder, attribute), target)
        said = f"{len(answer.modules)} modules, {len(answer.failed)} that do not import"
        sys.stdout.write(f"{python} {' '.join(tops)}: {said}\n")
        sys.stdout.flush()
    listed, names = number(modules, found)
    table: dict[str, Json] = {
        "about": ABOUT,
        "source": "the standard library of CPython 3.8 to 3.13, and the packages "
        + ", ".join(PACKAGES)
        + " as far as they were installed, imported",
        "licence": "facts about public interfaces; no text of other projects is included",
        "date": DATE,
        "modules": listed,
        "names": names,
    }
    write(ALIASES, table)
    return report(check_aliases())


if __name__ == "__main__":
    sys.exit(main())
