"""Which release of a package has a name: ``rules/tables/symbols/*.json``, one file a package.

A table lists what differs between its releases; a name that is not in it is one that all of them
have, or that none has. ``span`` says which releases speak for a version.
"""

from __future__ import annotations

from functools import cache, lru_cache, partial
from typing import Final

import msgspec

from modelaudit.knowledge.span import Names, agreed, coverage, in_span
from modelaudit.knowledge.tables import load

PACKAGES: Final = {
    "sklearn": "scikit-learn",
    "_loss": "scikit-learn",
    "numpy": "numpy",
    "scipy": "scipy",
    "pandas": "pandas",
    "joblib": "joblib",
    "cloudpickle": "cloudpickle",
    "dill": "dill",
    "xgboost": "xgboost",
    "lightgbm": "lightgbm",
    "catboost": "catboost",
    "torch": "torch",
    "statsmodels": "statsmodels",
    "patsy": "patsy",
    "gensim": "gensim",
    "keras": "keras",
    "imblearn": "imbalanced-learn",
    "category_encoders": "category-encoders",
    "transformers": "transformers",
    "sentence_transformers": "sentence-transformers",
    "torchvision": "torchvision",
    "torchaudio": "torchaudio",
    "ultralytics": "ultralytics",
    "timm": "timm",
    "pytorch_lightning": "pytorch-lightning",
    "lightning": "lightning",
    "flair": "flair",
    "fastai": "fastai",
    "fastcore": "fastcore",
    "nltk": "nltk",
    "spacy": "spacy",
    "thinc": "thinc",
    "prophet": "prophet",
    "pmdarima": "pmdarima",
    "sktime": "sktime",
    "skorch": "skorch",
    "shap": "shap",
    "optuna": "optuna",
    "interpret": "interpret-core",
    "dask": "dask",
    "dask_ml": "dask-ml",
    "mlflow": "mlflow",
    "huggingface_hub": "huggingface-hub",
    "omegaconf": "omegaconf",
    "yolov5": "yolov5",
    "pyannote": "pyannote-audio",
}
"""The distributions that there is a table of, by the first part of a module's name. ``_loss`` is
what a compiled module of scikit-learn calls itself in some releases."""
PYTHON: Final = "python"
NAMES: Final = frozenset({*PACKAGES.values(), PYTHON})


def package_of(module: str) -> str:
    """The distribution that a module belongs to; ``python`` for any that no table is about."""
    return PACKAGES.get(module.partition(".")[0], PYTHON)


class Symbols(msgspec.Struct):
    """One table. ``tops`` are the first parts of the modules that were read."""

    releases: Names
    tops: list[str]
    modules: dict[str, list[str]]
    names: dict[str, dict[str, list[str]]]
    sums: dict[str, dict[str, str]]
    moved: dict[str, str]
    calls: dict[str, dict[str, dict[str, str]]] = {}


def read(package: str) -> Symbols:
    return load(f"symbols/{package}", Symbols)


@cache
def _modules(package: str) -> dict[str, str]:
    """The spans of a table's modules, by module."""
    return {name: text for text, group in read(package).modules.items() for name in group}


def is_listed(package: str, module: str, name: str = "") -> bool:
    """Whether a table lists a module, or one of its names, because only some releases have it."""
    if not name:
        return module in _modules(package)
    return any(name in group for group in read(package).names.get(module, {}).values())


@lru_cache(maxsize=4096)
def symbol(package: str, version: str, module: str, name: str) -> dict[str, str]:
    """What of a name a release does not have.

    ``kind`` is ``module`` or ``name``, and empty where nothing is known to be missing; ``what`` is
    the module or the dotted name, ``has`` the releases that do have it, ``moved`` where it went.
    """
    found = {"kind": "", "what": "", "has": "", "moved": ""}
    if package_of(module) != package:
        return found
    first = name.partition(".")[0]
    groups = read(package).names.get(module, {})
    own = next((text for text, group in groups.items() if first in group), ":")
    for kind, what, text in (
        ("module", module, _modules(package).get(module, ":")),
        ("name", f"{module}.{first}", own),
    ):
        if _has(package, version, text) is False:
            moved = read(package).moved.get(what, "")
            return {"kind": kind, "what": what, "has": _in_words(text), "moved": moved}
    return found


def _has(package: str, version: str, text: str) -> bool | None:
    """Whether a span takes in a version; None where that is not known."""
    releases = read(package).releases
    return agreed(coverage(releases, version), partial(in_span, text, releases))


def _in_words(text: str) -> str:
    """``from 1.0.2 to before 1.4.2``, for a message."""
    parts = []
    for one in text.split(" "):
        first, _, end = one.partition(":")
        if first and end:
            parts.append(f"from {first} to before {end}")
        else:
            parts.append(f"from {first} on" if first else f"before {end}")
    return ", ".join(parts)


def accepts(package: str, version: str, module: str, checksum: str) -> bool | None:
    """Whether a compiled class takes a state with a checksum, which is a decimal number.

    None where that is not known.
    """
    if package_of(module) != package:
        return None
    table = read(package)
    known = table.sums.get(module, {})

    def says(at: int) -> bool | None:
        taken = {number for number, text in known.items() if in_span(text, table.releases, at)}
        return checksum in taken if taken else None

    return agreed(coverage(table.releases, version), says)


def takes(package: str, version: str, module: str, name: str, opcode: str, given: int) -> str:
    """How many arguments a callable of the release takes, where it does not take ``given``.

    Empty where it does, and where that is not known.
    """
    if given < 0 or package_of(module) != package:
        return ""
    table = read(package)
    parts = [f"{name}.__new__"]
    if not opcode.startswith("NEWOBJ"):
        parts += [name, f"{name}.__init__"]
    covered = coverage(table.releases, version)
    for part in parts:
        forms = table.calls.get(module, {}).get(part, {})
        known = [
            next((form for form, text in forms.items() if in_span(text, table.releases, at)), "")
            for at in covered.positions
        ]
        if known and all(form and not _admits(form, given) for form in known):
            return known[0].replace("-", " to ")
    return ""


def _admits(form: str, given: int) -> bool:
    """Whether ``1-2`` or ``1-*`` arguments may be as many as were given."""
    least, _, most = form.partition("-")
    return int(least) <= given and (most == "*" or given <= int(most))
