"""The knowledge that rules consult: ``rules/tables/*.json``, each read once and when asked for."""

from __future__ import annotations

from functools import cache

import msgspec

from modelaudit.core import shipped

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def exists(name: str) -> bool:
    return (shipped.folder() / "tables" / f"{name}.json").is_file()


@cache
def table(name: str) -> dict[str, Json]:
    """A table as it is in its file. Raises KeyError where there is none of that name."""
    path = shipped.folder() / "tables" / f"{name}.json"
    if not path.is_file():
        raise KeyError(name)
    content: dict[str, Json] = msgspec.json.decode(path.read_bytes())
    return content


def lookup(name: str, *keys: str) -> Json:
    """What a table holds under the keys, one inside the other; None where it holds nothing."""
    value: Json = table(name)
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
