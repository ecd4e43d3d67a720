"""Names against definitions: what a model refers to and does not have.

https://dmg.org/pmml/v4-4-1/FieldScope.html
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from typing import Final, TypeVar

from modelaudit.formats.pmml import vocabulary
from modelaudit.formats.pmml.document import (
    MOST_NAMES,
    Derived,
    Document,
    Function,
    Model,
    Owner,
    Use,
)

Item = TypeVar("Item", Derived, Function)

TARGETS: Final = frozenset({"target", "predicted"})
_INPUTS: Final = frozenset(
    {"NumericPredictor", "CategoricalPredictor", "SimplePredicate", "SimpleSetPredicate"}
)
"""Elements that compute with what they refer to."""
_CHAINS: Final = frozenset({"modelChain", "x-multiModelChain"})
"""How segments are combined so that one sees what those before it computed."""
NUMBERS: Final = frozenset({"integer", "float", "double"})
_INTEGERS: Final = frozenset({"integer"})


def close_model(document: Document, model: Model) -> set[str]:
    """Report what a model that ends lacks; the names of its own derived fields that it needs."""
    if model.later:
        # Consumers evaluate the first model; of the others only what is defined counts.
        return set(model.derived)
    _check_schema(document, model)
    needed = _reach(model, model.derived, document.derived)
    globals_ = needed & document.derived.keys() - model.derived.keys()
    document.needed |= globals_
    visible = _visible(document, model)
    outputs = Owner(model.place, model.output_refs)
    _check_references(document, model, outputs, visible | model.outputs.keys(), "", "output")
    _check_references(document, model, model, visible, "")
    for derived in model.derived.values():
        unused = "" if derived.name in needed else "-unused"
        _check_references(document, model, derived, visible, unused)
    for name in sorted(globals_):
        refs = document.derived[name].refs
        known = {ref: place for ref, place in refs.items() if ref in document.data}
        _check_references(document, model, Owner(model.place, known), visible, "")
    _check_order(document, model.derived, model.mining, needed)
    _check_usage(document, model)
    _check_target(document, model)
    _check_scores(document, model)
    _check_labels(document, model)
    _check_names(document, model)
    parent = model.parent
    if parent is not None and parent.method in _CHAINS:
        parent.chained |= dict.fromkeys(model.outputs, model.element)
    return needed


def close_dictionary(document: Document) -> None:
    """Report what the TransformationDictionary's fields lack, once all models have ended."""
    visible = document.data.keys() | document.derived.keys()
    for derived in document.derived.values():
        unused = "" if derived.name in document.needed else "-unused"
        for name, place in derived.refs.items():
            if name not in visible:
                detail = f"the derived field {derived.name!r} refers to {name!r}"
                document.report(f"unresolved-field{unused}", detail, place)
    _check_order(document, document.derived, document.data, document.needed)
    for function in document.functions.values():
        for name, place in function.refs.items():
            if name not in function.parameters:
                detail = f"the function {function.name!r} refers to {name!r}"
                document.report("unresolved-parameter", detail, place)
    _check_functions(document)


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
    document: Document, model: Model, owner: Owner, visible: set[str], suffix: str, what: str = ""
) -> None:
    for name, place in owner.refs.items():
        if name in visible:
            continue
        if _above(document, model, name):
            kind = "only-in-outer-schema"
        elif name in document.data:
            kind = "not-in-mining-schema"
        else:
            kind = f"unresolved-{what or 'field'}"
        document.report(kind + suffix, f"{model.element} refers to {name!r}", place)


def _above(document: Document, model: Model, name: str) -> bool:
    """Whether a model around this one has a field that this one does not take in."""
    above = model.parent
    while above is not None:
        if name in _visible(document, above):
            return name not in model.mining
        above = above.parent
    return False


def _check_schema(document: Document, model: Model) -> None:
    if not model.schema and not model.embedded:
        inside = "" if model.parent is None else " inside a model"
        detail = f"{model.element} for {model.task}{inside}"
        document.report("no-mining-schema", detail, model.place)
    outside = None if model.parent is None else _visible(document, model.parent)
    for name, usage in model.mining.items():
        if outside is not None and name not in outside:
            model.absent.add(name)
        if name in document.data or (outside is not None and name in outside):
            continue
        if not document.dictionary:
            continue  # it may still come, or its absence is told
        model.absent.add(name)
        kind = "target" if usage in TARGETS else "active"
        kind = "nested" if outside is not None and kind == "active" else kind
        detail = f"{model.element} takes {name!r}"
        document.report(f"undeclared-{kind}-field", detail, model.places[name])


def _check_usage(document: Document, model: Model) -> None:
    """References to fields that a row does not give."""
    for name, place in model.refs.items():
        usage = model.mining.get(name, "active")
        if name in model.derived or name in document.derived:
            continue
        if usage in TARGETS and place.path.rpartition("/")[2] in _INPUTS:
            document.report("target-as-input", f"{model.element} refers to {name!r}", place)
        elif usage in ("order", "group", "supplementary"):
            document.report(f"input-of-usage-{usage}", f"{name!r} of {model.element}", place)


