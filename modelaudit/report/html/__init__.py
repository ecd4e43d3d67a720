"""One page for a browser: the answers, the findings, and what was not read."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from modelaudit.report.html.page import page_of
from modelaudit.report.html.shell import render

if TYPE_CHECKING:
    from modelaudit.core.report import Report
    from modelaudit.report import Terminal


def write(report: Report, out: TextIO, terminal: Terminal) -> None:
    """Write the report as one file that needs no other."""
    render("page.jinja", out, page_of(report))
