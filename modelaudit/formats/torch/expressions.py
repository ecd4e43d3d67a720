"""Text in a program of torch.export that loading it evaluates as Python, or imports by.

``expr_str`` goes through ``sympy.sympify``, which evaluates it; ``guards_code`` becomes a function
when ``module()`` is called; the description of a ``defaultdict`` or of an enumeration among inputs
and outputs names a module, which is imported.
https://github.com/pytorch/pytorch/blob/main/torch/_export/serde/serialize.py (_parse_sym_expr)
https://github.com/pytorch/pytorch/blob/main/torch/export/_unlift.py (_convert_guards_code_to_fn)
https://github.com/pytorch/pytorch/blob/main/torch/utils/_pytree.py (_json_to_treespec)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

import msgspec

from modelaudit.core.facts import Anomaly, Fact, Import, Unreadable
from modelaudit.core.source import Source

LONGEST: Final = 16 * 1024
"""Characters of one expression that is parsed."""
MOST: Final = 20_000
"""Distinct expressions of one graph."""
SHOWN: Final = 200
DEEPEST: Final = 100
"""Levels of a description; those of models have a handful."""

_TEXT: Final = rb"\"((?:[^\"\\]|\\.)*+)\""
_EXPRESSION: Final = re.compile(rb"\"expr_str\"\s*:\s*" + _TEXT, re.DOTALL)
_GUARDS: Final = re.compile(rb"\"guards_code\"\s*:\s*\[((?:\s|,|" + _TEXT + rb")*+)", re.DOTALL)
_STRING: Final = re.compile(_TEXT, re.DOTALL)
_SPEC: Final = re.compile(rb"\"(?:in|out)_spec\"\s*:\s*(" + _TEXT + rb")", re.DOTALL)
_ESCAPED: Final = re.compile(rb"\\(?:u00([2-7][0-9a-fA-F])|.)", re.DOTALL)

_MADE: Final = frozenset(
    {
        *("Symbol", "Dummy", "Integer", "Float", "Rational"),
        *("Add", "Mul", "Pow", "Abs", "Max", "Min", "Mod", "Piecewise", "ExprCondPair", "Tuple"),
        *("And", "Or", "Not", "Xor", "Eq", "Ne", "Lt", "Le", "Gt", "Ge", "Equality", "Unequality"),
        *("LessThan", "StrictLessThan", "GreaterThan", "StrictGreaterThan", "ITE"),
        *("floor", "ceiling", "sqrt", "sign", "exp", "log", "sin", "cos", "tan", "atan"),
        *("CeilDiv", "CeilToInt", "CleanDiv", "FloatPow", "FloatTrueDiv", "FloorDiv", "FloorToInt"),
        *("Identity", "IntTrueDiv", "IsNonOverlappingAndDenseIndicator", "LShift", "RShift"),
        *("ModularIndexing", "PowByNatural", "PythonMod", "RoundDecimal", "RoundToInt"),
        *("ToFloat", "TruncToFloat", "TruncToInt", "Where", "cast_symbool_to_symint_guardless"),
    }
)
"""What torch's own writer calls; ``OpaqueUnaryFn_*`` and ``BitwiseFn_*`` besides."""
_OF_TEXT: Final = frozenset({"Symbol", "Dummy", "Integer", "Float", "Rational"})
"""Those whose text is a name or a number; any other text goes through ``sympify`` again."""
_ASKED: Final = frozenset({"size", "stride", "storage_offset", "shape", "dtype", "item", "dim"})
"""What a guard asks of a tensor."""
_PLAIN: Final = (
    *(ast.Expression, ast.Constant, ast.Name, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare),
    *(ast.Tuple, ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.expr_context, ast.keyword),
)


def evaluated(inner: Source, data: bytes) -> Iterator[Fact]:
    """One fact for each text that does more than calculate, and for each name that is imported."""
    if any(match[1] not in (None, b"7f", b"7F") for match in _ESCAPED.finditer(data)):
        data = msgspec.json.encode(msgspec.json.decode(data))  # a key may hide behind an escape
    shapes = {match[1]: match.start() for match in _EXPRESSION.finditer(data)}
    guards = {
        text[1]: found.start(1) + text.start()
        for found in _GUARDS.finditer(data)
        for text in _STRING.finditer(found[1])
    }
    for texts, is_guard in ((shapes, False), (guards, True)):
        for number, (text, position) in enumerate(texts.items()):
            if number >= MOST:
                yield Unreadable("limit", {"limit": "expressions", "most": MOST}, inner.at())
                break
            yield from _expression(inner, text, position, is_guard=is_guard)
    yield from _imports(inner, data)


