"""Write rules/tables/torch_weights_only.json: what weights_only=True accepts.

    python -m scripts.tables.torch.weights_only --cache DIR   download wheels, read them, write
    python -m scripts.tables.torch.weights_only --check       the table's invariants, no network

The source of each release's unpickler is parsed, and what it takes from elsewhere (dtypes, storage
classes) is taken from the source of that release too. Only the names of the tensor classes stand
here, since C++ makes them; they have been the same since 1.13.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.common.files import TABLES
from scripts.common.releases import minor, refresh, spans
from scripts.common.torch_wheels import RELEASES, SIZE_CHECKED, SYMBOLS, fetch

TABLE = TABLES / "torch_weights_only.json"
UNPICKLER = "torch/_weights_only_unpickler.py"
FIRST = "1.13.1"

_TYPES = ["Double", "Float", "Long", "Int", "Short", "Char", "Byte", "Half", "BFloat16"]
_COMPLEX = ("ComplexDouble", "ComplexFloat")
TENSORS = {
    *(f"torch.{name}Tensor" for name in [*_TYPES, "Bool"]),
    *(f"torch.cuda.{name}Tensor" for name in [*_TYPES, "Bool"]),
    *(f"torch.sparse.{name}Tensor" for name in _TYPES),
    *(f"torch.cuda.sparse.{name}Tensor" for name in _TYPES),
}
CUDA_STORAGES = {f"torch.cuda.{name}Storage" for name in [*_TYPES, "Bool", *_COMPLEX]}
ALIASES = {
    "double": "float64",
    "float": "float32",
    "half": "float16",
    "long": "int64",
    "int": "int32",
    "cdouble": "complex128",
    "cfloat": "complex64",
}


def allowed(files: dict[str, str]) -> set[str]:
    """The globals that one release allows."""
    tree = ast.parse(files[UNPICKLER])
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    body = functions["_get_allowed_globals"]
    found = set(TENSORS) | CUDA_STORAGES | set(_literal_keys(body))
    parts = [body, *(f for n, f in functions.items() if n == "_tensor_rebuild_functions")]
    for part in parts:
        found |= set(_listed(part))
    text = ast.unparse(body)
    if "_dtype_to_storage_type_map" in text:
        found |= _dtypes(files["torch/storage.py"])
    for name in ("uint", "int"):
        if f"'{name}{{x}}'" in text or f"'{name}{{x}}'" in text.replace('"', "'"):
            found |= {f"torch.{name}{bits}" for bits in range(1, 8)}
    return found | _storages(files["torch/__init__.py"])


def _literal_keys(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        keys: list[ast.expr | None] = node.keys if isinstance(node, ast.Dict) else []
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            keys = [node.targets[0].slice]
        for key in keys:
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value


def _listed(function: ast.FunctionDef) -> Iterator[str]:
    """``torch.…`` names in lists and sets."""
    for node in ast.walk(function):
        for item in node.elts if isinstance(node, ast.List | ast.Set) else []:
            if isinstance(item, ast.Attribute):
                yield ast.unparse(item)


def _dtypes(text: str) -> set[str]:
    names: set[str] = set()
    for function in ast.walk(ast.parse(text)):
        if not isinstance(function, ast.FunctionDef):
            continue
        if function.name in ("_dtype_to_storage_type_map", "_new_dtypes"):
            names |= set(re.findall(r"torch\.(\w+)", ast.unparse(function)))
    return {f"torch.{ALIASES.get(name, name)}" for name in names} - {"torch.dtype"}


def _storages(text: str) -> set[str]:
    listed = re.search(r"^_storage_classes[^=]*= \{(.*?)\}", text, re.DOTALL | re.MULTILINE)
    assert listed is not None
    names = re.findall(r"\w+Storage", listed[1])
    own = {"TypedStorage", "UntypedStorage"}
    return {f"torch.storage.{n}" if n in own else f"torch.{n}" for n in names}


def opcodes(files: dict[str, str]) -> set[str]:
    """The opcodes that one release's ``Unpickler.load`` knows."""
    load = files[UNPICKLER].partition("class Unpickler")[2]
    tests = re.findall(r"key\[0\] (?:==|in) ([^:]+):", load)
    return {name for test in tests for name in re.findall(r"([A-Z][A-Z0-9_]+)\[0\]", test)}


def first_with(cache: Path, path: str, text: str) -> str:
    """The first release whose file holds a text."""
    for release in RELEASES:
        if text in fetch(release, cache).get(path, ""):
            return minor(release)
    raise SystemExit(f"no release has {text!r}")


def render(cache: Path, date: str) -> str:
    releases = [release for release in RELEASES if RELEASES.index(release) >= 1]
    files = {release: fetch(release, cache) for release in releases}
    source = files[releases[-1]][UNPICKLER]
    blocked = re.search(r"_blocklisted_modules = \[(.*?)\]", source, re.DOTALL)
    assert blocked is not None
    table = {
        "about": "What torch.load(weights_only=True) accepts: each global and opcode with the "
        "first release that does, and the first that does not any more; changes in what it checks.",
        "source": "torch/_weights_only_unpickler.py and its neighbours in the wheels on PyPI",
        "licence": "facts out of BSD-3-Clause source",
        "date": date,
        "releases": releases,
        "changes": {
            "first": "1.13",
            "default": first_with(
                cache, "torch/serialization.py", "In PyTorch 2.6, we changed the default"
            ),
            "newobj": first_with(cache, UNPICKLER, "or cls in _get_allowed_globals().values()"),
            "setitem": first_with(cache, UNPICKLER, "_check_set_item_target"),
            "storage-size": first_with(cache, SYMBOLS, SIZE_CHECKED),
            "no-torchscript": first_with(
                cache, "torch/serialization.py", "with TorchScript archives passed"
            ),
            "no-tar": first_with(cache, "torch/serialization.py", "legacy .tar format"),
        },
        "blocked": sorted(re.findall(r"\"(\w+)\"", blocked[1])),
        "globals": spans({release: allowed(files[release]) for release in releases}),
        "opcodes": spans({release: opcodes(files[release]) for release in releases}),
    }
    return json.dumps(table, indent=1) + "\n"


def problems() -> list[str]:
    """What is wrong with the committed table."""
    table = json.loads(TABLE.read_text("utf-8"))
    found: list[str] = []
    if len(table["globals"]) < 140 or len(table["opcodes"]) != 34:
        found.append("globals or opcodes are missing")
    if {"GLOBAL", "REDUCE", "BUILD"} - set(table["opcodes"]) or "FRAME" in table["opcodes"]:
        found.append("the opcodes are not those of the restricted unpickler")
    if any(name.partition(".")[0] in table["blocked"] for name in table["globals"]):
        found.append("a blocked module is allowed")
    if list(table["releases"]) != list(RELEASES[1:]):
        found.append("the releases are not those of torch_wheels.py")
    return found


if __name__ == "__main__":
    sys.exit(refresh(TABLE, render, problems))
