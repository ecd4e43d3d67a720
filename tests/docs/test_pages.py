"""The pages of the site: what they show is what is printed, and what they name exists.

A page goes on with the two files that the README's script writes.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest
import yaml

import modelaudit
from modelaudit.config.file import load
from modelaudit.core import findings, verdicts
from modelaudit.judge.rule import Rule
from modelaudit.report.answers import LOADING
from tests.docs.replay import BLOCK, README, ROOT, absent, blocks, failing, replayed, section, shell

PAGES = sorted((ROOT / "docs").glob("*.md"))
SHOWING = [page for page in PAGES if "```console" in page.read_text("utf-8")]


def label(path: Path) -> str:
    return path.stem


@pytest.mark.skipif(os.name == "nt", reason="the pages are written for a POSIX shell")
@pytest.mark.parametrize("page", SHOWING, ids=label)
def test_what_is_shown_is_what_is_printed(page: Path, tmp_path: Path) -> None:
    (script,) = (body for body in blocks(README, "python") if body.startswith("# examples.py"))
    (tmp_path / "examples.py").write_text(script, encoding="utf-8")
    assert shell("python examples.py", tmp_path) == ""
    assert replayed(page, tmp_path) == page.read_text("utf-8")
    assert failing(page, tmp_path) == []


@pytest.mark.parametrize("page", PAGES, ids=label)
def test_commands_and_options_in_the_text_exist(page: Path) -> None:
    assert absent(page) == []


@pytest.mark.parametrize("page", PAGES, ids=label)
def test_anchors_exist(page: Path) -> None:
    for address, anchor in re.findall(r"\]\(([\w./-]*)#([\w-]+)\)", page.read_text("utf-8")):
        there = (page.parent / address if address else page).read_text("utf-8")
        headings = re.findall(r"^#+ (.+)$", BLOCK.sub("", there), re.MULTILINE)
        slugs = {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}
        assert anchor in slugs, f"{address}#{anchor}"


def test_every_key_of_the_configuration_is_in_the_example(tmp_path: Path) -> None:
    page = ROOT / "docs" / "configuration.md"
    (example,) = (body for body in blocks(page, "yaml") if "suppress:" in body)
    path = tmp_path / "modelaudit.yaml"
    path.write_text(example.replace("9f2c…", "9f2c" * 16), encoding="utf-8")
    config = load(path)
    assert config.suppress[0].rule == "PKL101"
    keys = set(yaml.safe_load(path.read_text("utf-8")))
    assert {field.encode_name for field in msgspec.structs.fields(type(config))} - keys == set()


def test_all_that_is_exported_is_on_the_page_of_the_api() -> None:
    page = (ROOT / "docs" / "api.md").read_text("utf-8")
    missing = [name for name in modelaudit.__all__ if not re.search(rf"\b{name}\b", page)]
    assert missing == ["SEVERITIES", "__version__"]


@pytest.mark.parametrize(
    "term",
    [
        *get_args(verdicts.Safety), *get_args(verdicts.Loading), *get_args(findings.Category),
        *get_args(findings.Effect),
    ],
)  # fmt: skip
def test_the_glossary_has_the_words_of_verdicts(term: str) -> None:
    assert f"`{term}`" in (ROOT / "docs" / "glossary.md").read_text("utf-8")


def test_every_key_of_a_rule_is_in_the_guide() -> None:
    table = section((ROOT / "docs" / "rules.md").read_text("utf-8"), "What a rule file has")
    cells = re.findall(r"^\| (`.+?) \|", table, re.MULTILINE)
    keys = {name for cell in cells for name in cell.split(", ")}
    assert {key.strip("`") for key in keys} == {
        field.encode_name for field in msgspec.structs.fields(Rule)
    } - {"topic", "file"}


def test_the_words_of_verdicts_in_the_report_are_in_the_guide() -> None:
    text = (ROOT / "docs" / "reading.md").read_text("utf-8")
    for verdict, (_, words) in LOADING.items():
        assert f"| `{verdict}` | {words} |" in text
