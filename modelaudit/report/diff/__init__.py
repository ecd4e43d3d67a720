"""What changed between two versions of a model: as text, for programs, and for a browser."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol, TextIO, cast

if TYPE_CHECKING:
    from modelaudit.comparison.model import Comparison
    from modelaudit.report import Terminal

FORMATS: Final = ("text", "json", "html")


class Writer(Protocol):
    """Writes a whole comparison, ending with a newline."""

    def __call__(self, comparison: Comparison, out: TextIO, terminal: Terminal) -> None: ...


def writer(name: str) -> Writer:
    """The writer of one of FORMATS."""
    return cast("Writer", import_module(f"{__name__}.{name}").write)
