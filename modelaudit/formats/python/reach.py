"""Which names a module of Python reaches: at import, when a loader calls it, and later.

The source is walked as Python would run it, without running it: statements of the module and of its
classes, decorators, defaults and bases, then the bodies of whatever these call. Every branch is
taken, and a name is all that was ever assigned to it.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from modelaudit.core.errors import Malformed
from modelaudit.core.limits import Bounds
from modelaudit.formats.python import imports
from modelaudit.formats.python.evaluation import Budget, Evaluator
from modelaudit.formats.python.source import Find, parse
from modelaudit.formats.python.values import (
    Class,
    Defined,
    Named,
    Scope,
    Text,
    Value,
    attribute,
)

When = Literal["import", "load", "use"]
How = Literal["call", "reference", "assignment"]

_AT_IMPORT: Final = ("__getattr__", "__dir__")
"""Functions of a module that an import of a name from it calls."""
_OF_CLASSES: Final = (
    "__new__", "__init__", "__call__", "__init_subclass__", "__class_getitem__", "__prepare__",
    "__set_name__", "__del__", "__setstate__", "__getattr__", "__getattribute__", "__setattr__",
    "__post_init__",
)  # fmt: skip
"""Methods that Python calls by itself once a class is made, subclassed or instantiated."""
MOST_GIVEN: Final = 4
"""Different things that one parameter is given, and that its function is walked with."""
_PLAIN: Final = (ast.Name, ast.Attribute)


@dataclass(frozen=True, slots=True)
class Reach:
    """One use of a name of another module.

    ``how`` is what happens to it, ``within`` the function that does it. Of a call, ``arguments``
    has the constant texts among the positional arguments, empty ones for the others, and
    ``keywords`` those that are given by name. ``file`` and ``line`` are its place.
    """

    dotted: str
    how: How
    when: When
    within: str
    arguments: tuple[str, ...]
    keywords: tuple[tuple[str, str], ...]
    file: str
    line: int


class Walk:
    """Walks modules: ``reached`` collects what they reach, ``missing`` those that do not parse."""

    def __init__(self, find: Find, bounds: Bounds) -> None:
        self.reached: list[Reach] = []
        self.missing: list[tuple[str, Malformed]] = []
        self._find = find
        self._budget = Budget(bounds)
        self._names = Evaluator(self.module, self._budget)
        self._modules: dict[str, Scope] = {}
        self._done: set[ast.AST] = set()
        self._returning: list[Value] = []
        self._given: dict[ast.AST, dict[str, list[Value]]] = {}
        self._when: When = "import"
        self._within = ""
        self._classes: list[Class] = []
        self._functions: list[Defined] = []

    def module(self, name: str) -> Scope | None:
        """Import a module that lies here, once; None for another one. Raises Malformed (limit)."""
        if name in self._modules:
            return self._modules[name]
        raw = self._find(name)
        if raw is None:
            return None
        parent = name.rpartition(".")[0]
        if parent:
            self.module(parent)  # a package is imported before what is in it
        scope = Scope(None, module=name)
        self._modules[name] = scope
        try:
            tree = parse(raw)
        except Malformed as problem:
            self.missing.append((name, problem))
            return scope
        outside = self._within, self._when
        self._within, self._when = "", "import"
        self._body(tree.body, scope, None)
        for function in _AT_IMPORT:
            for value in scope.names.get(function, []):
                self._run(value)
        self._within, self._when = outside
        return scope

    def load(self, name: str, entries: Sequence[str]) -> None:
        """What a loader calls of a module: functions, classes, or ``Class.method``; then the rest.

        Raises Malformed where a limit is reached.
        """
        scope = self.module(name)
        if scope is None:
            return
        self._when = "load"
        for entry in entries:
            first, _, method = entry.partition(".")
            for value in list(scope.names.get(first, [])):
                self._enter(value, method)
        self._when = "use"
        for class_ in list(self._classes):
            for method in _OF_CLASSES:
                self._enter(class_, method)
        for function in list(self._functions):
            self._run(function)

    def _enter(self, value: Value, method: str) -> None:
        if method and isinstance(value, Class):
            for one in attribute(value, method):
                self._run(one)
        else:
            self._run(value)

    def _run(self, value: Value) -> None:
        """Walk the body of a function, or what making an instance of a class calls."""
        if isinstance(value, Class):
            for method in _OF_CLASSES:
                for one in attribute(value, method):
                    if isinstance(one, Defined):
                        self._run(one)
            return
        if not isinstance(value, Defined) or value.node in self._done:
            return
        self._done.add(value.node)
        scope = Scope(value.scope)
        self._bind_arguments(value, scope)
        outside, self._within = self._within, value.name
        self._budget.enter()
        around, self._returning = self._returning, self._names.returns.setdefault(value.node, [])
        if isinstance(value.node, ast.Lambda):
            self._expression(value.node.body, scope)
            self._return(value.node.body, scope)
        else:
            self._body(value.node.body, scope, None)
        self._returning = around
        self._budget.leave()
        self._within = outside

    def _return(self, node: ast.expr, scope: Scope) -> None:
        known = self._returning
        values = self._names.evaluate(node, scope)
        known += [value for value in values if value not in known][: MOST_GIVEN - len(known)]

    def _give(self, function: Value, call: ast.Call, scope: Scope) -> None:
        """Keep what a call gives to a function, which runs again for what it was not given yet."""
        if not isinstance(function, Defined):
            return
        arguments = function.node.args
        named = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
        pairs = list(zip(named[function.owner is not None :], call.args, strict=False))
        pairs += [(keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg]
        given = self._given.setdefault(function.node, {})
        for name, expression in pairs:
            known = given.setdefault(name, [])
            for value in self._names.evaluate(expression, scope):
                if value not in known and len(known) < MOST_GIVEN and not isinstance(value, Text):
                    known.append(value)
                    self._done.discard(function.node)

    def _bind_arguments(self, function: Defined, scope: Scope) -> None:
        arguments = function.node.args
        named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        for one in (arguments.vararg, arguments.kwarg):
            named += [one] if one else []
        for index, argument in enumerate(named):
            own = function.owner is not None and index == 0
            scope.names[argument.arg] = [function.owner] if own and function.owner else []
        for name, values in self._given.get(function.node, {}).items():
            scope.bind(name, values)
        positional = [*arguments.posonlyargs, *arguments.args]
        pairs = zip(reversed(positional), reversed(arguments.defaults), strict=False)
        for argument, default in pairs:
            scope.bind(argument.arg, self._names.evaluate(default, function.scope))
        for argument, other in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            if other is not None:
                scope.bind(argument.arg, self._names.evaluate(other, function.scope))

    def _body(self, statements: Sequence[ast.stmt], scope: Scope, owner: Class | None) -> None:
        for statement in statements:
            self._budget.step()
            self._statement(statement, scope, owner)

    def _statement(self, node: ast.stmt, scope: Scope, owner: Class | None) -> None:
        match node:
            case ast.Import() | ast.ImportFrom():
                imports.bind(node, scope, self.module)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._define(node, scope, owner)
            case ast.ClassDef():
                self._define_class(node, scope)
            case ast.Assign(targets=targets, value=value):
                self._assign(targets, value, scope)
            case ast.AnnAssign(target=target, value=value, annotation=annotation):
                self._expression(annotation, scope)
                if value is not None:
                    self._assign([target], value, scope)
            case ast.AugAssign(target=target, value=value):
                self._assign([target], value, scope)
            case ast.Return(value=ast.expr() as returned):
                self._expression(returned, scope)
                self._return(returned, scope)
            case ast.If(test=test) if scope.outer is None and imports.is_main(test, scope):
                self._body(node.orelse, scope, owner)
            case _:
                self._nested(node, scope, owner)

    def _nested(self, node: ast.AST, scope: Scope, owner: Class | None) -> None:
        """The parts of a compound statement: every branch, and the expressions beside them."""
        if isinstance(node, ast.For | ast.AsyncFor):
            self._assign([node.target], node.iter, scope)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            self._assign([node.optional_vars], node.context_expr, scope)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                self._budget.step()
                self._statement(child, scope, owner)
            elif isinstance(child, ast.expr):
                self._expression(child, scope)
            elif isinstance(child, ast.excepthandler | ast.match_case | ast.withitem):
                self._nested(child, scope, owner)

    def _define(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope, owner: Class | None
    ) -> None:
        inner = scope.outer if owner is not None and scope.outer is not None else scope
        function = Defined(node, inner, owner)
        self._functions.append(function)
        scope.bind(node.name, [function])
        defaults = [*node.args.defaults, *(one for one in node.args.kw_defaults if one)]
        for expression in (*node.decorator_list, *defaults):
            self._expression(expression, scope)
        self._decorate(node.decorator_list, scope)

    def _decorate(self, decorators: Sequence[ast.expr], scope: Scope) -> None:
        """A decorator is called with what it decorates."""
        for decorator in decorators:
            for value in self._names.evaluate(decorator, scope):
                if isinstance(value, Named):
                    self._add(value.dotted, "call", decorator, scope)
                else:
                    self._run(value)

    def _define_class(self, node: ast.ClassDef, scope: Scope) -> None:
        class_ = Class(node.name, Scope(scope))
        self._classes.append(class_)
        keywords = [keyword.value for keyword in node.keywords]
        for expression in (*node.bases, *keywords, *node.decorator_list):
            self._expression(expression, scope)
        for base in node.bases:
            class_.bases += self._names.evaluate(base, scope)
        scope.bind(node.name, [class_])
        self._body(node.body, class_.scope, class_)
        for keyword in keywords:  # a metaclass is called to make the class
            for maker in self._names.evaluate(keyword, scope):
                self._run(maker)
        for parent in class_.bases:
            for hook in attribute(parent, "__init_subclass__") if isinstance(parent, Class) else []:
                self._run(hook)
        for members in list(class_.scope.names.values()):
            for member in members:
                if isinstance(member, Class):
                    for one in attribute(member, "__set_name__"):
                        self._run(one)
        self._decorate(node.decorator_list, scope)

    def _assign(self, targets: Sequence[ast.expr], value: ast.expr, scope: Scope) -> None:
        self._expression(value, scope)
        values = self._names.evaluate(value, scope)
        for target in targets:
            self._bind(target, value, values, scope)

    def _bind(self, target: ast.expr, value: ast.expr, values: list[Value], scope: Scope) -> None:
        match target:
            case ast.Name(id=name):
                scope.bind(name, values)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                given = value.elts if isinstance(value, ast.Tuple | ast.List) else []
                for index, part in enumerate(parts):
                    if index < len(given):
                        self._bind(
                            part, given[index], self._names.evaluate(given[index], scope), scope
                        )
                    else:
                        self._bind(part, value, values, scope)
            case ast.Starred(value=inner):
                self._bind(inner, value, values, scope)
            case ast.Attribute(value=owner, attr=name):
                self._set_attribute(owner, name, values, scope)
                self._expression(owner, scope)
            case ast.Subscript(value=owner, slice=key):
                for dotted in self._names.named(owner, scope):
                    self._add(dotted, "assignment", target, scope)
                self._expression(owner, scope)
                self._expression(key, scope)
            case _:
                self._expression(target, scope)

    def _set_attribute(self, owner: ast.expr, name: str, values: list[Value], scope: Scope) -> None:
        for one in self._names.evaluate(owner, scope):
            if isinstance(one, Class):
                one.scope.bind(name, values)
            elif isinstance(one, Named):
                self._add(f"{one.dotted}.{name}", "assignment", owner, scope)

    def _expression(self, node: ast.expr, scope: Scope) -> None:
        """Report what an expression calls and refers to, and walk what it calls."""
        self._budget.enter()
        self._parts(node, scope)
        self._budget.leave()

    def _parts(self, node: ast.expr, scope: Scope) -> None:
        match node:
            case ast.Call():
                self._call(node, scope)
            case ast.Lambda():
                self._functions.append(Defined(node, scope))
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                self._comprehension(node, Scope(scope))
            case ast.NamedExpr(target=target, value=value):
                self._assign([target], value, scope)
            case ast.Name() | ast.Attribute() | ast.Subscript() if names := self._names.named(
                node, scope
            ):
                for one in names:
                    self._add(one, "reference", node, scope)
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self._expression(child, scope)

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, scope: Scope
    ) -> None:
        for part in node.generators:
            self._assign([part.target], part.iter, scope)
            for condition in part.ifs:
                self._expression(condition, scope)
        made = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        for one in made:
            self._expression(one, scope)

    def _call(self, node: ast.Call, scope: Scope) -> None:
        for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
            self._expression(argument, scope)
        for child in ast.iter_child_nodes(node.func):  # what these call may return what is called
            if isinstance(child, ast.expr) and not isinstance(child, _PLAIN):
                self._expression(child, scope)
        values = self._names.evaluate(node.func, scope)
        for value in values:
            if isinstance(value, Named):
                self._add(value.dotted, "call", node, scope)
            else:
                self._give(value, node, scope)
                self._run(value)
        if not values and isinstance(node.func, _PLAIN):
            self._expression(node.func, scope)
        for argument in node.args:  # what is passed on may be called
            for value in self._names.evaluate(argument, scope):
                if isinstance(value, Defined):
                    self._run(value)

    def _add(self, dotted: str, how: How, node: ast.expr, scope: Scope) -> None:
        arguments: tuple[str, ...] = ()
        keywords: tuple[tuple[str, str], ...] = ()
        if isinstance(node, ast.Call):
            arguments = tuple(self._names.text(one, scope) or "" for one in node.args)
            keywords = tuple(
                (one.arg, self._names.text(one.value, scope) or "")
                for one in node.keywords
                if one.arg
            )
        place = scope.home(), node.lineno
        self.reached.append(
            Reach(dotted, how, self._when, self._within, arguments, keywords, *place)
        )
