"""All that a rule's condition may call, beside CEL's own functions.

``lookup(table, key…)``  what a table holds, null where nothing
``rate(module, name)``   how a pickle's global is rated: tier, effect, dotted, internals
``older(a, b)``          version ``a`` is before version ``b`` (PEP 440)
``is_name(text)``        whether text is a dotted name as Python spells one
``torch_has(operator)``  whether the torch installed here registers it, null without a torch
``newest(package, release, what)``  the newest IR version (``ir``) or version of a domain's
                         operators that a release of onnx or onnxruntime takes, null where that is
                         not known
``operator_runs(release, domain, name, version, types, body)``  what keeps a release of onnxruntime
                         from running an operator: problem (unknown, custom, deprecated, no-kernel,
                         or empty), since, what
``keras_lacks(via, role, module, name, version)``  why Keras cannot find a class, or empty
``keras_refuses(via, role, module, name, keys, version)``  keys that its constructor does not take
``keras_has(kind, name, version)``  whether a release of Keras has ``keras.<kind>.<name>``
``keras_knows(kind, name)``  whether any release has
``glob(text, pattern)``  shell-style match, case-sensitive; ``pattern`` may be a list
"""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase

from cel_expr_python import cel

from modelaudit.judge import globals as pickle_globals
from modelaudit.judge import keras, operators
from modelaudit.judge.tables import lookup


def older(version: str, other: str) -> bool:
    """Raises ValueError (InvalidVersion) for text that is no version."""
    from packaging.version import Version  # noqa: PLC0415  only rules about targets need it

    return Version(version) < Version(other)


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
    text, truth, number = cel.Type.STRING, cel.Type.BOOL, cel.Type.INT
    texts = cel.Type.List(text)
    node = [text, text, text, number, texts, texts]
    runs = _overload("operator_runs_6", node, cel.Type.Map(text, text), operators.runs)
    newest = _overload("newest_3", [text, text, text], cel.Type.DYN, operators.newest)
    keys = range(2, 6)
    lookups = [_overload(f"lookup_{n}", [text] * n, cel.Type.DYN, lookup) for n in keys]
    rated = _overload("rate_2", [text, text], cel.Type.Map(text, text), pickle_globals.rate)
    globs = [
        _overload("glob_text", [text, text], truth, fnmatchcase),
        _overload("glob_list", [text, texts], truth, glob_any),
    ]
    refused = _overload("keras_refuses_6", [*[text] * 4, texts, text], texts, keras.refuses)
    return [
        cel.FunctionDecl("lookup", lookups),
        cel.FunctionDecl("rate", [rated]),
        cel.FunctionDecl("older", [_overload("older_2", [text, text], truth, older)]),
        cel.FunctionDecl("is_name", [_overload("is_name_1", [text], truth, is_name)]),
        cel.FunctionDecl("torch_has", [_overload("torch_has_1", [text], cel.Type.DYN, torch_has)]),
        cel.FunctionDecl("newest", [newest]),
        cel.FunctionDecl("operator_runs", [runs]),
        cel.FunctionDecl("glob", globs),
        cel.FunctionDecl("keras_lacks", [_overload("keras_5", [text] * 5, text, keras.lacks)]),
        cel.FunctionDecl("keras_refuses", [refused]),
        cel.FunctionDecl("keras_has", [_overload("keras_3", [text] * 3, truth, keras.names)]),
        cel.FunctionDecl("keras_knows", [_overload("keras_2", [text] * 2, truth, keras.known)]),
    ]


def _overload(
    name: str, takes: list[cel.Type], gives: cel.Type, function: Callable[..., object]
) -> cel.Overload:
    return cel.Overload(name, gives, takes, is_member=False, impl=function)
