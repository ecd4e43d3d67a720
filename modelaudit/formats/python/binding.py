"""What statements bind: names, attributes, and what is put into something that holds it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Final

from modelaudit.formats.python.evaluation import Evaluator, holder, is_class, is_module
from modelaudit.formats.python.record import Record
from modelaudit.formats.python.values import (
    ANY,
    COMPUTED,
    OTHER,
    Class,
    Holder,
    Local,
    Named,
    Scope,
    Text,
    Value,
    leads,
)
from modelaudit.knowledge.python_names import attribute_effect

Walked = Callable[[ast.expr, Scope], None]
_SETTERS: Final = ("builtins.setattr", "builtins.object.__setattr__", "builtins.type.__setattr__")
_ENVIRONMENT: Final = "os.environ"
_KEYED: Final = (_ENVIRONMENT, "sys.modules")
"""What is changed by assigning an item of it."""
_ANNOTATIONS: Final = "__annotations__"
"""What ``typing.get_type_hints`` evaluates."""
_VALUE: Final = 2
"""The position of the value among the arguments of ``setattr``."""


class Binder:
    """Binds what statements assign. ``walked`` walks an expression that is a part of a target."""

    def __init__(self, names: Evaluator, record: Record, walked: Walked) -> None:
        self._names = names
        self._record = record
        self._walked = walked

    def assign(self, targets: Sequence[ast.expr], value: ast.expr, scope: Scope) -> None:
        self._walked(value, scope)
        values = self._names.evaluate(value, scope)
        for target in targets:
            self.bind(target, value, values, scope)

    def each(self, target: ast.expr, value: ast.expr, scope: Scope) -> None:
        """Bind what a loop or a context manager gives, which is or comes out of a value."""
        self._walked(value, scope)
        values = self._names.evaluate(value, scope)
        self.bind(target, value, [*values, *self._names.given_by(values)], scope)

    def bind(self, target: ast.expr, value: ast.expr, values: list[Value], scope: Scope) -> None:
        match target:
            case ast.Name(id=name):
                scope.bind(name, values or [OTHER])
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                given = value.elts if isinstance(value, ast.Tuple | ast.List) else []
                for index, part in enumerate(parts):
                    if index < len(given):
                        found = self._names.evaluate(given[index], scope)
                        self.bind(part, given[index], found, scope)
                    else:
                        known = all(isinstance(one, Text) for one in values)
                        self.bind(part, value, values if known else [*values, OTHER], scope)
            case ast.Starred(value=inner):
                self.bind(inner, value, values, scope)
            case ast.Attribute(value=owner, attr=name):
                self.attribute(owner, name, values, scope)
                self._walked(owner, scope)
            case ast.Subscript(value=owner, slice=key):
                self._item(target, values, scope)
                self._walked(owner, scope)
                self._walked(key, scope)
            case _:
                self._walked(target, scope)

    def _item(self, target: ast.Subscript, values: list[Value], scope: Scope) -> None:
        text = self._names.text(target.slice, scope)
        match target.value:
            case ast.Attribute(attr="__annotations__"):
                self._record.add(f"{COMPUTED}.{_ANNOTATIONS}", "assignment", target, scope)
            case _:
                pass
        owners = self._names.evaluate(target.value, scope)
        held = {one for value in owners if isinstance(value, Holder) for one in value.held}
        for one in owners:
            if isinstance(one, Named) and (
                one.dotted in _KEYED or (leads(one) and one not in held)
            ):
                at = f".{text}" if one.dotted == _ENVIRONMENT and text else ""
                self._record.add(f"{one.dotted}{at}", "assignment", target, scope)
            elif isinstance(one, Local):
                one.scope.bind(text or ANY, values)
        if not any(isinstance(one, Named | Local) for one in owners):
            self.put(target.value, values, scope)

    def attribute(self, owner: ast.expr, name: str, values: list[Value], scope: Scope) -> None:
        if attribute_effect(name) or name == _ANNOTATIONS:
            self._record.add(f"{COMPUTED}.{name}", "assignment", owner, scope)
        owners = self._names.evaluate(owner, scope)
        held = {one for value in owners if isinstance(value, Holder) for one in value.held}
        for one in owners:
            if isinstance(one, Class | Local):
                one.scope.bind(name, values or [OTHER])
            elif isinstance(one, Named) and (one not in held or is_module(one.dotted)):
                self._record.add(f"{one.dotted}.{name}", "assignment", owner, scope)
        if not any(isinstance(one, Class | Local | Named) for one in owners):
            self.put(owner, values, scope)

    def put(self, owner: ast.expr, values: Sequence[Value], scope: Scope) -> None:
        """What holds something is from then on what may give it."""
        kept = holder(values)
        if not kept:
            return
        match owner:
            case ast.Name(id=name):
                scope.binding(name).bind(name, kept)
            case ast.Attribute(value=inner, attr=name):
                owners = self._names.evaluate(inner, scope)
                places = [one for one in owners if isinstance(one, Class | Local)]
                for place in places:
                    place.scope.bind(name, kept)
                if not places:
                    self.put(inner, kept, scope)
            case ast.Subscript(value=inner) | ast.Call(func=ast.Attribute(value=inner)):
                self.put(inner, kept, scope)
            case _:
                pass

    def called(self, dotted: str, node: ast.Call, scope: Scope) -> None:
        """``setattr`` assigns."""
        if dotted in _SETTERS and len(node.args) > _VALUE:
            name = self._names.text(node.args[1], scope) or ANY
            values = self._names.evaluate(node.args[_VALUE], scope)
            self.attribute(node.args[0], name, values, scope)

    def method(self, node: ast.Call, scope: Scope) -> None:
        """A method that is not followed keeps what it is given; one of ``globals()`` binds it."""
        if not isinstance(node.func, ast.Attribute):
            return
        owner = node.func.value
        owners = self._names.evaluate(owner, scope)
        for one in owners:
            bound = isinstance(one, Local) or node.func.attr == "update"
            if isinstance(one, Local | Class) and bound and node.func.attr not in one.scope.names:
                for keyword in node.keywords:
                    values = self._names.evaluate(keyword.value, scope)
                    one.scope.bind(keyword.arg or ANY, values)
                for argument in node.args if isinstance(one, Local) else ():
                    values = self._names.evaluate(argument, scope)
                    kept = [value for value in values if leads(value)]
                    if kept:
                        one.scope.bind(ANY, kept)
        named = [one for one in owners if isinstance(one, Local | Class | Named)]
        if all(isinstance(one, Named) and is_class(one.dotted) for one in named):
            for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                self.put(owner, self._names.evaluate(argument, scope), scope)
