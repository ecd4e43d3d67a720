"""One module for each output; a module is imported when its format is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Literal, Protocol, TextIO, cast

import msgspec

if TYPE_CHECKING:
    from modelaudit.core.report import Report

FORMATS = {
    "text": "modelaudit.report.text",
    "json": "modelaudit.report.json",
    "jsonl": "modelaudit.report.jsonl",
    "sarif": "modelaudit.report.sarif",
    "github": "modelaudit.report.github",
    "gitlab": "modelaudit.report.gitlab",
    "azure": "modelaudit.report.azure",
    "junit": "modelaudit.report.junit",
    "markdown": "modelaudit.report.markdown",
    "html": "modelaudit.report.html",
    "cyclonedx": "modelaudit.report.cyclonedx",
}
"""Name of a format to the module whose ``write`` makes it."""


Detail = Literal["compact", "verbose", "quiet"]


class Terminal(msgspec.Struct, frozen=True):
    """What the output can show, and how much of it is wanted where people read it.

    ``width`` is None where lines are not to be wrapped.
    """

    color: bool = False
    width: int | None = None
    unicode: bool = True
    detail: Detail = "compact"


class Writer(Protocol):
    """Writes a whole report, ending with a newline."""

    def __call__(self, report: Report, out: TextIO, terminal: Terminal) -> None: ...


def writer(name: str) -> Writer:
    """The writer of one of FORMATS."""
    return cast("Writer", import_module(FORMATS[name]).write)
