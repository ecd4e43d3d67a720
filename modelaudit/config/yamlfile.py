"""YAML as a linter wants it: plain values, and for each of them the place it was written at.

The subset is JSON's data model in YAML 1.2 spelling (https://yaml.org/spec/1.2.2/#103-core-schema):
``true`` is a boolean and ``off`` is text; so is a date. Anchors, aliases, tags and duplicate keys
are refused, so what a reviewer reads is what the program sees. ``strict.py`` checks the types.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from modelaudit.core.errors import UsageError

Path = tuple[str | int, ...]
"""Keys and indexes on the way to a value: ``("let", "limit")``."""
Place = tuple[int, int]
"""Line and column, both counted from 1."""

MAX_DEPTH = 64

_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_NUMBER = re.compile(
    r"(?P<int>[-+]?[0-9]{1,300})|0o(?P<octal>[0-7]+)|0x(?P<hex>[0-9a-fA-F]+)"
    r"|(?P<float>[-+]?(?:(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+))"
)


class YamlError(UsageError):
    """A file that says something wrong, and where. Line and column are None where not known."""

    def __init__(self, file: str, line: int | None, column: int | None, message: str) -> None:
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        place = "".join(f":{number}" for number in (line, column) if number is not None)
        super().__init__(f"{file}{place}: {message}")


@dataclass(frozen=True, slots=True)
class Document:
    """A value out of a file, and where each part of it stands there.

    ``places`` holds the start of each value by its path, ``keys`` the start of each key. Both are
    empty for a file whose parser tells no positions.
    """

    file: str
    value: Any
    places: Mapping[Path, Place] = field(default_factory=dict)
    keys: Mapping[Path, Place] = field(default_factory=dict)

    def error(self, path: Path, message: str, *, at_key: bool = False) -> YamlError:
        """An error at a value or at its key; at what encloses it where that has no place."""
        place = self.keys.get(path) if at_key else None
        while place is None and path:
            place = self.places.get(path)
            path = path[:-1]
        place = place or self.places.get(())
        line, column = (None, None) if place is None else place
        return YamlError(self.file, line, column, message)


def read(text: str, name: str) -> Document:
    """Parse one YAML document; ``name`` stands for it in errors. Raises YamlError."""
    builder = _Builder(name)
    try:
        loader = yaml.CSafeLoader(text)
        while (event := loader.get_event()) is not None:
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (None, None) if mark is None else (mark.line + 1, mark.column + 1)
        raise YamlError(name, line, column, f"not valid YAML: {error.problem}") from None
    except yaml.reader.ReaderError as error:
        raise YamlError(name, None, None, f"not valid YAML: {error.reason}") from None
    return Document(name, builder.root, builder.places, builder.keys)


class _Builder:
    """Turns parse events into values, one call to ``take`` for each event."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root: Any = None
        self.places: dict[Path, Place] = {}
        self.keys: dict[Path, Place] = {}
        self.documents = 0
        self.path: Path = ()
        self.open: list[list[Any] | dict[str, Any]] = []
        self.key: list[str | None] = []  # of each open mapping, the key that waits for its value

    def take(self, event: yaml.Event) -> None:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self._scalar(event)
        elif kind is yaml.MappingStartEvent:
            self._start(event, {})
        elif kind is yaml.SequenceStartEvent:
            self._start(event, [])
        elif kind in (yaml.MappingEndEvent, yaml.SequenceEndEvent):
            self.open.pop()
            self.key.pop()
            self.path = self.path[:-1]
        elif kind is yaml.AliasEvent:
            raise self._refuse(event, "aliases are not allowed")
        elif kind is yaml.DocumentStartEvent:
            self.documents += 1
            if self.documents > 1:
                raise self._refuse(event, "only one document to a file is allowed")

    def _start(self, event: Any, value: list[Any] | dict[str, Any]) -> None:
        if len(self.open) >= MAX_DEPTH:
            raise self._refuse(event, f"nested deeper than {MAX_DEPTH} levels")
        self._check(event)
        if self.open and self._waits_for_key():
            raise self._refuse(event, "a key must be text")
        self.path = self._place(event, value)
        self.open.append(value)
        self.key.append(None)

    def _scalar(self, event: Any) -> None:
        self._check(event)
        if self.open and self._waits_for_key():
            path = (*self.path, event.value)
            if event.value in self.open[-1]:
                line, _ = self.keys[path]
                raise self._refuse(event, f"duplicate key {event.value!r}, first on line {line}")
            self.keys[path] = _place(event)
            self.key[-1] = event.value
            return
        value = _resolve(event.value) if event.implicit[0] else event.value
        self._place(event, value)

    def _place(self, event: Any, value: Any) -> Path:
        """Put a value into the innermost open collection; the path it has there."""
        path: Path = ()
        if not self.open:
            self.root = value
        else:
            parent = self.open[-1]
            if isinstance(parent, dict):
                key = self.key[-1]
                assert key is not None  # _waits_for_key() was false
                path = (*self.path, key)
                parent[key] = value
                self.key[-1] = None
            else:
                path = (*self.path, len(parent))
                parent.append(value)
        self.places[path] = _place(event)
        return path

    def _waits_for_key(self) -> bool:
        return isinstance(self.open[-1], dict) and self.key[-1] is None

    def _check(self, event: Any) -> None:
        if event.anchor is not None:
            raise self._refuse(event, "anchors are not allowed")
        if event.tag is not None:
            raise self._refuse(event, f"the tag {event.tag!r} is not allowed")

    def _refuse(self, event: Any, message: str) -> YamlError:
        return YamlError(self.name, *_place(event), message)


def _place(event: Any) -> Place:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _resolve(text: str) -> str | int | float | bool | None:
    """What a plain scalar stands for."""
    if text in _WORDS:
        return _WORDS[text]
    match = _NUMBER.fullmatch(text)
    if match is None:
        return text
    kind = match.lastgroup
    if kind == "int":
        return int(text)
    if kind == "float":
        return float(text)
    return int(text, 0)
