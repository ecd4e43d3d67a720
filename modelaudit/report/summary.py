"""What saved reports come to, as a table for people and as JSON for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from modelaudit.report.escape import encodable, one_line
from modelaudit.report.json import Value, dumps
from modelaudit.report.page import Page

if TYPE_CHECKING:
    from modelaudit.report import Terminal
    from modelaudit.saved.tally import Tally

SCHEMA = "modelaudit/summary/1"


def write_json(tally: Tally, out: TextIO) -> None:
    """Write the rows as one JSON object; a count of zero is left out."""
    rows: list[Value] = [
        {
            "name": encodable(row.name),
            "files": row.files,
            "counts": {name: row.counts[name] for name in tally.columns if row.counts[name]},
        }
        for row in tally.rows
    ]
    out.write(dumps({"schema": SCHEMA, "by": tally.by, "rows": rows}, indent=2) + "\n")


def write_text(tally: Tally, out: TextIO, terminal: Terminal) -> None:
    """Write one line for each row, under a heading; columns that count nothing are left out."""
    page = Page(terminal)
    if not tally.rows:
        page.add(("", f"Nothing to count by {tally.by}."))
        page.write(out)
        return
    columns = [name for name in tally.columns if any(row.counts[name] for row in tally.rows)]
    names = [one_line(row.name) for row in tally.rows]
    wide = max(len(tally.by), *map(len, names))
    page.add(("label", f"{tally.by:<{wide}}  files{''.join(f'  {name}' for name in columns)}"))
    for name, row in zip(names, tally.rows, strict=True):
        counts = "".join(f"  {row.counts[one] or '':>{len(one)}}" for one in columns)
        page.add(("title", f"{name:<{wide}}"), ("", f"  {row.files:>5}{counts}"))
    page.write(out)
