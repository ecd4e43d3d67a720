"""The comparison of saving methods, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

import msgspec

from modelaudit.report.page import Page

if TYPE_CHECKING:
    from modelaudit.formats.describe import FormatInfo
    from modelaudit.report import Terminal

INDENT = 4


def write_json(formats: Sequence[FormatInfo], out: TextIO) -> None:
    """Write all descriptions."""
    plain = [{**msgspec.to_builtins(info), "inspected": info.inspected} for info in formats]
    json.dump({"schema": "modelaudit/formats/1", "formats": plain}, out, indent=2)
    out.write("\n")


def write_text(formats: Sequence[FormatInfo], out: TextIO, terminal: Terminal) -> None:
    """Write one block for each format."""
    page = Page(terminal)
    for info in formats:
        extensions = " ".join(info.endings) or "a directory"
        page.add(("title", info.title), ("dim", f" · {info.name} · {extensions}"))
        page.wrapped(("", "  "), ("", info.use), indent=2)
        _signed(page, ("good", "  + "), info.strengths)
        _signed(page, ("high", "  – "), info.weaknesses)
        if info.inspected:
            page.add(("label", "  modelaudit checks:"))
            _signed(page, ("label", "  · "), info.checks)
        else:
            page.add(
                (
                    "label",
                    "  modelaudit does not inspect this yet: such a file is reported as not read.",
                )
            )
        page.add()
    page.lines.pop()
    page.write(out)


def _signed(page: Page, sign: tuple[str, str], texts: Sequence[str]) -> None:
    for text in texts:
        page.wrapped(sign, ("", text), indent=INDENT)
