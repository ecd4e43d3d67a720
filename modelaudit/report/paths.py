"""Paths as other programs take them: from the project's root, with forward slashes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import quote

from modelaudit.core.project import path_from

if TYPE_CHECKING:
    from modelaudit.core.location import Location
    from modelaudit.core.report import Report


def project_path(report: Report, path: str) -> str:
    """A path as seen from the project's root; as it is where the report has no root."""
    return path_from(report.root, path) if report.root else path.replace(os.sep, "/")


def uri(path: str) -> str:
    """A path as a URI: a relative reference, or ``file:///…`` for an absolute path."""
    quoted = quote(os.fsencode(path), safe="/")
    if path.startswith("/"):
        return f"file://{quoted}"
    return f"file:///{quoted}" if path[1:3] == ":/" else quoted


def inside(where: Location) -> str:
    """The place within the artifact, in words; empty where it is the artifact itself."""
    parts = []
    if where.members:
        parts.append("!".join(where.members))
    if where.object is not None:
        parts.append(where.object)
    if where.line is not None:
        parts.append(f"line {where.line}")
    if where.offset is not None:
        parts.append(f"byte {where.offset:#x}")
    return ", ".join(parts)
