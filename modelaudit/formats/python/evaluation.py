"""What expressions of Python source may be, worked out without running them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.limits import Bounds
from modelaudit.formats.python import classes, constants
from modelaudit.formats.python.values import (
    ANY,
    COMPUTED,
    MOST,
    OTHER,
    Class,
    Defined,
    Holder,
    Local,
    Named,
    Scope,
    Text,
    Unknown,
    Value,
    attribute,
    leads,
)
from modelaudit.knowledge.pickle_globals import reviewed_dangerous
from modelaudit.knowledge.python_names import attribute_effect, carries

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
_GETTERS: Final = ("builtins.getattr", "inspect.getattr_static", "builtins.object.__getattribute__")
_MODULES: Final = "sys.modules"
_TAKES: Final = ("get", "pop", "setdefault", "__getitem__")
"""Methods of a mapping that give what it has under their first argument."""
_CONTAINERS: Final = (
    ast.Dict, ast.List, ast.Tuple, ast.Set, ast.ListComp, ast.SetComp, ast.GeneratorExp,
    ast.DictComp,
)  # fmt: skip
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
        found = self._values(node, scope)
        self._budget.leave()
        return found if len(found) <= MOST else _most(found)

    def _values(self, node: ast.expr, scope: Scope) -> list[Value]:
        match node:
            case ast.Name(id=name):
                found = scope.look_up(name)
            case ast.Attribute(value=owner, attr=name):
                found = self._attribute(owner, name, scope)
            case ast.Lambda():
                found = [Defined(node, scope)]
            case ast.Subscript(value=owner, slice=key):
                found = self._item(owner, key, scope)
            case ast.Call():
                found = self._result(node, scope)
            case ast.BinOp(left=left, right=right) if self.text(node, scope) is None:
                parts = [*self.evaluate(left, scope), *self.evaluate(right, scope)]
                found = [one for one in parts if not isinstance(one, Text)]
            case _:
                found = self._either(_choices(node), scope)
                found += holder(found) if isinstance(node, _CONTAINERS) else []
        if found:
            return found
        text = self.text(node, scope)
        return [] if text is None else [Text(text)]

    def _either(self, parts: Sequence[ast.expr], scope: Scope) -> list[Value]:
        """What one of several expressions is; none of them is left out for being unknown."""
        found: list[Value] = []
        unknown = False
        for part in parts:
            values = self.evaluate(part, scope)
            found += values
            unknown = unknown or not values
        return [*found, OTHER] if found and unknown else found

    def _attribute(self, owner: ast.expr, name: str, scope: Scope) -> list[Value]:
        owners = self.evaluate(owner, scope)
        if name == "__dict__":
            return owners
        found = self._taken(owners, name)
        for value in list(found):
            if isinstance(value, Text):
                found.append(OTHER)  # attributes are assigned by other code too
            if isinstance(value, Defined) and is_property(value):
                found += self.returns.get(value.node, [])
        return found

    def given_by(self, values: Sequence[Value]) -> list[Value]:
        """What instances of classes give when Python asks their special methods."""
        found: list[Value] = []
        for value in values:
            if isinstance(value, Class):
                for one in (*classes.special(value), *attribute(value, "__call__")):
                    found += self.returns.get(one.node, []) if isinstance(one, Defined) else []
        return found

    def _taken(self, owners: list[Value], name: str) -> list[Value]:
        """An attribute of what something may be, and whatever it is where its name says enough."""
        found = [one for value in owners for one in attribute(value, name)]
        if attribute_effect(name):
            known = any(not isinstance(one, Named) for one in found)
            acts = any(isinstance(one, Named) and carries(one.dotted) for one in found)
            found += [] if known or acts else [Named(f"{COMPUTED}.{name}")]
        return found

    def _item(self, owner: ast.expr, key: ast.expr, scope: Scope) -> list[Value]:
        """What a subscript may give: of a module's own names, of a literal, of a generic class."""
        text = self.text(key, scope)
        found: list[Value] = []
        for value in self.evaluate(owner, scope):
            if isinstance(value, Local):
                names = value.scope.names
                keys = [*names] if text is None else [text, ANY]
                found += [one for name in keys for one in names.get(name, [])]
            elif isinstance(value, Named) and value.dotted == _MODULES:
                here = None if text is None else self._module(text)
                found.append(Local(here) if here else Named(text or f"{value.dotted}.{COMPUTED}"))
            elif isinstance(value, Holder):
                found += [*value.held, value]
            elif not isinstance(value, Text | Unknown):
                found.append(value)  # out of a container, or a generic class
            if isinstance(value, Named):
                found += self._entry(value, text)
        if text is not None and text[:2] == "__" and attribute_effect(text):
            found.append(Named(f"{COMPUTED}.{text}"))
        return [*found, *self.given_by(found)]

    def _entry(self, value: Named, text: str | None) -> list[Value]:
        """What ``vars(module)`` has under a text, or under a key that is worked out."""
        if value.dotted == _MODULES:
            return []
        if text is not None:
            return [Named(f"{value.dotted}.{text}")]
        return [Named(f"{value.dotted}.{COMPUTED}")] if is_module(value.dotted) else []

    def _result(self, node: ast.Call, scope: Scope) -> list[Value]:
        """What a call returns, where that is known without running it."""
        found: list[Value] = []
        callees = self.evaluate(node.func, scope)
        for value in callees:
            if isinstance(value, Class):
                found += [value, *self._kept(node, scope), *self.given_by([value])]
            elif isinstance(value, Named):
                found += self._returned(value.dotted, node, scope)
            elif isinstance(value, Defined):
                found += self.returns.get(value.node, [])
            elif isinstance(value, Holder):
                found += [*value.held, value]
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr=method), args=[key, *_]):
                found += self._item(owner, key, scope) if method in _TAKES else []
            case ast.Call(func=ast.Attribute(value=owner)) if not callees:
                spaces = [one for one in self.evaluate(owner, scope) if isinstance(one, Local)]
                for space in spaces:  # such as ``globals().copy()``
                    found += holder([one for many in space.scope.names.values() for one in many])
        if not any(isinstance(value, Defined | Class) for value in callees):
            found += self._passed(node, scope)
        return found

    def _passed(self, node: ast.Call, scope: Scope) -> list[Value]:
        """What a call that is not followed may return of what it is given."""
        kept = self._kept(node, scope)
        return [*kept[0].held, *kept] if kept else []

    def _kept(self, node: ast.Call, scope: Scope) -> list[Holder]:
        """What holds those arguments of a call that lead on, if any does."""
        given: list[Value] = []
        for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
            given += self.evaluate(argument, scope)
        return holder(given)

    def _returned(self, dotted: str, node: ast.Call, scope: Scope) -> list[Value]:
        if not node.args:
            return self._own(dotted, scope)
        first, count = node.args[0], len(node.args)
        if dotted in _IMPORTS:
            return self._imported(dotted, node, scope)
        if dotted in _SAME or (dotted == "builtins.type" and count == 1):
            return self.evaluate(first, scope)
        if dotted in _GETTERS and count > 1:
            return self._got(self.evaluate(first, scope), node.args[1], scope)
        if dotted.endswith(".__getattribute__"):
            owner = dotted.removesuffix(".__getattribute__")
            return self._got([Named(owner)], first, scope)
        return [Named(dotted)] if is_class(dotted) else []

    def _own(self, dotted: str, scope: Scope) -> list[Value]:
        """What a call without arguments gives, which may be of where it stands."""
        if dotted in ("builtins.globals", "builtins.locals", "builtins.vars"):
            return [Local(scope.root() if dotted == "builtins.globals" else scope)]
        if dotted == "builtins.super":
            return self._above(scope)
        return [Named(dotted)] if is_class(dotted) else []

    def _got(self, owners: list[Value], name: ast.expr, scope: Scope) -> list[Value]:
        """What ``getattr`` gives."""
        text = self.text(name, scope)
        if text is not None:
            return self._taken(owners, text)
        found: list[Value] = []
        for one in owners:
            if isinstance(one, Named):
                found.append(Named(f"{one.dotted}.{COMPUTED}"))
            elif isinstance(one, Class | Local):
                found += [member for members in one.scope.names.values() for member in members]
        return [one for one in found if not isinstance(one, Text)]

    def _above(self, scope: Scope) -> list[Value]:
        """What ``super()`` gives: classes that are defined here, and those that act."""
        found: list[Value] = []
        for owner in scope.look_up("__class__"):
            above = owner.bases if isinstance(owner, Class) else ()
            found += [one for one in above if isinstance(one, Named | Class) and leads(one)]
        return found

    def _imported(self, dotted: str, node: ast.Call, scope: Scope) -> list[Value]:
        values = self.evaluate(node.args[0], scope)
        texts = [value.text for value in values if isinstance(value, Text)]
        top = dotted == "builtins.__import__" and len(node.args) <= _FROM
        known = texts and len(texts) == len(values)
        found: list[Value] = [] if known else [Named(COMPUTED)]
        for text in texts:
            name = text.partition(".")[0] if top else text.lstrip(".")
            here = self._module(name)
            found.append(Named(name) if here is None else Local(here))
        return found

    def text(self, node: ast.expr, scope: Scope) -> str | None:
        def named(name: str) -> str | None:
            values = scope.look_up(name)
            texts = [value.text for value in values if isinstance(value, Text)]
            return texts[0] if len(texts) == len(values) == 1 else None

        def dotted(part: ast.expr) -> str:
            values = self.evaluate(part, scope)
            names = [value.dotted for value in values if isinstance(value, Named)]
            return names[0] if len(names) == len(values) == 1 else ""

        return constants.text(node, constants.Look(named, dotted))


