"""Write rules/tables/transformers.json: the model types that each release of transformers knows.

    python -m scripts.tables.transformers.models --cache DIR   download wheels, read them, write
    python -m scripts.tables.transformers.models --check       the table's invariants, no network

The cache is that of ``scripts.tables.symbols.names``; nothing is imported or installed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from scripts.common.files import TABLES
from scripts.common.python_wheels import fetch
from scripts.common.read_packages import PACKAGES
from scripts.common.releases import refresh
from scripts.common.sources import rows
from scripts.common.transformers_wheels import (
    layers,
    marks,
    tokenizers,
    types,
    vocabularies,
)

TABLE = TABLES / "transformers.json"
PACKAGE = "transformers"
FEWEST = 15
"""Model types that the first release with a mapping has."""


def spans(having: dict[str, list[bool]], releases: list[str]) -> dict[str, str]:
    """``first:end`` for each run of releases that has a name, as ``knowledge.span`` reads it."""
    found = {}
    for name in sorted(having):
        edges = [
            at for at, has in enumerate(having[name]) if has != (at > 0 and having[name][at - 1])
        ]
        runs = [edges[at : at + 2] for at in range(0, len(edges), 2)]
        found[name] = " ".join(
            f"{releases[run[0]] if run[0] else ''}:{releases[run[1]] if len(run) > 1 else ''}"
            for run in runs
        )
    return found


def over(named: dict[str, set[str]]) -> dict[str, str]:
    """The span of each name, out of the names of each release."""
    releases = list(named)
    every = set[str]().union(*named.values())
    return spans({one: [one in named[release] for release in releases] for one in every}, releases)


def render(cache: Path, date: str) -> str:
    known, tokens, marked, layered = {}, {}, {}, {}
    needed: dict[str, str] = {}
    for release in PACKAGES[PACKAGE].releases:
        files = fetch(PACKAGE, release, cache)
        read = types(files)
        if len(read) >= FEWEST:
            known[release], tokens[release] = read, tokenizers(files)
            layered[release] = layers(files)
            needed |= vocabularies(files)
            marked[release] = {
                f"{type_}\n{mark}" for type_, found in marks(files).items() for mark in found
            }
    refused: dict[str, dict[str, str]] = {}
    checked: dict[str, dict[str, str]] = {}
    for pair, span in over(marked).items():
        type_, _, mark = pair.partition("\n")
        (checked if ": " in mark else refused).setdefault(type_, {})[mark] = span
    table = {
        "about": "Model types and tokenizers that releases of transformers know; what the class of"
        " a model type refuses, and the fields whose types it checks",
        "source": "wheels of transformers",
        "licence": "facts; Apache-2.0 source",
        "date": date,
        "releases": list(known),
        "types": over(known),
        "tokenizers": over(tokens),
        "vocabularies": {one: files for one, files in sorted(needed.items()) if files},
        "parts": parts(),
        "layers": over(layered),
        "refuses": refused,
        "fields": {type_: _by_name(fields) for type_, fields in checked.items()},
    }
    return json.dumps(table, indent=0, separators=(",", ":")) + "\n"


def parts() -> dict[str, dict[str, str]]:
    """Parts of tokenizers by kind and name, with the first release that has each."""
    found: dict[str, dict[str, str]] = {}
    for part, names, first in rows("tokenizer_parts.tsv"):
        found.setdefault(part, {}).update(dict.fromkeys(names.split(" "), first))
    return found


def _by_name(fields: dict[str, str]) -> dict[str, list[list[str]]]:
    """By field the types that it takes, each with the releases of which that is true."""
    found: dict[str, list[list[str]]] = {}
    for field, span in fields.items():
        name, _, taken = field.partition(": ")
        found.setdefault(name, []).append([taken, span])
    return found


def problems() -> list[str]:
    table = json.loads(TABLE.read_text("utf-8"))
    found = [] if table["types"].get("bert") == ":" else ["bert is not in every release"]
    wanted = set(PACKAGES[PACKAGE].releases)
    return found + [f"{one} is not sampled" for one in table["releases"] if one not in wanted]


if __name__ == "__main__":
    sys.exit(refresh(TABLE, render, problems))
