"""The public functions and types, from their signatures and docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import get_args

import msgspec

import modelaudit
from modelaudit.config.schema import field_docs
from modelaudit.core import findings, verdicts
from scripts.documents import markdown, table

FUNCTIONS = ("scan", "iter_scan", "scan_bytes", "inspect", "diff", "at_least")
RESULTS = (
    "Report", "Scanned", "Artifact", "Finding", "Suppressed", "Skipped", "LoadingVerdict",
    "Target", "Inspection", "Comparison", "Difference", "Change", "FieldChange", "FindingChange",
    "LoadingChange",
)  # fmt: skip
SETTINGS = ("Config", "RuleOverride", "Suppression", "Override", "Limits")
WORDS = {
    "Severity": get_args(findings.Severity), "Category": get_args(findings.Category),
    "Effect": get_args(findings.Effect), "Safety": get_args(verdicts.Safety),
    "Loading": get_args(verdicts.Loading),
}  # fmt: skip
"""What stands for a few words in the types below."""


def functions() -> str:
    """Every function, and the one exception."""
    text = "".join(_function(name, getattr(modelaudit, name)) for name in FUNCTIONS)
    doc = _documented(modelaudit.UsageError.__doc__ or "")
    return f"{text}### UsageError\n\n{doc}\n"


def types() -> str:
    """Every type that results are made of, and the words that stand in them."""
    rows = [(name, ", ".join(f"`{word}`" for word in words)) for name, words in WORDS.items()]
    text = "".join(_type(getattr(modelaudit, name)) for name in RESULTS)
    return f"{text}### Words\n\n{table(('type', 'one of'), rows)}"


def settings() -> str:
    """What the parts of the configuration are called."""
    rows = [
        (f"`{name}`", markdown((getattr(modelaudit, name).__doc__ or "").partition("\n")[0]))
        for name in SETTINGS
    ]
    return table(("type", "what it is"), rows)


def _function(name: str, function: object) -> str:
    assert inspect.isfunction(function)
    signature = inspect.signature(function)
    lines = [f"    {parameter}," for parameter in _parameters(signature)]
    written = "\n".join([f"{name}(", *lines, f") -> {signature.return_annotation}"])
    return f"### {name}\n\n```text\n{written}\n```\n\n{_documented(function.__doc__ or '')}\n"


def _parameters(signature: inspect.Signature) -> Iterator[str]:
    starred = False
    for parameter in signature.parameters.values():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and not starred:
            starred = True
            yield "*"
        yield str(parameter).replace("'", "")


def _documented(docstring: str) -> str:
    """A docstring as Markdown, its examples as code."""
    text = inspect.cleandoc(docstring)
    prose, mark, example = text.partition(">>> ")
    parts = "\n\n".join(markdown(part) for part in prose.strip().split("\n\n"))
    return f"{parts}\n\n```pycon\n{mark}{example.rstrip()}\n```\n" if mark else f"{parts}\n"


def _type(kind: type) -> str:
    annotations: dict[str, object] = {}
    docs: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        if base.__module__.startswith("modelaudit."):
            annotations |= inspect.get_annotations(base)
            docs |= field_docs(base) if issubclass(base, msgspec.Struct) else {}
    rows = [
        (f"`{name}`", _plain(str(annotation)), markdown(docs.get(name, "")))
        for name, annotation in annotations.items()
        if not name.startswith("_")
    ]
    head = ("field", "type", "what it says") if any(row[2] for row in rows) else ("field", "type")
    text = f"### {kind.__name__}\n\n{_documented(kind.__doc__ or '')}\n"
    text += table(head, [row[: len(head)] for row in rows]) if rows else ""
    for name, value in vars(kind).items():
        if name.startswith("_") or not getattr(value, "__doc__", ""):
            continue
        if isinstance(value, property):
            text += f"\n`{name}`: {_documented(value.__doc__ or '')}"
        elif inspect.isfunction(value):
            text += f"\n`{name}()`: {_documented(value.__doc__ or '')}"
    return text + "\n"


def _plain(annotation: str) -> str:
    return "`" + re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", annotation) + "`"
