"""Calls that lead to another name: what ``getattr(os, "system")`` and its like resolve to.

Real checkpoints contain such calls with constant arguments, and these are judged by where they
lead; with any other argument it is unknown what they return.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from modelaudit.formats.pickle.operations import (
    MADE,
    OPERATIONS,
    VALUE,
    Outcome,
    Resolver,
    alias,
    bound_method,
    is_made,
    is_plain,
    named,
)
from modelaudit.formats.pickle.reading import Values
from modelaudit.formats.pickle.values import UNKNOWN, Box, Global, Result, Value

Arguments = tuple[Value, ...]


def follow(values: Values, callee: Value, arguments: Value) -> Outcome | None:
    """The outcome of an indirection with known arguments; None for any other call."""
    items = arguments if isinstance(arguments, tuple) else ()
    if isinstance(callee, Global):
        resolver = _RESOLVERS.get(callee.dotted)
        outcome = resolver(values, items) if resolver else None
        if outcome is None or callee.dotted not in _RETURNING or outcome.name is not None:
            return outcome
        made, given = outcome.calls[0] if outcome.calls else (UNKNOWN, UNKNOWN)
        inner = follow(values, made, given) if isinstance(made, Global) else None
        return replace(outcome, name=inner.name) if inner is not None else outcome
    if isinstance(callee, Result) and isinstance(callee.callee, Global):
        applied = _APPLIED.get(callee.callee.dotted)
        return applied(values, kept_by(callee), items) if applied else None
    return None


def kept_by(made: Value) -> Arguments:
    """What a getter or a partial keeps: the arguments that it was made with, or its state."""
    if not isinstance(made, Result):
        return ()
    state = made.state
    if isinstance(state, tuple) and _dotted(made.callee) in STATE_CALLS:
        rest = state[1] if len(state) > 1 and isinstance(state[1], tuple) else ()
        more = (UNKNOWN,) if len(state) > 2 and _has_callables(state[2]) else ()
        return (*state[:1], *rest, *more)
    return made.arguments if isinstance(made.arguments, tuple) else ()


def _has_callables(keywords: Value) -> bool:
    """True where a keyword may be a callable that the file does not name."""
    items = keywords.items if isinstance(keywords, Box) else []
    return any(
        isinstance(item, Result) and _dotted(item.callee) not in _ITEM_GETTERS for item in items
    )


_ITEM_GETTERS: Final = frozenset({"operator.itemgetter", "_operator.itemgetter"})


def _dotted(value: Value) -> str:
    return value.dotted if isinstance(value, Global) else ""


def attribute(values: Values, owner: Value, path: str | None) -> Outcome | None:
    """``owner.path``, where the owner is a name or an instance of a named class."""
    bound = bound_method(values, owner, path)
    if bound is not None:
        return bound
    if isinstance(owner, Result):
        owner = owner.callee
    if not isinstance(owner, Global) or not owner.module or not path:
        return None
    if owner.dotted == "dill._dill._create_array":
        return named(values, "numpy", f"array.{path}")
    if path == "__new__":
        return Outcome(name=owner)  # called, it makes an instance as the class itself does
    name = f"{owner.name}.{path}" if owner.name else path
    return named(values, owner.module, name)


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
        return named(values, key, "")
    return alias(values, arguments)


def _module(values: Values, arguments: Arguments) -> Outcome | None:
    name = _text(values, arguments, 0)
    return named(values, name, "") if name else None


def _resolve_name(values: Values, arguments: Arguments) -> Outcome | None:
    """``os:system`` marks where the module ends; in ``os.system`` the last part is the name."""
    text = _text(values, arguments, 0)
    if not text:
        return None
    module, _, name = text.partition(":") if ":" in text else text.rpartition(".")
    return named(values, module or name, name if module else "")


def _namedtuple(values: Values, arguments: Arguments) -> Outcome | None:
    """dill's name for a named tuple; where it does not import, one is made of the same fields."""
    name, module = _text(values, arguments, 0), _text(values, arguments, 2)
    return named(values, module, name) if name and module else None


