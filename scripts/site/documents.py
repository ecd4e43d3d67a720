"""The repository's documents as pages of the site.

Links among documents lead to pages and have their titles, those to anything else in the repository
become plain text, and the id of a rule in running text becomes a link to its page.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache

from scripts.common.files import ROOT

TOP = {
    "README.md": "index.md", "CHANGELOG.md": "changelog.md", "SECURITY.md": "security.md",
    "CONTRIBUTING.md": "contributing.md",
}  # fmt: skip
FILES = {"docs/modelaudit.schema.json": "modelaudit.schema.json", "docs/site.css": "site.css"}
"""What is served as it is."""
OMITTED = {"docs/releasing.md"}
"""What is for maintainers alone."""
FENCE = re.compile(r"(^```.*?^```$)", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"(?<!!)\[([^\]\[]*)\]\(([^)\s]+)\)")
ID = re.compile(r"`[^`\n]+`|\[[^\]\n]*\]\([^)\n]*\)|\b([A-Z]{3,4}[1-4]\d\d)\b(?!\.\w)")
"""The id of a rule, or what it is not looked for in: code, and links."""


@cache
def pages() -> dict[str, str]:
    """Every document and its page, both as paths with forward slashes."""
    found = dict(TOP)
    for path in sorted((ROOT / "docs").rglob("*.md")):
        source = path.relative_to(ROOT).as_posix()
        if source not in OMITTED:
            page = source.removeprefix("docs/")
            found[source] = re.sub(r"(^|/)README\.md$", r"\1index.md", page)
    return found


def as_page(source: str, rules: frozenset[str]) -> str:
    """The text of a document as its page has it. ``rules`` are the ids that have a page."""
    text = (ROOT / source).read_text("utf-8")
    parts = FENCE.split(text)  # every second one is a block of code
    parts[::2] = [_linked(part, source, rules) for part in parts[::2]]
    return "".join(parts)


def _linked(text: str, source: str, rules: frozenset[str]) -> str:
    page = pages()[source]

    def link(found: re.Match[str]) -> str:
        label, address = found.groups()
        if "://" in address or address.startswith(("#", "mailto:")):
            return found[0]
        place, mark, anchor = address.partition("#")
        there = _page_of(posixpath.normpath(posixpath.join(posixpath.dirname(source), place)))
        if there is None:
            return label
        if label.endswith(".md"):
            label = _title(there)
        return f"[{label}]({_from(page, there)}{mark}{anchor})"

    def rule(found: re.Match[str]) -> str:
        id_ = found[1]
        return f"[{id_}]({_from(page, f'rules/{id_}.md')})" if id_ in rules else found[0]

    lines = LINK.sub(link, text).splitlines(keepends=True)
    return "".join(line if line.startswith("#") else ID.sub(rule, line) for line in lines)


def _page_of(path: str) -> str | None:
    known = pages() | FILES
    return known.get(path) or known.get(f"{path}/README.md")


@cache
def _title(page: str) -> str:
    (source,) = (source for source, known in pages().items() if known == page)
    return (ROOT / source).read_text("utf-8").partition("\n")[0].removeprefix("# ")


def _from(page: str, there: str) -> str:
    return posixpath.relpath(there, posixpath.dirname(page) or ".")
