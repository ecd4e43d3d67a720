"""Which names a module of Python reaches: at import, when a loader calls it, and later.

The source is walked as Python would run it, without running it: statements of the module and of its
classes, decorators, defaults and bases, then the bodies of whatever these call. Every branch is
taken, and a name is all that was ever assigned to it.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Final

from modelaudit.core.errors import Malformed
from modelaudit.core.limits import Bounds
from modelaudit.formats.python import classes, imports, scoping
from modelaudit.formats.python.arguments import MOST_GIVEN, Arguments
from modelaudit.formats.python.evaluation import Budget, Evaluator, is_module
from modelaudit.formats.python.source import Find, Parser
from modelaudit.formats.python.uses import How, Reach, When, by_name, positional
from modelaudit.formats.python.values import (
    ANY,
    COMPUTED,
    Class,
    Defined,
    Local,
    Named,
    Scope,
    Text,
    Value,
    attribute,
)
from modelaudit.knowledge.python_names import attribute_effect, carries

_AT_IMPORT: Final = ("__getattr__", "__dir__")
"""Functions of a module that an import of a name from it calls."""
_SETTERS: Final = ("builtins.setattr", "builtins.object.__setattr__", "builtins.type.__setattr__")
_ENVIRONMENT: Final = "os.environ"
_VALUE: Final = 2
"""The position of the value among the arguments of ``setattr``."""


class Walk:
    """Walks modules: ``reached`` collects what they reach, ``missing`` those that do not parse."""

    def __init__(self, find: Find, bounds: Bounds) -> None:
        self.reached: list[Reach] = []
        self.missing: list[tuple[str, Malformed]] = []
        self._find, self._parser = find, Parser()
        self._budget = Budget(bounds)
        self._names = Evaluator(self.module, self._budget)
        self._modules: dict[str, Scope] = {}
        self._as_import = set[str]()
        self._done: set[ast.AST] = set()
        self._returning: list[Value] = []
        self._arguments = Arguments(self._names)
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
            tree = self._parser.parse(raw)
        except Malformed as problem:
            self.missing.append((name, problem))
            return scope
        scope.declared = scoping.declared(tree)
        if scoping.skips_main(tree):
            self._as_import.add(scope.module)
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
            self._run(class_)
        for function in list(self._functions):
            self._run(function)

    def _enter(self, value: Value, method: str) -> None:
        if method and isinstance(value, Class):
            for one in attribute(value, method):
                self._run(one)
        else:
            self._run(value)
            for named in classes.LOADERS if isinstance(value, Class) else ():
                for one in attribute(value, named):
                    self._run(one)

    def _run(self, value: Value) -> None:
        """Walk the body of a function, or what making an instance of a class calls."""
        if isinstance(value, Class):
            for one in classes.special(value):
                self._run(one)
            return
        if not isinstance(value, Defined) or value.node in self._done:
            return
        self._done.add(value.node)
        scope = Scope(value.scope)
        self._arguments.bind(value, scope)
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
                self._bind(target, value, [Named(COMPUTED)], scope)
            case ast.Global() | ast.Nonlocal():
                scoping.move(node, scope)
            case ast.Return(value=ast.expr() as returned):
                self._expression(returned, scope)
                self._return(returned, scope)
            case ast.If(test=test) if scope.module in self._as_import and scoping.is_main(test):
                self._body(node.orelse, scope, owner)
            case _:
                self._nested(node, scope, owner)

    def _nested(self, node: ast.AST, scope: Scope, owner: Class | None) -> None:
        """The parts of a compound statement: every branch, and the expressions beside them."""
        if isinstance(node, ast.For | ast.AsyncFor):
            self._assign([node.target], node.iter, scope)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            self._assign([node.optional_vars], node.context_expr, scope)
        elif isinstance(node, ast.ExceptHandler) and node.name and node.type is not None:
            scope.bind(node.name, self._names.evaluate(node.type, scope))
        elif isinstance(node, ast.Match):
            subject = self._names.evaluate(node.subject, scope)
            for case in node.cases:
                for part in ast.walk(case.pattern):
                    for name in scoping.captures(part):
                        scope.bind(name, subject)
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
        for hook in classes.hooks(class_):
            self._run(hook)
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
                text = self._names.text(key, scope)
                for one in self._names.evaluate(owner, scope):
                    if isinstance(one, Named):
                        at = f".{text}" if one.dotted == _ENVIRONMENT and text else ""
                        self._add(f"{one.dotted}{at}", "assignment", target, scope)
                    elif isinstance(one, Local):
                        one.scope.bind(text or ANY, values)
                self._expression(owner, scope)
                self._expression(key, scope)
            case _:
                self._expression(target, scope)

    def _set_attribute(self, owner: ast.expr, name: str, values: list[Value], scope: Scope) -> None:
        if attribute_effect(name):
            self._add(f"{COMPUTED}.{name}", "assignment", owner, scope)
        for one in self._names.evaluate(owner, scope):
            if isinstance(one, Class | Local):
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
                self._comprehension(node, Scope(scope, inner=True))
            case ast.NamedExpr(target=target, value=value):
                self._expression(value, scope)
                scope.around().bind(target.id, self._names.evaluate(value, scope))
            case ast.Yield(value=ast.expr() as given) | ast.YieldFrom(value=given):
                self._expression(given, scope)
                self._return(given, scope)
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
        self._callee(node.func, scope)
        values = self._names.evaluate(node.func, scope)
        for value in values:
            if isinstance(value, Named):
                hidden = is_module(value.dotted)  # a module is not called: what led here is
                dotted = f"{value.dotted}.{COMPUTED}" if hidden else value.dotted
                self._add(dotted, "call", node, scope)
                self._change(value.dotted, node, scope)
            else:
                if isinstance(value, Defined) and self._arguments.give(value, node, scope):
                    self._done.discard(value.node)
                self._run(value)
            for one in attribute(value, "__call__") if isinstance(value, Class) else ():
                self._run(one)
            for base in value.bases if isinstance(value, Class) else ():
                if isinstance(base, Named) and carries(base.dotted):
                    self._add(base.dotted, "call", node, scope)
        self._update(node, scope)
        given = (*node.args, *(keyword.value for keyword in node.keywords))
        for argument in given:  # what is passed on may be called
            for value in self._names.evaluate(argument, scope):
                if isinstance(value, Defined):
                    self._run(value)

    def _callee(self, node: ast.expr, scope: Scope) -> None:
        """Walk what gives the function that is called, other than a plain name."""
        inner = node
        while isinstance(inner, ast.Attribute):
            inner = inner.value
        if not isinstance(inner, ast.Name):
            self._expression(inner, scope)

    def _change(self, dotted: str, node: ast.Call, scope: Scope) -> None:
        """``setattr`` assigns."""
        if dotted in _SETTERS and len(node.args) > _VALUE:
            name = self._names.text(node.args[1], scope) or ANY
            values = self._names.evaluate(node.args[_VALUE], scope)
            self._set_attribute(node.args[0], name, values, scope)

    def _update(self, node: ast.Call, scope: Scope) -> None:
        """A method of ``globals()``, such as ``update``, binds what it is given."""
        if not isinstance(node.func, ast.Attribute):
            return
        for owner in self._names.evaluate(node.func.value, scope):
            if isinstance(owner, Local) and node.func.attr not in owner.scope.names:
                for keyword in node.keywords:
                    values = self._names.evaluate(keyword.value, scope)
                    owner.scope.bind(keyword.arg or ANY, values)
                for argument in node.args:
                    values = self._names.evaluate(argument, scope)
                    kept = [one for one in values if not isinstance(one, Text)]
                    if kept:
                        owner.scope.bind(ANY, kept)

    def _add(self, dotted: str, how: How, node: ast.expr, scope: Scope) -> None:
        head, _, name = dotted.rpartition(".")
        vague = head in ("", COMPUTED) and name != COMPUTED and not attribute_effect(name)
        if vague or (dotted == COMPUTED and how != "call"):
            return  # of something that is worked out, and whose name says nothing

        def words(one: ast.expr) -> str | None:
            return self._names.text(one, scope)

        arguments = positional(node, words) if isinstance(node, ast.Call) else ()
        keywords = by_name(node, words) if isinstance(node, ast.Call) else ()
        place = scope.home(), node.lineno
        self.reached.append(
            Reach(dotted, how, self._when, self._within, arguments, keywords, *place)
        )
