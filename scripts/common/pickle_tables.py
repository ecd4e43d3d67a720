"""What the scripts that refresh the tables of pickle globals share: files, look-ups, invariants."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeAlias

from scripts.common.files import TABLES

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
Effects: TypeAlias = dict[str, dict[str, str]]
Safe: TypeAlias = dict[str, list[str]]
Patterns: TypeAlias = list[dict[str, str]]

DATE = "2026-11-23"
DANGEROUS = TABLES / "pickle_dangerous.json"
SAFE = TABLES / "pickle_safe.json"
ALIASES = TABLES / "pickle_aliases.json"
ACTING = TABLES / "pickle_acting.json"
LARGEST_ALIASES = 700_000
LARGEST_ACTING = 400_000
HEADER = {"about", "source", "licence", "date"}


def dump(table: Mapping[str, Json]) -> str:
    """The text of a table: keys sorted, one space of indent, one newline at the end."""
    return json.dumps(table, indent=1, sort_keys=True, ensure_ascii=True) + "\n"


def write(path: Path, table: Mapping[str, Json]) -> None:
    """Write a table, and say so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dump(table), encoding="utf-8")
    sys.stdout.write(f"{path.name}: {path.stat().st_size} bytes\n")


def load(path: Path) -> dict[str, Json]:
    """Read a table back; every table is an object."""
    table: Json = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(table, dict):
        message = f"{path.name}: not an object"
        raise TypeError(message)
    return table


def effects_of(table: Mapping[str, Json]) -> Effects:
    """The names of the dangerous table, typed."""
    names = table["names"]
    assert isinstance(names, dict)
    found: Effects = {}
    for module, entries in names.items():
        assert isinstance(entries, dict)
        found[module] = {name: str(effect) for name, effect in entries.items()}
    return found


def safe_of(table: Mapping[str, Json]) -> tuple[Safe, Patterns]:
    """The names and the patterns of the safe table, typed."""
    names, patterns = table["names"], table["patterns"]
    assert isinstance(names, dict)
    assert isinstance(patterns, list)
    safe: Safe = {}
    for module, entries in names.items():
        assert isinstance(entries, list)
        safe[module] = [str(entry) for entry in entries]
    typed: Patterns = []
    for pattern in patterns:
        assert isinstance(pattern, dict)
        typed.append({key: str(value) for key, value in pattern.items()})
    return safe, typed


def effect(names: Effects, module: str, name: str) -> str | None:
    """What calling a global does: by exact name, by the class it is reached through, by module.

    An exact name wins over ``*`` of the module, and that over ``*`` of a package above it.
    """
    exact = names.get(module, {})
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        found = exact.get(".".join(parts[:length]))
        if found is not None:
            return found
    above = module
    while above:
        found = names.get(above, {}).get("*")
        if found is not None:
            return found
        above = above.rpartition(".")[0]
    return None


def overlap(effects: Effects, dunders: Iterable[str], safe: Safe, patterns: Patterns) -> list[str]:
    """Every contradiction between the two tables.

    ``*`` of a module wins over a safe pattern, and a safe name, which is exact, over it.
    """
    problems: list[str] = []
    components = set(dunders)
    for module, names in safe.items():
        for name in names:
            exact = {module: {n: e for n, e in effects.get(module, {}).items() if n != "*"}}
            found = effect(exact, module, name)
            if found is not None:
                problems.append(f"{module}.{name} is safe, and dangerous too: {found}")
            if components & set(name.split(".")):
                problems.append(f"{module}.{name} is safe, but has a dangerous component")
    for pattern in patterns:
        for module, entries in effects.items():
            if not fnmatchcase(module, pattern["module"]):
                continue
            hit = [name for name in entries if name != "*" and fnmatchcase(name, pattern["name"])]
            problems.extend(f"a safe pattern matches {module}.{name}" for name in hit)
    return problems


def check_form(path: Path, table: Mapping[str, Json], keys: set[str]) -> list[str]:
    """What every table has to keep to: its keys, and its text as a refresh would write it."""
    problems: list[str] = []
    if set(table) != HEADER | keys:
        problems.append(f"{path.name}: keys are {sorted(table)}")
    if path.read_text(encoding="utf-8") != dump(table):
        problems.append(f"{path.name}: not as written by its script (sorted, indented by 1)")
    return problems


def check_dangerous(known: Collection[str]) -> list[str]:
    """The invariants of the table of dangerous names, of which ``known`` are the effects."""
    table = load(DANGEROUS)
    problems = check_form(DANGEROUS, table, {"names", "dunder_components", "state"})
    for module, entries in effects_of(table).items():
        for name, what in entries.items():
            if what not in known:
                problems.append(f"{DANGEROUS.name}: {module}.{name}: unknown effect {what!r}")
        if not module or not entries:
            problems.append(f"{DANGEROUS.name}: {module!r} is empty")
    components = table["dunder_components"]
    if not isinstance(components, list) or components != sorted(map(str, components)):
        problems.append(f"{DANGEROUS.name}: dunder_components are not sorted")
    return problems


def check_safe() -> list[str]:
    """The invariants of the table of safe names, and that it contradicts the other nowhere."""
    table, other = load(SAFE), load(DANGEROUS)
    keys = {"names", "packages", "patterns", "arguments", "plain", "stored"}
    problems = check_form(SAFE, table, keys)
    safe, patterns = safe_of(table)
    for module, names in safe.items():
        if not names or names != sorted(set(names)):
            problems.append(f"{SAFE.name}: {module}: names are not sorted and unique")
        if any("*" in name for name in names):
            problems.append(f"{SAFE.name}: {module}: names are exact")
    for pattern in patterns:
        known = set(pattern) - {"arguments"} == {"module", "name", "why"}
        if not known or pattern["name"].strip("*") == "":
            problems.append(f"{SAFE.name}: bad pattern {pattern}")
    components = other["dunder_components"]
    assert isinstance(components, list)
    return problems + overlap(effects_of(other), map(str, components), safe, patterns)


def check_aliases() -> list[str]:
    """The invariants of the table of other names."""
    table = load(ALIASES)
    problems = check_form(ALIASES, table, {"modules", "names"})
    if ALIASES.stat().st_size > LARGEST_ALIASES:
        problems.append(f"{ALIASES.name}: larger than {LARGEST_ALIASES} bytes")
    modules, names = str(table["modules"]).split(), table["names"]
    assert isinstance(names, dict)
    for attribute, targets in names.items():
        words = str(targets).split()
        numbers = [int(word) for word in words if word.isdecimal()]
        if words[0].isdecimal() or not words[-1].isdecimal():
            problems.append(f"{ALIASES.name}: {attribute}: a target has no holders")
        if len(set(numbers)) != len(numbers) or max(numbers, default=0) >= len(modules):
            problems.append(f"{ALIASES.name}: {attribute}: a holder twice, or unknown")
    return problems


def check_acting() -> list[str]:
    """The invariants of the table of classes whose instances act."""
    table = load(ACTING)
    problems = check_form(ACTING, table, {"classes"})
    if ACTING.stat().st_size > LARGEST_ACTING:
        problems.append(f"{ACTING.name}: larger than {LARGEST_ACTING} bytes")
    classes = table["classes"]
    assert isinstance(classes, dict)
    for module, entries in classes.items():
        assert isinstance(entries, dict)
        for name, methods in entries.items():
            listed = str(methods).split()
            if not listed or listed != sorted(set(listed)):
                problems.append(f"{ACTING.name}: {module}.{name}: not sorted and unique")
    return problems
