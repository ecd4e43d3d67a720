"""What a wheel of transformers says of its configurations: types, and what their classes refuse.

Read by ``ast``; nothing is imported. A class is that of a model type where it states the type.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

AUTO = "transformers/models/auto"
SOURCES = (
    *(f"{AUTO}/configuration_auto.py", f"{AUTO}/auto_mappings.py"),
    *("transformers/configuration_auto.py", "transformers/models/auto/__init__.py"),
)
"""Where ``CONFIG_MAPPING`` is written down, in any of the releases."""
MAPPINGS = ("CONFIG_MAPPING_NAMES", "CONFIG_MAPPING")
CONFIGURATION = re.compile(r"transformers/(models/.*/)?configuration_(?!auto|utils)\w+\.py")
TOKENIZATION = re.compile(r"transformers/.*tokenization_\w+\.py")
PLAIN = {"int", "float", "bool", "str", "None", "list", "dict"}
"""Annotations of which the values of JSON can be instances."""
MARKS = {
    "rope-pair": r"_rope_scaling_validation\(\)[\s\S]*two fields",
    "rope-three": r"_rope_scaling_validation\(\)[\s\S]*three fields",
    "rope-shared": r"rope_config_validation\(self",
    "rope-mixin": r"(?m)^    rope_parameters: |rope_parameters: [^=]*= None",
    "heads": r"validate_architecture[\s\S]*self\.hidden_size % self\.num_attention_heads",
    "rope-phi3": r"`rope_parameters`'s type field must be one of",
    "divides": r"self\.hidden_size // self\.num_attention_heads|hidden_size // num_attention_heads",
    "convolutions": r"len\(self\.conv_stride\) != self\.num_feat_extract_layers",
    "both": r'"encoder" (?:not )?in kwargs (?:and|or) "decoder"',
    "layer-types": r"layer_type_validation\(self\.layer_types",
}
"""What the source of a class has where it refuses something, by the name of what it refuses."""
PARTS = re.compile(
    r'CONFIG_MAPPING\[(\w+)\["model_type"\]|AutoConfig\.for_model\((\w+)_model_type'
    r'|"(\w+)": (?:AutoConfig\b|SubConfigSpec\(\s*config_class=AutoConfig\b)'
)
"""A key under which the configuration of a part stands, whose type AutoConfig looks up."""


def types(files: dict[str, bytes]) -> set[str]:
    """The model types that ``AutoConfig`` of one release knows."""
    found = set[str]()
    for path in SOURCES:
        for node in ast.parse(files.get(path, b"")).body:
            for value in _values(node):
                found.update(_keys(value))
    return found


def _values(node: ast.stmt) -> Iterator[ast.expr]:
    """What a statement puts into a mapping, at its start or by an update."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        if node.targets[0].id in MAPPINGS:
            yield node.value
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        if node.target.id in MAPPINGS and node.value is not None:
            yield node.value
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        called = node.value.func
        if isinstance(called, ast.Attribute) and ast.unparse(called.value) in MAPPINGS:
            yield from node.value.args


def _keys(value: ast.expr) -> Iterator[str]:
    """The texts that are keys of a literal dictionary, of its pairs, or of a call with them."""
    if isinstance(value, ast.Dict):
        for key in value.keys:
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value
    elif isinstance(value, ast.List):
        for pair in value.elts:
            if isinstance(pair, ast.Tuple) and isinstance(pair.elts[0], ast.Constant):
                yield str(pair.elts[0].value)
    elif isinstance(value, ast.Call):
        for inner in (*value.args, *(one.value for one in value.keywords if one.arg is None)):
            yield from _keys(inner)


def marks(files: dict[str, bytes]) -> dict[str, set[str]]:
    """By model type what its class refuses, and its fields as ``name: types``."""
    found: dict[str, set[str]] = {}
    for path, raw in files.items():
        if CONFIGURATION.fullmatch(path):
            for type_, marked in _classes(raw):
                found.setdefault(type_, set()).update(marked)
    return found


