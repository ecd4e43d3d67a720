"""The keys of the configuration, from its types and their docstrings."""

from __future__ import annotations

import json
import re

import msgspec

from modelaudit.config.model import Config, Override, RuleOverride, Suppression
from modelaudit.config.schema import field_docs
from modelaudit.core.limits import Limits
from scripts.documents import markdown, table

PARTS: dict[str, type[msgspec.Struct]] = {
    "rules": RuleOverride,
    "suppress": Suppression,
    "overrides": Override,
    "limits": Limits,
}
"""What a key of the configuration holds that has keys of its own."""
WORDS = {
    "boolean": "true or false", "integer": "number", "number": "number", "string": "text",
    "array": "list", "object": "mapping", "null": "nothing",
}  # fmt: skip


def keys() -> str:
    """All keys: a table of those at the top, and one for each part."""
    schema = msgspec.json.schema(Config)["$defs"]
    text = _table(Config, schema)
    for key, part in PARTS.items():
        doc = (part.__doc__ or "").partition("\n")[0]
        text += f"\n### `{key}`\n\n{markdown(doc)}\n\n{_table(part, schema)}"
    return text


def _table(part: type[msgspec.Struct], schema: dict[str, dict[str, object]]) -> str:
    docs = field_docs(part)
    described = schema[part.__name__]
    required = described.get("required", [])
    assert isinstance(required, list)
    rows = []
    for field in msgspec.structs.fields(part):
        name = field.encode_name
        properties = described["properties"]
        assert isinstance(properties, dict)
        default = "required" if name in required else _default(field)
        rows.append((f"`{name}`", _kind(properties[name]), default, markdown(docs[name])))
    return table(("key", "value", "default", "what it says"), rows)


def _default(field: msgspec.structs.FieldInfo) -> str:
    value = field.default
    if value is msgspec.NODEFAULT and field.default_factory is not msgspec.NODEFAULT:
        value = field.default_factory()
    if value is None or isinstance(value, msgspec.Struct) or value in ([], {}):
        return ""
    return f"`{json.dumps(value)}`"


def _kind(schema: dict[str, object]) -> str:
    if isinstance(schema.get("enum"), list):
        values = schema["enum"]
        assert isinstance(values, list)
        order = [one for one in ("critical", "high", "medium", "low", "info") if one in values]
        return ", ".join(f"`{one}`" for one in order or values if one is not None)
    several = schema.get("anyOf")
    if isinstance(several, list):
        kinds = [_kind(one) for one in several if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if schema.get("format") == "date":
        return "date"
    reference = schema.get("$ref")
    if isinstance(reference, str):
        return "mapping"
    items = schema.get("items")
    if isinstance(items, dict):
        return "list of " + re.sub(r"^(text|mapping)$", r"\1s", _kind(items))
    return WORDS[str(schema["type"])]
