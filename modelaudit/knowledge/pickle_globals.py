"""How a name that a pickle imports is rated: dangerous, safe, or reviewed by nobody.

Names are resolved as Python resolves them: a dotted name component by component, through modules
that hold other modules (``logging`` + ``os.system`` is ``os.system``), and to the name under which
an object was reviewed (``inspect.attrgetter`` is ``operator.attrgetter``).
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache, lru_cache

import msgspec

from modelaudit.knowledge.pickle_aliases import resolve_alias
from modelaudit.knowledge.tables import load


class Dangerous(msgspec.Struct):
    """rules/tables/pickle_dangerous.json: what calling a name can do; ``*`` is every name."""

    names: dict[str, dict[str, str]]
    dunder_components: list[str]


class Pattern(msgspec.Struct):
    """A family of reviewed names that a generator numbers or hashes."""

    module: str
    name: str


class Safe(msgspec.Struct):
    """rules/tables/pickle_safe.json: reviewed constructors, by exact name."""

    names: dict[str, list[str]]
    patterns: list[Pattern]


def _dangerous() -> Dangerous:
    return load("pickle_dangerous", Dangerous)


def _safe() -> Safe:
    return load("pickle_safe", Safe)


@lru_cache(maxsize=4096)
def rate(module: str, name: str) -> dict[str, str]:
    """``tier`` (``dangerous``, ``safe``, ``unreviewed``), ``effect``, and the name as resolved.

    ``internals`` is the component of a dotted name that reaches into the interpreter, if one does.
    """
    module, name = resolve(module, name)
    dotted = f"{module}.{name}" if name else module
    effect = _effect(module, name)
    internals = ""
    if name not in _dangerous().names.get(module, {}):
        parts = name.split(".")
        internals = next((part for part in parts if part in _dangerous().dunder_components), "")
    if internals:
        effect = "reaches into the interpreter"
    tier = "safe" if is_safe(module, name) else "unreviewed"
    tier = "dangerous" if effect else tier
    return {"tier": tier, "effect": effect, "dotted": dotted, "internals": internals}


def canonical(module: str, name: str) -> tuple[str, str]:
    """A dangerous name as it is rated, whatever the file calls it; any other as it is."""
    dangerous = rate(module, name)["tier"] == "dangerous"
    return resolve(module, name) if dangerous else (module, name)


def resolve(module: str, name: str) -> tuple[str, str]:
    """The name under which an object was reviewed; one that has a review of its own as it is."""
    while name and not _has_entry(module, name):
        module, name = resolve_alias(module, name)
        head, _, rest = name.partition(".")
        target = _module_in(module, head) if rest else ""
        if not target:
            break
        module, name = target, rest
    return module, name


def _has_entry(module: str, name: str) -> bool:
    dangerous, safe = _dangerous().names.get(module, ()), _safe().names.get(module, ())
    return name in dangerous or name in safe


def _module_in(module: str, attribute: str) -> str:
    """The module that an attribute of a module is that was not looked into; else empty.

    What it holds under the name of a dangerous module is taken for that module, as ``import os``
    or ``import os as _os`` would make it.
    """
    if f"{module}.{attribute}" in _known_modules():
        return f"{module}.{attribute}"
    plain = attribute.lstrip("_")
    return plain if plain in _dangerous().names and "." not in plain else ""


@cache
def _known_modules() -> frozenset[str]:
    return frozenset(_dangerous().names) | frozenset(_safe().names)


def _effect(module: str, name: str) -> str:
    """What calling the name can do, by its exact entry or by that of a whole module above it."""
    names = _dangerous().names
    exact = names.get(module, {})
    first = name.partition(".")[0]
    if found := exact.get(name) or exact.get(first):
        return found
    while module:
        if found := names.get(module, {}).get("*"):
            return found
        module = module.rpartition(".")[0]
    return ""


def is_safe(module: str, name: str) -> bool:
    if name in _safe().names.get(module, ()):
        return True
    return any(
        fnmatchcase(name, pattern.name) and fnmatchcase(module, pattern.module)
        for pattern in _safe().patterns
    )
