"""Classes against the target that they are values of, and text where numbers are computed with.

https://dmg.org/pmml/v4-4-1/Targets.html
"""

from __future__ import annotations

from collections.abc import Container
from typing import Final

from modelaudit.core.errors import Fields
from modelaudit.formats.pmml import vocabulary
from modelaudit.formats.pmml.document import Document, Model, Owner
from modelaudit.formats.pmml.types import family, fits, group_of

TARGETS: Final = frozenset({"target", "predicted"})
_LINKS: Final = frozenset({"logit", "probit", "cloglog", "loglog", "cauchit", "exp"})
"""Normalisations that go with some numbers of classes only."""
_FITS: Final = {0: "equal", -1: "one-fewer"}
_ASKED: Final = frozenset({"probability", "confidence"})
"""Features of outputs whose value is one of the classes."""
_AFFINITIES: Final = frozenset({"affinity", "clusterAffinity", "entityAffinity"})
_BY_CLASS: Final = frozenset({"generalizedLinear", "multinomialLogistic"})
"""Types of GeneralRegressionModel whose cells have a class each."""
_AMOUNTS: Final = ("none", "one", "two", "more")


def check_scores(document: Document, model: Model) -> None:
    """Whether what a model predicts is among the values of its target, or can be one."""
    above: Model | None = model
    while above is not None:
        for name, usage in above.mining.items():
            if usage in TARGETS:
                _check_class_numbers(document, model, name)
                if model.task == "classification":
                    _compare_scores(document, model, name)
                return
        above = above.parent


def _compare_scores(document: Document, model: Model, target: str) -> None:
    """Scores against the values that a target lists."""
    known = document.values.get(target)
    if not known or document.optypes.get(target) == "continuous":
        return
    numeric = document.data.get(target) in vocabulary.NUMERIC
    numbers = {_number(value) for value in known} if numeric else set()
    for score, place in model.scores.items():
        if score not in known and (not numeric or _number(score) not in numbers):
            fields: Fields = {"score": score[:60], "name": target, "own": target in model.mining}
            document.report("score-unknown", fields, place)


def _check_class_numbers(document: Document, model: Model, target: str) -> None:
    """Whether the classes of a target that is numeric or continuous are numbers."""
    kind, optype = document.data.get(target, ""), document.optypes.get(target, "")
    if optype and optype not in vocabulary.OPTYPES:
        optype = "unknown"
    other = group_of(kind) in ("boolean", "temporal")
    if kind not in vocabulary.NUMERIC and optype not in ("continuous", "unknown") and not other:
        return
    asked = {value: place for _, feature, value, place in model.output_values if feature in _ASKED}
    groups = [asked]
    if model.task == "classification":
        neurons = {value: place for value, place in model.classes_out if value}
        groups += [model.scores, model.categories, neurons]
        groups += [model.named.get((what, True), {}) for what in ("class", "distributed", "label")]
    met: set[str] = set()
    listed = bool(document.values.get(target))
    for value, place in [found for group in groups for found in group.items()]:
        text = value.strip()
        # Some readers take the two for each other.
        alike = text in (("0", "1") if kind == "boolean" else ("true", "false"))
        form = "alike" if alike else "digit" if _is_number(text) else "text"
        if form not in met and not (
            fits(text, kind) if other else vocabulary.NUMERAL.fullmatch(text) is not None
        ):
            fields: Fields = {
                "value": value[:60], "name": target, "element": model.element, "type": kind,
                "optype": optype, "own": target in model.mining, "part": place.element,
                "form": form, "listed": listed, "group": family(kind),
            }  # fmt: skip
            document.report("class-number", fields, place)
            met.add(form)


def _number(text: str) -> float | str:
    """The number that a text is, or the text itself."""
    return float(text) if vocabulary.NUMERAL.fullmatch(text) is not None else text


def _target_values(document: Document, model: Model) -> tuple[str, set[str]]:
    """The target of a model, or of one around it, and the values that it lists."""
    above: Model | None = model
    while above is not None:
        for name, usage in above.mining.items():
            if usage in TARGETS:
                return name, document.values.get(name, set())
        above = above.parent
    return "", set()


