"""Neural networks: what activates a layer, what it is connected to, and what comes out.

https://dmg.org/pmml/v4-4-1/NeuralNetwork.html
"""

from __future__ import annotations

from typing import Final

from modelaudit.core.errors import Fields
from modelaudit.formats.pmml import vocabulary
from modelaudit.formats.pmml.document import MOST_NAMES, Model
from modelaudit.formats.pmml.numbers import outermost
from modelaudit.formats.pmml.reader import Attributes, Leave
from modelaudit.formats.pmml.state import Handler, Pass, here, innermost, pairs
from modelaudit.formats.pmml.tallies import Part, Tally
from modelaudit.formats.pmml.types import check_category

_RESULTS: Final = {
    "RegressionModel": "RegressionTable",
    "SupportVectorMachineModel": "SupportVectorMachine",
}
"""The child that each result of a model has."""


def layer(state: Pass, tally: Tally, attributes: Attributes) -> Leave | None:
    """A layer has a function of its own or the network's, and refers to what precedes it."""
    model, given = innermost(state), pairs(attributes)
    if model is None or model.later:
        return None
    place = here(state, tally)
    function = given.get("activationFunction", "")
    if function not in vocabulary.ACTIVATIONS:
        function = model.activation
    if function == "radialBasis" and not model.width and "width" not in given:
        state.document.report("layer-without-width", {}, place)
    if function not in vocabulary.ACTIVATIONS:
        about: Fields = {"value": function[:60]}
        state.document.report("layer-without-activation", about, place)

    def leave() -> None:
        refs, known = (model.named.get(("neuron", defines), {}) for defines in (False, True))
        if max(len(refs), len(known)) < MOST_NAMES:
            for name in refs.keys() - known.keys():
                model.forward.setdefault(name, refs[name])

    return leave


def outputs(state: Pass, _tally: Tally, _attributes: Attributes) -> None:
    model = innermost(state)
    if model is not None:
        model.classes_out.clear()  # readers take the last ones


def output(state: Pass, tally: Tally, _attributes: Attributes) -> None:
    model = innermost(state)
    if model is not None:
        model.classes_out.append(("", here(state, tally)))


def discrete(state: Pass, tally: Tally, attributes: Attributes) -> None:
    """The class that an output neuron is for."""
    outermost(state, tally, "boolean")
    given = pairs(attributes)
    place = here(state, tally)
    name, kind = given.get("field", ""), state.document.data.get(given.get("field", ""), "")
    check_category(state.document, name, kind, given.get("value", ""), place)
    model = innermost(state)
    if model is not None and _is_output(state):
        value = pairs(attributes).get("value", "")
        model.classes_out[-1] = (value, here(state, tally))


def _is_output(state: Pass) -> bool:
    stack = state.reader.stack
    return len(stack) > 1 and stack[-1].name == "DerivedField" and stack[-2].name == "NeuralOutput"


def check_network(state: Pass, model: Model, part: Part) -> None:
    """Whether a network and a regression have as many outputs as their task needs."""
    result = _RESULTS.get(model.element)
    if result is not None and model.task == "regression":
        children = part.level(model.element).values()
        count = sum(tally.count for tally in children if tally.name == result)
        _check_one(state, model, result, count)
    if model.element != "NeuralNetwork":
        return
    known = model.named.get(("neuron", True), {})
    for name, place in model.forward.items():
        if name in known and known[name].element == "Neuron":
            state.document.report("neuron-of-later-layer", {"name": name[:60]}, place)
            break
    if model.task == "regression":
        _check_one(state, model, "NeuralOutput", len(model.classes_out))
    elif model.task == "classification":
        _check_classes(state, model)


def _check_one(state: Pass, model: Model, part: str, count: int) -> None:
    if count > 1:
        fields: Fields = {"element": model.element, "part": part, "count": count}
        state.document.report("several-results", fields, model.place)


def _check_classes(state: Pass, model: Model) -> None:
    met: set[str] = set()
    for value, place in model.classes_out:
        about: Fields = {"value": value[:60]}
        if not value:
            state.document.report("output-neuron-without-class", {}, place)
        elif value in met:
            state.document.report("output-neuron-class-twice", about, place)
        met.add(value)


HANDLERS: Final[dict[str, Handler]] = {
    "NeuralLayer": layer,
    "NeuralOutputs": outputs,
    "NeuralOutput": output,
    "NormDiscrete": discrete,
}
