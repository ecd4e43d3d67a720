"""The site: every document is in its navigation, links lead somewhere, rules have their pages."""

from __future__ import annotations

import posixpath
import re

import pytest
import yaml

from modelaudit.judge.catalogue import load
from scripts.documents import filled, table
from scripts.generate.documents import PARTS
from scripts.site import documents, rulepages
from tests.docs.replay import ROOT

RULES = load().rules
IDS = frozenset(RULES)
PAGES = documents.pages()


def listed(entries: list[dict[str, object]]) -> list[str]:
    """The pages that a part of the navigation names."""
    found = []
    for entry in entries:
        for value in entry.values():
            found += listed(value) if isinstance(value, list) else [str(value)]
    return found


def test_every_document_is_in_the_navigation_or_linked() -> None:
    navigation = listed(yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))["nav"])
    shown = {page for page in PAGES.values() if not page.startswith("decisions/0")}
    assert sorted(navigation) == sorted(shown | {"rules/index.md"})


@pytest.mark.parametrize("source", PAGES)
def test_links_of_a_page_lead_to_pages(source: str) -> None:
    page = PAGES[source]
    known = {*PAGES.values(), *documents.FILES.values(), *(f"rules/{id_}.md" for id_ in IDS)}
    text = documents.FENCE.sub("", documents.as_page(source, IDS))
    links = [link for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text) if "://" not in link]
    there = {posixpath.normpath(posixpath.join(posixpath.dirname(page), link)) for link in links}
    assert there - known == set()


def test_ids_of_rules_become_links_outside_of_code() -> None:
    text = documents.as_page("docs/targets.md", IDS)
    assert "[TGT203](rules/TGT203.md)" in text
    assert "{PKL105: {" in documents.as_page("docs/quickstart.md", IDS)
    assert "[PKL101]" not in "".join(
        documents.FENCE.findall(documents.as_page("docs/reading.md", IDS))
    )


def test_what_is_no_document_is_no_link() -> None:
    assert "](LICENSE)" in (ROOT / "README.md").read_text("utf-8")
    assert "](LICENSE)" not in documents.as_page("README.md", IDS)


@pytest.mark.parametrize(
    ("id_", "shown"),
    [
        ("PKL101", "$ modelaudit scan "),
        ("ONX201", " --target onnxruntime=="),
        ("PKL106", " --profile strict\n"),
        ("TGT203", "$ cat requirements.txt\n"),
        ("PKL105", 'PKL105: {params: {"allow": []}}'),
    ],
)
def test_a_page_of_a_rule_shows_a_scan_of_its_fixtures(id_: str, shown: str) -> None:
    text = rulepages.page(RULES[id_])
    assert shown in text
    fail, passes = text.split("## What passes")
    assert f" {id_} " in fail.partition("## What it finds")[2]
    assert f" {id_} " not in passes.partition("## Condition")[0]
    assert text.count("```") % 2 == 0


def test_prose_of_a_rule_is_no_markup() -> None:
    assert rulepages.escaped("x  [y](z) *a*\n <b>") == r"x \[y\](z) \*a\* \<b\>"


def test_the_index_has_every_rule_once() -> None:
    text = rulepages.index(list(RULES.values()))
    found = re.findall(r"^\| \[([A-Z]+\d+)\]\(\1\.md\) \|", text, re.MULTILINE)
    assert sorted(found) == sorted(IDS)


def test_a_part_of_a_document_is_made_anew() -> None:
    text = "a\n<!-- begin: x -->\nold\n<!-- end: x -->\nb\n"
    made = filled(text, {"x": lambda: table(("k",), [("a|b",)])})
    assert made == "a\n<!-- begin: x -->\n\n| k |\n| --- |\n| a\\|b |\n\n<!-- end: x -->\nb\n"
    assert filled(made, {"x": lambda: table(("k",), [("a|b",)])}) == made
    with pytest.raises(KeyError):
        filled(text, {})


def test_every_part_stands_in_a_document() -> None:
    text = "".join(path.read_text("utf-8") for path in (ROOT / "docs").glob("*.md"))
    assert [name for name in PARTS if f"<!-- begin: {name} -->" not in text] == []
