"""YAML with places, by the project's own reader, as the readers of requirement files need it."""

from __future__ import annotations

from collections.abc import Mapping

from modelaudit.config.yamlfile import Document, Path, YamlError
from modelaudit.config.yamlfile import read as read_yaml
from modelaudit.targets.pins import Broken


def parse(text: str, file: str) -> Document:
    """A YAML document that is a mapping. Raises Broken."""
    try:
        document = read_yaml(text, file)
    except YamlError as error:
        last = text.count("\n") + 1  # the parser reports what is missing after the end
        raise Broken(min(error.line or 1, last), error.message) from None
    if not isinstance(document.value, Mapping):
        raise Broken(1, "not a mapping")
    return document


def line_of(document: Document, path: Path) -> int:
    """The line of a value."""
    return document.places.get(path, (1, 1))[0]


def text_of(document: Document, path: Path, text: str) -> str:
    """A scalar as it is spelled: ``3.10`` is a number to YAML, and a version to its writer."""
    value = document.value
    for step in path:
        value = value[step]
    if not isinstance(value, float):
        return str(value)
    line, column = document.places[path]
    return text.splitlines()[line - 1][column - 1 :].split("#")[0].strip().rstrip(",]} ")
