"""A page of text: lines of styled pieces, written plain or, on a terminal, in colour.

What is put on a page is already escaped: ``escape.py`` is for the code that composes it.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, TextIO

import msgspec

if TYPE_CHECKING:
    from modelaudit.report import Terminal

STYLES = {
    "critical": "bold white on red",
    "high": "bold red3",
    "medium": "bold dark_orange3",
    "low": "bold turquoise4",
    "info": "bold steel_blue3",
    "title": "bold",
    "good": "green4",
    "label": "dim",
    "dim": "dim",
    "": "",
}
"""Name of a style to what rich calls it: colours that are legible on black and on white."""

_ASCII = str.maketrans({
    "·": "-", "…": "...", "─": "-", "│": "|", "├": "|", "└": "`", "→": "->", "×": "x", "–": "-",
})  # fmt: skip
_NARROWEST = 20

Piece = tuple[str, str]
"""A style's name and a text."""


class Page(msgspec.Struct):
    """Lines in the order in which they were added."""

    terminal: Terminal
    lines: list[list[Piece]] = msgspec.field(default_factory=list)

    def add(self, *pieces: Piece) -> None:
        """One line, never wrapped."""
        self.lines.append(list(pieces))

    def wrapped(self, *pieces: Piece, indent: int, rail: str = "") -> None:
        """A line whose last piece goes on below itself, ``indent`` columns in, where it is long.

        Lines below begin with ``rail``; beside one, words that are too long are broken.
        """
        width = self.terminal.width
        style, text = pieces[-1]
        lead = sum(len(part) for _, part in pieces[:-1])
        if width is None or lead + len(text) <= width:
            self.lines.append(list(pieces))
            return
        lines = textwrap.wrap(
            text,
            max(width, indent + _NARROWEST),
            initial_indent=" " * lead,
            subsequent_indent=" " * indent,
            break_long_words=bool(rail),
            break_on_hyphens=False,
        )
        first, *rest = lines or [" " * lead]  # nothing but blanks wraps to nothing
        self.lines.append([*pieces[:-1], (style, first[lead:])])
        self.lines.extend([("dim", rail), (style, line[len(rail) :])] for line in rest)

    def wrapped_groups(self, groups: list[list[Piece]], indent: int) -> None:
        """A line of groups of pieces, which goes on below between two groups where it is long.

        Of a group that is too long for a line of its own the last of several pieces is wrapped.
        """
        width = self.terminal.width
        line: list[Piece] = []
        for group in groups:
            text = "".join(part for _, part in group).rstrip()
            if width is None or sum(len(part) for _, part in line) + len(text) <= width:
                line += group
                continue
            if line:
                self.lines.append(line)
            (style, first), *rest = group
            line = [("", " " * indent if line else ""), (style, first.lstrip()), *rest]
            if rest and indent + len(text) > width:
                self.wrapped(*line, indent=indent + 2)
                line = self.lines.pop()
        self.lines.append(line)

    def write(self, out: TextIO) -> None:
        """All lines; the library for colours is loaded only where they are wanted."""
        self.lines = [_disarmed(line) for line in self.lines]
        if self.terminal.color:
            self._write_styled(out)
            return
        for line in self.lines:
            text = "".join(text for _, text in line).rstrip()
            out.write((text if self.terminal.unicode else text.translate(_ASCII)) + "\n")

    def _write_styled(self, out: TextIO) -> None:
        from rich.console import Console  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        # soft_wrap: lines are wrapped already, and a long path stays one word to copy
        console = Console(file=out, force_terminal=True, highlight=False, soft_wrap=True)
        for line in self.lines:
            text = Text()
            for style, piece in line:
                shown = piece if self.terminal.unicode else piece.translate(_ASCII)
                text.append(shown, STYLES[style])
            console.print(text)


def _disarmed(line: list[Piece]) -> list[Piece]:
    """A line that GitHub Actions does not take for a command, which begins with two colons."""
    for number, (style, text) in enumerate(line):
        shown = text.lstrip()
        if shown:
            if not shown.startswith(":") or "::" not in "".join(part for _, part in line):
                return line
            blank = text[: len(text) - len(shown)]
            return [*line[:number], (style, f"{blank}\\x3a{shown[1:]}"), *line[number + 1 :]]
    return line
