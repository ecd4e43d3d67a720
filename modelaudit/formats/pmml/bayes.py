"""Naive Bayes models: what their counts and distributions are for.

https://dmg.org/pmml/v4-4-1/NaiveBayes.html
"""

from __future__ import annotations

from typing import Final

from modelaudit.core.errors import Fields
from modelaudit.formats.pmml import vocabulary
from modelaudit.formats.pmml.classes import TARGETS
from modelaudit.formats.pmml.reader import Attributes
from modelaudit.formats.pmml.state import Handler, Pass, here, innermost, pairs
from modelaudit.formats.pmml.tallies import Tally


def bayes(state: Pass, _tally: Tally, attributes: Attributes) -> None:
    state.derived_in = ""
    state.bayes_field = pairs(attributes).get("fieldName", "")


def bayes_output(state: Pass, tally: Tally, attributes: Attributes) -> None:
    """The counts of a NaiveBayesModel's classes are those of its target."""
    model, name = innermost(state), pairs(attributes).get("fieldName", "")
    if model is None or model.later or not name:
        return
    targets = {field for field, usage in model.mining.items() if usage in TARGETS}
    if targets and name not in targets:
        fields: Fields = {"name": name[:60]}
        state.document.report("counts-of-other-field", fields, here(state, tally))


def gaussian(state: Pass, tally: Tally, attributes: Attributes) -> None:
    model = innermost(state)
    if model is not None and state.bayes_field:
        model.measured.setdefault(state.bayes_field, here(state, tally))
    variance = pairs(attributes).get("variance", "").strip()
    if vocabulary.is_finite(variance) and float(variance) <= 0:
        state.document.report("variance", {"variance": variance[:60]}, here(state, tally))


HANDLERS: Final[dict[str, Handler]] = {
    "BayesInput": bayes,
    "BayesOutput": bayes_output,
    "GaussianDistribution": gaussian,
}
