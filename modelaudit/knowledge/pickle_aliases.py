"""Other names of the same object: ``inspect.attrgetter`` is ``operator.attrgetter``.

Every package and the standard library hold modules and functions of others as attributes of their
own. ``rules/tables/pickle_aliases.json`` says which, by the identity of objects.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import msgspec

from modelaudit.knowledge.tables import load

MOST_STEPS: Final = 16
"""Components of a dotted name that are followed from module to module."""


class Aliases(msgspec.Struct):
    """The table: modules by their numbers, and each attribute's targets and their holders."""

    modules: str
    names: dict[str, str]


def resolve_alias(module: str, name: str) -> tuple[str, str]:
    """The module that defines an object, and the object's name there, as far as is known.

    A name that is reached through modules is followed component by component. The name of a module
    comes out as that module and an empty name; what is not known comes out as it was.
    """
    for _ in range(MOST_STEPS):
        step = _step(module, name)
        if step is None:
            break
        module, name = step
    return module, name


def held_module(module: str, attribute: str) -> str:
    """The module that an attribute of another one is; empty for anything else."""
    target = _target(module, attribute)
    if target and ":" not in target:
        return target
    below = f"{module}.{attribute}"
    return below if not target and below in _numbers() else ""


def _step(module: str, name: str) -> tuple[str, str] | None:
    """What the first components of the name lead to; those of a class go two at a time."""
    head, _, rest = name.partition(".")
    if not head:
        return None
    if found := held_module(module, head):
        return found, rest
    if target := _target(module, head):
        owner, _, own = target.partition(":")
        return owner, f"{own}.{rest}" if rest else own
    second, _, beyond = rest.partition(".")
    if second and (target := _target(module, f"{head}.{second}")):
        owner, _, own = target.partition(":")
        return owner, ".".join(filter(None, (own, beyond)))
    return None


def _target(module: str, attribute: str) -> str:
    number = str(_numbers().get(module, ""))
    target = ""
    for word in _aliases().names.get(attribute, "").split() if number else ():
        if word == number:
            return target
        if not word.isdecimal():
            target = word
    return ""


@cache
def _numbers() -> dict[str, int]:
    """The number of each module; a leading digit is how many components it shares."""
    found: dict[str, int] = {}
    above = [""]  # what a module of so many shared components begins with
    for number, word in enumerate(_aliases().modules.split()):
        shared, rest = (int(word[0]), word[1:]) if word[0].isdigit() else (0, word)
        del above[shared + 1 :]
        name = above[-1]
        for part in rest.split("."):
            name += part
            above.append(name := name + ".")
        found[name[:-1]] = number
    return found


def _aliases() -> Aliases:
    return load("pickle_aliases", Aliases)
