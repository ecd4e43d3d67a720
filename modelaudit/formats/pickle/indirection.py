"""Calls that lead to another name: what ``getattr(os, "system")`` and its like resolve to.

Real checkpoints contain such calls with constant arguments, and these are judged by where they
lead; with any other argument it is unknown what they return.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from modelaudit.formats.pickle.reading import Values
from modelaudit.formats.pickle.values import UNKNOWN, Box, Global, Result, Value
from modelaudit.knowledge.pickle_globals import canonical

Arguments = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is known of an indirection whose arguments are constants.

    ``name`` is the name that it returns, where it returns one; ``calls`` are the calls that it
    makes, or that what it returns will make, each a callee and its arguments.
    """

    name: Global | None = None
    calls: tuple[tuple[Value, Value], ...] = ()

    @property
    def resolves(self) -> str:
        """The dotted name that the call leads to; ``constants`` where it only keeps some."""
        if self.name is not None:
            return self.name.dotted
        callees = [callee for callee, _ in self.calls]
        return callees[0].dotted if callees and isinstance(callees[0], Global) else "constants"


Resolver = Callable[[Values, Arguments], Outcome | None]


def follow(values: Values, callee: Value, arguments: Value) -> Outcome | None:
    """The outcome of an indirection with constant arguments; None for any other call."""
    items = arguments if isinstance(arguments, tuple) else ()
    if isinstance(callee, Global):
        resolver = _RESOLVERS.get(callee.dotted)
        return resolver(values, items) if resolver else None
    if isinstance(callee, Result) and isinstance(callee.callee, Global):
        applied = _APPLIED.get(callee.callee.dotted)
        inner = callee.arguments if isinstance(callee.arguments, tuple) else ()
        return applied(values, inner, items) if applied else None
    return None


def attribute(values: Values, owner: Value, path: str | None) -> Outcome | None:
    """``owner.path``, where the owner is a name or an instance of a named class."""
    if isinstance(owner, Result):
        owner = owner.callee
    if not isinstance(owner, Global) or not owner.module or not path:
        return None
    if path == "__new__":
        return Outcome(name=owner)  # called, it makes an instance as the class itself does
    name = f"{owner.name}.{path}" if owner.name else path
    return _named(values, owner.module, name)


def _named(values: Values, module: str, name: str) -> Outcome:
    found = values.globals.get((module, name))
    if found is None:
        spelled = f"{module}.{name}" if name else module
        found = values.globals[module, name] = Global(*canonical(module, name), spelled)
    return Outcome(name=found)


def _text(values: Values, arguments: Arguments, index: int) -> str | None:
    return values.text(arguments[index]) if len(arguments) > index else None


def _getattr(values: Values, arguments: Arguments) -> Outcome | None:
    if len(arguments) < 2:
        return None
    return attribute(values, arguments[0], values.text(arguments[1]))


def _getitem(values: Values, arguments: Arguments) -> Outcome | None:
    """``operator.getitem(sys.modules, "os")`` is the module."""
    owner = arguments[0] if arguments else UNKNOWN
    key = _text(values, arguments, 1)
    if isinstance(owner, Global) and owner.dotted == "sys.modules" and key:
        return _named(values, key, "")
    return None


def _module(values: Values, arguments: Arguments) -> Outcome | None:
    name = _text(values, arguments, 0)
    return _named(values, name, "") if name else None


def _resolve_name(values: Values, arguments: Arguments) -> Outcome | None:
    """``os:system`` marks where the module ends; in ``os.system`` the last part is the name."""
    text = _text(values, arguments, 0)
    if not text:
        return None
    module, _, name = text.partition(":") if ":" in text else text.rpartition(".")
    return _named(values, module or name, name if module else "")


def _builtin_type(values: Values, arguments: Arguments) -> Outcome | None:
    """dill's and cloudpickle's names for types: those of ``types``, else of ``builtins``."""
    name = _text(values, arguments, 0)
    if not name:
        return None
    return _named(values, "types" if name.endswith("Type") else "builtins", name)


def _wraps(position: int) -> Resolver:
    def resolve(_: Values, arguments: Arguments) -> Outcome | None:
        if len(arguments) <= position:
            return None
        callee, rest = arguments[position], arguments[position + 1 :]
        if not isinstance(callee, Global | Result):
            return None
        return Outcome(calls=((callee, rest),))

    return resolve


def _any_callable(values: Values, arguments: Arguments) -> Outcome | None:
    """Every callable among the arguments will be called, with arguments that are unknown."""
    calls: list[tuple[Value, Value]] = []
    for index, argument in enumerate(arguments):
        if isinstance(argument, Global):
            calls.append((argument, arguments[index + 1 :]))
        elif isinstance(argument, Box):
            calls += [(item, ()) for item in values.contents(argument) if isinstance(item, Global)]
    return Outcome(calls=tuple(calls)) if calls else None


def _kept(_: Values, arguments: Arguments) -> Outcome | None:
    """``attrgetter("a")`` does nothing before it is applied; it may keep only constants."""
    if not arguments or not all(isinstance(argument, int) for argument in arguments):
        return None
    return Outcome()


