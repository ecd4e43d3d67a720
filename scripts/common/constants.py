"""What can be said of expressions without running them: constants, parameters that a call gives."""

from __future__ import annotations

import ast

from scripts.common.classes import Function

Constants = dict[str, object]
UNKNOWN = object()
_GUARDING = frozenset({"AttributeError", "Exception", "BaseException", "NotFittedError"})


def constant(node: ast.expr, known: Constants) -> object:  # noqa: PLR0911  one a kind
    """The value of an expression that needs no more than constants; ``UNKNOWN`` for any other.

    ``known`` holds those of local names, and as ``self.x`` those of attributes.
    """
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return known.get(f"{node.value.id}.{node.attr}", UNKNOWN)
    if isinstance(node, ast.Call) and is_name(node.func, "callable"):
        return UNKNOWN if constant(node.args[0], known) is UNKNOWN else False
    if isinstance(node, ast.Call) and is_name(node.func, "getattr") and len(node.args) == 3:
        owner, name, default = node.args
        if isinstance(owner, ast.Name) and isinstance(name, ast.Constant):
            return known.get(f"{owner.id}.{name.value!s}", constant(default, known))
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return known.get(node.id, UNKNOWN)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        value = constant(node.operand, known)
        return value if value is UNKNOWN else not value
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, right = constant(node.left, known), constant(node.comparators[0], known)
        if left is UNKNOWN or right is UNKNOWN:
            return UNKNOWN
        if isinstance(node.ops[0], ast.Is | ast.Eq):
            return left == right
        if isinstance(node.ops[0], ast.IsNot | ast.NotEq):
            return left != right
    return UNKNOWN


def given(
    function: Function, call: ast.Call | None, known: Constants | None, skip: int
) -> Constants:
    """The parameters whose values a call tells: given as constants, or left at their defaults."""
    arguments = function.args.posonlyargs + function.args.args
    found: Constants = {}
    defaults = function.args.defaults
    pairs = list(zip(arguments[len(arguments) - len(defaults) :], defaults, strict=True))
    pairs += [
        (a, d)
        for a, d in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
        if d is not None
    ]
    for argument, default in pairs:
        if (value := constant(default, {})) is not UNKNOWN:
            found[argument.arg] = value
    if call is None or known is None:
        return found
    named = {a.arg: v for a, v in zip(arguments[skip:], call.args, strict=False)}
    named |= {k.arg: k.value for k in call.keywords if k.arg is not None}
    for name, value in named.items():
        found.pop(name, None)
        if (told := constant(value, known)) is not UNKNOWN:
            found[name] = told
    if any(k.arg is None for k in call.keywords):
        return {name: v for name, v in found.items() if name in named}
    return found


def guards(node: ast.Try) -> bool:
    for handler in node.handlers:
        if handler.type is None:
            return True
        names = {n.id for n in ast.walk(handler.type) if isinstance(n, ast.Name)}
        if names & _GUARDING:
            return True
    return False


def is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def is_static(function: Function) -> bool:
    words = {n.id for d in function.decorator_list for n in ast.walk(d) if isinstance(n, ast.Name)}
    return bool(words & {"staticmethod", "classmethod"})