def _types_name(values: Values, arguments: Arguments) -> Outcome | None:
    """cloudpickle's name for a type, which is a name of ``types``."""
    name = _text(values, arguments, 0)
    return named(values, "types", name) if name else None


_DILL_TYPES: Final = {
    "TypeType": ("builtins", "type"),
    "PartialType": ("functools", "partial"),
    "SuperType": ("builtins", "super"),
    "ItemGetterType": ("operator", "itemgetter"),
    "AttrGetterType": ("operator", "attrgetter"),
    "ExitType": ("_sitebuiltins", "Quitter"),
    "FileType": ("_io", "FileIO"),
    "BufferedRandomType": ("_io", "BufferedRandom"),
    "BufferedReaderType": ("_io", "BufferedReader"),
    "BufferedWriterType": ("_io", "BufferedWriter"),
    "TextWrapperType": ("_io", "TextIOWrapper"),
    "GenericAlias": ("types", "GenericAlias"),
    "SimpleNamespace": ("types", "SimpleNamespace"),
}
"""What dill's ``_reverse_typemap`` adds to the names of ``builtins`` and ``types``."""


def _dill_type(values: Values, arguments: Arguments) -> Outcome | None:
    name = _text(values, arguments, 0)
    if not name:
        return None
    module, name = _DILL_TYPES.get(name, ("types" if name.endswith("Type") else "builtins", name))
    return named(values, module, name)


def _wraps(position: int) -> Resolver:
    def resolve(values: Values, arguments: Arguments) -> Outcome | None:
        if not arguments:
            return None
        if len(arguments) <= position:
            return Outcome(pure=VALUE) if is_plain(values, *arguments) else None
        callee, rest = arguments[position], arguments[position + 1 :]
        if not isinstance(callee, Global | Result):
            nothing = isinstance(callee, int) and values.scalar(callee) is None
            return Outcome(pure=VALUE) if nothing and is_plain(values, *arguments) else None
        if _was_looked_at(values, callee):
            return Outcome(pure=VALUE) if is_plain(values, *arguments) else None
        pure = is_plain(values, *arguments)
        return Outcome(calls=((callee, rest),), pure=VALUE if pure else "")

    return resolve


def _was_looked_at(values: Values, callee: Value) -> bool:
    """True for a partial, whose call was noted when it was made, and for a method of data."""
    if not isinstance(callee, Result) or not callee.pure or not isinstance(callee.callee, Global):
        return False
    if callee.callee.dotted == "builtins.getattr":
        return True
    return callee.callee.dotted in STATE_CALLS and is_plain(values, callee)


def _method(values: Values, arguments: Arguments) -> Outcome | None:
    """``types.MethodType(f, x)`` calls ``f(x)`` once it is called."""
    if arguments and is_made(arguments[0]):
        return Outcome(pure=MADE)
    return _wraps(0)(values, arguments)


def _any_callable(values: Values, arguments: Arguments) -> Outcome | None:
    """Every callable among the arguments will be called, with arguments that are unknown."""
    calls: list[tuple[Value, Value]] = []
    for index, argument in enumerate(arguments):
        if isinstance(argument, Global):
            calls.append((argument, arguments[index + 1 :]))
        elif isinstance(argument, Box):
            calls += [(item, ()) for item in values.contents(argument) if isinstance(item, Global)]
    return Outcome(calls=tuple(calls)) if calls else None


def _callable_or_value(values: Values, arguments: Arguments) -> Outcome | None:
    """The same for what builds a value where nothing among the arguments is callable."""
    found = _any_callable(values, arguments)
    if found is None and is_plain(values, *arguments, made=True):
        return Outcome(pure=VALUE if is_plain(values, *arguments) else MADE)
    return found


