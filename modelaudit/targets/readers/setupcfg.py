"""setup.cfg: install_requires, extras_require and python_requires of setuptools.

https://setuptools.pypa.io/en/latest/userguide/declarative_config.html. The line of an entry is the
first that holds it, from the header of its section on.
"""

from __future__ import annotations

import configparser
from collections.abc import Iterator

from modelaudit.targets.pins import PYTHON, Broken, Include, Item, Places
from modelaudit.targets.readers.requirements import requirement

_EXTRAS = "options.extras_require"


def read(text: str, file: str) -> Iterator[Item]:
    """What the distribution asks for."""
    parser = _parse(text)
    lines = list(enumerate(text.splitlines(), 1))
    places = Places((line.partition(" #")[0].strip(), number) for number, line in lines)
    keys = Places((line.partition("=")[0].strip(), number) for number, line in lines)
    start = places.of("[options]", 1)
    wanted = parser.get("options", "python_requires", fallback="").strip()
    if wanted:
        yield requirement(PYTHON + wanted, file, keys.of("python_requires", start))
    listed = parser.get("options", "install_requires", fallback="")
    begin = keys.of("install_requires", start)
    for entry in _entries(listed):
        yield requirement(entry, file, places.of(entry, begin))
    for name in _files(listed):
        yield Include(name, file, begin)
    start = places.of(f"[{_EXTRAS}]", 1)
    for _, listed in parser.items(_EXTRAS) if parser.has_section(_EXTRAS) else ():
        for entry in _entries(listed):
            yield requirement(entry, file, places.of(entry, start), optional=True)


def _entries(text: str) -> Iterator[str]:
    """Requirements, one a line; ``file:`` and an empty line are none."""
    for line in text.splitlines():
        entry = line.partition(" #")[0].strip()
        if entry and not entry.startswith(("file:", "#")):
            yield entry


def _files(text: str) -> Iterator[str]:
    """The files of ``file: requirements.txt, more.txt``."""
    for line in text.splitlines():
        if line.strip().startswith("file:"):
            yield from filter(None, map(str.strip, line.partition(":")[2].split(",")))


def _parse(text: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, default_section="\0")
    try:
        parser.read_string(text)
    except configparser.Error as error:
        errors: list[tuple[int, str]] = getattr(error, "errors", [])
        line = errors[0][0] if errors else getattr(error, "lineno", None)
        raise Broken(line or 1, f"not a configuration: {type(error).__name__}") from None
    return parser
