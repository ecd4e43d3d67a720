"""environment.yml and conda.yaml: packages of conda, and those of pip in a list of their own.

https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html
"""

from __future__ import annotations

from collections.abc import Iterator

from modelaudit.targets.dialects import from_conda
from modelaudit.targets.pins import MOST_TEXT, Broken, Item, Note, Pin, shown
from modelaudit.targets.readers.requirements import checked
from modelaudit.targets.readers.requirements import read as read_requirements
from modelaudit.targets.readers.yaml import line_of, parse

_IGNORED = frozenset({"pip", "setuptools", "wheel", "conda"})


def read(text: str, file: str) -> Iterator[Item]:
    """One pin for each package of the environment."""
    document = parse(text, file)
    entries = document.value.get("dependencies")
    if entries is None:
        return
    if not isinstance(entries, list):
        raise Broken(line_of(document, ("dependencies",)), "dependencies: expected a list")
    for index, entry in enumerate(entries):
        line = line_of(document, ("dependencies", index))
        if isinstance(entry, str):
            yield _package(entry, file, line)
        elif isinstance(entry, dict) and isinstance(entry.get("pip"), list):
            for number, inner in enumerate(entry["pip"]):
                at = line_of(document, ("dependencies", index, "pip", number))
                yield from pip_line(str(inner), file, at)
        else:
            raise Broken(line, f"{shown(str(entry))} is neither a package nor a list for pip")


def pip_line(text: str, file: str, line: int) -> Iterator[Item]:
    """One line for pip, as a requirement file has it."""
    try:
        for item in read_requirements(text, file):
            yield _moved(item, line)
    except Broken as problem:
        raise Broken(line, str(problem)) from None


def _moved(item: Item, line: int) -> Item:
    from msgspec.structs import replace  # noqa: PLC0415  only where there is such a list

    return replace(item, line=line)


def _package(text: str, file: str, line: int) -> Pin | Note:
    try:
        if len(text) > MOST_TEXT:
            raise ValueError(text)
        name, specifier = from_conda(text.partition("#")[0])
    except ValueError:
        if "[" in text:
            return Note(file, line, f"not a plain requirement: {shown(text)}")
        raise Broken(line, f"{shown(text)} is not a requirement of conda") from None
    if name.startswith("_") or name in _IGNORED:
        return Note(file, line, f"models do not need {shown(name)}", opens=False)
    try:
        return checked(name, specifier, "", file, line)
    except ValueError:  # 2022a and 1.1.1w are versions to conda alone
        return Note(file, line, f"the version of {shown(text)} is not one of Python packages")
