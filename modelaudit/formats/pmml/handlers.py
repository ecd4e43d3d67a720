"""The table of what is done for which element."""

from __future__ import annotations

from functools import partial
from typing import Final

from modelaudit.formats.pmml import (
    arrays,
    bayes,
    cells,
    consistency,
    definitions,
    extensions,
    networks,
    numbers,
    outputs,
    scorecards,
    structure,
)
from modelaudit.formats.pmml.state import Handler, Pass

HANDLERS: Final[dict[str, Handler]] = {
    **structure.HANDLERS,
    **definitions.HANDLERS,
    **consistency.HANDLERS,
    **bayes.HANDLERS,
    **cells.HANDLERS,
    **outputs.HANDLERS,
    **numbers.HANDLERS,
    **networks.HANDLERS,
    **scorecards.HANDLERS,
    **arrays.HANDLERS,
    **extensions.HANDLERS,
}


def register(state: Pass) -> None:
    """Give the reader of a pass what to do for which element."""
    reader = state.reader
    reader.specials = {name: partial(handler, state) for name, handler in HANDLERS.items()}
    reader.foreign = partial(extensions.foreign, state)
    reader.finished = state.collector.part
