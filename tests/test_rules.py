"""One harness for every rule: ``fixtures/<topic>/<ID>/{fail,pass}/*``, found by listing.

A file, or a directory that is one artifact, under ``fail`` must get a finding of that rule, one
under ``pass`` none of it and no other security finding at ``medium`` or above. ``targets.txt``
beside them names what to judge a compatibility rule against; ``beside/`` holds what the files
themselves name, and ``made.txt`` says what no repository keeps: links, and files of gigabytes. A
new rule needs fixtures and no code here.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

import modelaudit
from modelaudit.config.model import Config
from modelaudit.core.findings import Finding, Target, at_least
from modelaudit.judge.catalogue import load
from modelaudit.judge.rule import Rule
from modelaudit.sandbox import torch_query
from modelaudit.targets.environment import environment
from modelaudit.targets.nearby import kind_of
from tests.defects import defects

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
STRICT = {rule.id for rule in load().rules.values() if rule.profile == "strict"}
"""Rules that exist only under ``profile: strict``."""
NOTES = {"targets.txt", "made.txt", "beside"}
"""What stands beside the fixtures and is none."""


def listed(outcome: str) -> list[Path]:
    """Every fixture of one outcome, in a stable order."""
    paths = sorted(FIXTURES.glob(f"*/*/{outcome}/*"))
    return [path for path in paths if not is_beside(path)]


def is_beside(path: Path) -> bool:
    """True for what stands beside the fixtures, or tells where they have to load, and is none."""
    return path.name in NOTES or kind_of(path.name) is not None


def label(path: Path) -> str:
    return path.relative_to(FIXTURES).as_posix()


def targets(path: Path) -> list[Target]:
    """What ``targets.txt`` beside ``path`` names: ``name==version`` a line, and maybe a source.

    ``name==`` is a package that the environment does not have, and ``environment=`` names one.
    """
    beside = path.parent / "targets.txt"
    lines = beside.read_text().splitlines() if beside.is_file() else []
    found = []
    for line in lines:
        if line.startswith("environment="):
            found += environment((), str(path.parent / line.partition("=")[2]))
            continue
        requirement, _, source = line.partition(" ")
        name, version = requirement.split("==")
        installed = bool(version)
        found.append(Target(name, version, source or beside.name, installed=installed))
    return found


@pytest.fixture(autouse=True)
def _no_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    """The harness knows one installed operator, whatever is installed where it runs."""
    monkeypatch.setattr(torch_query, "torch_operators", lambda: frozenset({"aten::add"}))


def made(path: Path, scratch: Path) -> Path:
    """``path``, or a copy of it with what ``made.txt`` beside it says was done."""
    notes = path.parent / "made.txt"
    if not notes.is_file():
        return path
    folder = scratch / "made"
    shutil.copytree(path.parent, folder)
    for line in notes.read_text().splitlines():
        what, name, other = line.split()
        file = folder / name
        if what == "size":
            os.truncate(file, int(other))
        elif what == "link":
            file.symlink_to(other)
        else:
            file.hardlink_to(folder / other)
    return folder / path.name


def scan(path: Path, scratch: Path) -> tuple[Finding, ...]:
    rule = path.parent.parent.name
    # A requirement file beside a fixture is part of it; those of this repository are not.
    found = any(kind_of(file.name) for file in path.parent.iterdir())
    config = Config(
        profile="strict" if rule in STRICT else "default",
        targets={"requirements": "auto" if found else "off"},
    )
    report = modelaudit.scan([made(path, scratch)], config=config, targets=targets(path))
    assert report.artifacts, f"{label(path)} was not taken for a model"
    assert defects(report) == []
    return report.findings


def brief(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(finding.rule, finding.subject) for finding in findings]


@pytest.mark.parametrize("path", listed("fail"), ids=label)
def test_rule_fires(path: Path, tmp_path: Path) -> None:
    rule = path.parent.parent.name
    assert rule in {finding.rule for finding in scan(path, tmp_path)}


@pytest.mark.parametrize("path", listed("pass"), ids=label)
def test_rule_stays_silent(path: Path, tmp_path: Path) -> None:
    rule = path.parent.parent.name
    findings = scan(path, tmp_path)
    wrong = [
        finding
        for finding in findings
        if finding.rule == rule
        or (finding.category == "security" and at_least(finding.severity, "medium"))
    ]
    assert not brief(tuple(wrong))


NO_FILE = {"GEN308"}
"""Rules about defects, which no file shows for long: tests/sandbox provokes them."""
RULES = sorted(path.stem for path in FIXTURES.parent.glob("rules/*/[A-Z]*.yaml"))


@pytest.mark.parametrize("rule", RULES)
def test_rule_has_both_outcomes(rule: str) -> None:
    """A rule with one side only is half proven."""
    if rule in NO_FILE:
        return
    for outcome in ("fail", "pass"):
        files = [file for file in listed(outcome) if file.parent.parent.name == rule]
        assert files, f"no fixture {outcome} for {rule}"


FRONT_PAGE = re.compile(r"https?://(?:www\.)?(?:github|gitlab)\.com/[^/]+/[^/#]+/?")


@pytest.mark.parametrize("rule", load().rules.values(), ids=lambda rule: rule.id)
def test_rule_says_where_it_comes_from(rule: Rule) -> None:
    """A page, a place in the repository, or what was observed; never a repository's front page."""
    assert rule.references
    for reference in rule.references:
        if reference.startswith("https://"):
            assert not FRONT_PAGE.fullmatch(reference), reference
        elif not reference.startswith("observed: "):
            assert (FIXTURES.parent / reference.partition(": ")[0]).is_file(), reference
