"""Write rules/tables/pickle_dangerous.json from the review in refresh_pickle_review.py.

Source: the review, made by hand (see there for its method). Date: 2026-11-23. The script parses
the review, refuses what it cannot read, an effect it does not know, and a name reviewed twice with
two effects, and it names modules of the running Python's standard library that nobody reviewed.
Nothing is imported or fetched. Run it after every change of the review.
"""

from __future__ import annotations

import argparse
import sys

from refresh_pickle_common import DANGEROUS, DATE, Effects, Json, check_dangerous, report, write
from refresh_pickle_review import DUNDER_COMPONENTS, EFFECTS, HARMLESS, REVIEW, STATE

ABOUT = (
    "Names that a pickle must not be allowed to call, and what calling them does. '*' stands for "
    "every name of the module and of its submodules; an exact name takes precedence over '*'. A "
    "name also stands for everything reached through it. 'dunder_components' make any name "
    "dangerous that holds one of them between its dots. 'state' lists classes whose "
    "unpickling itself runs text found in the state handed to BUILD, with the key it lies under "
    "('*' is any class of the module and of its submodules)."
)


def parse(text: str) -> Effects:
    """The review as a table: module, name, effect."""
    names: Effects = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        module, key, entries = (part.strip() for part in line.split("|"))
        for name in entries.split():
            found = names.setdefault(module, {}).setdefault(name, EFFECTS[key])
            if found != EFFECTS[key]:
                message = f"{module}.{name} is reviewed twice: {found}, {EFFECTS[key]}"
                raise ValueError(message)
    return names


def parse_state(text: str) -> Effects:
    """The classes whose state is run: module, class, key of the state."""
    names: Effects = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        module, key, entries = (part.strip() for part in line.split("|"))
        names.setdefault(module, {}).update(dict.fromkeys(entries.split(), key))
    return names


def unreviewed(names: Effects) -> list[str]:
    """Modules of the running Python's standard library that the review does not mention."""
    known = {module.partition(".")[0] for module in names} | set(HARMLESS.split())
    return sorted(set(sys.stdlib_module_names) - known)


def main() -> int:
    """Write the table, or check the one that is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="verify the committed table only")
    if parser.parse_args().check:
        return report(check_dangerous())
    names = parse(REVIEW)
    missing = unreviewed(names)
    if missing:
        return report([f"not reviewed: {module}" for module in missing])
    as_json: dict[str, Json] = {module: dict(entries) for module, entries in names.items()}
    state: dict[str, Json] = {m: dict(entries) for m, entries in parse_state(STATE).items()}
    components: list[Json] = []
    components.extend(sorted(set(DUNDER_COMPONENTS.split())))
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
    write(DANGEROUS, table)
    return report(check_dangerous())


if __name__ == "__main__":
    sys.exit(main())
