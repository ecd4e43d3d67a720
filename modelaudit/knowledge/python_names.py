"""What names do that Python source uses, by the review of the names that pickles import.

``attribute_effect`` is for an attribute of something that is not known, ``locate`` splits a dotted
name into a module and a name in it, and ``carries`` says what is followed wherever it is passed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import msgspec

from modelaudit.knowledge.distributions import distribution_of
from modelaudit.knowledge.pickle_globals import has_acting_methods, rate, reviewed_dangerous
from modelaudit.knowledge.tables import load

_ACTS: Final = (
    "runs a process", "runs code", "loads native code", "imports modules", "loads another pickle",
    "uses the network", "writes or deletes files", "reaches any attribute",
)  # fmt: skip
"""Effects that are followed wherever they are passed, the worst first."""


class Attributes(msgspec.Struct):
    """rules/tables/python_attributes.json."""

    names: dict[str, str]


def attribute_effect(name: str) -> str:
    """What an attribute of an unknown object may do by its name; empty for an ordinary name."""
    return load("python_attributes", Attributes).names.get(name, "")


@lru_cache(maxsize=8192)
def locate(dotted: str) -> tuple[str, str]:
    """Module and name. Where several splits are possible the one that has the worst effect.

    ``logging.os.system`` is ``os.system`` of the module ``logging``, whatever ``logging.os`` is.
    """
    parts = dotted.split(".")
    best, least = dotted.rpartition("."), (len(_ACTS) + 1, 0)
    for at in range(len(parts) - 1, 0, -1):
        module, name = ".".join(parts[:at]), ".".join(parts[at:])
        rated = rate(module, name)
        effect = rated["effect"]
        acts = _ACTS.index(effect) if effect in _ACTS else len(_ACTS)
        order = acts, len(rated["dotted"])  # the same by two names: by the one that it is called
        if rated["tier"] == "dangerous" and order < least:
            best, least = (module, ".", name), order
    return best[0], best[2]


@lru_cache(maxsize=8192)
def carries(dotted: str) -> bool:
    """Whether it is a module of Python's that has dangerous names, or a function that acts."""
    if reviewed_dangerous(dotted):
        return distribution_of(dotted) == ""
    module, name = locate(dotted)
    return rate(module, name)["effect"] in _ACTS or has_acting_methods(module, name)
