"""Scorecards: what a characteristic needs to give its reasons.

https://dmg.org/pmml/v4-4-1/Scorecard.html
"""

from __future__ import annotations

from typing import Final

from modelaudit.core.errors import Fields
from modelaudit.formats.pmml import vocabulary
from modelaudit.formats.pmml.reader import Attributes, Leave
from modelaudit.formats.pmml.state import Handler, Pass, here, innermost, pairs
from modelaudit.formats.pmml.tallies import Tally


def characteristic(state: Pass, tally: Tally, attributes: Attributes) -> Leave | None:
    model, given = innermost(state), pairs(attributes)
    if model is None or model.later:
        return None
    place = here(state, tally, given.get("name", ""))
    state.attributes = state.unexplained = 0

    def leave() -> None:
        if not state.attributes:
            fields: Fields = {"element": tally.name, "part": "attribute", "parent": tally.parent}
            state.document.report("child-missing", fields, place)
        lacking = {}
        if model.reasons and "reasonCode" not in given and state.unexplained:
            lacking["reasonCode"] = "absent"
        score = given.get("baselineScore", "")
        if model.reasons and not model.baseline and not vocabulary.is_number(score):
            lacking["baselineScore"] = "unreadable" if "baselineScore" in given else "absent"
        for part, form in lacking.items():
            about: Fields = {"name": given.get("name", "")[:60], "part": part, "form": form}
            state.document.report("characteristic-without", about, place)

    return leave


def attribute(state: Pass, _tally: Tally, attributes: Attributes) -> None:
    state.attributes += 1
    state.unexplained += "reasonCode" not in attributes[::2]


HANDLERS: Final[dict[str, Handler]] = {"Characteristic": characteristic, "Attribute": attribute}
