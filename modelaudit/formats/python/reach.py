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
from modelaudit.formats.python.binding import Binder
from modelaudit.formats.python.evaluation import Budget, Evaluator, is_module, is_property
from modelaudit.formats.python.record import Record
from modelaudit.formats.python.source import Find, called_in, parse
from modelaudit.formats.python.uses import Reach
from modelaudit.formats.python.values import (
    COMPUTED,
    OTHER,
    Class,
    Defined,
    Holder,
    Local,
    Named,
    Scope,
    Value,
    attribute,
    leads,
)
from modelaudit.knowledge.python_names import carries

_AT_IMPORT: Final = ("__getattr__", "__dir__")
"""Functions of a module that an import of a name from it calls."""


class Walk:
    """Walks modules: ``reached`` says what they reach, ``missing`` has those that do not parse."""

    def __init__(self, find: Find, bounds: Bounds) -> None:
        self.missing: list[tuple[str, Malformed]] = []
        self._find = find
        self._budget = Budget(bounds)
        self._names = Evaluator(self.module, self._budget)
        self._record = Record(self._names)
        self._bind = Binder(self._names, self._record, self._expression)
        self._modules: dict[str, Scope] = {}
        self._trees: dict[str, ast.Module] = {}
        self._as_import = set[str]()
        self._done: set[ast.AST] = set()
        self._made: dict[ast.AST, Class | Defined] = {}
        self._scopes: dict[ast.AST, Scope] = {}
        self._returning: list[Value] = []
        self._arguments = Arguments(self._names)
        self._methods: dict[str, list[Defined]] = {}
        self._unfollowed = set[str]()
        self._loaded: list[tuple[Scope, Sequence[str]]] = []

    def reached(self) -> Sequence[Reach]:
        return self._record.found()

    def module(self, name: str) -> Scope | None:
        """Import a module that lies here, once; None for another one. Raises Malformed (limit)."""
        if name in self._modules:
            return self._modules[name]
        raw = self._find(name)
        if raw is None:
            return None
        parent, _, last = name.rpartition(".")
        above = self.module(parent) if parent else None  # which is imported before what is in it
        scope = Scope(None, module=name)
        self._modules[name] = scope
        if above is not None:
            above.bind(last, [Local(scope)])
        try:
            tree = parse(raw)
        except Malformed as problem:
            self.missing.append((name, problem))
            return scope
        nodes = list(ast.walk(tree))
        scope.declared = scoping.declared(nodes)
        if b"__main__" in raw and scoping.skips_main(nodes):
            self._as_import.add(scope.module)
        self._trees[name] = tree
        self._import(name)
        return scope

    def _import(self, name: str) -> None:
        scope, record = self._modules[name], self._record
        outside = record.within, record.when
        record.within, record.when = "", "import"
        self._body(self._trees[name].body, scope, None)
        for function in _AT_IMPORT:
            for value in scope.names.get(function, []):
                self._run(value)
        record.within, record.when = outside

    def load(self, name: str, entries: Sequence[str]) -> None:
        """What a loader calls of a module: functions, classes, or ``Class.method``.

        Raises Malformed where a limit is reached.
        """
        scope = self.module(name)
        if scope is not None:
            self._loaded.append((scope, entries))
            self._load(scope, entries)

    def _load(self, scope: Scope, entries: Sequence[str]) -> None:
        self._record.when = "load"
        for entry in entries:
            first, _, method = entry.partition(".")
            for value in list(scope.names.get(first, [])):
                self._enter(value, method)

    def rest(self) -> None:
        """What nothing was seen to call; and all before once more, if a name was bound late.

        Raises Malformed where a limit is reached.
        """
        if any(one.late for one in self._modules.values()):
            self._done.clear()
            for module in list(self._trees):
                self._import(module)
            for scope, entries in self._loaded:
                self._load(scope, entries)
        self._record.when = "use"
        walked = -1
        while walked < len(self._made):  # functions define others
            walked = len(self._made)
            for one in sorted(self._made.values(), key=lambda made: isinstance(made, Defined)):
                self._run(one)

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
            for one in (*classes.special(value), *classes.called_back(value)):
                self._run(one)
            return
        if not isinstance(value, Defined) or value.node in self._done:
            return
        self._done.add(value.node)
        scope = self._scopes.setdefault(value.node, Scope(value.scope))
        self._arguments.bind(value, scope)
        scope.names["__class__"] = [value.owner] if value.owner is not None else []
        outside, self._record.within = self._record.within, value.name
        self._budget.enter()
        around, self._returning = self._returning, self._names.returns.setdefault(value.node, [])
        if isinstance(value.node, ast.Lambda):
            self._expression(value.node.body, scope)
            self._return(value.node.body, scope)
        else:
            self._body(value.node.body, scope, None)
        self._returning = around
        self._budget.leave()
        self._record.within = outside

    def _return(self, node: ast.expr, scope: Scope) -> None:
        known = self._returning
        values = self._names.evaluate(node, scope) or [OTHER]
        new = [one for one in values if one not in known]
        room = max(0, MOST_GIVEN - len(known))
        known += [*new[:room], *(one for one in new[room:] if leads(one))]

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
                self._bind.assign(targets, value, scope)
            case ast.AnnAssign(target=target, value=value, annotation=annotation):
                self._annotations([annotation], scope)
                if value is not None:
                    self._bind.assign([target], value, scope)
            case ast.AugAssign(target=target, value=value):
                self._bind.assign([target], value, scope)
                self._bind.bind(target, value, [OTHER], scope)
            case ast.Global() | ast.Nonlocal():
                scoping.move(node, scope)
            case ast.Return(value=ast.expr() as returned):
                self._expression(returned, scope)
                self._return(returned, scope)
            case ast.If(test=test) if scoping.is_main(test) and self._imported(scope):
                self._body(node.orelse, scope, owner)
            case _:
                self._nested(node, scope, owner)

    def _imported(self, scope: Scope) -> bool:
        """Whether a module surely has its own name, and not that of a script."""
        return scope.module in self._as_import and "__name__" not in scope.names

    def _nested(self, node: ast.AST, scope: Scope, owner: Class | None) -> None:
        """The parts of a compound statement: every branch, and the expressions beside them."""
        if isinstance(node, ast.For | ast.AsyncFor):
            self._bind.each(node.target, node.iter, scope)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            self._bind.each(node.optional_vars, node.context_expr, scope)
        elif isinstance(node, ast.ExceptHandler) and node.name and node.type is not None:
            scope.bind(node.name, [*self._names.evaluate(node.type, scope), OTHER])
        elif isinstance(node, ast.Match):
            subject = self._names.evaluate(node.subject, scope)
            for case in node.cases:
                for part in ast.walk(case.pattern):
                    for name in scoping.captures(part):
                        scope.bind(name, [*subject, OTHER])
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
        function = self._made.setdefault(node, Defined(node, inner, owner))
        scope.bind(node.name, [function])
        if isinstance(function, Defined) and owner is not None:
            self._methods.setdefault(node.name, []).append(function)
            scope.root().late |= node.name in self._unfollowed
        defaults = [*node.args.defaults, *(one for one in node.args.kw_defaults if one)]
        for expression in (*node.decorator_list, *defaults):
            self._expression(expression, scope)
        arguments = node.args
        given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        given += [one for one in (arguments.vararg, arguments.kwarg) if one]
        self._annotations([node.returns, *(one.annotation for one in given)], scope)
        self._decorate(node.decorator_list, function, scope)

    def _annotations(self, annotations: Sequence[ast.expr | None], scope: Scope) -> None:
        """Annotations are run where they stand, or later where they are texts."""
        for one in annotations:
            for called in () if one is None else called_in(one):
                self._expression(called, scope)

    def _decorate(self, decorators: Sequence[ast.expr], decorated: Value, scope: Scope) -> None:
        """A decorator is called with what it decorates."""
        for decorator in decorators:
            for value in self._names.evaluate(decorator, scope):
                if isinstance(value, Named):
                    self._record.add(value.dotted, "call", decorator, scope)
                    if classes.calls_back(value.dotted):
                        self._run(decorated)
                if isinstance(value, Defined) and self._arguments.hand(value, decorated):
                    self._done.discard(value.node)
                self._run(value)

    def _define_class(self, node: ast.ClassDef, scope: Scope) -> None:
        class_ = self._made.setdefault(node, Class(node.name, Scope(scope)))
        if not isinstance(class_, Class):
            return
        class_.bases.clear()
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
        self._decorate(node.decorator_list, class_, scope)

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
                self._made.setdefault(node, Defined(node, scope))
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                self._comprehension(node, Scope(scope, inner=True))
            case ast.NamedExpr(target=target, value=value):
                self._expression(value, scope)
                scope.around().bind(target.id, self._names.evaluate(value, scope))
            case ast.Yield(value=ast.expr() as given) | ast.YieldFrom(value=given):
                self._expression(given, scope)
                self._return(given, scope)
            case ast.Name() | ast.Attribute() | ast.Subscript() if values := self._names.evaluate(
                node, scope
            ):
                named = [one.dotted for one in values if isinstance(one, Named)]
                for one in named:
                    self._record.add(one, "reference", node, scope)
                self._properties(node, scope)
                if not named:
                    self._inner(node, scope)
            case _:
                self._inner(node, scope)

    def _inner(self, node: ast.expr, scope: Scope) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self._expression(child, scope)

    def _properties(self, node: ast.expr, scope: Scope) -> None:
        """Taking an attribute calls what is a property."""
        while isinstance(node, ast.Attribute):
            for value in self._names.evaluate(node, scope):
                if isinstance(value, Defined) and is_property(value):
                    self._run(value)
            node = node.value

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, scope: Scope
    ) -> None:
        for part in node.generators:
            self._bind.each(part.target, part.iter, scope)
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
        held = [one for value in values if isinstance(value, Holder) for one in value.held]
        for value in dict.fromkeys((*values, *held)):
            self._called(value, node, scope)
        if isinstance(node.func, ast.Attribute) and not any(map(leads, values)):
            self._unfollowed.add(node.func.attr)
            for method in self._methods.get(node.func.attr, []):
                self._run(method)
        self._bind.method(node, scope)
        given = (*node.args, *(keyword.value for keyword in node.keywords))
        for argument in given:  # what is passed on may be called
            for value in self._names.evaluate(argument, scope):
                if isinstance(value, Defined):
                    self._run(value)

    def _called(self, value: Value, node: ast.Call, scope: Scope) -> None:
        if isinstance(value, Named):
            hidden = is_module(value.dotted)  # a module is not called: what led here is
            dotted = f"{value.dotted}.{COMPUTED}" if hidden else value.dotted
            self._record.add(dotted, "call", node, scope)
            self._bind.called(value.dotted, node, scope)
            return
        if isinstance(value, Defined) and self._arguments.give(value, node, scope):
            self._done.discard(value.node)
        self._run(value)
        if isinstance(value, Class):
            for one in attribute(value, "__call__"):
                self._run(one)
            for base in value.bases:
                if isinstance(base, Named) and carries(base.dotted):
                    self._record.add(base.dotted, "call", node, scope)

    def _callee(self, node: ast.expr, scope: Scope) -> None:
        """Walk what gives the function that is called, other than a plain name."""
        inner = node
        while isinstance(inner, ast.Attribute):
            inner = inner.value
        if isinstance(node, ast.Attribute):
            self._properties(node.value, scope)
        if not isinstance(inner, ast.Name):
            self._expression(inner, scope)
