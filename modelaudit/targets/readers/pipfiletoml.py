"""Pipfile: what is asked for, which counts where there is no Pipfile.lock.

https://github.com/pypa/pipfile
"""

from __future__ import annotations

from collections.abc import Iterator

from modelaudit.targets.pins import PYTHON, Broken, Item, Note, Pin, shown
from modelaudit.targets.readers.requirements import checked
from modelaudit.targets.readers.spelled import Spelled
from modelaudit.targets.readers.toml import Toml, parse, table


def read(text: str, file: str) -> Iterator[Item]:
    """One pin for each package, and the Python that is required."""
    document, here = parse(text), Spelled(text, file)
    requires = table(document, "requires")
    for key in ("python_full_version", "python_version"):
        if isinstance(requires.get(key), str):
            line = here.keys.of(key, here.headers.of("requires", 1))
            yield _entry(PYTHON, f"=={requires[key]}", file, line, optional=False)
            break
    for section in ("packages", "dev-packages"):
        start = here.headers.of(section, 1)
        for name, value in table(document, section).items():
            own = here.headers.of(f"{section}.{name}", start)
            line = own if own != start else here.keys.of(name, start)
            yield _entry(name, value, file, line, optional=section == "dev-packages")


def _entry(name: str, value: Toml, file: str, line: int, *, optional: bool) -> Pin | Note:
    options = table(value)
    wanted = options.get("version", "") if options else value
    marker = options.get("markers", "")
    if options and not wanted:
        return Note(file, line, f"{shown(name)} comes from an address without a version")
    specifier = "" if wanted == "*" else str(wanted)
    try:
        return checked(name, specifier, str(marker), file, line, optional=optional)
    except ValueError:
        raise Broken(line, f"{shown(specifier)} is not a range of versions") from None
