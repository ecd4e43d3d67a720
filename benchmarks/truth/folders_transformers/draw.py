"""Folders of configurations by recipe: one for each change of ``changes.yaml``, and model types.

A seed decides which family a change is made to and which model types there are, so that a
figure can be checked on folders that no rule was made with.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
TYPES = 60
"""Model types of which a draw has a folder each, besides those of the families."""
WORDS = {"[UNK]": 0, "[PAD]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4, "the": 5, "<s>": 6, "</s>": 7}
UNKNOWN = ("gpt9", "llamma", "own_model", "bert-large", "QwenForCausalLM")
"""Model types that no release has."""

Folder = dict[str, str]
"""Texts by file."""


def folders(seed: int, types: list[str]) -> dict[str, Folder]:
    """The folders of a draw by name; ``types`` are the model types that any release has."""
    random_ = random.Random(seed)
    families: dict[str, dict[str, Any]] = json.loads((HERE / "families.json").read_text("utf-8"))
    found = {
        f"family-{name}": {"config.json": json.dumps(config)} for name, config in families.items()
    }
    for one in (*random_.sample(types, TYPES), *UNKNOWN):
        found[f"type-{one}"] = {"config.json": json.dumps({"model_type": one})}
    for change in changes():
        family = random_.choice(change["of"]) if "of" in change else ""
        start = copy.deepcopy(families.get(family, change.get("config")))
        name = f"{change['name']}-{family}".rstrip("-")
        found[name] = {file: text(one) for file, one in _changed(start, change).items()}
    return found


def changes() -> list[dict[str, Any]]:
    kinds: dict[str, list[dict[str, Any]]] = yaml.safe_load(
        (HERE / "changes.yaml").read_text("utf-8")
    )
    return [change for kind in kinds.values() for change in kind]


def trusted() -> set[str]:
    """The changes whose folder is loaded with its own code."""
    return {change["name"] for change in changes() if change.get("code")}


def text(content: object) -> str:
    return content if isinstance(content, str) else json.dumps(content)


def _changed(config: Any, change: Mapping[str, Any]) -> dict[str, object]:
    for key in change.get("drop", ()):
        config.pop(key, None)
    for dotted, value in change.get("set", {}).items():
        _put(config, dotted.split("."), value)
    made: dict[str, object] = {} if config is None else {"config.json": config}
    if "tokenizer" in change:
        made["tokenizer.json"] = _tokenizer(change)
        made["tokenizer_config.json"] = {"tokenizer_class": "PreTrainedTokenizerFast"}
    made.update(change.get("files", {}))
    return made


def _put(tree: dict[str, Any], path: list[str], value: object) -> None:
    for key in path[:-1]:
        tree = tree[key]
    tree[path[-1]] = value


def _tokenizer(change: Mapping[str, Any]) -> dict[str, Any]:
    pairs: dict[str, list[object]] = {"pairs": [["t", "h"]], "texts": ["t h"]}
    model: dict[str, Any] = {"type": "WordLevel", "vocab": WORDS, "unk_token": "[UNK]"}
    if change["tokenizer"] in pairs:
        letters = {"[UNK]": 0, "t": 1, "h": 2, "th": 3}
        model = {"type": "BPE", "dropout": None, "unk_token": None, "fuse_unk": False}
        model |= {"continuing_subword_prefix": None, "end_of_word_suffix": None}
        model |= {"byte_fallback": False, "vocab": letters, "merges": pairs[change["tokenizer"]]}
    made: dict[str, Any] = {"version": "1.0", "truncation": None, "padding": None}
    made |= {"added_tokens": [], "normalizer": None, "pre_tokenizer": {"type": "Whitespace"}}
    made |= {"post_processor": None, "decoder": None, "model": model}
    for dotted, value in change.get("component", {}).items():
        _put(made, dotted.split("."), value)
    return made
