"""The parameters of an estimator that scikit-learn's ``get_params`` reads of it."""

from __future__ import annotations

import ast

from scripts.common.classes import Class, bases
from scripts.common.constants import is_name

BASE = "BaseEstimator"
_ESTIMATORS = (BASE, "ModelBase")
"""How the bases are called that bring ``get_params`` from scikit-learn into other packages."""


def constructor(class_: Class) -> set[str]:
    """The parameters of a class's own constructor that have a name."""
    method = class_.methods.get("__init__")
    if method is None:
        return set()
    arguments = method.args.posonlyargs + method.args.args
    return {a.arg for a in (*arguments[1:], *method.args.kwonlyargs)}


def begun_by(line: list[Class]) -> set[str]:
    """Attributes that a constructor sets to something else than None or a parameter.

    That one of them is not None does not say that an instance was fitted.
    """
    found: set[str] = set()
    for one in line:
        method = one.methods.get("__init__")
        for node in ast.walk(method) if method is not None else ():
            match node:
                case (
                    ast.Assign(targets=[ast.Attribute(attr=name) as target], value=value)
                    | ast.AnnAssign(target=ast.Attribute(attr=name) as target, value=value)
                ) if is_name(target.value, "self") and value is not None:
                    if not _is_none(value) and not isinstance(value, ast.Name):
                        found.add(name)
    return found


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def read_by_get_params(line: list[Class]) -> set[str]:
    """The parameters that ``get_params`` asks an instance for, by the lineage of its class.

    A class with a ``get_params`` of its own, as in XGBoost, asks its bases for theirs as well.
    """
    if any("_get_param_names" in one.methods for one in line if one.node.name != BASE):
        return set()
    own = any("get_params" in one.methods for one in line if one.node.name != BASE)
    found: set[str] = set()
    for one in line:
        if "__init__" in one.methods:
            found |= constructor(one)
            if not own:
                break
    return found


def is_estimator(line: list[Class]) -> bool:
    """Whether a class has the ``get_params`` of scikit-learn."""
    return any(ast.unparse(base).endswith(_ESTIMATORS) for one in line for base in bases(one.node))


def is_forgiving(line: list[Class]) -> bool:
    """Whether ``get_params`` takes None for what an instance lacks, as before scikit-learn 0.24."""
    methods = (one.methods.get("get_params") for one in line if one.node.name == BASE)
    return any(
        isinstance(node, ast.Try)
        or (isinstance(node, ast.Call) and is_name(node.func, "getattr") and len(node.args) == 3)
        for method in methods
        if method is not None
        for node in ast.walk(method)
    )


def needs_no_fit(line: list[Class]) -> bool:
    """Whether the nearest tags of a class that say so have ``requires_fit`` as False."""
    for one in line:
        for name in ("__sklearn_tags__", "_more_tags"):
            if name in one.methods:
                for node in ast.walk(one.methods[name]):
                    value = _requires_fit(node)
                    if value is not None:
                        return not value
    return False


def _requires_fit(node: ast.AST) -> bool | None:
    """``tags.requires_fit = False`` or ``{"requires_fit": False}``: the value; None for others."""
    match node:
        case ast.Assign(
            targets=[ast.Attribute(attr="requires_fit")], value=ast.Constant(value=bool(value))
        ):
            return value
        case ast.Dict(keys=keys, values=values):
            for key, held in zip(keys, values, strict=True):
                match key, held:
                    case ast.Constant(value="requires_fit"), ast.Constant(value=bool(value)):
                        return value
    return None
