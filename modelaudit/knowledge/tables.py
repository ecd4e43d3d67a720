"""The one loader of ``rules/tables/*.json``: each table is read once, and when it is asked for."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final, TypeVar

import msgspec

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
T = TypeVar("T", bound=msgspec.Struct)
_LOADED: Final[dict[tuple[str, type], msgspec.Struct]] = {}


def exists(name: str) -> bool:
    return files("modelaudit.rules").joinpath("tables", f"{name}.json").is_file()


def load(name: str, kind: type[T]) -> T:
    """A table decoded as a type, such as ``symbols/numpy``. Raises KeyError where there is none."""
    known = _LOADED.get((name, kind))
    if not isinstance(known, kind):
        known = msgspec.json.decode(_content(name), type=kind)
        _LOADED[name, kind] = known
    return known


@cache
def table(name: str) -> dict[str, Json]:
    """A table as it is in its file. Raises KeyError where there is none of that name."""
    content: dict[str, Json] = msgspec.json.decode(_content(name))
    return content


def lookup(name: str, *keys: str) -> Json:
    """What a table holds under the keys, one inside the other; None where it holds nothing."""
    value: Json = table(name)
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _content(name: str) -> bytes:
    path = files("modelaudit.rules").joinpath("tables", *f"{name}.json".split("/"))
    if not path.is_file():
        raise KeyError(name)
    return path.read_bytes()
