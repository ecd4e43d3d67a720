"""The text form of protocol buffers without a schema: names, values and messages as they come.

https://protobuf.dev/reference/protobuf/textformat-spec/
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.formats.protobuf import MOST_DEPTH, too_deep

MOST_TOKENS: Final = 200_000
"""Names, values and marks of one text."""
_TOKEN: Final = re.compile(
    r"(?:[\s,;]|#[^\n]*)*+"
    r"(?:(?P<name>[A-Za-z_][\w./]*)|(?P<number>[-+]?[.\d][\w.+-]*)"
    r"|(?P<text>\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+')|(?P<mark>[{}<>:\[\]])|(?P<end>\Z))",
    re.DOTALL,
)


@dataclass(slots=True)
class Message:
    """Fields by name, each with all its values in order: texts, and messages."""

    values: dict[str, list[str]] = field(default_factory=dict)
    messages: dict[str, list[Message]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The last value of a field, which is the one that counts; empty for an absent field."""
        return self.values.get(name, [""])[-1]


@dataclass(slots=True)
class _Level:
    """A message that is being read: the field whose value comes next, and whether in a list."""

    message: Message
    name: str = ""
    in_list: bool = False

    def take(self, value: str) -> None:
        self.message.values.setdefault(self.name, []).append(value)
        self.taken()

    def taken(self) -> None:
        """A value is complete: outside of a list the next field follows."""
        self.name = self.name if self.in_list else ""


def parse(text: str) -> Message:
    """Raises Malformed for what is no such text, and where a limit is reached."""
    levels = [_Level(Message())]
    position = count = 0
    while True:
        match = _TOKEN.match(text, position)
        if match is None:
            raise _broken(text, position)
        kind, mark, at = match.lastgroup, match[match.lastgroup or 0], position
        position, level = match.end(), levels[-1]
        if kind == "end":
            break
        count += 1
        if count > MOST_TOKENS:
            raise Malformed("limit", {"limit": "tokens of one text", "most": MOST_TOKENS})
        if kind == "mark":
            _mark(levels, mark, text, at)
        elif level.name:
            level.take(mark[1:-1] if kind == "text" else mark)
        elif kind == "name":
            level.name = mark
        else:
            raise _broken(text, at)
    if len(levels) > 1:
        raise _broken(text, position)
    return levels[0].message


def _mark(levels: list[_Level], mark: str, text: str, at: int) -> None:
    level = levels[-1]
    if mark in "{<" and level.name:
        if len(levels) > MOST_DEPTH:
            raise too_deep(at)
        inner = Message()
        level.message.messages.setdefault(level.name, []).append(inner)
        level.taken()
        levels.append(_Level(inner))
    elif mark in "}>" and not level.name and len(levels) > 1:
        levels.pop()
    elif mark == "[" and level.name and not level.in_list:
        level.in_list = True
    elif mark == "]" and level.in_list:
        level.in_list, level.name = False, ""
    elif mark != ":" or not level.name:
        raise _broken(text, at)


def _broken(text: str, position: int) -> Malformed:
    line = text.count("\n", 0, position) + 1
    problem = f"line {line}: {text[position : position + 20].strip()!r}"
    return Malformed("broken-configuration", {"problem": problem})
