"""setup.py, where it is literal: install_requires, extras_require and python_requires.

Read from the syntax tree; the file is not run. A list may be given by the name of a list that the
module assigns. https://setuptools.pypa.io/en/latest/references/keywords.html
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from typing import Final

from modelaudit.core.limits import KIB
from modelaudit.targets.pins import PYTHON, Broken, Item, Note
from modelaudit.targets.readers.requirements import requirement

MOST_TEXT_OF_FILE: Final = 128 * KIB
Names = Mapping[str, ast.expr]
"""What the module assigns to each name."""


def read(text: str, file: str) -> Iterator[Item]:
    """What the call of setup() asks for, as far as it is literal."""
    if not re.search(r"\bsetup\s*\(", text):
        return
    if len(text) > MOST_TEXT_OF_FILE:
        raise Broken(1, f"larger than {MOST_TEXT_OF_FILE // KIB} KiB")
    tree = _parse(text)
    names = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node.func) == "setup":
            for keyword in node.keywords:
                yield from _keyword(keyword.arg or "", keyword.value, names, file)


def _parse(text: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about escapes in the file that is read
            return ast.parse(text)
    except SyntaxError as error:
        last = text.count("\n") + 1
        raise Broken(min(max(error.lineno or 1, 1), last), "not valid Python") from None
    except (ValueError, RecursionError, MemoryError):
        raise Broken(1, "not valid Python") from None


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def _keyword(name: str, value: ast.expr, names: Names, file: str) -> Iterator[Item]:
    if isinstance(value, ast.Name):
        value = names.get(value.id, value)
    if name == "python_requires":
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield requirement(PYTHON + value.value, file, value.lineno)
        else:
            yield Note(file, value.lineno, f"{name} is not literal and was not read")
    elif name == "install_requires":
        yield from _listed(name, value, file, optional=False)
    elif name == "extras_require":
        if isinstance(value, ast.Dict):
            for extra in value.values:
                known = names.get(extra.id, extra) if isinstance(extra, ast.Name) else extra
                if isinstance(known, ast.List | ast.Tuple):
                    yield from _listed(name, known, file, optional=True)
                else:
                    text = f"an entry of {name} is not literal and was not read"
                    yield Note(file, extra.lineno, text)
        else:
            yield Note(file, value.lineno, f"{name} is not literal and was not read")


def _listed(name: str, value: ast.expr, file: str, *, optional: bool) -> Iterator[Item]:
    if not isinstance(value, ast.List | ast.Tuple):
        yield Note(file, value.lineno, f"{name} is not literal and was not read")
        return
    for entry in value.elts:
        if isinstance(entry, ast.Constant) and isinstance(entry.value, str):
            yield requirement(entry.value.strip(), file, entry.lineno, optional=optional)
        else:
            yield Note(file, entry.lineno, f"an entry of {name} is not literal and was not read")
