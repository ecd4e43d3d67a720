"""The JSON Schema of the configuration, for editors: made from the types and their docstrings."""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from typing import Any

import msgspec

from modelaudit.config.model import Config, Override, RuleOverride, Suppression
from modelaudit.core.limits import Limits


def config_schema() -> str:
    """The schema as JSON text, as ``docs/modelaudit.schema.json`` holds it."""
    schema = msgspec.json.schema(Config)
    for part in (Config, Override, RuleOverride, Suppression, Limits):
        properties = schema["$defs"][part.__name__]["properties"]
        for name, text in field_docs(part).items():
            properties[name].setdefault("description", text)
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "modelaudit.yaml",
        **schema,
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def field_docs(part: type[msgspec.Struct]) -> dict[str, str]:
    """The text under each field of a Struct, by the name that the field has in the file."""
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(part))).body
    assert isinstance(body, ast.ClassDef)
    encoded = dict(zip(part.__struct_fields__, part.__struct_encode_fields__, strict=True))
    docs: dict[str, str] = {}
    for field, below in zip(body.body, body.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            text = _string(below)
            if text:
                docs[encoded[field.target.id]] = text
    return docs


def _string(node: ast.stmt) -> Any:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return node.value.value
    return None