def _iter(values: Values, arguments: Arguments) -> Outcome | None:
    """With a second argument, the iterator calls the first one until that comes out."""
    if len(arguments) == 2 and isinstance(arguments[0], Result):
        return _wraps(0)(values, arguments[:1])
    return _callable_or_value(values, arguments)


def _kept(values: Values, arguments: Arguments) -> Outcome | None:
    """``attrgetter("a")`` does nothing before it is applied; it may keep data and names."""
    return Outcome() if is_plain(values, *arguments) else None


_RESOLVERS: Final[dict[str, Resolver]] = {
    **OPERATIONS,
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
    "dill._dill._create_namedtuple": _namedtuple,
    "dill._dill._load_type": _dill_type,
    "cloudpickle.cloudpickle._builtin_type": _types_name,
    **dict.fromkeys(("functools.partial", "_functools.partial", "builtins.map"), _wraps(0)),
    **dict.fromkeys(("builtins.filter", "functools.reduce", "_functools.reduce"), _wraps(0)),
    **dict.fromkeys(("itertools.starmap", "itertools.takewhile"), _wraps(0)),
    **dict.fromkeys(("itertools.dropwhile", "itertools.filterfalse"), _wraps(0)),
    **dict.fromkeys(("itertools.accumulate", "itertools.groupby", "weakref.finalize"), _wraps(1)),
    "collections.defaultdict": _wraps(0),
    "functools.cached_property": _wraps(0),
    "types.MethodType": _method,
    **dict.fromkeys(
        (
            *("atexit.register", "contextlib.ExitStack.callback"),
            *("contextvars.Context.run", "operator.call", "_operator.call", "builtins.apply"),
            *("threading.Thread", "threading.Timer", "_thread.start_new_thread"),
            *("builtins.property.__get__", "concurrent.futures.ThreadPoolExecutor.submit"),
        ),
        _any_callable,
    ),
    **dict.fromkeys(
        (
            *("builtins.sorted", "builtins.property", "builtins.max", "builtins.min"),
            *("functools.lru_cache", "functools.cache"),
        ),
        _callable_or_value,
    ),
    "builtins.iter": _iter,
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
    if not given or not kept:
        return None
    found = _getitem(values, (given[0], kept[0]))
    return found or (Outcome(pure=VALUE) if is_plain(values, *kept, *given) else None)


def _apply_partial(values: Values, kept: Arguments, given: Arguments) -> Outcome | None:
    if not kept:
        return None
    arguments = kept[1:] + given
    inner = follow(values, kept[0], arguments) if isinstance(kept[0], Global) else None
    return Outcome(name=inner.name if inner else None, calls=((kept[0], arguments),))


_APPLIED: Final[dict[str, Applied]] = {
    **dict.fromkeys(("operator.attrgetter", "_operator.attrgetter"), _apply_attrgetter),
    **dict.fromkeys(("operator.methodcaller", "_operator.methodcaller"), _apply_methodcaller),
    **dict.fromkeys(("operator.itemgetter", "_operator.itemgetter"), _apply_itemgetter),
    **dict.fromkeys(("functools.partial", "_functools.partial"), _apply_partial),
}

_RETURNING: Final = frozenset({"dill._dill._create_type", "operator.call", "_operator.call"})
"""Functions that return what the call that they make returns."""

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

_LOADERS: Final = {"torch.storage._load_from_bytes": 0, "numba.core.serialize._numba_unpickle": 1}
"""Functions that load one of their arguments, with its position."""
_KERAS_LOADER: Final = re.compile(r"keras\.src\.(?:\w+\.)+_unpickle_model", re.ASCII)


def loads_argument(callee: Value) -> int | None:
    """The position of the artifact among the arguments of a function that loads it."""
    name = _dotted(callee)
    return 0 if _KERAS_LOADER.fullmatch(name) else _LOADERS.get(name)


NAMES: Final = frozenset(_RESOLVERS) | frozenset(_APPLIED)
"""The callables whose results are followed."""
