"""What conditions of rules may use: facts with their fields, kinds, and functions."""

from __future__ import annotations

import inspect
import re

from modelaudit.core import facts, kinds
from modelaudit.judge import functions
from scripts.documents import markdown, table

TYPES = {
    "str": "text", "int": "whole number", "bool": "true or false",
    "tuple[str, ...]": "list of texts", "tuple[tuple[str, str], ...]": "list of pairs",
    "Fields": "its own fields",
}  # fmt: skip
ENTRY = re.compile(r"^(``.*?(?=^``|^\w|\Z))|^(\w[^\n]*:)$", re.DOTALL | re.MULTILINE)


def fact_kinds() -> str:
    """Every kind of fact: what it says, and its fields with their types."""
    text = ""
    for name, kind in facts.KINDS.items():
        fields = {n: t for n, t in inspect.get_annotations(kind).items() if n != "where"}
        shown = [f"`{field}` ({TYPES.get(type_, type_)})" for field, type_ in fields.items()]
        text += f"### {name}\n\n{_paragraphs(kind.__doc__ or '')}\n\n"
        text += f"Fields: {', '.join(shown)}.\n\n"
    return text


def _paragraphs(docstring: str) -> str:
    return "\n\n".join(markdown(part) for part in inspect.cleandoc(docstring).split("\n\n"))


def called() -> str:
    """The functions, out of the docstring of their module."""
    text = ""
    rows: list[tuple[str, ...]] = []
    for entry, heading in ENTRY.findall(functions.__doc__ or ""):
        if heading:
            text += _functions(rows) + f"\n{heading}\n\n"
            rows = []
        else:
            calls, _, says = entry[2:].partition("``")
            rows.append((f"`{calls}`", markdown(says)))
    return text + _functions(rows)


def _functions(rows: list[tuple[str, ...]]) -> str:
    return table(("function", "gives"), rows) if rows else ""


def anomalies() -> str:
    """Every kind of ``Anomaly``."""
    return table(
        ("`fact.kind`", "what it says"),
        [(f"`{name}`", kind.sentence) for name, kind in sorted(kinds.anomalies().items())],
    )


def reasons() -> str:
    """Every reason of ``Unreadable``."""
    return table(
        ("`fact.reason`", "group", "what it says"),
        [
            (f"`{name}`", reason.group, reason.sentence)
            for name, reason in sorted(kinds.reasons().items())
        ],
    )


def metadata() -> str:
    """Every key of ``Metadata``."""
    return table(
        ("`fact.key`", "value", "what it says"),
        [(f"`{name}`", key.value, key.says) for name, key in sorted(kinds.metadata().items())],
    )
