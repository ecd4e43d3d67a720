"""TorchScript source: the operators and classes that the code of an archive uses.

``code/**/*.py`` is a subset of Python's grammar with names of its own: ``torch.add(x, y)`` is the
operator ``aten::add``, ``ops.quantized.linear(…)`` is ``quantized::linear``, ``CONSTANTS.c0`` a
constant, and ``__torch__.torch.classes.<library>.<name>`` a class that a library registers.
https://github.com/pytorch/pytorch/blob/main/torch/csrc/jit/OVERVIEW.md (Python printer), and
torch/csrc/jit/serialization/{python_print,import_source}.cpp

The code is parsed. Where it cannot be, a regular expression searches it. It never runs.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from modelaudit.core.limits import MIB
from modelaudit.formats.python.source import parses_soon

MOST_PARSED: Final = 4 * MIB
"""Characters of a file that is parsed; a longer one is only searched."""
MOST_ARGUMENTS: Final = 160
"""Characters of a rendering of arguments."""
MOST_SHOWN: Final = 6
"""Arguments of one use that are shown."""
CLASSES: Final = "torch.classes."
"""What precedes the library and the name of a class that a library registers."""

_LITERAL: Final = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|#[^\n]*", re.DOTALL)
_CALLED: Final = re.compile(r"(?<![\w.])(?:torch(?:\.\w+){1,4}|ops(?:\.\w+){2,4})(?=\s*\()")
_CLASS: Final = re.compile(r"(?<![\w.])__torch__\.torch\.classes\.(\w+(?:\.\w+)+)")
_NAMED_TUPLE: Final = re.compile(r"^class (\w+)\(NamedTuple\)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Use:
    """One use of an operator, or of a class where ``domain`` begins with ``torch.classes.``.

    ``arguments`` shows the first arguments to people. ``origins`` has for each of all arguments
    ``constant`` or ``computed``.
    """

    domain: str
    name: str
    arguments: str
    origins: tuple[str, ...]
    keywords: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Source:
    """What one file uses. ``problem`` says why it was only searched; empty where it was parsed."""

    uses: tuple[Use, ...]
    named_tuples: tuple[str, ...]
    problem: str


def read(text: str) -> Source:
    """What the code uses, in the order in which it does."""
    named = tuple(_NAMED_TUPLE.findall(text))
    if len(text) > MOST_PARSED:
        return Source(tuple(_search(text)), named, f"longer than {MOST_PARSED} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what Python thinks about escapes in its strings
            if not parses_soon(text.encode("utf-8", "surrogatepass")):
                raise ValueError("its texts with fields take too long to parse")
            tree = ast.parse(text)
        uses = sorted(_walk(tree), key=lambda use: use.line)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Source(tuple(_search(text)), named, str(error) or type(error).__name__)
    return Source(tuple(uses), named, "")


def operator(dotted: str) -> tuple[str, str] | None:
    """Domain and name of the operator that a dotted name calls; None for any other name."""
    root, _, rest = dotted.partition(".")
    if root == "ops" or rest.startswith("ops."):
        library, _, name = rest.removeprefix("ops.").partition(".")
        return (library, name) if name else None
    if root != "torch" or not rest:
        return None
    if rest.startswith("classes."):
        library, _, name = rest.removeprefix("classes.").rpartition(".")
        return CLASSES + library, name
    return "aten", rest.rpartition(".")[2]


def _walk(tree: ast.AST) -> Iterator[Use]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = operator(_dotted(node.func))
            names = tuple(keyword.arg for keyword in node.keywords if keyword.arg)
            if called is not None:
                yield Use(*called, _arguments(node), _origins(node), names, node.lineno)
        elif isinstance(node, ast.Attribute):
            library, name = _class(_dotted(node))
            if name:
                yield Use(library, name, "", (), (), node.lineno)


def _dotted(node: ast.expr) -> str:
    """``a.b.c`` of an attribute of a name; empty for any other expression."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


def _class(dotted: str) -> tuple[str, str]:
    """Library and name of a registered class, spelled as the archive's code does."""
    path = dotted.removeprefix("__torch__.")
    if path == dotted or not path.startswith(CLASSES) or path.count(".") != 3:
        return "", ""
    library, _, name = path.rpartition(".")
    return library, name


def _origins(node: ast.Call) -> tuple[str, ...]:
    constant = [isinstance(part, ast.Constant) for part in _parts(node)]
    return tuple("constant" if one else "computed" for one in constant)


def _parts(node: ast.Call) -> list[ast.expr]:
    return [*node.args, *(keyword.value for keyword in node.keywords)]


def _arguments(node: ast.Call) -> str:
    parts = _parts(node)
    joined = ", ".join(_shown(part) for part in parts[:MOST_SHOWN])
    joined += ", …" if len(parts) > MOST_SHOWN else ""
    return joined if len(joined) <= MOST_ARGUMENTS else joined[: MOST_ARGUMENTS - 1] + "…"


def _shown(node: ast.expr) -> str:
    """Constants and names; anything built of others is left out."""
    if isinstance(node, ast.Constant):
        return repr(node.value)
    return _dotted(node) or "…"


def _search(text: str) -> Iterator[Use]:
    """The uses in code that was not parsed: names outside of strings, before a parenthesis."""
    plain = _LITERAL.sub(lambda match: " " * len(match[0]), text)
    line, position = 1, 0
    for match in _CALLED.finditer(plain):
        line += plain.count("\n", position, match.start())
        position = match.start()
        called = operator(match[0])
        if called is not None:
            yield Use(*called, "", (), (), line)
    for match in _CLASS.finditer(plain):
        library, _, name = match[1].rpartition(".")
        yield Use(CLASSES + library, name, "", (), (), plain.count("\n", 0, match.start()) + 1)
