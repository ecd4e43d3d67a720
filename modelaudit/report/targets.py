"""Targets and where they come from, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from modelaudit.report.escape import encodable, escape, one_line
from modelaudit.report.page import Page

if TYPE_CHECKING:
    from modelaudit.core.findings import Target
    from modelaudit.report import Terminal
    from modelaudit.targets.host import Basis
    from modelaudit.targets.pins import Note
    from modelaudit.targets.project import Resolution

SCHEMA = "modelaudit/targets/1"


@dataclass(frozen=True, slots=True)
class Listing:
    """What is shown. ``skipped`` was not read, ``broken`` are files that cannot be read.

    ``aliases`` are names that were taken for another package's, ``resolved`` says for which Pythons
    the files were resolved.
    """

    targets: tuple[Target, ...]
    aliases: tuple[Note, ...]
    skipped: tuple[Note, ...]
    broken: tuple[Note, ...]
    resolved: tuple[str, ...]
    contradictions: tuple[Note, ...]


def listing(targets: Iterable[Target], resolutions: Sequence[Resolution]) -> Listing:
    """The targets of one place, and what the files that gave them say besides, each once."""
    return Listing(
        tuple(targets),
        tuple(dict.fromkeys(note for found in resolutions for note in found.aliases)),
        tuple(dict.fromkeys(note for found in resolutions for note in found.notes)),
        tuple(dict.fromkeys(note for found in resolutions for note in found.problems)),
        tuple(dict.fromkeys(_resolved(basis) for found in resolutions for basis in found.bases)),
        tuple(dict.fromkeys(note for found in resolutions for note in found.contradictions)),
    )


def _resolved(basis: Basis) -> str:
    host = basis.host
    which = f"resolved for Python {host.python} on {host.platform}"
    if basis.named:
        return f"{which}, which is named"
    if basis.wheels:
        return f"{which}, the newest that has wheels of all that is asked for"
    return f"{which}: no Python has wheels of all that is asked for"


def write_json(shown: Listing, out: TextIO) -> None:
    """Write the list as one JSON object."""
    targets = [
        {
            "name": encodable(target.name),
            "version": encodable(target.version),
            "source": encodable(target.source),
            "range": encodable(target.admitted) or None,
        }
        for target in shown.targets
    ]
    lists = {
        "aliases": shown.aliases,
        "skipped": shown.skipped,
        "broken": shown.broken,
        "contradictions": shown.contradictions,
    }
    notes = {
        key: [
            {"file": encodable(note.file), "line": note.line, "reason": encodable(note.text)}
            for note in listed
        ]
        for key, listed in lists.items()
    }
    resolved = list(map(encodable, shown.resolved))
    json.dump({"schema": SCHEMA, "targets": targets, **notes, "resolved": resolved}, out, indent=2)
    out.write("\n")


def write_text(shown: Listing, out: TextIO, terminal: Terminal) -> None:
    """Write one line for each target, then what was skipped."""
    page = Page(terminal)
    width = max((len(str(target)) for target in shown.targets), default=0)
    for target in shown.targets:
        asked = f" ({target.admitted})" if target.admitted else ""
        page.add(
            ("title", escape(f"{target!s:<{width}}")),
            ("dim", escape(f"  {target.source}{asked}")),
        )
    if not shown.targets:
        page.add(("", "No targets: neither the configuration nor a requirement file names any."))
    for text in shown.resolved:
        page.wrapped(("dim", ""), ("dim", one_line(text)), indent=9)
    for severity, label, notes in (
        ("dim", "alias", shown.aliases),
        ("dim", "skipped", shown.skipped),
        ("high", "broken", shown.broken),
        ("medium", "note", shown.contradictions),
    ):
        for note in notes:
            text = one_line(f"{note.file}:{note.line}: {note.text}")
            page.wrapped((severity, f"{label}: "), ("", text), indent=9)
    page.write(out)
