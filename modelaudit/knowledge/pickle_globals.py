"""How a name that a pickle imports is rated: dangerous, safe, known, or reviewed by nobody.

Names are resolved as Python resolves them: a dotted name component by component, through modules
that hold other modules (``logging`` + ``os.system`` is ``os.system``), and to the name under which
an object was reviewed (``inspect.attrgetter`` is ``operator.attrgetter``).
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache, lru_cache
from typing import Final

import msgspec

from modelaudit.knowledge.distributions import distribution_of
from modelaudit.knowledge.pickle_aliases import resolve_alias
from modelaudit.knowledge.tables import load

NOTHING: Final = "no"
"""What a class takes of which only instances without a constructor were reviewed."""


class Dangerous(msgspec.Struct):
    """rules/tables/pickle_dangerous.json: what calling a name can do; ``*`` is every name."""

    names: dict[str, dict[str, str]]
    dunder_components: list[str]


class Pattern(msgspec.Struct):
    """A family of reviewed names. ``arguments`` is as in the table of arguments."""

    module: str
    name: str
    arguments: str = ""


class Safe(msgspec.Struct):
    """rules/tables/pickle_safe.json: reviewed constructors, by exact name.

    ``packages`` are the distributions that an attacker can count on, with what they require.
    ``arguments`` and ``plain`` are for ``knowledge.arguments``. ``stored`` has, by module or
    package, the methods that a model may keep, which nothing may call while it is loaded.
    """

    names: dict[str, list[str]]
    patterns: list[Pattern]
    packages: list[str]
    arguments: dict[str, dict[str, str]]
    plain: list[str]
    stored: dict[str, list[str]]


class Required(msgspec.Struct):
    """rules/tables/pickle_required.json: what those packages require in turn, and what does."""

    packages: dict[str, list[str]]


def _required() -> Required:
    return load("pickle_required", Required)


def _dangerous() -> Dangerous:
    return load("pickle_dangerous", Dangerous)


def _safe() -> Safe:
    return load("pickle_safe", Safe)


@lru_cache(maxsize=4096)
def rate(module: str, name: str) -> dict[str, str]:
    """``tier``, ``effect``, ``shape`` and the name as resolved.

    The tier is ``dangerous`` or ``safe`` where the name was reviewed, and ``stored`` where that was
    for keeping it and not for calling it; ``known`` where it was not but lies in the standard
    library or in a package that an attacker can count on, and ``unreviewed`` elsewhere. ``shape``
    is ``module``, ``class`` or ``function``. ``internals`` is the component of a dotted name that
    reaches into the interpreter, if one does.
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
    if effect:
        tier = "dangerous"
    elif is_safe(module, name):
        tier = "safe"
    elif is_stored(module, name):
        tier = "stored"
    else:
        tier = "known" if is_known(module) else "unreviewed"
    return {
        "tier": tier,
        "effect": effect,
        "shape": shape(name),
        "dotted": dotted,
        "internals": internals,
    }


def canonical(module: str, name: str) -> tuple[str, str]:
    """A reviewed name as it was reviewed, whatever the file calls it; any other as it is."""
    reviewed = rate(module, name)["tier"] in ("dangerous", "safe")
    return resolve(module, name) if reviewed else (module, name)


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


def reviewed_dangerous(module: str) -> bool:
    """Whether a module has names that were reviewed as dangerous."""
    return module in _dangerous().names


def has_acting_methods(module: str, name: str) -> bool:
    """Whether it is a class that has methods which were reviewed as dangerous."""
    return any(one.startswith(f"{name}.") for one in _dangerous().names.get(module, ()))


def _effect(module: str, name: str) -> str:
    """What calling the name can do, by its exact entry or by that of a whole module above it.

    A name that was reviewed as safe takes precedence over ``*`` of its module.
    """
    names = _dangerous().names
    exact = names.get(module, {})
    first = name.partition(".")[0]
    if found := exact.get(name) or exact.get(first):
        return found
    if name in _safe().names.get(module, ()):
        return ""
    above = module.split(".", _deepest())[: _deepest()]  # a file may name a module of a megabyte
    while above:
        if found := names.get(".".join(above), {}).get("*"):
            return found
        above.pop()
    return ""


@cache
def _deepest() -> int:
    """Parts of the longest name of a module that was reviewed as dangerous."""
    return max(name.count(".") + 1 for name in _dangerous().names)


def is_safe(module: str, name: str) -> bool:
    if name in _safe().names.get(module, ()):
        return True
    found = family(module, name)
    return found is not None and found.arguments != NOTHING


def is_stored(module: str, name: str) -> bool:
    """Whether a name is a method that a model may keep, of any class, or a class that it may.

    Of such a class, an instance may be made without its constructor.
    """
    found = family(module, name)
    if found is not None and found.arguments == NOTHING:
        return True
    owner, _, method = name.rpartition(".")
    return bool(owner) and any(
        method in methods and f"{module}.".startswith(f"{above}.")
        for above, methods in _safe().stored.items()
    )


def family(module: str, name: str) -> Pattern | None:
    """The family of reviewed names that a name belongs to; a star takes no further dot."""
    dots = name.count(".")
    for pattern in _safe().patterns:
        same = pattern.name.count(".") == dots and fnmatchcase(name, pattern.name)
        if same and fnmatchcase(module, pattern.module):
            return pattern
    return None


def is_known(module: str) -> bool:
    """Whether a module is one that an attacker can count on finding where a model is loaded.

    ``__main__`` is not: what it has is the loading program's.
    """
    distribution = distribution_of(module)
    if distribution is None or module == "__main__":
        return False
    counted_on = distribution in _safe().packages or distribution in _required().packages
    return distribution == "" or counted_on


def shape(name: str) -> str:
    """``module`` for an empty name; a class by its spelling: ``Ridge``, ``norm_gen``."""
    last = name.rpartition(".")[2]
    if not name:
        return "module"
    is_class = last.lstrip("_")[:1].isupper() or last.endswith(("_gen", "_frozen"))
    return "class" if is_class else "function"