def _check_scores(document: Document, model: Model) -> None:
    """Whether what a classification predicts is among the values that its target lists."""
    if model.task != "classification":
        return
    above: Model | None = model
    while above is not None:
        for name, usage in above.mining.items():
            known = document.values.get(name)
            if usage in TARGETS and document.data.get(name) in NUMBERS and not known:
                wrong = [s for s in model.scores if vocabulary.NUMERAL.fullmatch(s) is None]
                if wrong:
                    detail = f"{wrong[0][:60]!r} is no number, as {name!r} is"
                    document.report("score-number", detail, model.scores[wrong[0]])
                return
            if usage in TARGETS and known:
                for score, place in model.scores.items():
                    if score not in known:
                        detail = f"{score[:60]!r} is no value of {name!r}"
                        document.report("score-unknown", detail, place)
                return
        above = above.parent


def _target_values(document: Document, model: Model) -> tuple[str, set[str]]:
    """The target of a model, or of one around it, and the values that it lists."""
    above: Model | None = model
    while above is not None:
        for name, usage in above.mining.items():
            if usage in TARGETS:
                return name, document.values.get(name, set())
        above = above.parent
    return "", set()


def _check_labels(document: Document, model: Model) -> None:
    """Whether classes are among the target's values, and outputs of them no numbers."""
    name, known = _target_values(document, model)
    if model.task != "classification" or not known:
        return
    for category, place in model.categories.items():
        if category not in known:
            detail = f"{category[:60]!r} is no value of {name!r}"
            document.report("category-unknown", detail, place)
    if any(vocabulary.NUMERAL.fullmatch(value) is None for value in known):
        for output, feature, place in model.labels:
            if feature in vocabulary.NUMERIC_FEATURES:
                continue
            document.report("label-as-number", f"{output[:60]!r} of feature {feature}", place)


def _check_names(document: Document, model: Model) -> None:
    """Whether what elements refer to within their model is there."""
    for (what, defines), names in model.named.items():
        known = model.named.get((what, True), {})
        if defines or max(len(names), len(known)) >= MOST_NAMES:
            continue
        for name, place in names.items():
            if name not in known:
                document.report(f"unknown-{what.replace(' ', '-')}", repr(name[:60]), place)
                break


def _check_target(document: Document, model: Model) -> None:
    targets = [name for name, usage in model.mining.items() if usage in TARGETS]
    if model.task in ("regression", "classification") and not targets and model.schema:
        kind = "no-target-field" if model.parent is None else "no-target-field-nested"
        detail = f"{model.element} for {model.task}"
        detail += f" by {model.method}" if model.method else ""
        detail += "" if model.outputs else ", without an output"
        document.report(kind, detail, model.place)
    if len(targets) > 1 and model.parent is None and model.element != "NearestNeighborModel":
        document.report("several-targets", ", ".join(targets)[:100], model.place)
    whole = [name for name in targets if document.data.get(name) in _INTEGERS]
    if model.task == "regression" and whole and not model.casts and model.parent is None:
        document.report("integer-target", f"{whole[0]!r} of {model.element}", model.place)


def _reach(model: Model, local: Mapping[str, Derived], shared: Mapping[str, Derived]) -> set[str]:
    """Names of derived fields that a model's own references lead to."""
    waiting = [*model.refs, *model.output_refs]
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
        kind = "field-cycle" if name in needed else "field-cycle-unused"
        document.report(kind, f"the derived field {name!r}", fields[name].place)
    for derived in fields.values():
        for name in after(derived):
            other = fields.get(name)
            if other is not None and other.order >= derived.order:
                detail = f"{derived.name!r} refers to {name!r}, which is defined later"
                document.report("forward-reference", detail, derived.refs[name])


def _check_functions(document: Document) -> None:
    functions = document.functions
    for name in _cycles(functions, lambda function: [use.function for use in function.uses]):
        document.report("function-cycle", f"the function {name!r}", functions[name].place)
    for function in functions.values():
        order = list(functions)
        for use, places in function.uses.items():
            if use.function in functions and order.index(use.function) > order.index(function.name):
                detail = f"{function.name!r} applies {use.function!r}, which is defined later"
                document.report("forward-function", detail, places[0])


def _cycles(items: Mapping[str, Item], after: Callable[[Item], Iterable[str]]) -> list[str]:
    """Names that lead back to themselves, the first of each circle."""
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


def defined(document: Document, use: Use) -> str:
    """``defined`` for a function of the document, with ``-fewer`` or ``-more`` arguments."""
    function = document.functions.get(use.function)
    if function is None:
        return ""
    excess = use.arguments - len(function.parameters)
    return "defined" if not excess else "defined-more" if excess > 0 else "defined-fewer"