def _expression(inner: Source, text: bytes, position: int, *, is_guard: bool) -> Iterator[Anomaly]:
    expression = msgspec.json.decode(b'"' + text + b'"', type=str)
    problem = _problem(expression, is_guard=is_guard)
    if problem:
        fields = {"expression": expression[:SHOWN], "part": problem[:SHOWN]}
        kind = "exported-function" if _is_class(problem) else "exported-code"
        yield Anomaly(kind, fields, inner.at(position))


def _is_class(part: str) -> bool:
    """Whether a part is the name of a class that sympy may have; ``S`` evaluates text."""
    return part.isidentifier() and part[0].isupper() and len(part) > 1


def _problem(expression: str, *, is_guard: bool) -> str:
    """The first part that does more than calculate; empty where there is none."""
    if len(expression) > LONGEST:
        return "…"
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return expression
    texts = set(_allowed_texts(tree, is_guard=is_guard))
    unknown = ""
    for node in ast.walk(tree):
        if _calculates(node, is_guard=is_guard) and not (_is_text(node) and node not in texts):
            continue
        name = (
            node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        )
        if not _is_class(name):
            return name or ast.get_source_segment(expression.strip(), node) or expression
        unknown = unknown or name
    return unknown


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)


def _allowed_texts(tree: ast.AST, *, is_guard: bool) -> Iterator[ast.AST]:
    """The texts of an expression that nothing evaluates."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in _OF_TEXT:
                yield from node.args
        elif isinstance(node, ast.Subscript) and is_guard:
            yield node.slice
        elif isinstance(node, ast.Compare) and is_guard:
            yield from (node.left, *node.comparators)


def _calculates(node: ast.AST, *, is_guard: bool) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) or _is_made(node.func)
    if isinstance(node, ast.Name):
        return "__" not in node.id
    if isinstance(node, ast.Attribute):
        on = node.value.id if isinstance(node.value, ast.Name) else ""
        known = on == "math" or (on == "torch" and node.attr.startswith("sym_"))
        return is_guard and "__" not in node.attr and (known or node.attr in _ASKED)
    return isinstance(node, _PLAIN) or (is_guard and isinstance(node, ast.Subscript))


def _is_made(function: ast.expr) -> bool:
    if not isinstance(function, ast.Name):
        return False
    return function.id in _MADE or function.id.startswith(("OpaqueUnaryFn_", "BitwiseFn_"))


def _imports(inner: Source, data: bytes) -> Iterator[Import]:
    """Names that the descriptions of inputs and outputs have imported."""
    specs = {match[1]: match.start() for match in _SPEC.finditer(data)}
    names: dict[tuple[str, str], int] = {}
    for spec, position in specs.items():
        for pair in _named(msgspec.json.decode(spec), 0):
            names.setdefault(pair, position)
    for (module, name), position in names.items():
        yield Import(module, name, "TREESPEC", f"{module}.{name}", "", 0, 1, inner.at(position))


def _named(value: object, depth: int) -> Iterator[tuple[str, str]]:
    """Module and name of what a description imports; it holds further ones as text."""
    if depth > DEEPEST:
        yield "", ""
    elif isinstance(value, list):
        for item in value:
            yield from _named(item, depth + 1)
    elif isinstance(value, dict):
        if "default_factory_module" in value:
            yield _shown(value["default_factory_module"]), _shown(value.get("default_factory_name"))
        if "__enum__" in value:
            module, _, name = _shown(value.get("fqn")).partition(":")
            yield module, name
        yield from _named(list(value.values()), depth)
    elif isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            inner = msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError):
            return
        yield from _named(inner, depth + 1)


def _shown(name: object) -> str:
    return name[:SHOWN] if isinstance(name, str) else ""
