"""hatch.toml, and [tool.hatch] of pyproject.toml: what its environments add.

https://hatch.pypa.io/latest/config/environment/overview/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from modelaudit.targets.pins import PYTHON, Item
from modelaudit.targets.readers.spelled import Spelled
from modelaudit.targets.readers.toml import Toml, parse, strings, table


def read(text: str, file: str) -> Iterator[Item]:
    """One pin for each dependency of an environment, all optional."""
    yield from entries(parse(text), Spelled(text, file), "")


def entries(manifest: Mapping[str, Toml], here: Spelled, prefix: str) -> Iterator[Item]:
    """The pins of the environments whose headers begin with ``prefix``."""
    for name, environment in table(manifest, "envs").items():
        start = here.headers.of(f"{prefix}envs.{name}", 1)
        for key in ("dependencies", "extra-dependencies"):
            for entry in strings(table(environment).get(key)):
                yield here.requirement(entry, start, optional=True)
        wanted = table(environment).get(PYTHON)
        if name == "default" and isinstance(wanted, str) and wanted.count(".") == 1:
            line = here.keys.of(PYTHON, start)
            yield here.pin(PYTHON, f"=={wanted}", line)
