"""What the parameters of functions may be: what calls give them, and their defaults."""

from __future__ import annotations

import ast
from typing import Final

from modelaudit.formats.python.evaluation import Evaluator
from modelaudit.formats.python.values import OTHER, Defined, Scope, Text, Unknown, Value, leads

MOST_GIVEN: Final = 4
"""Different things that one parameter is given, and that its function is walked with."""


class Arguments:
    """What the calls that were met give to each function, by parameter."""

    def __init__(self, names: Evaluator) -> None:
        self._names = names
        self._given: dict[ast.AST, dict[str, list[Value]]] = {}

    def give(self, function: Defined, call: ast.Call, scope: Scope) -> bool:
        """Keep what a call gives to a function; whether some of it was not given before."""
        arguments = function.node.args
        named = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
        named = named[function.bound :]
        rest = arguments.vararg.arg if arguments.vararg else ""
        given = call.args
        pairs = list(zip([*named, *[rest] * max(0, len(given) - len(named))], given, strict=False))
        other = arguments.kwarg.arg if arguments.kwarg else ""
        known = {*named, *(one.arg for one in arguments.kwonlyargs)}
        for keyword in call.keywords:
            name = keyword.arg if keyword.arg in known else other
            pairs += [(name or "", keyword.value)]
        new = [self._keep(function, name, value, scope) for name, value in pairs if name]
        return any(new)

    def hand(self, function: Defined, value: Value) -> bool:
        """Keep what a decorator is given; whether that is new."""
        arguments = function.node.args
        named = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
        if not named:
            return False
        known = self._given.setdefault(function.node, {}).setdefault(named[0], [])
        if value in known:
            return False
        known.append(value)
        return True

    def _keep(self, function: Defined, name: str, value: ast.expr, scope: Scope) -> bool:
        known = self._given.setdefault(function.node, {}).setdefault(name, [])
        new = [one for one in self._names.evaluate(value, scope) if one not in known]
        kept = [one for one in new if not isinstance(one, Text | Unknown)]
        room = MOST_GIVEN - len(known)
        acting = [one for one in kept[max(0, room) :] if leads(one)][:MOST_GIVEN]
        known += [*kept[: max(0, room)], *acting]
        return bool(kept[: max(0, room)] or acting)

    def bind(self, function: Defined, scope: Scope) -> None:
        """Bind the parameters of a function in the scope of its body."""
        arguments = function.node.args
        named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        for one in (arguments.vararg, arguments.kwarg):
            named += [one] if one else []
        for index, argument in enumerate(named):
            own = function.bound and index == 0
            scope.names.setdefault(argument.arg, [])
            scope.bind(argument.arg, [function.owner] if own and function.owner else [OTHER])
        for name, values in self._given.get(function.node, {}).items():
            scope.bind(name, values)
        positional = [*arguments.posonlyargs, *arguments.args]
        pairs = zip(reversed(positional), reversed(arguments.defaults), strict=False)
        for argument, default in pairs:
            scope.bind(argument.arg, self._names.evaluate(default, function.scope))
        for argument, other in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            if other is not None:
                scope.bind(argument.arg, self._names.evaluate(other, function.scope))
