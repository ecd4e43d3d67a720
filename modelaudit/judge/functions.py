"""All that a rule's condition may call, beside CEL's own functions.

``lookup(table, key…)``  what a table holds, null where nothing
``rate(module, name)``   how a pickle's global is rated: tier, effect, dotted, internals
``symbol(package, version, module, name)``  what of a name that release lacks: lacks, has, moved
``takes(package, version, module, name, opcode, given)``  how many arguments it takes there, empty
where ``given`` will do or nothing is known
``accepts(package, version, module, arguments)``  whether a compiled class takes a state of the
checksum among the arguments, null where that is not known
``takes(package, version, module, name, opcode, given)``  how many arguments it takes there, empty
where ``given`` will do or nothing is known
``state_lacks(package, version, module, name, keys)``  attributes that using an instance needs there
and that ``keys``, those of its state, lack; ``state_lacks_elsewhere`` those that other methods need
``older(a, b)``          version ``a`` is before version ``b`` (PEP 440)
``minor(version)``       its first two numbers, empty for text that is no version
``is_name(text)``        whether text is a dotted name as Python spells one
``torch_has(operator)``  whether the torch installed here registers it, null without a torch
``glob(text, pattern)``  shell-style match, case-sensitive; ``pattern`` may be a list
"""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase

from cel_expr_python import cel

from modelaudit.judge import globals as pickle_globals
from modelaudit.judge.states import lacks, lacks_elsewhere
from modelaudit.judge.symbols import accepts, symbol, takes
from modelaudit.judge.tables import lookup


def older(version: str, other: str) -> bool:
    """Raises ValueError (InvalidVersion) for text that is no version."""
    from packaging.version import Version  # noqa: PLC0415  only rules about targets need it

    return Version(version) < Version(other)


def minor(version: str) -> str:
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415  as above

    try:
        known = Version(version)
    except InvalidVersion:
        return ""
    return f"{known.major}.{known.minor}"


def is_name(text: str) -> bool:
    return all(part.isidentifier() for part in text.split("."))


def torch_has(operator: str) -> bool | None:
    from modelaudit.targets.environment import torch_operators  # noqa: PLC0415  few ask for it

    operators = torch_operators()
    return None if operators is None else operator in operators


def glob_any(text: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns)


def declarations() -> list[cel.FunctionDecl]:
    """The functions as CEL's type checker wants them."""
    text, truth = cel.Type.STRING, cel.Type.BOOL
    words, texts = cel.Type.Map(text, text), cel.Type.List(text)
    name = [text] * 4  # package, version, module, name
    keys = range(2, 6)
    lookups = [_overload(f"lookup_{n}", [text] * n, cel.Type.DYN, lookup) for n in keys]
    rated = _overload("rate_2", [text, text], words, pickle_globals.rate)
    globs = [
        _overload("glob_text", [text, text], truth, fnmatchcase),
        _overload("glob_list", [text, cel.Type.List(text)], truth, glob_any),
    ]
    return [
        cel.FunctionDecl("lookup", lookups),
        cel.FunctionDecl("rate", [rated]),
        cel.FunctionDecl("symbol", [_overload("symbol_4", name, words, symbol)]),
        cel.FunctionDecl("takes", [_overload("takes_6", [*name, text, cel.Type.INT], text, takes)]),
        cel.FunctionDecl("accepts", [_overload("accepts_4", name, cel.Type.DYN, accepts)]),
        cel.FunctionDecl("state_lacks", [_overload("state_lacks_5", [*name, texts], texts, lacks)]),
        cel.FunctionDecl(
            "state_lacks_elsewhere",
            [_overload("state_lacks_elsewhere_5", [*name, texts], texts, lacks_elsewhere)],
        ),
        cel.FunctionDecl("older", [_overload("older_2", [text, text], truth, older)]),
        cel.FunctionDecl("minor", [_overload("minor_1", [text], text, minor)]),
        cel.FunctionDecl("is_name", [_overload("is_name_1", [text], truth, is_name)]),
        cel.FunctionDecl("torch_has", [_overload("torch_has_1", [text], cel.Type.DYN, torch_has)]),
        cel.FunctionDecl("glob", globs),
    ]


def _overload(
    name: str, takes: list[cel.Type], gives: cel.Type, function: Callable[..., object]
) -> cel.Overload:
    return cel.Overload(name, gives, takes, is_member=False, impl=function)
