"""Whether a reviewed function is given what it was reviewed for: ``pickle_safe.json``."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final

from modelaudit.knowledge.pickle_globals import Safe, family, rate, resolve
from modelaudit.knowledge.tables import load

DATA: Final = "data"
ANY: Final = "any"
MORE: Final = "\N{HORIZONTAL ELLIPSIS}"
CYTHON: Final = ("class", "data", "any")
"""What ``__pyx_unpickle_*`` takes: a class, a checksum and the state."""


def unfit(module: str, name: str, origins: Sequence[str], makers: Sequence[str]) -> str:
    """What a reviewed callable is given that it was not reviewed for; empty where there is nothing.

    ``origins`` and ``makers`` are those of the ``Call``.
    """
    kinds = _kinds(module, name)
    for position, made in enumerate(makers):
        kind = kinds[min(position, len(kinds) - 1)]
        if kind == ANY:
            continue
        origin = origins[position] if position < len(origins) else ""
        if kind == "no" and (origin or made):
            return origin or "an argument"
        if wrong := _wrong(kind, origin, made):
            return wrong
    return ""


def _wrong(kind: str, origin: str, made: str) -> str:
    """What of one argument is not of the kind."""
    is_name = origin not in {"", "constant", "other"} and not origin.endswith("()")
    if is_name:
        return "" if kind == "class" or _is_value(origin) else origin
    parts = made.split(" ") if made else []
    if kind == "items":
        # A container is only stored; an instance has its methods called.
        parts = parts[:1] if origin.endswith("()") else []
    for part in parts:
        inside = part.startswith(">")
        if inside and kind == "arrays":
            continue
        maker = part.removeprefix(">").removesuffix("()")
        if maker != MORE and not _is_plain(maker):
            return f"{maker}()"
        if maker == MORE:
            return "more than was looked at"
    return ""


@lru_cache(maxsize=4096)
def _kinds(module: str, name: str) -> tuple[str, ...]:
    """What a callable takes by position; nothing is asked of what is not reviewed."""
    rated = rate(module, name)
    module, name = resolve(module, name)
    known = load("pickle_safe", Safe).arguments.get(module, {}).get(name)
    if rated["tier"] != "safe":
        return (ANY,)
    if known is not None:
        return tuple(known.split())
    if name.startswith("__pyx_unpickle_"):
        return CYTHON
    if (found := family(module, name)) is not None and found.arguments:
        return tuple(found.arguments.split())
    return (DATA,)


@lru_cache(maxsize=4096)
def _is_plain(dotted: str) -> bool:
    return any(fnmatchcase(dotted, one) for one in load("pickle_safe", Safe).plain)


def _is_value(dotted: str) -> bool:
    """Names that are values, such as ``torch.float32`` and ``pandas.NA``."""
    if dotted == "pandas.NA":
        return True
    return dotted.startswith("torch.") and dotted.count(".") == 1 and dotted[6:7].islower()