def check_labels(document: Document, model: Model) -> None:
    """Whether classes are among the target's values, and outputs of them are not numbers."""
    target, known = _target_values(document, model)
    if model.task != "classification" or not known:
        return
    if document.optypes.get(target) == "continuous":
        return
    classes = {**model.categories, **model.named.get(("class", True), {})}
    classes |= model.named.get(("distributed", True), {})
    if model.reference and model.element != "GeneralRegressionModel":
        classes.setdefault(model.reference, model.place)
    if model.element == "NaiveBayesModel":
        classes |= model.named.get(("label", True), {})
    numeric = document.data.get(target) in vocabulary.NUMERIC
    numbers = {_number(value) for value in known} if numeric else set()
    for category, place in classes.items():
        if category not in known and (not numeric or _number(category) not in numbers):
            fields: Fields = {
                "value": category[:60], "name": target, "element": model.element,
                "own": target in model.mining,
            }  # fmt: skip
            document.report("category-unknown", fields, place)
    if any(vocabulary.NUMERAL.fullmatch(value) is None for value in known):
        for output, feature, place in model.labels:
            if feature not in vocabulary.NUMERIC_FEATURES:
                about: Fields = {"name": output[:60], "feature": feature}
                document.report("label-as-number", about, place)


def check_cells(document: Document, model: Model) -> None:
    """Whether a GeneralRegressionModel has a cell for each class but the last or the reference."""
    target, known = _target_values(document, model)
    cells = model.named.get(("class", True), {})
    if model.variant not in _BY_CLASS or model.task != "classification" or not cells:
        return
    lacking = sorted(known - {model.reference} - cells.keys())
    # Without a reference among the values, the last of them needs no cell.
    spare = 0 if model.reference in known else 1
    if len(lacking) > spare:
        fields: Fields = {"value": lacking[0][:60], "name": target[:60]}
        document.report("class-without-cell", fields, model.place)


def check_asked(document: Document, model: Model) -> None:
    """Whether outputs ask for values that the target has, and for clusters that there are."""
    _, known = _target_values(document, model)
    clusters = model.named.get(("cluster", True), {})
    for name, feature, value, place in model.output_values:
        if model.element == "ClusteringModel":
            lacks = feature in _AFFINITIES and len(clusters) == model.clusters > 0
            lacks = lacks and value not in clusters
        elif model.element == "RegressionModel" and model.categories:
            lacks = feature == "probability" and value not in model.categories
        else:
            lacks = feature == "probability" and bool(known) and value not in known
        if lacks:
            fields: Fields = {
                "output": name[:60], "feature": feature, "value": value[:60],
                "element": model.element, "task": model.task,
            }  # fmt: skip
            document.report("output-value-unknown", fields, place)


def check_classes(document: Document, model: Model) -> None:
    """The target of a classification: what it is, and whether it lists the classes of the model."""
    target = next((name for name, usage in model.mining.items() if usage in TARGETS), "")
    if model.task != "classification" or target not in document.data:
        return
    known = document.values.get(target, set())
    classes = model.categories or model.named.get(("class", True), {})
    count = len(classes)
    general = model.element == "GeneralRegressionModel"
    if count and (general if not model.reference else model.reference not in classes):
        count += 1
    listed = len(known)
    fit = _FITS.get(listed - count, "fewer" if listed < count else "more")
    if not known or not count:
        fit = "none" if not known else ""
    optype = document.optypes[target]
    if (
        optype == "categorical"
        and listed > 1
        and fit in ("", "equal")
        and not (model.variant in _LINKS and (count > 2 or listed > 2))
    ):
        return
    fields: Fields = {
        "element": model.element, "name": target, "optype": optype, "listed": listed,
        "type": document.data[target], "method": model.method or model.variant, "fit": fit,
        "classes": _AMOUNTS[min(count, 3)], "values": _AMOUNTS[min(listed, 3)],
    }  # fmt: skip
    document.report("classes-of-target", fields, model.place)


def check_numbers(document: Document, model: Model, needed: Container[str]) -> None:
    """Fields of text that a model computes with; what is not listed may be a number after all."""
    owners: list[Owner] = [model]
    for fields in (model.derived, document.derived):
        owners += [derived for name, derived in fields.items() if name in needed]
    for owner in owners:
        for name, place in owner.numbers.items():
            values = document.values.get(name, set()) if name in model.mining else set()
            text = next((one for one in sorted(values) if not _is_number(one)), None)
            if document.data.get(name) == "string" and text is not None:
                about: Fields = {"element": place.element, "name": name, "value": text[:60]}
                document.report("text-as-number", about, place)


def check_booleans(document: Document, model: Model, needed: Container[str]) -> None:
    """Fields of numbers that are used as true or false."""
    owners: list[Owner] = [model]
    for fields in (model.derived, document.derived):
        owners += [derived for name, derived in fields.items() if name in needed]
    for owner in owners:
        for name, place in owner.conditions.items():
            kind = document.data.get(name, "") if name in model.mining else ""
            if kind in vocabulary.NUMERIC:
                about: Fields = {"name": name[:60], "type": kind}
                document.report("number-as-boolean", about, place)


def _is_number(text: str) -> bool:
    return vocabulary.NUMERAL.fullmatch(text.strip()) is not None
