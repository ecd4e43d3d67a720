"""Names against definitions: what a model refers to and does not have.

https://dmg.org/pmml/v4-4-1/FieldScope.html
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from typing import Final, TypeVar

from modelaudit.core.errors import Fields
from modelaudit.formats.pmml.classes import (
    TARGETS,
    check_asked,
    check_booleans,
    check_cells,
    check_classes,
    check_labels,
    check_numbers,
    check_scores,
)
from modelaudit.formats.pmml.document import (
    MOST_NAMES,
    Derived,
    Document,
    Function,
    Model,
    Owner,
)
from modelaudit.formats.pmml.fields import check_definitions, check_optypes
from modelaudit.formats.pmml.types import check_types, check_values

Item = TypeVar("Item", Derived, Function)

_INPUTS: Final = frozenset(
    {
        "NumericPredictor", "CategoricalPredictor", "SimplePredicate", "SimpleSetPredicate",
        "KNNInput",
    }
)  # fmt: skip
"""Elements that compute with what they refer to."""
_PREDICATES: Final = frozenset({"SimplePredicate", "SimpleSetPredicate"})
_NO_INPUTS: Final = frozenset(
    {"order", "group", "supplementary", "frequencyWeight", "analysisWeight"}
)
"""Values of usageType for fields that no model computes with."""
_CHAINS: Final = frozenset({"modelChain", "x-multiModelChain"})
"""Methods by which a segment sees the outputs of the segments before it."""


def close_model(document: Document, model: Model) -> set[str]:
    """Report what a model that ends lacks; the names of its own derived fields that it needs.

    A document is evaluated by its first model: of the others only the definitions count.
    """
    if model.later:
        return set(model.derived)
    _check_schema(document, model)
    needed = _reach(model, model.derived, document.derived)
    globals_ = needed & document.derived.keys() - model.derived.keys()
    document.needed |= globals_
    visible = _visible(document, model)
    outputs = Owner(model.place, model.output_refs)
    _check_references(document, model, outputs, visible | model.outputs.keys(), output=True)
    _check_references(document, model, model, visible)
    _check_references(document, model, Owner(model.place, model.idle), visible, used=False)
    for derived in model.derived.values():
        _check_references(document, model, derived, visible, used=derived.name in needed)
    for name in sorted(globals_):
        refs = document.derived[name].refs
        known = {ref: place for ref, place in refs.items() if ref in document.data}
        _check_references(document, model, Owner(model.place, known), visible)
    _check_order(document, model.derived, model.mining, needed)
    _check_usage(document, model)
    _check_target(document, model)
    check_scores(document, model)
    check_labels(document, model)
    check_classes(document, model)
    check_definitions(document, model, needed)
    check_optypes(document, model)
    check_cells(document, model)
    check_asked(document, model)
    _check_intervals(document, model, needed)
    _check_names(document, model)
    _check_outputs(document, model, visible)
    check_numbers(document, model, needed)
    check_booleans(document, model, needed)
    check_types(document, model, needed)
    for name, (left, right, place) in document.empty.items():
        if name in model.mining and model.parent is None:
            document.used_gaps.add(name)
            treatment = model.treatments.get(name, "")
            if left or right:
                gap: Fields = {"left": left, "right": right, "treatment": treatment}
                document.report("empty-interval", gap, place)
            else:
                document.report("interval-without-margins", {"used": True}, place)
    parent = model.parent
    if parent is not None and parent.method in _CHAINS:
        parent.chained |= dict.fromkeys(model.outputs, model.element)
    return needed


def close_dictionary(document: Document) -> None:
    """Report what the TransformationDictionary's fields lack, once all models have ended."""
    visible = document.data.keys() | document.derived.keys()
    for derived in document.derived.values():
        used = derived.name in document.needed
        for name, place in derived.refs.items():
            if name not in visible:
                fields: Fields = {"element": "DerivedField", "name": name, "used": used}
                document.report("unresolved-field", fields, place)
    _check_order(document, document.derived, document.data, document.needed)
    for function in document.functions.values():
        for name, place in function.refs.items():
            if name not in function.parameters:
                about: Fields = {"function": function.name, "name": name}
                document.report("unresolved-parameter", about, place)
    _check_functions(document)
    check_values(document)
    for name in document.empty.keys() - document.used_gaps:
        left, right, where = document.empty[name]
        if left or right:
            gap: Fields = {"left": left, "right": right, "treatment": "unused"}
            document.report("empty-interval", gap, where)


