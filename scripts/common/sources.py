"""Hand-written knowledge in ``scripts/sources``: tables of tab-separated values, and YAML."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

SOURCES = Path(__file__).resolve().parents[1] / "sources"
T = TypeVar("T")


def rows(name: str) -> Iterator[list[str]]:
    """The rows of a TSV file without its heading, empty lines and ``#`` comments.

    Raises ValueError for a row that does not have as many columns as the heading.
    """
    heading: list[str] | None = None
    for number, line in enumerate((SOURCES / name).read_text("utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        cells = line.split("\t")
        if heading is None:
            heading = cells
        elif len(cells) != len(heading):
            message = f"{name}:{number}: {len(cells)} columns instead of {len(heading)}"
            raise ValueError(message)
        else:
            yield cells


def document(name: str, type_: type[T]) -> T:
    """A YAML file as a typed struct; msgspec.ValidationError says what does not fit."""
    return msgspec.yaml.decode((SOURCES / name).read_bytes(), type=type_)
