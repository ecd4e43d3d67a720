"""Write rules/tables/keras_classes.json: what each release of Keras can rebuild.

    python -m scripts.tables.keras.classes --cache DIR   download wheels, read them, write
    python -m scripts.tables.keras.classes --check       the table's invariants, no network

Keys are the arguments of a class's constructor and, as far as it passes the rest on, of its bases',
with what ``from_config`` takes out before. Spans are the first release that has something, and the
first that has it no more.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from pathlib import Path

from scripts.common.files import TABLES
from scripts.common.keras_wheels import (
    ANY,
    RELEASES,
    Release,
    accepted,
    follow,
    minor,
    read,
    spans,
    wheel,
)
from scripts.common.releases import refresh

TABLE = TABLES / "keras_classes.json"
NAMESPACES = (
    *("activations", "constraints", "initializers", "layers", "losses", "metrics", "models"),
    *("optimizers", "regularizers", "dtype_policies", "mixed_precision", "quantizers", "random"),
    *("_legacy", "legacy"),
)
FREE = frozenset({"Functional", "Sequential", "Model"})
"""Classes whose from_config takes their configuration apart."""
CONVERTED = {
    "": ["batch_input_shape"],
    "Lambda": ["module", "function_type", "output_shape_type", "output_shape_module"],
}
"""Keys that Keras 3 takes out of any layer in HDF5, and that every release takes out of a Lambda
(legacy/saving/saving_utils.py, layers/core/lambda_layer.py)."""

IN_ARCHIVES = {"fn": ["2.12", "2.13"]}
"""Keys that a release takes out of an archive's objects and not of HDF5's: losses.py of 2.12."""


def is_told(export: str) -> bool:
    """Public names of what a configuration may hold."""
    parts = export.split(".")
    return parts[0] == "keras" and (len(parts) == 2 or parts[1] in NAMESPACES)


def exports(release: Release) -> set[str]:
    """Public names, and what Keras 2 finds in its module of activations."""
    functions = (name.rpartition(".") for name in release.functions)
    found = {
        f"keras.activations.{name}"
        for module, _, name in functions
        if module in ("keras.activations", "keras.src.activations") and not name.startswith("_")
    }
    return found | set(filter(is_told, release.exports))


def legacy_layers(release: Release) -> set[str]:
    """The layers that a configuration without modules may name."""
    if "keras.src.layers" in release.imports and "keras.src.models.functional" in release.modules:
        held = release.imports["keras.src.layers"]
        return {n for n, d in held.items() if _is_class(release, d)} | FREE | {"InputLayer"}
    root = "keras.src.layers" if "keras.src.layers" in release.imports else "keras.layers"
    tree = release.trees[f"{root}.serialization"]
    imports = release.imports[f"{root}.serialization"]
    names = set(FREE)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            key = node.targets[0].slice
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                names.add(key.value)
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).startswith("ALL_"):
            for item in ast.walk(node.value):
                if isinstance(item, ast.Name) and item.id in imports:
                    names |= _namespace(release, imports[item.id])
    return names


def _namespace(release: Release, module: str) -> set[str]:
    """Classes that a module defines or imports."""
    own = {c.name for c in release.classes.values() if c.module == module}
    return own | {n for n, d in release.imports.get(module, {}).items() if _is_class(release, d)}


def _is_class(release: Release, dotted: str) -> bool:
    found = follow(release, dotted)
    return found is not None and not found.refuses


def layer_functions(release: Release) -> set[str]:
    """Functions that Keras 3 takes a text in a layer of HDF5 for, where it is named so."""
    if "keras.src.models.functional" not in release.modules:
        return set()
    tree = release.trees["keras.src.legacy.saving.serialization"]
    if "get_registered_object(item, custom_objects, module_objects)" not in ast.unparse(tree):
        return set()  # before 3.14 only what a program registered was looked up
    held = release.imports["keras.src.layers"]
    return {name for name, dotted in held.items() if dotted in release.functions}


def keys(release: Release) -> dict[str, set[str]]:
    """For each class, by its public names or else its own, what its configuration may have."""
    found: dict[str, set[str]] = {}
    for dotted, class_ in release.classes.items():
        names = [name for name in class_.exports if is_told(name)]
        if not names and ".ops." in dotted:
            names = [dotted]
        taken = {ANY} if class_.name in FREE else accepted(release, class_)
        for name in names:
            found[name] = {ANY} if ANY in taken else taken
    return found


def private(release: Release) -> set[str]:
    """Classes by the modules that hold them, as ``module.Class``."""
    names = {d for d in release.classes if _is_private(d) and _is_class(release, d)}
    for module, held in release.imports.items():
        if module.startswith("keras.") and _is_private(f"{module}.X"):
            names |= {f"{module}.{n}" for n, d in held.items() if _is_class(release, d)}
    return names


def _is_private(dotted: str) -> bool:
    return (
        re.match(
            r"keras\.(src\.)?(engine|layers|models|ops|metrics|losses|optimizers|"
            r"initializers|saving|dtype_policies|mixed_precision|regularizers|constraints|"
            r"backend\.\w+\.optimizers)\b",
            dotted,
        )
        is not None
    )


def render(cache: Path, date: str) -> str:
    releases = {name: read(wheel(name, cache)) for name in RELEASES}
    per = {name: keys(release) for name, release in releases.items()}
    modules = spans(
        {n: {m for m in r.modules if _is_private(f"{m}.")} for n, r in releases.items()}
    )
    by_class = {}
    for name in sorted({name for held in per.values() for name in held}):
        one = spans(
            {
                r: held.get(name, set()) | ({""} if name in held else set())
                for r, held in per.items()
            }
        )
        own = one.pop("")
        shared = " ".join(key for key, span in one.items() if span == own)
        by_class[name] = {"": shared, **{key: span for key, span in one.items() if span != own}}
    classes: dict[str, dict[str, object]] = {}
    for dotted, span in spans({n: private(r) for n, r in releases.items()}).items():
        module, _, name = dotted.rpartition(".")
        if span == modules.get(module):
            held = classes.setdefault(module, {})
            held[""] = f"{held.get('', '')} {name}".strip()
        else:
            classes.setdefault(module, {})[name] = span
    table = {
        "about": "Keras by release. exports: public names; layers: what a configuration without "
        "modules may name; modules and classes: private ones; keys: what the configuration of a "
        "class may have. Names under an empty key have the span of their module or class.",
        "source": "wheels of keras on PyPI, their syntax trees",
        "licence": "facts out of Apache-2.0 source",
        "date": date,
        "releases": [minor(release) for release in RELEASES],
        "converted": CONVERTED,
        "in_archives": IN_ARCHIVES,
        "layers": spans({n: legacy_layers(r) for n, r in releases.items()}),
        "layer_functions": spans({n: layer_functions(r) for n, r in releases.items()}),
        "exports": spans({n: exports(r) for n, r in releases.items()}),
        "modules": modules,
        "classes": classes,
        "keys": by_class,
    }
    lines = json.dumps(table, indent=1)
    return re.sub(r"\[\s+((?:\"[^\"]*\",?\s*)+)\]", _short, lines) + "\n"


def _short(match: re.Match[str]) -> str:
    return "[" + ", ".join(re.findall(r"\"[^\"]*\"", match[1])) + "]"


def problems() -> list[str]:
    """What is wrong with the committed table."""
    table = json.loads(TABLE.read_text("utf-8"))
    found = []
    if table["releases"] != [minor(release) for release in RELEASES]:
        found.append("the releases are not those of keras_wheels.py")
    dense = table["keys"]["keras.layers.Dense"]
    if "units" not in dense[""].split() or "quantization_config" not in dense:
        found.append("the keys of Dense are not what they should be")
    if table["modules"].get("keras.src.engine.functional") != ["2.13", "3.0"]:
        found.append("keras.src.engine.functional is not that of 2.13 to 2.15")
    if table["layers"].get("LocallyConnected1D") != ["2.6", "3.0"]:
        found.append("LocallyConnected1D is not gone with 3.0")
    if table["classes"]["keras.optimizers.legacy"]["Adam"] != ["2.13", "3.0"]:
        found.append("Keras 3 has keras.optimizers.legacy only to refuse it")
    if len(table["exports"]) < 500:
        found.append("fewer exports than there should be")
    return found


if __name__ == "__main__":
    sys.exit(refresh(TABLE, render, problems))