def reached_functions(document: Document, owners: Iterable[Owner]) -> set[str]:
    """The functions that these apply, directly or through functions of the document."""
    waiting = [use.function for owner in owners for use in owner.uses]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        if name in document.functions:
            waiting += [use.function for use in document.functions[name].uses]
    return found


def _visible(document: Document, model: Model) -> set[str]:
    names = model.mining.keys() - model.absent
    return names | model.derived.keys() | document.derived.keys() | model.chained.keys()


def _check_references(
    document: Document,
    model: Model,
    owner: Owner,
    visible: set[str],
    *,
    used: bool = True,
    output: bool = False,
) -> None:
    for name, place in owner.refs.items():
        if name in visible:
            continue
        fields: Fields = {"element": model.element, "name": name}
        if _above(document, model, name):
            document.report("only-in-outer-schema", {**fields, "used": used}, place)
        elif name in document.data:
            factor = place.element == "Predictor" and name in model.factors
            optional = factor or place.element == "CategoricalPredictor"
            optional = optional or (place.element in _PREDICATES and model.falls_back)
            lost: Fields = {**fields, "used": used, "optional": optional}
            document.report("not-in-mining-schema", lost, place)
        elif output:
            document.report("unresolved-output", {**fields, "part": place.element}, place)
        else:
            document.report("unresolved-field", {**fields, "used": used}, place)


def _above(document: Document, model: Model, name: str) -> bool:
    """Whether a model around this one has a field that this one does not take in."""
    above = model.parent
    while above is not None:
        if name in _visible(document, above):
            return name not in model.mining
        above = above.parent
    return False


def note_absent(document: Document, model: Model) -> None:
    """Note which fields of a MiningSchema that has ended the model around it does not have."""
    if model.parent is not None:
        model.absent |= model.mining.keys() - _visible(document, model.parent)
        model.parent.inner |= model.mining.keys()


def _check_schema(document: Document, model: Model) -> None:
    if not model.schema and not model.embedded:
        nested = model.parent is not None
        about: Fields = {"element": model.element, "task": model.task, "nested": nested}
        document.report("no-mining-schema", about, model.place)
    outside = None if model.parent is None else _visible(document, model.parent)
    for name, usage in model.mining.items():
        if name in document.data or (outside is not None and name in outside):
            continue
        if not document.dictionary:
            continue  # it may still come; no-data-dictionary is reported where it does not
        model.absent.add(name)
        role = "target" if usage in TARGETS else "active" if outside is None else "nested"
        fields: Fields = {"element": model.element, "name": name, "role": role}
        document.report("undeclared-field", fields, model.places[name])


def _check_usage(document: Document, model: Model) -> None:
    """References to fields that a row does not give."""
    for name, place in model.refs.items():
        usage = model.mining.get(name, "active")
        if name in model.derived or name in document.derived:
            continue
        fields: Fields = {"element": model.element, "name": name}
        above = model.parent
        while above is not None and usage == "active":
            usage = above.mining.get(name, "active")
            above = above.parent
        if usage in TARGETS and place.element in _INPUTS:
            compound = "CompoundPredicate" in place.path
            falls_back = place.element == "CategoricalPredictor" or compound or model.falls_back
            about: Fields = {
                **fields, "fallback": falls_back, "part": place.element,
                "nested": model.parent is not None,
            }  # fmt: skip
            document.report("target-as-input", about, place)
        elif usage in _NO_INPUTS:
            document.report("input-of-usage", {**fields, "usage": usage}, place)


def _check_outputs(document: Document, model: Model, visible: set[str]) -> None:
    """Outputs that refer to outputs behind them."""
    for output, name, place in model.early:
        if name in model.outputs and name not in visible:
            fields: Fields = {"what": "OutputField", "name": output[:60], "other": name[:60]}
            document.report("defined-later", fields, place)


