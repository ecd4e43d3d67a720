"""What an expression of Python source may be: names of other modules, and what the source defines.

A name is spelled with dots from its module on (``os.system``). Assignments are collected whatever
their order, so one expression may be several things.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from modelaudit.core.errors import Fields, Malformed
from modelaudit.knowledge.python_names import carries

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
MOST: Final = 32
"""Things that one expression may be; more are not followed."""
MOST_CLASSES: Final = 200
"""Classes that one class is made of."""
COMPUTED: Final = "?"
"""A name that the source works out while it runs."""
UNBOUND: Final = "<unbound>"
"""The module of a name that no statement binds."""
ANY: Final = "*"
"""Among the names of a scope: what was bound under a name that is not known."""
_OF_MODULES: Final = frozenset(
    {
        "__file__", "__doc__", "__package__", "__path__", "__annotations__",
        "__class__", "__qualname__", "__module__", "__version__", "__all__", "reveal_type",
        "WindowsError",
    }
)  # fmt: skip
"""Names that no statement binds, and that lead nowhere."""


@dataclass(frozen=True, slots=True)
class Named:
    """Something of another module, by its dotted name."""

    dotted: str


@dataclass(frozen=True, slots=True)
class Text:
    """A constant text, put together as far as constants go."""

    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Defined:
    """A function of the source, with the scope that its body sees. ``owner`` is its class."""

    node: Function
    scope: Scope
    owner: Class | None = None

    @property
    def name(self) -> str:
        named = "<lambda>" if isinstance(self.node, ast.Lambda) else self.node.name
        return f"{self.owner.name}.{named}" if self.owner else named

    @property
    def bound(self) -> bool:
        """Whether the first parameter is the instance or the class."""
        decorators = [] if isinstance(self.node, ast.Lambda) else self.node.decorator_list
        static = any(isinstance(one, ast.Name) and one.id == "staticmethod" for one in decorators)
        return self.owner is not None and not static


@dataclass(slots=True, eq=False)
class Class:
    """A class of the source, or an instance of it: its attributes are looked up alike."""

    name: str
    scope: Scope
    bases: list[Value] = field(default_factory=list)
    special: tuple[int, list[str]] | None = None
    """Its special methods, as they were when it had so many names."""


@dataclass(frozen=True, slots=True, eq=False)
class Local:
    """A module that lies beside the source."""

    scope: Scope


@dataclass(frozen=True, slots=True)
class Holder:
    """What holds things that act, or that are defined here, and gives them out unseen.

    It is a container of them, what a call that was given them returns, or a method of either.
    """

    held: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something else: what an expression may be apart from the values that are known."""


Value = Named | Text | Defined | Class | Local | Holder | Unknown
OTHER: Final = Unknown()


def leads(value: Value) -> bool:
    """Whether a value can lead to something that acts."""
    if isinstance(value, Named):
        return COMPUTED not in value.dotted and carries(value.dotted)
    return not isinstance(value, Text | Unknown)


@dataclass(slots=True, eq=False)
class Scope:
    """The names of a module, a class or a function; those that it lacks are its ``outer``'s."""

    outer: Scope | None
    names: dict[str, list[Value]] = field(default_factory=dict)
    module: str = ""
    """The name of the module, in its outermost scope alone."""
    imported: list[str] = field(default_factory=list)
    """Modules that ``from … import *`` names, and that do not lie beside the source."""
    declared: frozenset[str] = frozenset()
    """All names that any statement of the module binds, in its outermost scope alone."""
    elsewhere: dict[str, Scope] = field(default_factory=dict)
    """Names that ``global`` and ``nonlocal`` say are another scope's."""
    inner: bool = False
    """That of a comprehension, in which ``:=`` binds a name of the scope around it."""
    asked: set[str] = field(default_factory=set)
    """Names that were looked up."""
    late: bool = False
    """Of a module: that a name was bound to more after it was looked up."""

    def bind(self, name: str, values: Sequence[Value]) -> None:
        scope = self.elsewhere.get(name)
        if scope is not None:
            scope.bind(name, values)
            return
        known = self.names.setdefault(name, [])
        new = [value for value in values if value not in known]
        room = max(0, MOST - len(known))
        known += [*new[:room], *(one for one in new[room:] if leads(one))]
        if name in self.asked and any(map(leads, new)):
            self.root().late = True

    def look_up(self, name: str) -> list[Value]:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                scope.asked.add(name)
                return scope.names[name]
            scope = scope.outer
        if name == "__name__":
            return [Text(self.home())]
        if name == "__builtins__":
            return [Named("builtins")]
        root = self.root()
        root.asked.add(name)
        found: list[Value] = [Named(f"{module}.{name}") for module in self.stars()]
        found += root.names.get(ANY, [])
        if hasattr(builtins, name) and name not in _OF_MODULES:
            return [*found, Named(f"builtins.{name}")]
        if not found and name not in root.declared and name not in _OF_MODULES:
            return [Named(f"{UNBOUND}.{name}")]
        return found

    def binding(self, name: str) -> Scope:
        """The innermost scope that binds a name; this one if none does."""
        scope: Scope | None = self
        while scope is not None and name not in scope.names:
            scope = scope.outer
        return scope or self

    def root(self) -> Scope:
        """The scope of the module."""
        return self if self.outer is None else self.outer.root()

    def around(self) -> Scope:
        """The scope that ``:=`` binds a name in."""
        return self.outer.around() if self.inner and self.outer is not None else self

    def home(self) -> str:
        """The name of the module that the scope is in."""
        return self.root().module

    def stars(self) -> list[str]:
        """Modules of which all names are imported, here and around."""
        return self.imported + (self.outer.stars() if self.outer is not None else [])


def attribute(value: Value, name: str) -> list[Value]:
    """What an attribute of a value may be, in a class also by the bases that are defined here."""
    if isinstance(value, Named):
        return [Named(f"{value.dotted}.{name}")]
    if isinstance(value, Local):
        value.scope.asked.add(name)
        return value.scope.names.get(name, value.scope.names.get(ANY, []))
    if isinstance(value, Holder):
        return [*value.held, value]
    pending: list[Value] = [value]
    seen = set[int]()
    while pending:
        one = pending.pop(0)
        if not isinstance(one, Class) or id(one) in seen:
            continue
        seen.add(id(one))
        if len(seen) > MOST_CLASSES:
            limit: Fields = {"limit": "classes above one class", "most": MOST_CLASSES}
            raise Malformed("limit", limit)
        one.scope.asked.add(name)
        found = one.scope.names.get(name, one.scope.names.get(ANY))
        if found is not None:
            return found
        pending += one.bases
    return [value] if isinstance(value, Class) and name == "__class__" else []
