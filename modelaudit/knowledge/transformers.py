"""What releases of transformers refuse of a folder: rules/tables/transformers.json, and their code.

``PretrainedConfig`` and its classes check values while they are made, each release others. What the
checks of a class are is in the table; what they refuse is here, from configuration_utils.py,
modeling_rope_utils.py, generation/configuration_utils.py and tokenization_utils_base.py of the
releases, and was tried with four of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Final

import msgspec

from modelaudit.knowledge.span import Names, agreed, coverage, in_span
from modelaudit.knowledge.tables import load

Value = dict[str, "Value"] | list["Value"] | str | int | float | bool | None


class _Table(msgspec.Struct):
    """``refuses`` has the checks of a model type's class, ``fields`` the types that it asks for.

    Each with the releases of which it is true; types are words as Python has them.
    """

    releases: Names
    types: dict[str, str]
    tokenizers: dict[str, str]
    refuses: dict[str, dict[str, str]]
    fields: dict[str, dict[str, list[tuple[str, str]]]]
    layers: dict[str, str]
    parts: dict[str, dict[str, str]]
    vocabularies: dict[str, str]


_KEYS: Final = {
    "linear": ("factor",),
    "dynamic": ("factor",),
    "yarn": ("factor",),
    "longrope": ("short_factor", "long_factor"),
    "llama3": ("factor", "low_freq_factor", "high_freq_factor"),
}
"""What each kind of scaling needs, by its name."""
_TWO: Final = ("type", "factor")
_LONG: Final = ("type", "short_factor", "long_factor")
_ORIGINAL: Final = "original_max_position_embeddings"
_PROBLEMS: Final = (
    *("regression", "single_label_classification", "multi_label_classification"),
    None,
)
_DIVIDED: Final = ("hidden_size", "num_attention_heads")
"""What the class of a configuration calculates with, also where it does not look at types."""
_WORDS: Final = {dict: "dict", list: "list", str: "str", bool: "bool", int: "int", float: "float"}


def knows(kind: str, name: str, version: str) -> bool | None:
    """Whether a release has a model type (``types``) or a class of tokenizers (``tokenizers``).

    None where nothing is known of the release.
    """
    table = load("transformers", _Table)
    spans = table.types if kind == "types" else table.tokenizers
    return agreed(
        coverage(table.releases, version),
        lambda at: name in spans and in_span(spans[name], table.releases, at),
    )


def checks(type_: str, check: str, version: str) -> bool:
    """Whether the class of a model type makes a check in a release."""
    table = load("transformers", _Table)
    span = table.refuses.get(type_, {}).get(check)
    return span is not None and bool(
        agreed(coverage(table.releases, version), lambda at: in_span(span, table.releases, at))
    )


def field_types(type_: str, key: str, version: str) -> str:
    """The types that a release asks of a setting, with blanks between; empty where it asks none."""
    table = load("transformers", _Table)

    def asked(at: int) -> str:
        known = table.fields.get(type_, {}).get(key, [])
        return next((types for types, span in known if in_span(span, table.releases, at)), "")

    return agreed(coverage(table.releases, version), asked) or ""


def type_refused(type_: str, key: str, text: str, version: str) -> str:
    """The types that a release asks of a setting whose value has none of them."""
    asked = field_types(type_, key, version)
    if not asked and key in _DIVIDED and checks(type_, "divides", version):
        asked = "float int"
    if not asked or not text:
        return ""
    value = json.loads(text)
    word = "None" if value is None else _WORDS[type(value)]
    return "" if word in asked.split(" ") else asked.replace(" ", ", ")


def rope_refused(type_: str, key: str, text: str, version: str) -> str:
    """What a release refuses about the scaling of positions: a key that lacks, or the whole of it.

    Empty where it takes it, or where the class does not look.
    """
    if not text:
        return ""
    value = json.loads(text)
    if key == "rope_scaling":
        ways: dict[str, Callable[[Value], str]] = {
            "rope-pair": _pair, "rope-three": _three, "rope-shared": _shared,
            "rope-mixin": _mixin, "rope-phi3": _long,
        }  # fmt: skip
    else:
        ways = {"rope-mixin": _mixin, "rope-phi3": _long}
    found = (way(value) for check, way in ways.items() if checks(type_, check, version))
    return next(filter(None, found), "")


def _pair(value: Value) -> str:
    """Up to 4.42: the two keys type and factor, and a factor that is no whole number."""
    if value is None:
        return ""
    if not isinstance(value, dict) or len(value) != len(_TWO) or value.get("type") not in _KEYS:
        return "anything but type and factor"
    if value["type"] not in ("linear", "dynamic"):
        return f"type {value['type']}"
    factor = value.get("factor")
    return "" if isinstance(factor, float) and factor > 1 else "a factor that is no float above 1"


def _three(value: Value) -> str:
    """Phi-3 and its like: type, short_factor and long_factor."""
    if value is None:
        return ""
    if not isinstance(value, dict) or len(value) != len(_LONG):
        return "anything but type, short_factor and long_factor"
    named = value.get("rope_type", value.get("type"))
    return "" if named in ("longrope", "su", "yarn") else f"type {named}"


def _shared(value: Value) -> str:
    """4.43 to 4.57: the keys that the named kind needs."""
    if value is None:
        return ""
    if not isinstance(value, dict):
        return "what is no object"
    if "rope_type" not in value and "type" not in value:
        return "an object without rope_type"
    named = value.get("rope_type", value.get("type"))
    needed = (*_KEYS.get(str(named), ()), *((_ORIGINAL,) if named == "llama3" else ()))
    return _lack(value, needed)


def _mixin(value: Value) -> str:
    """From 5.0 on: what is not there gets a default, but for the numbers of the named kind."""
    if value is None or value == {}:
        return ""
    if not isinstance(value, dict):
        return "what is no object"
    named = value.get("rope_type", value.get("type", "default"))
    return _lack(value, _KEYS.get(str(named), ()))


def _long(value: Value) -> str:
    """Phi-3 and its like from 5.0 on."""
    named = value.get("rope_type", value.get("type")) if isinstance(value, dict) else None
    return "" if named in (None, "default", "longrope", "su", "yarn") else f"type {named}"


def _lack(value: dict[str, Value], needed: tuple[str, ...]) -> str:
    lacking = [key for key in needed if key not in value]
    return f"an object without {', '.join(lacking)}" if lacking else ""


class _Check(msgspec.Struct, frozen=True):
    """What the values of a key have to be, in the releases from ``first`` on and before ``end``."""

    takes: Callable[[Value], bool]
    asked: str
    first: str = ""
    end: str = ""

    def refuses(self, value: Value, version: str) -> str:
        old = self.first and _is_before(version, self.first)
        new = self.end and not _is_before(version, self.end)
        return "" if old or new or self.takes(value) else self.asked


def value_refused(key: str, text: str, version: str) -> str:
    """What a release asks of a value that it refuses, whatever the model type; or empty."""
    check = _VALUES.get(key)
    return check.refuses(json.loads(text), version) if check and text else ""


def generation_refused(key: str, text: str, version: str) -> str:
    """What a release asks of a setting of generation that it refuses; or empty."""
    check = _GENERATION.get(key)
    return check.refuses(json.loads(text), version) if check and text else ""


_GATED: Final = re.compile(r"(gated-)?[^-]*")


def _numbered(value: Value) -> bool:
    """Whether a value is null, or an object with numbers as keys."""
    if not isinstance(value, dict):
        return value is None
    return all(key.strip().lstrip("+-").isdecimal() for key in value)


def _is_map(value: Value) -> bool:
    return not (isinstance(value, str) and "AutoConfig" in value)


def _is_gated(value: Value) -> bool:
    return not isinstance(value, str) or _GATED.fullmatch(value) is not None


def _is_object(value: Value) -> bool:
    return isinstance(value, dict | None)


def _is_early(value: Value) -> bool:
    return isinstance(value, bool | None) or value == "never"


def _is_positive(value: Value) -> bool:
    return not isinstance(value, int) or value > 0


def _is_cache(value: Value) -> bool:
    return value is None or value in _CACHES


def _is_watermark(value: Value) -> bool:
    ratio = value.get("greenlist_ratio", 0) if isinstance(value, dict) else 0
    return not isinstance(ratio, int | float) or 0 <= ratio <= 1


_CACHES: Final = (
    *("static", "offloaded_static", "sliding_window", "hybrid", "hybrid_chunked", "mamba"),
    *("offloaded_hybrid", "offloaded_hybrid_chunked", "dynamic", "dynamic_full", "offloaded"),
    *("quantized", "paged"),
)
"""Kinds of cache that some release knows."""
_BY_NUMBER: Final = "an object whose keys are numbers"
_VALUES: Final = {
    "": _Check(lambda _: False, "an object"),
    "added_tokens_decoder": _Check(_numbered, _BY_NUMBER),
    "auto_map": _Check(_is_map, "an object", first="4.53"),
    "feed_forward_proj": _Check(_is_gated, "an activation, or gated- and one"),
    "id2label": _Check(_numbered, _BY_NUMBER),
    "problem_type": _Check(
        lambda value: value in _PROBLEMS, ", ".join(filter(None, _PROBLEMS)), "4.10", "5.4"
    ),
    "pruned_heads": _Check(_numbered, _BY_NUMBER, end="5.0"),
    "quantization_config": _Check(_is_object, "an object"),
    "use_return_dict": _Check(lambda _: False, "no such key, since it works it out"),
}
_GENERATION: Final = {
    "cache_implementation": _Check(_is_cache, f"one of {', '.join(_CACHES)}", first="4.46"),
    "early_stopping": _Check(_is_early, "true, false or never"),
    "max_new_tokens": _Check(_is_positive, "a number above 0"),
    "watermarking_config": _Check(_is_watermark, "a ratio from 0 to 1", first="4.46"),
}


def layers_refused(types: str, counts: list[str]) -> str:
    """What a release that checks the types of layers refuses about them; or empty."""
    if not types:
        return ""
    value = json.loads(types)
    if not isinstance(value, list):
        return ""
    unknown = [one for one in value if isinstance(one, str) and _is_no_layer(one)]
    if unknown:
        return f"the type {unknown[0]}"
    wrong = [count for count in counts if count.isdecimal() and int(count) != len(value)]
    return f"{len(value)} types for {wrong[0]} layers" if wrong else ""


def _is_no_layer(name: str) -> bool:
    return name not in load("transformers", _Table).layers


def uneven(type_: str, texts: list[str], version: str) -> bool:
    """Whether lists about the same convolutions differ in length, which a class refuses."""
    values = [json.loads(text) for text in texts if text]
    lengths = {len(value) for value in values if isinstance(value, list)}
    return len(lengths) > 1 and checks(type_, "convolutions", version)


def heads_refused(type_: str, hidden: str, heads: list[str], version: str) -> bool:
    """Whether a release refuses a hidden size that the number of heads does not divide."""
    if not (hidden.isdecimal() and len(heads) == 1 and heads[0].isdecimal() and int(heads[0])):
        return False
    return int(hidden) % int(heads[0]) != 0 and checks(type_, "heads", version)


def tokenizer_lacks(part: str, name: str, version: str) -> str:
    """Which releases read a part of tokenizer.json that this one does not; empty where it does."""
    known = load("transformers", _Table).parts.get(part, {})
    if name not in known:
        return "no release"
    return known[name] if known[name] and _is_before(version, known[name]) else ""


def vocabulary_lacks(class_: str, files: str, version: str) -> str:
    """The files that a class of tokenizers needs and that are not in the folder.

    ``files`` are those of the folder with blanks between, without a tokenizer.json. From 5.0 on a
    class without any makes an empty vocabulary.
    """
    needed = load("transformers", _Table).vocabularies.get(class_, "").split()
    lacking = [one for one in needed if one not in files.split(" ")]
    if not _is_before(version, "5.0"):
        if class_ == "PreTrainedTokenizerFast":
            return "tokenizer.json"
        return " ".join(lacking) if len(needed) == _PAIR and len(lacking) == 1 else ""
    if class_ == "PreTrainedTokenizerFast":
        return "tokenizer.json"
    return " ".join(lacking) if knows("tokenizers", class_, version) else ""


_PAIR: Final = 2
"""A vocabulary and its merges, which a class of 5.x takes both or neither."""


def guesses(path: str, version: str) -> bool:
    """Whether a release without a model type finds one in the path, as those before 5.2 do."""
    table = load("transformers", _Table)
    return _is_before(version, "5.2") and any(one in path for one in table.types)


def _is_before(version: str, first: str) -> bool:
    from packaging.version import Version  # noqa: PLC0415  only with a target

    return Version(version) < Version(first)
