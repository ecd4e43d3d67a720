"""What expressions of Python source may be, worked out without running them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.limits import Bounds
from modelaudit.formats.python import constants
from modelaudit.formats.python.values import (
    COMPUTED,
    MOST,
    Class,
    Defined,
    Local,
    Named,
    Scope,
    Text,
    Value,
    attribute,
)

MOST_STEPS: Final = 400_000
"""Nodes of syntax that are walked for one artifact."""
MOST_DEPTH: Final = 200
"""Calls and expressions inside each other."""
_IMPORTS: Final = ("builtins.__import__", "importlib.import_module", "importlib.__import__")
_SAME: Final = (
    "builtins.vars", "builtins.staticmethod", "builtins.classmethod", "functools.partial",
    "functools.wraps", "functools.lru_cache", "functools.cache",
)  # fmt: skip
"""Functions whose result is called, or has the names, of what they are given first."""
_FROM: Final = 3
"""The position of ``fromlist`` among the arguments of ``__import__``."""


class Budget:
    """What a walk has spent. ``step`` and ``enter`` raise Malformed once a limit is reached."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._steps = 0
        self._depth = 0

    def step(self) -> None:
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise Malformed("limit", {"limit": "steps through Python source", "most": MOST_STEPS})
        if not self._steps % 1024:
            self._bounds.check()

    def enter(self) -> None:
        """A step that others are inside of, until ``leave``."""
        self.step()
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise Malformed("limit", {"limit": "nesting of Python source", "most": MOST_DEPTH})

    def leave(self) -> None:
        self._depth -= 1


class Evaluator:
    """Works out expressions. ``module`` gives the scope of a module that lies here, or None."""

    def __init__(self, module: Callable[[str], Scope | None], budget: Budget) -> None:
        self.returns: dict[ast.AST, list[Value]] = {}
        """What functions of the source return, as far as they were walked."""
        self._module = module
        self._budget = budget

    def named(self, node: ast.expr, scope: Scope) -> list[str]:
        return [one.dotted for one in self.evaluate(node, scope) if isinstance(one, Named)]

    def evaluate(self, node: ast.expr, scope: Scope) -> list[Value]:
        """What an expression may be, as far as that takes no running; empty for anything else."""
        self._budget.enter()
        found = self._values(node, scope)[:MOST]
        self._budget.leave()
        return found

    def _values(self, node: ast.expr, scope: Scope) -> list[Value]:
        match node:
            case ast.Name(id=name):
                found = scope.look_up(name)
            case ast.Attribute(value=owner, attr=name):
                owners = self.evaluate(owner, scope)
                found = [one for value in owners for one in attribute(value, name)]
                found = owners if name == "__dict__" else found
            case ast.Lambda():
                found = [Defined(node, scope)]
            case ast.Subscript(value=owner, slice=key):
                found = self._item(owner, key, scope)
            case ast.Call():
                found = self._result(node, scope)
            case _:
                found = [one for part in _choices(node) for one in self.evaluate(part, scope)]
        if found:
            return found
        text = self.text(node, scope)
        return [] if text is None else [Text(text)]

    def _item(self, owner: ast.expr, key: ast.expr, scope: Scope) -> list[Value]:
        """What a subscript may give: of a module's own names, of a literal, of a generic class."""
        text = self.text(key, scope)
        found: list[Value] = []
        for value in self.evaluate(owner, scope):
            if isinstance(value, Local) and text is not None:
                found += value.scope.names.get(text, [])
            elif isinstance(value, Named) and value.dotted == "sys.modules":
                found.append(Named(COMPUTED if text is None else text))
            elif not isinstance(value, Text):
                found.append(value)  # out of a container, or a generic class
            if isinstance(value, Named) and text is not None:
                found.append(Named(f"{value.dotted}.{text}"))  # out of vars(module)
        return found

    def _result(self, node: ast.Call, scope: Scope) -> list[Value]:
        """What a call returns, where that is known without running it."""
        found: list[Value] = []
        for value in self.evaluate(node.func, scope):
            if isinstance(value, Class):
                found.append(value)
            elif isinstance(value, Named):
                found += self._returned(value.dotted, node, scope)
            elif isinstance(value, Defined):
                found += self.returns.get(value.node, [])
        return found

    def _returned(self, dotted: str, node: ast.Call, scope: Scope) -> list[Value]:
        first = node.args[0] if node.args else None
        if dotted in ("builtins.globals", "builtins.locals"):
            return [Local(scope)]
        if first is not None and dotted in _IMPORTS:
            return self._imported(dotted, node, scope)
        if first is not None and dotted in _SAME:
            return self.evaluate(first, scope)
        if first is not None and dotted == "builtins.getattr" and len(node.args) > 1:
            name = self.text(node.args[1], scope)
            owners = self.evaluate(first, scope)
            if name is None:
                return [Named(f"{o.dotted}.{COMPUTED}") for o in owners if isinstance(o, Named)]
            return [found for owner in owners for found in attribute(owner, name)]
        return [Named(dotted)] if _is_class(dotted) else []

    def _imported(self, dotted: str, node: ast.Call, scope: Scope) -> list[Value]:
        values = self.evaluate(node.args[0], scope)
        texts = [value.text for value in values if isinstance(value, Text)]
        top = dotted == "builtins.__import__" and len(node.args) <= _FROM
        found: list[Value] = [] if texts else [Named(COMPUTED)]
        for text in texts:
            name = text.partition(".")[0] if top else text.lstrip(".")
            here = self._module(name)
            found.append(Named(name) if here is None else Local(here))
        return found

    def text(self, node: ast.expr, scope: Scope) -> str | None:
        def named(name: str) -> str | None:
            values = scope.look_up(name)
            return next((value.text for value in values if isinstance(value, Text)), None)

        return constants.text(node, named)


def _is_class(dotted: str) -> bool:
    """Whether a name is spelled like a class, whose calls give instances of it."""
    return dotted.rpartition(".")[2].lstrip("_")[:1].isupper()


def _choices(node: ast.expr) -> Sequence[ast.expr]:
    """The expressions of which another one is or contains one."""
    match node:
        case ast.IfExp(body=body, orelse=other):
            return (body, other)
        case ast.NamedExpr(value=value) | ast.Await(value=value) | ast.Starred(value=value):
            return (value,)
        case ast.BoolOp(values=parts) | ast.Dict(values=parts):
            return parts[:MOST]
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            return parts[:MOST]
        case _:
            return ()
