"""Pure operations: calls that give a value of known kind, and do nothing to anything.

``Optional[int]`` is pickled as a call of ``getitem``, a bound method of a constant as a call of
``getattr``, an iterator as a call of ``iter``. Each is pure only for arguments that run no method
of an instance; what is callable in the result matters once something calls it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import msgspec

from modelaudit.core.late import late
from modelaudit.formats.pickle.reading import Values
from modelaudit.formats.pickle.values import MOST_ITEMS, UNKNOWN, Box, Global, Result, Value

Arguments = tuple[Value, ...]
VALUE: Final = "a value"
MADE: Final = "what the file made"
MOST_PARTS: Final = 1024
"""Values inside an argument that are looked at; a larger argument is not taken for plain."""


class Outcome(msgspec.Struct, frozen=True):
    """What is known of a call that leads to another name, or is a pure operation.

    ``name`` is the name that it returns, where it returns one; ``calls`` are the calls that it
    makes, or that what it returns will make, each a callee and its arguments. ``pure`` says what
    a pure operation gives: ``VALUE`` or ``MADE``.
    """

    name: Global | None = None
    calls: tuple[tuple[Value, Value], ...] = ()
    pure: str = ""

    @property
    def resolves(self) -> str:
        """The dotted name that the call leads to; ``constants`` where it only keeps some."""
        if self.name is not None:
            return self.name.dotted
        callees = [callee for callee, _ in self.calls]
        if callees and isinstance(callees[0], Global):
            return callees[0].dotted
        return self.pure or "constants"


Resolver = Callable[[Values, Arguments], Outcome | None]


def named(values: Values, module: str, name: str) -> Outcome:
    """The outcome of a call that returns a name; one object for each name of a stream."""
    found = values.globals.get((module, name))
    if found is None:
        spelled = f"{module}.{name}" if name else module
        from modelaudit.knowledge.pickle_globals import canonical  # noqa: PLC0415  data names none

        rated = canonical(module, name)
        asked = () if rated == (module, name) else (module, name)
        found = values.globals[module, name] = Global(*rated, spelled, asked)
    return Outcome(name=found)


def is_plain(values: Values, *given: Value, made: bool = False) -> bool:
    """True for data, names, and results of pure operations, in containers of any depth.

    With ``made`` also for functions and classes that the file itself carries.
    """
    stack = list(given)
    for _ in range(MOST_PARTS):
        if not stack:
            return True
        value = stack.pop()
        if isinstance(value, tuple):
            stack += value
        elif isinstance(value, Box):
            if len(value.items) >= MOST_ITEMS:  # further items are not known
                return False
            stack += values.contents(value)
        elif isinstance(value, Result):
            if value.pure:
                stack += [] if value.state is None else [value.state]
            elif not (made and is_made(value)):
                return False
        elif not isinstance(value, int | Global):
            return False
    return False


def is_made(value: Value) -> bool:
    """True for a function, a class or a part of one that is stored in the file by value."""
    return (
        isinstance(value, Result)
        and isinstance(value.root, Global)
        and value.root.dotted in _MAKERS
    )


_MAKERS: Final = frozenset(
    {
        *(f"dill._dill._create_{what}" for what in ("code", "function", "type", "cell")),
        *(f"cloudpickle.cloudpickle._make_{what}" for what in ("function", "cell", "typevar")),
        *(f"cloudpickle.cloudpickle._make_skeleton_{what}" for what in ("class", "enum")),
        *("cloudpickle.cloudpickle._make_empty_cell", "types.new_class", "types.FunctionType"),
        *("cloudpickle.cloudpickle_fast._make_function", "types.CodeType"),
    }
)
"""Functions that make code, or what holds code, out of the file; a rule reports each."""


# Aliases of types.

_CLASS = re.compile(r"[A-Z]\w*[a-z]\w*(\.[A-Z]\w*[a-z]\w*)*", re.ASCII)
_GENERIC: Final = frozenset({"list", "dict", "tuple", "set", "frozenset", "type"})


def alias(values: Values, arguments: Arguments) -> Outcome | None:
    """``Optional[int]``, ``list[int]``: called, an alias calls the class that it is an alias of."""
    if len(arguments) != 2 or not is_plain(values, *arguments, made=True):
        return None
    owner, key = arguments
    if is_made(owner):
        return Outcome(pure=MADE)
    if not isinstance(owner, Global) or not _is_class(owner):
        return None
    first = key[0] if isinstance(key, tuple) and key else key
    if owner.name == "Annotated":
        return Outcome(name=first) if isinstance(first, Global) else Outcome(pure=VALUE)
    if owner.name != "Literal" and "(" in (values.text(first) or ""):
        return None  # a forward reference is evaluated by whoever asks for the type
    return Outcome(name=owner)


def _is_class(name: Global) -> bool:
    """True for what is spelled as a class; a mapping of functions is not."""
    if name.module == "builtins":
        return name.name in _GENERIC
    return _CLASS.fullmatch(name.name) is not None


def _generic_alias(values: Values, arguments: Arguments) -> Outcome | None:
    if len(arguments) != 2 or not is_plain(values, *arguments, made=True):
        return None
    origin = arguments[0]
    return Outcome(name=origin) if isinstance(origin, Global) else Outcome(pure=VALUE)


# Values.


def pure(values: Values, arguments: Arguments) -> Outcome | None:
    """A call that builds a value of plain arguments; of any other, it may run their methods."""
    return Outcome(pure=VALUE) if is_plain(values, *arguments) else None


def _wrapper(values: Values, arguments: Arguments) -> Outcome | None:
    """``staticmethod`` and its like hold a function for whoever calls it."""
    return Outcome(pure=VALUE) if is_plain(values, *arguments, made=True) else None


def _type(values: Values, arguments: Arguments) -> Outcome | None:
    if len(arguments) != 1:
        return None
    value = arguments[0]
    if isinstance(value, Result) and isinstance(value.callee, Global) and value.is_instance:
        return Outcome(name=value.callee)
    return pure(values, arguments)


def _is_flat(template: str, depth: int = 2) -> bool:
    """Whether the fields of a format reach no attributes of what it formats, as ``{0.a}`` does."""
    from string import Formatter  # noqa: PLC0415  few files format a text

    try:
        fields = list(Formatter().parse(template))
    except ValueError:
        return False
    for _, name, specification, _ in fields:
        if name is not None and ("." in name or "[" in name):
            return False
        if specification and not (depth and _is_flat(specification, depth - 1)):
            return False
    return True


_NO_METHODS: Final = frozenset({"__contains__", "__getitem__", "__len__", "__next__", "__iter__"})


def bound_method(values: Values, owner: Value, attribute: str | None) -> Outcome | None:
    """A method of a constant or of an iterator over data."""
    if not attribute or (attribute.startswith("_") and attribute not in _NO_METHODS):
        return None
    if isinstance(owner, int | tuple | Box):
        if attribute in ("format", "format_map"):
            text = values.text(owner)
            if text is None or not _is_flat(text):
                return None
        return Outcome(pure=VALUE) if is_plain(values, owner, made=True) else None
    of = owner.callee if isinstance(owner, Result) and owner.pure else None
    iterates = isinstance(of, Global) and of.dotted in _ITERATORS
    return Outcome(pure=VALUE) if iterates and is_plain(values, owner) else None


_ITERATORS: Final = frozenset(
    {
        *(f"builtins.{name}" for name in ("zip", "enumerate", "reversed", "iter")),
        *(f"itertools.{name}" for name in ("count", "cycle", "chain", "repeat", "islice")),
        *(f"itertools.{name}" for name in ("product", "combinations", "permutations", "compress")),
        *("itertools.combinations_with_replacement", "itertools.zip_longest", "itertools.pairwise"),
        *("itertools.chain.from_iterable", "itertools.batched"),
    }
)


# What dill and cloudpickle write around the code that they store.


def _set_attribute(values: Values, arguments: Arguments) -> Outcome | None:
    """An attribute of a function or class that the file itself made."""
    if len(arguments) == 3 and is_made(arguments[0]) and values.text(arguments[1]):
        return Outcome(pure=MADE)
    return None


def _dill_calls(values: Values, arguments: Arguments) -> Outcome | None:
    """``_create_type(metaclass, …)`` calls its first argument."""
    callee = arguments[0] if arguments else UNKNOWN
    if is_made(callee):
        return Outcome(pure=MADE)
    if not isinstance(callee, Global):
        return None
    if callee.dotted in _METACLASSES:
        return Outcome(pure=MADE)
    return Outcome(calls=((callee, arguments[1:]),))


_METACLASSES: Final = frozenset(
    {
        *("builtins.type", "types.TypeType", "abc.ABCMeta", "enum.EnumMeta", "enum.EnumType"),
        *("typing._ProtocolMeta", "typing._TypedDictMeta", "typing.NamedTupleMeta"),
    }
)


def _dill_array(values: Values, arguments: Arguments) -> Outcome | None:
    """An array by its maker, its state, and the attributes of a subclass, if those are data."""
    if len(arguments) < 3 or not isinstance(arguments[0], Global):
        return None
    for attributes in arguments[3:]:
        held = values.contents(attributes) if isinstance(attributes, Box) else [attributes]
        if not all(isinstance(value, int) for value in held):
            return None
    return Outcome(calls=((arguments[0], arguments[1]),))


def _dill_ftype(_: Values, arguments: Arguments) -> Outcome | None:
    """``partial`` or one of the getters, with its function, arguments and keywords."""
    if len(arguments) != 4 or not isinstance(arguments[0], Global):
        return None
    rest = arguments[2] if isinstance(arguments[2], tuple) else (UNKNOWN,)
    return Outcome(calls=((arguments[0], (arguments[1], *rest)),))


_METHOD_REPR = late(
    r"<[a-z_ -]+ '\w+' of"
    r" '(?:(dict|list|str|set|tuple|int|float|bytes|frozenset)|(collections)\.(OrderedDict)"
    r"|(numpy)\.(ndarray|generic))' objects>",
    re.ASCII,
)


_RANGE: Final = late(r"range\(-?[0-9]+, -?[0-9]+(, -?[0-9]+)?\)")


def _dill_getattr(values: Values, arguments: Arguments) -> Outcome | None:
    """dill evaluates the text that it takes for the representation of a method."""
    if len(arguments) != 3:
        return None
    name, shown = values.text(arguments[1]), values.text(arguments[2])
    match = _METHOD_REPR().fullmatch(shown or "")
    if match is None or not name or not name.isidentifier():
        return None
    module, owner = match[2] or match[4] or "builtins", match[1] or match[3] or match[5]
    if module == "numpy":  # what dill does not know by that name, it takes of its first argument
        first = arguments[0]
        if not isinstance(first, Global) or first.dotted != f"numpy.{owner}":
            return None
    return named(values, module, f"{owner}.{name}")


def _dill_constant(values: Values, arguments: Arguments) -> Outcome | None:
    text = values.text(arguments[0]) if len(arguments) == 1 else None
    known = text in ("Ellipsis", "NotImplemented") or _RANGE().fullmatch(text or "")
    return Outcome(pure=VALUE) if known else None


def _dill_setitems(values: Values, arguments: Arguments) -> Outcome | None:
    plain = len(arguments) == 2 and is_plain(values, *arguments, made=True)
    return Outcome(pure=MADE) if plain and isinstance(arguments[0], Box) else None


_FUNCTIONS: Final = {
    "builtins": "abs chr divmod isinstance len ord pow repr round str.join dict.fromkeys",
    "numpy": "round where concatenate quantile percentile nanquantile nan_to_num isin interp",
    "operator": "add sub mul truediv floordiv mod neg pos eq ne lt le gt ge and_ or_ xor",
    "pandas": "cut qcut to_datetime to_numeric to_timedelta",
    "pandas.core.reshape.tile": "cut qcut",
    "pandas.core.tools.datetimes": "to_datetime",
    "pandas.core.tools.numeric": "to_numeric",
    "pandas.core.tools.timedeltas": "to_timedelta",
    "sklearn.utils.validation": "check_array column_or_1d",
}
"""Functions that compute a value; of an instance, they run methods."""

OPERATIONS: Final[dict[str, Resolver]] = {
    **dict.fromkeys(_ITERATORS - {"builtins.iter"}, pure),
    **{f"{module}.{name}": pure for module, names in _FUNCTIONS.items() for name in names.split()},
    **{f"_operator.{name}": pure for name in _FUNCTIONS["operator"].split()},
    "types.MappingProxyType": pure,
    **dict.fromkeys(("builtins.range", "builtins.slice", "dill._dill._create_typing_tuple"), pure),
    **dict.fromkeys(("builtins.staticmethod", "builtins.classmethod"), _wrapper),
    "builtins.type": _type,
    "types.GenericAlias": _generic_alias,
    **dict.fromkeys(
        ("collections.abc._CallableGenericAlias", "_collections_abc._CallableGenericAlias"),
        _generic_alias,
    ),
    **dict.fromkeys(("builtins.setattr", "dill._dill._setattr"), _set_attribute),
    "dill._dill._create_type": _dill_calls,
    "dill._dill._create_array": _dill_array,
    "dill._dill._create_ftype": _dill_ftype,
    "dill._dill._getattr": _dill_getattr,
    "dill._dill._eval_repr": _dill_constant,
    "dill._dill._setitems": _dill_setitems,
}