@cache
def _classes(raw: bytes) -> tuple[tuple[str, frozenset[str]], ...]:
    lines = raw.decode("utf-8").splitlines(keepends=True)
    found = []
    for node in ast.parse(raw).body:
        type_ = _type(node) if isinstance(node, ast.ClassDef) else ""
        if isinstance(node, ast.ClassDef) and type_:
            text = "".join(lines[node.lineno - 1 : node.end_lineno])
            marked = {name for name, pattern in MARKS.items() if re.search(pattern, text)}
            inner = {f"{next(filter(None, one))}.model_type" for one in PARTS.findall(text)}
            found.append((type_, frozenset(marked | inner | set(_fields(node)))))
    return tuple(found)


def _type(node: ast.ClassDef) -> str:
    for one in node.body:
        value = one.value if isinstance(one, ast.Assign | ast.AnnAssign) else None
        names = one.targets if isinstance(one, ast.Assign) else [getattr(one, "target", None)]
        named = names[0].id if isinstance(names[0], ast.Name) else ""
        if named == "model_type" and isinstance(value, ast.Constant):
            return str(value.value)
    return ""


def _fields(node: ast.ClassDef) -> Iterator[str]:
    """The fields of a class whose types are checked, as ``name: types``."""
    if not any("strict" in ast.unparse(one) for one in node.decorator_list):
        return
    for one in node.body:
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
            members = ast.unparse(one.annotation).split(" | ")
            plain = {_plain(member) for member in members} - {"torch.dtype"}
            tuples = {"tuple", "Sequence"} & plain
            if "Sequence" not in plain and plain - tuples <= PLAIN:
                yield f"{one.target.id}: {' '.join(sorted(plain - tuples))}"


def _plain(member: str) -> str:
    """A part of an annotation as JSON has it: a configuration is an object."""
    name = re.sub(r"\[.*\]$", "", member).strip("'\"")
    return "dict" if name.endswith("Config") or name == "RopeParameters" else name


def layers(files: dict[str, bytes]) -> set[str]:
    """The types of layers that a release takes."""
    text = files.get("transformers/configuration_utils.py", b"").decode("utf-8")
    tables = re.findall(r"(?m)^ALLOWED_(?:\w*_)?LAYER_TYPES = \(([\s\S]*?)^\)", text)
    return {one for table in tables for one in re.findall(r'"(\w+)"', table)}


def vocabularies(files: dict[str, bytes]) -> dict[str, str]:
    """The files that a class of tokenizers reads, where no tokenizer.json is, with blanks between.

    None of a class without any; the last module of a name counts, as in the oldest releases.
    """
    found = {}
    for path, raw in files.items():
        if TOKENIZATION.fullmatch(path):
            table = re.search(rb"(?m)^VOCAB_FILES_NAMES = (\{[^}]*\})", raw)
            names = dict(_texts(table[1])) if table else {}
            needed = sorted(one for key, one in names.items() if key != "tokenizer_file")
            for class_ in re.findall(rb"(?m)^class (\w+Tokenizer(?:Fast)?)\(", raw):
                found[class_.decode()] = " ".join(needed)
    return found


def _texts(literal: bytes) -> Iterator[tuple[str, str]]:
    """The texts of a dictionary, whose keys and values are literals."""
    for key, value in re.findall(rb'"(\w+)":\s*"([\w.-]+)"', literal):
        yield key.decode(), value.decode()


def tokenizers(files: dict[str, bytes]) -> set[str]:
    """The classes of tokenizers that a release has."""
    found = set[str]()
    for path, raw in files.items():
        if TOKENIZATION.fullmatch(path):
            names = re.findall(rb"(?m)^class (\w+)|^(\w+Tokenizer(?:Fast)?) = ", raw)
            found.update((one or other).decode() for one, other in names)
        elif path.endswith(("auto/tokenization_auto.py", "auto/auto_mappings.py")):
            found.update(one.decode() for one in re.findall(rb'"(\w+Tokenizer(?:Fast)?)"', raw))
    return {one for one in found if re.search(r"Tokenizer(Fast)?$|^TokenizersBackend$", one)}
