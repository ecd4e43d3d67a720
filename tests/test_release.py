"""What the documents say about a release is what the package is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from modelaudit.version import VERSION

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")


def test_the_hook_in_the_readme_is_of_this_version() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert re.findall(r"^ *rev: (\S+)$", text, re.MULTILINE) == [f"v{VERSION}"]
    assert re.findall(r"git\+<[^>]+>@(\S+?)\"", text) == [f"v{VERSION}"]


def test_the_changelog_has_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    headings = re.findall(r"^## \[(.+?)\](?: - \d{4}-\d\d-\d\d)?$", text, re.MULTILINE)
    assert headings[:2] == ["Unreleased", VERSION]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_and_paths_in_documents_exist(path: Path) -> None:
    text = path.read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#\s]+)\)", text) if "://" not in link]
    missing = [link for link in links if not (path.parent / link).exists()]
    named = re.findall(r"`((?:modelaudit|tests|scripts)/[\w/]+(?:\.py)?)/?`", text)
    missing += [name for name in named if not (ROOT / name).exists()]
    assert missing == []


def test_the_walk_through_the_code_names_functions_that_exist() -> None:
    steps = re.findall(r"((?:`\w+\(\)`(?: and )?)+) in `(modelaudit/[\w/]+\.py)`", ARCHITECTURE)
    assert len(steps) > 20
    for names, path in steps:
        source = (ROOT / path).read_text("utf-8")
        for name in re.findall(r"`(\w+)\(\)`", names):
            assert re.search(rf"^ *def {name}\(", source, re.MULTILINE), f"{name} in {path}"
