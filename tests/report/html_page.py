"""Reads the page for a browser, and refuses what it must not have."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from hashlib import sha256
from html.parser import HTMLParser

EMPTY = {"meta", "input", "br"}
ATTRIBUTES = {
    *(
        "aria-hidden",
        "aria-label",
        "aria-labelledby",
        "autocomplete",
        "charset",
        "checked",
        "class",
    ),
    *("content", "data-category", "data-count", "data-key", "data-section", "data-severity"),
    *("data-sort", "focusable", "height", "hidden", "href", "http-equiv", "id", "lang", "name"),
    *(
        "open",
        "preserveaspectratio",
        "rel",
        "role",
        "scope",
        "tabindex",
        "type",
        "value",
        "viewbox",
    ),
    *("width", "x", "y"),
}
"""No style, no address but ``href``, and nothing that runs a script."""


class Page(HTMLParser):
    """What is on the page: elements by name, ids, links, and the text outside style and script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.links: list[str] = []
        self.meta: dict[str, str] = {}
        self.own: dict[str, str] = {}
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []
        assert "".join(self.rawdata) == ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert {name for name, _ in attrs} <= ATTRIBUTES, (tag, attrs)
        assert len(dict(attrs)) == len(attrs)
        given = {name: value or "" for name, value in attrs}
        self.elements[tag] += 1
        if "id" in given:
            self.ids[given["id"]] += 1
        if "href" in given:
            assert tag == "a"
            self.links.append(given["href"])
        if "http-equiv" in given:
            self.meta[given["http-equiv"]] = given["content"]
        if tag in ("dd", "td", "th", "li", "small", "summary"):
            self.words.append(" ")
        if tag not in EMPTY:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in ("style", "script"):
            self.own[self._open[-1]] = self.own.get(self._open[-1], "") + data
        else:
            self.words.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


def check(text: str) -> Page:
    """The page; AssertionError where it is not well formed or could run what is not its own."""
    page = Page(text)
    assert page.elements["script"] == page.elements["style"] == 1
    hashes = {
        name: f"'sha256-{b64encode(sha256(own.encode()).digest()).decode()}'"
        for name, own in page.own.items()
    }
    assert page.meta["Content-Security-Policy"].split("; ") == [
        "default-src 'none'", f"style-src {hashes['style']}", f"script-src {hashes['script']}",
        "base-uri 'none'", "form-action 'none'",
    ]  # fmt: skip
    assert [name for name, count in page.ids.items() if count > 1] == []
    for link in page.links:
        if link.startswith("#"):
            assert link[1:] in page.ids, link
        else:
            assert re.match("https?://", link), link
    for word in page.words:
        assert word.replace("\n", "").isprintable(), word
    return page