def _check_intervals(document: Document, model: Model, needed: Container[str]) -> None:
    """Categories that an Interval defines, where a Value should."""
    if not document.intervals:
        return
    used = [derived for derived in model.derived.values() if derived.name in needed]
    for name, place in [ref for owner in (model, *used) for ref in owner.refs.items()]:
        categories = document.optypes.get(name) in ("categorical", "ordinal")
        if name in document.intervals and categories and not document.values.get(name):
            fields: Fields = {"name": name, "element": model.element}
            document.report("interval-of-categories", fields, place)


def _check_names(document: Document, model: Model) -> None:
    """Whether the model defines what its elements refer to."""
    for (what, defines), names in model.named.items():
        known = model.named.get((what, True), {})
        if max(len(names), len(known)) >= MOST_NAMES:
            document.reach("names of one kind", MOST_NAMES)
            continue
        if defines:
            continue
        for name, place in names.items():
            if name not in known and not (what == "instance field" and name in model.derived):
                fields: Fields = {"element": model.element, "what": what, "name": name[:60]}
                document.report("unknown-reference", fields, place)
                break


def _check_target(document: Document, model: Model) -> None:
    targets = [name for name, usage in model.mining.items() if usage in TARGETS]
    instances = model.named.get(("instance field", True), {})
    if model.element == "NearestNeighborModel" and targets and targets[0] not in instances:
        lost: Fields = {
            "element": model.element, "what": "instance field", "name": targets[0][:60],
        }  # fmt: skip
        document.report("unknown-reference", lost, model.place)
    if model.task in ("regression", "classification") and not targets and model.schema:
        fields: Fields = {
            "element": model.element, "task": model.task, "method": model.method,
            "outputs": len(model.outputs), "nested": model.parent is not None,
        }  # fmt: skip
        document.report("no-target-field", fields, model.place)
    if model.parent is not None:
        return
    if len(targets) > 1:
        several: Fields = {
            "element": model.element, "count": len(targets), "names": ", ".join(targets),
            "method": model.method,
        }  # fmt: skip
        document.report("several-targets", several, model.place)
    whole = [name for name in targets if document.data.get(name) == "integer"]
    if model.task == "regression" and whole and not model.casts:
        about: Fields = {"element": model.element, "name": whole[0]}
        document.report("integer-target", about, model.place)


def _reach(model: Model, local: Mapping[str, Derived], shared: Mapping[str, Derived]) -> set[str]:
    """Names of derived fields that a model's own references lead to."""
    waiting = [*model.refs, *model.output_refs, *model.inner]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        derived = local.get(name) or shared.get(name)
        if derived is not None and name not in found:
            found.add(name)
            waiting += derived.refs
    return found


def _check_order(
    document: Document,
    fields: Mapping[str, Derived],
    given: Container[str],
    needed: Container[str],
) -> None:
    """References to a field that is defined later, or that leads back.

    A name that is ``given`` from outside as well is that of the given field.
    """

    def after(derived: Derived) -> list[str]:
        return [name for name in derived.refs if name not in given]

    for name in _cycles(fields, after):
        about: Fields = {"what": "DerivedField", "name": name, "used": name in needed}
        document.report("definition-cycle", about, fields[name].place)
    for derived in fields.values():
        for name in after(derived):
            other = fields.get(name)
            if other is not None and other.order >= derived.order:
                later: Fields = {"what": "DerivedField", "name": derived.name, "other": name}
                document.report("defined-later", later, derived.refs[name])


def _check_functions(document: Document) -> None:
    functions = document.functions
    for name in _cycles(functions, lambda function: [use.function for use in function.uses]):
        about: Fields = {"what": "DefineFunction", "name": name, "used": True}
        document.report("definition-cycle", about, functions[name].place)


def _cycles(items: Mapping[str, Item], after: Callable[[Item], Iterable[str]]) -> list[str]:
    """Names that depend on themselves, the first of each cycle."""
    state: dict[str, int] = {}  # 1 while its followers are looked at, 2 afterwards
    found: list[str] = []
    for start in items:
        if start in state:
            continue
        state[start] = 1
        stack = [(start, iter(after(items[start])))]
        while stack:
            name, followers = stack[-1]
            following = next((n for n in followers if n in items), None)
            if following is None:
                state[name] = 2
                stack.pop()
            elif state.get(following) == 1:
                found.append(following)
            elif following not in state:
                state[following] = 1
                stack.append((following, iter(after(items[following]))))
    return list(dict.fromkeys(found))
