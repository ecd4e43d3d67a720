"""pixi.toml, and [tool.pixi] of pyproject.toml: packages of conda and, in a table, of pip.

https://pixi.sh/latest/reference/pixi_manifest/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from modelaudit.targets.dialects import from_conda
from modelaudit.targets.pins import MOST_TEXT, Broken, Item, Note, Pin, shown
from modelaudit.targets.readers.requirements import checked
from modelaudit.targets.readers.spelled import Spelled
from modelaudit.targets.readers.toml import Toml, parse, table


def read(text: str, file: str) -> Iterator[Item]:
    """What the default environment has, and as optional what other features add."""
    yield from entries(parse(text), Spelled(text, file), "")


def entries(manifest: Mapping[str, Toml], here: Spelled, prefix: str) -> Iterator[Item]:
    """The pins of a manifest whose headers begin with ``prefix``."""
    for key in ("dependencies", "pypi-dependencies"):
        yield from _table(table(manifest, key), here, prefix + key, optional=False)
    for platform in ("linux", "linux-64", "unix"):
        for key in ("dependencies", "pypi-dependencies"):
            header = f"{prefix}target.{platform}.{key}"
            own = table(manifest, "target", platform, key)
            yield from _table(own, here, header, optional=False)
    for name, feature in table(manifest, "feature").items():
        for key in ("dependencies", "pypi-dependencies"):
            header = f"{prefix}feature.{name}.{key}"
            yield from _table(table(feature, key), here, header, optional=True)


def _table(
    found: Mapping[str, Toml], here: Spelled, header: str, *, optional: bool
) -> Iterator[Pin | Note]:
    start = here.headers.of(header, 1)
    for name, value in found.items():
        line = here.keys.of(name, start)
        options = table(value)
        wanted = options.get("version", "") if options else value
        if options and not wanted:
            yield Note(here.name, line, f"{shown(name)} comes from an address without a version")
            continue
        specifier = str(wanted)
        try:
            if len(specifier) > MOST_TEXT:
                raise ValueError(specifier)
            if not header.endswith("pypi-dependencies"):
                name, specifier = from_conda(f"{name} {specifier}")  # noqa: PLW2901
            specifier = "" if specifier == "*" else specifier
            yield checked(name, specifier, "", here.name, line, optional=optional)
        except ValueError:
            raise Broken(line, f"{shown(str(wanted))} is not a range of versions") from None
