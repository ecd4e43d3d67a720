"""Version ranges of Poetry and of conda, put into PEP 440's words.

https://python-poetry.org/docs/dependency-specification/
https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html
"""

from __future__ import annotations

import re
from typing import Final

from modelaudit.targets.pins import NAME
from modelaudit.targets.versions import ALTERNATIVE

_OPERATOR: Final = re.compile(r"\s*(\^|~=|~|==|!=|>=|<=|>|<|=)?\s*v?(.*?)\s*")
_MATCH: Final = re.compile(rf"(?:[\w./-]+::)?(?P<name>_?{NAME})\s*(?P<rest>.*)", re.DOTALL)


def from_poetry(text: str) -> str:
    """``^1.2`` as ``>=1.2,<2``. Raises ValueError."""
    if text.strip() in ("", "*"):
        return ""
    parts = re.split(r"\s*\|\|?\s*", text.strip())
    return ALTERNATIVE.join(_poetry_all(part) for part in parts)


def _poetry_all(text: str) -> str:
    clauses = re.split(r"\s*,\s*|(?<=[\w*])\s+(?=[\^~=!<>])", text)
    return ",".join(found for clause in clauses if (found := _poetry_one(clause)))


def _poetry_one(text: str) -> str:
    match = _OPERATOR.fullmatch(text)
    operator, version = (match[1] or "", match[2]) if match else ("", "")
    if version == "*":
        return ""
    if operator in ("^", "~"):
        version = version.partition("+")[0]  # a local part limits no range
        return f">={version},<{_next(operator, version)}"
    if operator in ("", "="):
        operator = "=="
    if not re.match(r"\d", version):
        raise ValueError(text)
    return f"{operator}{version}"


def _next(operator: str, version: str) -> str:
    """The first version that a caret or a tilde leaves out."""
    match = re.match(r"\d+(?:\.\d+)*", version)
    if match is None:
        raise ValueError(version)
    numbers = [int(digit) for digit in match[0].split(".")]
    if operator == "~":
        keep = 1 if len(numbers) == 1 else 2
    else:  # up to the first digit that is not zero
        nonzero = [index for index, number in enumerate(numbers) if number]
        keep = (nonzero[0] if nonzero else len(numbers) - 1) + 1
    return ".".join(map(str, [*numbers[: keep - 1], numbers[keep - 1] + 1]))


def from_conda(text: str) -> tuple[str, str]:
    """``pytorch=2.1`` as conda's name of a package and a specifier. Raises ValueError."""
    match = _MATCH.fullmatch(text.strip())
    if match is None or "[" in match["rest"]:
        raise ValueError(text)
    name = match["name"].lower()
    rest = match["rest"].strip()
    if rest.startswith("=") and not rest.startswith("=="):
        version, _, build = rest[1:].partition("=")
        rest = f"=={version}" if build else f"={version}"
    else:
        rest = _without_build(rest)
    parts = [_conda_all(part) for part in rest.split("|")]
    return name, ALTERNATIVE.join(parts) if all(parts) else ""


def _without_build(rest: str) -> str:
    """``1.2.3 py39_0`` and ``==1.2.3=py39_0`` without the build at their end."""
    spaced = re.fullmatch(r"(.*[\w*])\s+[^\s<>=!~,|]\S*", rest)
    rest = rest if spaced is None else spaced[1]
    return re.sub(r"(?<=[\w*])=(?!=).*$", "", rest)


def _conda_all(text: str) -> str:
    return ",".join(found for clause in text.split(",") if (found := _conda_one(clause.strip())))


def _conda_one(text: str) -> str:
    match = _OPERATOR.fullmatch(text)
    operator, version = (match[1] or "", match[2]) if match else ("", "")
    if version in ("", "*"):
        if operator and not version:
            raise ValueError(text)
        return ""
    if not re.fullmatch(r"\d[\w.]*\*?", version):
        raise ValueError(text)
    if version.endswith("*"):
        version = version.rstrip("*").rstrip(".") + ".*"
        return f"{'!=' if operator == '!=' else '=='}{version}"
    if operator == "=":
        return f"=={version}.*"
    return f"{operator or '=='}{version}"
