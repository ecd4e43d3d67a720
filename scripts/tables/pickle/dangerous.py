"""Write rules/tables/pickle_dangerous.json from the review in scripts/sources/pickle_dangerous.tsv.

An unknown effect, a name that is reviewed twice with two effects, and a module of the running
Python's standard library that nobody reviewed are errors. Nothing is imported or fetched. Run it
after every change of the review.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping

import msgspec

from scripts.common.files import report, write_or_check
from scripts.common.pickle_tables import (
    DANGEROUS,
    DATE,
    Effects,
    Json,
    check_dangerous,
    dump,
)
from scripts.common.sources import document, rows

ABOUT = (
    "Names that a pickle must not be allowed to call, and what calling them does. '*' stands for "
    "every name of the module and of its submodules; an exact name, here or in the table of safe "
    "names, takes precedence over '*'. A name also stands for everything reached through it. "
    "'dunder_components' make any name dangerous that holds one of them between its dots. 'state' "
    "lists classes whose unpickling itself runs text found in the state handed to BUILD, with the "
    "key it lies under "
    "('*' is any class of the module and of its submodules)."
)


class State(msgspec.Struct, forbid_unknown_fields=True):
    """Classes of a module that run the text that their state has under a key."""

    module: str
    key: str
    classes: list[str]


class Review(msgspec.Struct, forbid_unknown_fields=True):
    """``scripts/sources/pickle_effects.yaml``."""

    effects: dict[str, str]
    components: str
    harmless: str
    state: list[State]


def names(effects: Mapping[str, str]) -> Effects:
    """The review as a table: module, name, effect."""
    found: Effects = {}
    for module, key, entries in rows("pickle_dangerous.tsv"):
        for name in entries.split():
            effect = found.setdefault(module, {}).setdefault(name, effects[key])
            if effect != effects[key]:
                message = f"{module}.{name} is reviewed twice: {effect}, {effects[key]}"
                raise ValueError(message)
    return found


def state_keys(review: Review) -> Effects:
    """The classes whose state is run: module, class, key of the state."""
    found: Effects = {}
    for entry in review.state:
        found.setdefault(entry.module, {}).update(dict.fromkeys(entry.classes, entry.key))
    return found


def unreviewed(review: Review, reviewed: Effects) -> list[str]:
    """Modules of the running Python's standard library that the review does not mention."""
    known = {module.partition(".")[0] for module in reviewed} | set(review.harmless.split())
    return sorted(set(sys.stdlib_module_names) - known)


def render(review: Review, reviewed: Effects) -> str:
    """The text of the table."""
    components: list[Json] = []
    components.extend(sorted(set(review.components.split())))
    as_json: dict[str, Json] = {module: dict(entries) for module, entries in reviewed.items()}
    state: dict[str, Json] = {m: dict(entries) for m, entries in state_keys(review).items()}
    table: dict[str, Json] = {
        "about": ABOUT,
        "source": "written by hand from knowledge of CPython 3.8 to 3.13 and of the packages "
        "named; published advisories served as a check list; third party names mostly not checked "
        "against an installed package",
        "licence": "facts about public interfaces; no text of other projects is included",
        "date": DATE,
        "names": as_json,
        "state": state,
        "dunder_components": components,
    }
    return dump(table)


def main() -> int:
    """Write the table, or check the one that is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    check: bool = parser.parse_args().check
    review = document("pickle_effects.yaml", Review)
    reviewed = names(review.effects)
    missing = unreviewed(review, reviewed)
    if missing:
        return report([f"not reviewed: {module}" for module in missing])
    if code := write_or_check(DANGEROUS, render(review, reviewed), check=check):
        return code
    return report(check_dangerous(review.effects.values()))


if __name__ == "__main__":
    sys.exit(main())
