"""The attributes of its instance that a method is sure to read, through all that it calls on it.

A read counts where every way through a method comes by it: of two branches what both read, nothing
after a branch that may return, nothing that ``getattr`` has a default for or ``try`` guards. Loops
are taken to run, and a condition to hold that neither asks for a value of the instance nor
compares. The constructor's parameters are taken to have their defaults.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace

from scripts.common.classes import Class, Function, Source, Sources, find_function, lineage
from scripts.common.constants import (
    UNKNOWN,
    Constants,
    constant,
    given,
    guards,
    is_name,
    is_static,
)
from scripts.common.estimator_params import BASE, is_forgiving, read_by_get_params

VALUE = "!"
"""Ends what stands for an attribute whose value is used as None cannot be."""
ANY_FITTED = "*_"
"""Stands for some attribute whose name ends as those do that fitting sets."""
_COMPOUND = (ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try)
_DEEP = 40
"""Calls inside calls that are followed."""
_PROPERTIES = ("property", "cached_property", "deprecated", "available_if", "if_delegate")


@dataclass(slots=True)
class Scope:
    """Where a piece of code stands: its module, its class, and what it calls the instance."""

    source: Source
    owner: int
    """position in the lineage of the class that defines the code, for super()"""
    instance: str
    constants: Constants
    local: dict[str, Function] = field(default_factory=dict)


class Reader:
    """What methods of one class read of an instance; ``stored`` is what they set themselves.

    ``flags`` are the attributes whose truth decides between two branches. ``assumed`` says of one
    of them which it is.
    """

    def __init__(
        self,
        all_of: Sources,
        class_: Class,
        assumed: Constants | None = None,
        *,
        with_defaults: bool = True,
    ) -> None:
        self.all_of = all_of
        self.line = lineage(all_of, class_)
        self.stored: set[str] = set()
        self.flags: set[str] = set()
        self.defaults: Constants = {}
        for one in reversed(self.line) if with_defaults else ():
            if (method := one.methods.get("__init__")) is not None:
                self.defaults |= given(method, None, None, skip=1)
        self.defaults |= assumed or {}
        self._active: list[tuple[object, ...]] = []
        self._known: dict[tuple[object, ...], frozenset[str]] = {}

    def has(self, name: str) -> bool:
        return any(name in one.methods for one in self.line)

    def method(
        self, name: str, above: int = -1, call: ast.Call | None = None, scope: Scope | None = None
    ) -> set[str]:
        """What a method reads; ``above`` is the class from which ``super()`` looks for it."""
        for index, one in enumerate(self.line):
            if name == "get_params" and one.node.name == BASE:
                break
            if index > above and name in one.methods:
                function = one.methods[name]
                arguments = function.args.posonlyargs + function.args.args
                if not arguments or is_static(function):
                    return set()
                known = given(function, call, scope.constants if scope else None, skip=1)
                new = Scope(one.source, index, arguments[0].arg, known)
                return self._body(function, new)
        wanted = name == "get_params" and not is_forgiving(self.line)
        return self.parameters() if wanted else set()

    def parameters(self) -> set[str]:
        """What scikit-learn's ``get_params`` asks for: the constructor's parameters."""
        return {r for name in read_by_get_params(self.line) for r in self._attribute(name)}

    def _body(self, function: Function, scope: Scope) -> set[str]:
        key = (
            id(function),
            scope.owner,
            tuple(sorted((k, repr(v)) for k, v in scope.constants.items())),
        )
        if key in self._known:
            return set(self._known[key])
        if key in self._active or len(self._active) > _DEEP:
            return set()
        self._active.append(key)
        reads, _ = self._block(function.body, scope)
        self._active.pop()
        self._known[key] = frozenset(reads)
        return reads

    # Statements: what is read, and whether the block falls through, returns or raises.

    def _block(self, body: list[ast.stmt], scope: Scope) -> tuple[set[str], str]:
        reads: set[str] = set()
        for index, node in enumerate(body):
            if isinstance(node, ast.If):
                more, ends = self._if(node, body[index + 1 :], scope)
                reads |= more
                if ends != "falls":
                    return reads, ends
                continue
            more, ends = self._statement(node, scope)
            reads |= more
            if ends != "falls":
                return reads, ends
        return reads, "falls"

    def _statement(self, node: ast.stmt, scope: Scope) -> tuple[set[str], str]:
        if isinstance(node, ast.Return | ast.Raise):
            value = node.value if isinstance(node, ast.Return) else None
            reads = self._expression(value, scope) if value is not None else set()
            return reads, "returns" if isinstance(node, ast.Return) else "raises"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            scope.local[node.name] = node
            return set(), "falls"
        if isinstance(node, _COMPOUND):
            return self._compound(node, scope)
        if isinstance(node, ast.ClassDef | ast.Import | ast.ImportFrom):
            return set(), "falls"
        reads = set()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                reads |= self._expression(child, scope)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            told = self._constant(node.value, scope)
            scope.constants.pop(node.targets[0].id, None)
            if told is not UNKNOWN:
                scope.constants[node.targets[0].id] = told
        return reads, "falls"

    def _compound(
        self,
        node: ast.For | ast.AsyncFor | ast.While | ast.With | ast.AsyncWith | ast.Try,
        scope: Scope,
    ) -> tuple[set[str], str]:
        if isinstance(node, ast.For | ast.AsyncFor | ast.While):
            head = node.test if isinstance(node, ast.While) else node.iter
            reads = self._expression(head, scope)
            reads |= self._value(head, scope) if not isinstance(node, ast.While) else set()
            return reads | self._block(node.body, scope)[0], "falls"
        if isinstance(node, ast.With | ast.AsyncWith):
            reads = set()
            for item in node.items:
                reads |= self._expression(item.context_expr, scope)
            more, ends = self._block(node.body, scope)
            return reads | more, ends
        body, ends = self._block(node.body, scope)
        reads = set() if guards(node) else body
        if node.handlers:
            reads = {read for read in reads if not read.endswith(VALUE)}
        reads |= self._block(node.finalbody, scope)[0]
        return reads, ends if ends == "returns" else "falls"

    def _if(self, node: ast.If, rest: list[ast.stmt], scope: Scope) -> tuple[set[str], str]:
        reads = self._expression(node.test, scope)
        value = self._decides(node.test, scope)
        if value is not UNKNOWN:
            more, ends = self._block(node.body if value else node.orelse, scope)
            return reads | more, ends
        before = dict(scope.constants)
        one, ends = self._block(node.body, scope)
        other_scope = replace(scope, constants=before)
        two, other_ends = self._block(node.orelse, other_scope)
        scope.constants = {k: v for k, v in scope.constants.items() if before.get(k, v) is v}
        if ends == "raises":
            scope.constants = other_scope.constants
            return reads | two, other_ends
        if other_ends == "raises":
            return reads | one, ends
        if ends == other_ends:
            return reads | (one & two), ends
        after, last = self._block(rest, replace(scope, constants=dict(scope.constants)))
        one |= after if ends == "falls" else set()
        two |= after if other_ends == "falls" else set()
        return reads | (two if last == "raises" and ends == "falls" else one & two), "returns"

    # Expressions.

    def _expression(  # noqa: PLR0911  one a kind of expression
        self, node: ast.expr, scope: Scope
    ) -> set[str]:
        if isinstance(node, ast.Attribute) and is_name(node.value, scope.instance):
            if isinstance(node.ctx, ast.Load):
                return self._attribute(node.attr)
            self.stored.add(node.attr)
            return set()
        if isinstance(node, ast.Call):
            return self._call(node, scope)
        if isinstance(node, ast.BoolOp):
            return self._bool(node, scope)
        if isinstance(node, ast.IfExp):
            return self._either(node, scope)
        if isinstance(node, ast.Lambda):
            return set()
        reads = {read for part in _no_none(node) for read in self._value(part, scope)}
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                reads |= self._expression(child, scope)
            elif isinstance(child, ast.comprehension):
                reads |= self._expression(child.iter, scope)
                for condition in child.ifs:
                    reads |= self._expression(condition, scope)
            elif isinstance(child, ast.keyword):
                reads |= self._expression(child.value, scope)
        return reads

    def _either(self, node: ast.IfExp, scope: Scope) -> set[str]:
        reads = self._expression(node.test, scope)
        value = self._decides(node.test, scope)
        if value is not UNKNOWN:
            return reads | self._expression(node.body if value else node.orelse, scope)
        return reads | (self._expression(node.body, scope) & self._expression(node.orelse, scope))

    def _bool(self, node: ast.BoolOp, scope: Scope) -> set[str]:
        """Operands up to the first that may decide."""
        reads: set[str] = set()
        for operand in node.values:
            reads |= self._expression(operand, scope)
            value = self._constant(operand, scope)
            if value is UNKNOWN and self._asks(operand, scope):
                break
            if value is not UNKNOWN and bool(value) == isinstance(node.op, ast.Or):
                break
        return reads

    def _value(self, node: ast.expr, scope: Scope) -> set[str]:
        """What stands for an attribute that is used as None cannot be."""
        if not isinstance(node, ast.Attribute) or not is_name(node.value, scope.instance):
            return set()
        return {f"{name}{VALUE}" for name in self._attribute(node.attr) & {node.attr}}

    def _decides(self, test: ast.expr, scope: Scope) -> object:
        """What a test comes to; an attribute that it asks for is a flag."""
        value = self._constant(test, scope)
        plain = test.operand if isinstance(test, ast.UnaryOp) else test
        if isinstance(plain, ast.Attribute) and is_name(plain.value, scope.instance):
            self.flags |= self._attribute(plain.attr) & {plain.attr}
        return value

    def _constant(self, node: ast.expr, scope: Scope) -> object:
        """A constant; parameters of the constructor are taken to have their defaults."""
        own = {f"{scope.instance}.{name}": value for name, value in self.defaults.items()}
        return constant(node, own | scope.constants)

    def _asks(self, node: ast.expr, scope: Scope) -> bool:
        called = {id(n.func) for n in ast.walk(node) if isinstance(n, ast.Call)}
        for inner in ast.walk(node):
            if isinstance(inner, ast.Attribute) and is_name(inner.value, scope.instance):
                if id(inner) not in called:
                    return True
            elif isinstance(inner, ast.Call):
                if is_name(inner.func, "hasattr"):
                    return True
            elif isinstance(inner, ast.Compare) and not isinstance(
                inner.ops[0], ast.Is | ast.IsNot
            ):
                return True
        return False

    def _attribute(self, name: str) -> set[str]:
        """An attribute of the instance: read, or a property or a method, whose code is followed."""
        if name.startswith("__") and name.endswith("__"):
            return set()
        for one in self.line:
            if name in one.methods:
                return self.method(name)
            if name in one.attributes:
                return set()
        return {name}

    def _call(self, node: ast.Call, scope: Scope) -> set[str]:
        reads: set[str] = set()
        for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
            reads |= self._expression(argument, scope)
        function = node.func
        if isinstance(function, ast.Attribute):
            if is_name(function.value, scope.instance):
                return reads | self._self_call(node, function.attr, scope)
            if isinstance(function.value, ast.Call) and is_name(function.value.func, "super"):
                return reads | self.method(function.attr, scope.owner, node, scope)
            return (
                reads | self._value(function.value, scope) | self._expression(function.value, scope)
            )
        if not isinstance(function, ast.Name):
            return reads | self._expression(function, scope)
        if function.id in scope.local:
            inner = scope.local[function.id]
            new = replace(scope, constants=dict(scope.constants), local=dict(scope.local))
            return reads | self._body(inner, new)
        return reads | self._function(node, function.id, scope)

    def _self_call(self, node: ast.Call, name: str, scope: Scope) -> set[str]:
        if name == "_get_tags":
            return self._tags()
        if self.has(name) or name == "get_params":
            return self.method(name, -1, node, scope)
        return self._attribute(name)

    def _function(  # noqa: PLR0911  one for each that is known
        self, node: ast.Call, name: str, scope: Scope
    ) -> set[str]:
        """A function that gets the instance: what it reads of it."""
        places = [i for i, arg in enumerate(node.args) if is_name(arg, scope.instance)]
        words = [k.arg for k in node.keywords if is_name(k.value, scope.instance) and k.arg]
        if not places and not words:
            return set()
        if name in ("get_tags", "_safe_tags"):
            return self._tags()
        if name == "getattr":
            wanted = self._constant(node.args[1], scope) if len(node.args) == 2 else UNKNOWN
            return self._attribute(wanted) if isinstance(wanted, str) else set()
        if name == "check_is_fitted":
            return self._fitted(node, scope)
        found = find_function(self.all_of, scope.source, name)
        if found is None:
            return set()
        source, function = found
        arguments = function.args.posonlyargs + function.args.args
        names = [arguments[i].arg for i in places if i < len(arguments)] + words
        if not names:
            return set()
        known = given(function, node, scope.constants, skip=0)
        return self._body(function, Scope(source, len(self.line), names[0], known))

    def _fitted(self, node: ast.Call, scope: Scope) -> set[str]:
        """``check_is_fitted(self, "idf_")``: the attributes named, and its class's tags."""
        named = [*node.args[1:2], *(k.value for k in node.keywords if k.arg == "attributes")]
        found = find_function(self.all_of, scope.source, "check_is_fitted")
        asks = found is not None and any(
            isinstance(inner, ast.Call) and is_name(inner.func, "get_tags")
            for inner in ast.walk(found[1])
        )
        reads = self._tags() if asks else set()
        if not named:
            fitted = "__sklearn_is_fitted__"
            return reads | (self.method(fitted) if self.has(fitted) else {ANY_FITTED})
        if any(k.arg == "all_or_any" for k in node.keywords):
            return reads
        for value in named:
            items = value.elts if isinstance(value, ast.List | ast.Tuple) else [value]
            for item in items:
                if isinstance(item, ast.Constant) and isinstance(item.value, str):
                    reads |= self._attribute(item.value)
        return reads

    def _tags(self) -> set[str]:
        """``__sklearn_tags__``, or before 1.6 ``_more_tags`` of every class in the lineage."""
        if self.has("__sklearn_tags__"):
            return self.method("__sklearn_tags__")
        reads: set[str] = set()
        for index, one in enumerate(self.line):
            if "_more_tags" in one.methods:
                reads |= self.method("_more_tags", index - 1)
        return reads


def _no_none(node: ast.expr) -> list[ast.expr]:
    """The operands of an expression that fails where one of them is None."""
    match node:
        case ast.Attribute(value=value) | ast.Subscript(value=value):
            return [value]
        case ast.BinOp(left=left, op=operator, right=right) if not isinstance(operator, ast.Mod):
            return [left, right]
        case ast.Compare(left=left, ops=[ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE()]):
            return [left, *node.comparators]
        case ast.Compare(ops=[ast.In() | ast.NotIn()]):
            return node.comparators
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return [operand]
        case _:
            return []
