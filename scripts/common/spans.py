"""Spans of releases, as tables by release have them, and whether those of a table are sound."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any


def span(present: list[bool], releases: tuple[str, ...]) -> str:
    """``1.0.2:1.4.2``: first release that has it, first that lacks it; several with a blank."""
    spans: list[str] = []
    begin: int | None = None
    for index, there in enumerate([*present, False]):
        if there and begin is None:
            begin = index
        elif not there and begin is not None:
            first = releases[begin] if begin else ""
            spans.append(f"{first}:{releases[index] if index < len(releases) else ''}")
            begin = None
    return " ".join(spans)


def unsound(
    path: Path,
    releases: Sequence[str] | None,
    spans_of: Callable[[dict[str, Any]], Iterable[str]],
) -> Iterator[str]:
    """What is wrong with a table: it is not there, is of other releases, or a span names none.

    ``releases`` are those that it should be of, None for any. ``spans_of`` gives its spans.
    """
    if not path.is_file():
        yield f"{path.name} is missing"
        return
    content = json.loads(path.read_text("utf-8"))
    if releases is not None and content["releases"] != list(releases):
        yield f"{path.name}: its releases are not those of the script"
    known = {"", *content["releases"]}
    for text in spans_of(content):
        if not all(set(one.split(":")) <= known for one in text.split(" ")):
            yield f"{path.name}: the span {text!r} names no release"
