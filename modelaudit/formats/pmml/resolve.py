"""Names against definitions: what a model refers to and does not have.

https://dmg.org/pmml/v4-4-1/FieldScope.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeVar

from modelaudit.formats.pmml.document import Derived, Document, Function, Model, Owner, Use

Item = TypeVar("Item", Derived, Function)

TARGETS: Final = frozenset({"target", "predicted"})
_INTEGERS: Final = frozenset({"integer"})


def close_model(document: Document, model: Model) -> set[str]:
    """Report what a model that ends lacks; the names of its own derived fields that it needs."""
    _check_schema(document, model)
    needed = _reach(model, model.derived, document.derived)
    document.needed |= needed & document.derived.keys()
    visible = _visible(document, model)
    _check_references(document, model, model, visible, "")
    for derived in model.derived.values():
        unused = "" if derived.name in needed else "-unused"
        _check_references(document, model, derived, visible, unused)
    _check_order(document, model.derived)
    _check_target(document, model)
    parent = model.parent
    if parent is not None:
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
    _check_order(document, document.derived)
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
    names = model.mining.keys() | model.derived.keys() | document.derived.keys()
    names |= model.outputs.keys() | model.chained.keys()
    above = model.parent
    while above is not None:
        names |= above.derived.keys() | above.chained.keys()
        above = above.parent
    return set(names)


def _check_references(
    document: Document, model: Model, owner: Owner, visible: set[str], suffix: str
) -> None:
    for name, place in owner.refs.items():
        if name in visible:
            continue
        known = name in document.data or _above(model, name)
        kind = "not-in-mining-schema" if known else "unresolved-field"
        detail = f"{model.element} refers to {name!r}"
        document.report(kind + suffix, detail, place)


def _above(model: Model, name: str) -> bool:
    above = model.parent
    while above is not None:
        if name in above.mining:
            return True
        above = above.parent
    return False


def _check_schema(document: Document, model: Model) -> None:
    if not model.schema and not model.embedded:
        document.report("no-mining-schema", model.element, model.place)
    known: set[str] = set(document.data)
    if model.parent is not None:
        known |= _visible(document, model.parent)
    for name, usage in model.mining.items():
        if name not in known:
            kind = "target" if usage in TARGETS else "active"
            kind = "nested" if model.parent is not None and kind == "active" else kind
            detail = f"{model.element} takes {name!r}"
            document.report(f"undeclared-{kind}-field", detail, model.places[name])


def _check_target(document: Document, model: Model) -> None:
    targets = [name for name, usage in model.mining.items() if usage in TARGETS]
    if model.task in ("regression", "classification") and not targets and model.schema:
        kind = "no-target-field" if model.parent is None else "no-target-field-nested"
        document.report(kind, f"{model.element} for {model.task}", model.place)
    whole = [name for name in targets if document.data.get(name) in _INTEGERS]
    if model.task == "regression" and whole and not model.casts and model.parent is None:
        document.report("integer-target", f"{whole[0]!r} of {model.element}", model.place)


def _reach(
    model: Model, local: Mapping[str, Derived], shared: Mapping[str, Derived]
) -> set[str]:
    """Names of derived fields that a model's own references lead to."""
    waiting = list(model.refs)
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        derived = local.get(name) or shared.get(name)
        if derived is not None and name not in found:
            found.add(name)
            waiting += derived.refs
    return found


def _check_order(document: Document, fields: Mapping[str, Derived]) -> None:
    """References to a field that is defined later, or that leads back."""
    cyclic = _cycles(fields, lambda derived: derived.refs)
    for name in cyclic:
        document.report("field-cycle", f"the derived field {name!r}", fields[name].place)
    for derived in fields.values():
        for name in derived.refs:
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


def _cycles(
    items: Mapping[str, Item], after: Callable[[Item], Iterable[str]]
) -> list[str]:
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
    """``defined`` for a function of the document that takes so many arguments, or why not."""
    function = document.functions.get(use.function)
    if function is None:
        return ""
    return "defined" if len(function.parameters) == use.arguments else "defined-otherwise"