_RESOLVERS: Final[dict[str, Resolver]] = {
    **dict.fromkeys(("builtins.getattr", "dill._dill._get_attr"), _getattr),
    **dict.fromkeys(("operator.getitem", "_operator.getitem"), _getitem),
    **dict.fromkeys(
        (
            *("builtins.__import__", "importlib.import_module", "importlib.__import__"),
            *("importlib._bootstrap._gcd_import", "cloudpickle.cloudpickle.subimport"),
        ),
        _module,
    ),
    **dict.fromkeys(
        ("pkgutil.resolve_name", "pydoc.locate", "dill._dill._import_module"), _resolve_name
    ),
    **dict.fromkeys(
        ("dill._dill._load_type", "cloudpickle.cloudpickle._builtin_type"), _builtin_type
    ),
    **dict.fromkeys(("functools.partial", "_functools.partial", "builtins.map"), _wraps(0)),
    **dict.fromkeys(("builtins.filter", "functools.reduce", "_functools.reduce"), _wraps(0)),
    **dict.fromkeys(("itertools.starmap", "itertools.takewhile"), _wraps(0)),
    **dict.fromkeys(("itertools.dropwhile", "itertools.filterfalse"), _wraps(0)),
    **dict.fromkeys(("itertools.accumulate", "itertools.groupby", "weakref.finalize"), _wraps(1)),
    "collections.defaultdict": _wraps(0),
    "functools.cached_property": _wraps(0),
    **dict.fromkeys(
        (
            *("atexit.register", "builtins.iter", "builtins.sorted", "builtins.property"),
            *("builtins.max", "builtins.min", "contextlib.ExitStack.callback"),
            *("contextvars.Context.run", "operator.call", "_operator.call", "builtins.apply"),
            *("threading.Thread", "threading.Timer", "_thread.start_new_thread"),
            *("builtins.property.__get__", "concurrent.futures.ThreadPoolExecutor.submit"),
        ),
        _any_callable,
    ),
    **dict.fromkeys(("operator.attrgetter", "_operator.attrgetter"), _kept),
    **dict.fromkeys(("operator.itemgetter", "_operator.itemgetter"), _kept),
    **dict.fromkeys(("operator.methodcaller", "_operator.methodcaller"), _kept),
}

Applied = Callable[[Values, Arguments, Arguments], Outcome | None]


def _apply_attrgetter(values: Values, kept: Arguments, given: Arguments) -> Outcome | None:
    if len(kept) != 1 or not given:
        return None
    return attribute(values, given[0], values.text(kept[0]))


def _apply_methodcaller(values: Values, kept: Arguments, given: Arguments) -> Outcome | None:
    found = attribute(values, given[0], _text(values, kept, 0)) if given else None
    if found is None or found.name is None:
        return None
    return Outcome(calls=((found.name, kept[1:]),))


def _apply_itemgetter(values: Values, kept: Arguments, given: Arguments) -> Outcome | None:
    return _getitem(values, (given[0], kept[0])) if given and kept else None


def _apply_partial(_: Values, kept: Arguments, given: Arguments) -> Outcome | None:
    if not kept:
        return None
    return Outcome(calls=((kept[0], kept[1:] + given),))


_APPLIED: Final[dict[str, Applied]] = {
    **dict.fromkeys(("operator.attrgetter", "_operator.attrgetter"), _apply_attrgetter),
    **dict.fromkeys(("operator.methodcaller", "_operator.methodcaller"), _apply_methodcaller),
    **dict.fromkeys(("operator.itemgetter", "_operator.itemgetter"), _apply_itemgetter),
    **dict.fromkeys(("functools.partial", "_functools.partial"), _apply_partial),
}

STATE_CALLS: Final = frozenset({"functools.partial", "_functools.partial"})
"""Classes whose state, passed to BUILD, contains the function that an instance calls."""

CONSTRUCTORS: Final = frozenset(
    {
        *("copyreg._reconstructor", "copyreg.__newobj__", "copyreg.__newobj_ex__"),
        *("pandas.core.indexes.base._new_Index", "numpy.random._pickle.__bit_generator_ctor"),
        *("sklearn.metrics._dist_metrics.newObj", "sklearn.neighbors._dist_metrics.newObj"),
        *("sklearn.neighbors._ball_tree.newObj", "sklearn.neighbors._kd_tree.newObj"),
    }
)
"""Functions that make an instance of their first argument, as NEWOBJ does."""

CALLERS: Final = {
    "numpy.random._pickle.__generator_ctor": 1,
    "numpy.random._pickle.__randomstate_ctor": 1,
    "torch._tensor._rebuild_from_type_v2": 0,
    "torch._utils._rebuild_wrapper_subclass": 0,
}
"""Functions that call one of their arguments, with its position."""

NAMES: Final = frozenset(_RESOLVERS) | frozenset(_APPLIED)
"""The callables whose results are followed."""