def is_property(function: Defined) -> bool:
    """Whether taking the attribute may call the method already."""
    decorated = not isinstance(function.node, ast.Lambda) and function.node.decorator_list
    return function.owner is not None and bool(decorated)


def _most(values: list[Value]) -> list[Value]:
    """Those of other modules that act first, then others that lead on, and that there are more."""
    kept = [one for one in dict.fromkeys(values) if leads(one)]
    kept.sort(key=lambda one: not isinstance(one, Named))
    return [*kept[: MOST - 1], OTHER]


def is_module(dotted: str) -> bool:
    """Whether a name is that of a module with dangerous names, and not of something in one."""
    return reviewed_dangerous(dotted)


def holder(values: Sequence[Value]) -> list[Holder]:
    """One that holds those of the values that lead on, if any does."""
    held: list[Value] = [one for one in values if leads(one) and not isinstance(one, Holder)]
    held += [one for value in values if isinstance(value, Holder) for one in value.held]
    return [Holder(tuple(dict.fromkeys(held))[:MOST])] if held else []


def is_class(dotted: str) -> bool:
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
            return _worth(parts)
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            made = node.value if isinstance(node, ast.DictComp) else node.elt
            return (made, *(part.iter for part in node.generators))
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            return _worth(parts)
        case _:
            return ()


def _worth(parts: Sequence[ast.expr]) -> Sequence[ast.expr]:
    """The parts of a long table without its constants, which lead nowhere."""
    if len(parts) <= MOST:
        return parts
    return [*parts[:MOST], *(one for one in parts[MOST:] if not isinstance(one, ast.Constant))]
