"""TOML with errors that have a line; ``tomllib`` names it only in the text of its error."""

from __future__ import annotations

import re
from collections.abc import Mapping

from modelaudit.targets.pins import Broken

Toml = object


def parse(text: str) -> dict[str, Toml]:
    """A TOML document. Raises Broken."""
    import tomllib  # noqa: PLC0415  only where such a file was found

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        line = int(place[1]) if place else len(text.splitlines()) or 1
        message = re.sub(r" \(at .*\)$", "", str(error))
        raise Broken(line, f"not valid TOML: {message}") from None
    except RecursionError:
        raise Broken(1, "not valid TOML: nested too deeply") from None


def table(value: Toml, *keys: str) -> Mapping[str, Toml]:
    """The table under some keys, an empty one where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def strings(value: Toml) -> list[str]:
    """The text items of an array."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
