"""The skeleton of a new rule in a checkout of modelaudit: its file, and its fixtures' recipe."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from modelaudit.core.errors import UsageError
from modelaudit.core.spelling import nearest
from modelaudit.judge.catalogue import NO_TOPICS, load
from modelaudit.version import VERSION

CATEGORIES: Final = {
    "1": "security",
    "2": "compatibility",
    "3": "integrity",
    "4": "portability",
}
_ID: Final = re.compile(r"[A-Z]{3,4}[1-4][0-9]{2}")
_TOPIC: Final = re.compile(r"[a-z][a-z0-9]*")
_COMPATIBILITY: Final = """\
effect: breaks-load    # or breaks-use, may-break, advice
against: python
"""
"""What a rule about compatibility has beside the rest."""
_RULE: Final = """\
id: {id}
name: what-is-wrong
title: One clause that says what is wrong
category: {category}
severity: high
confidence: high
{about}since: {version}
for: Anomaly    # or another kind of fact of modelaudit/core/facts.py
when: fact.kind == "the-kind"
subject: '{{fact.kind}}'
message: 'what is wrong and where: {{fact.sentence}}'
why: >
  Why it matters, for someone who has one minute and does not know the format.
fix: >
  What to do, with the command or the setting that helps.
"""
_RECIPE: Final = '''\
"""Fixtures of {id}."""

from __future__ import annotations

from collections.abc import Iterator

from .paths import Fixture


def fixtures() -> Iterator[Fixture]:
    yield "{topic}/{id}/fail/what-is-wrong.bin", b"bytes that {id} must find"
    yield "{topic}/{id}/pass/what-is-right.bin", b"bytes like them that it must not find"
'''


def write_skeleton(rule: str, topic: str | None, checkout: Path) -> list[Path]:
    """Write the files of a new rule, and return their paths. Raises UsageError before it writes."""
    if not (checkout / "rules").is_dir() or not (checkout / "fixtures" / "recipes").is_dir():
        raise UsageError(
            "rules new is for the rules of modelaudit itself, and there is no checkout of it here"
            " (rules/ and fixtures/recipes/); docs/rules.md shows how a pack of your own begins"
        )
    if not _ID.fullmatch(rule):
        raise UsageError(
            f"{rule!r} is not a rule id: it has three or four capital letters for the topic, then "
            "three digits, of which the first is the category: 1 security, 2 compatibility, "
            "3 integrity, 4 portability"
        )
    taken = _taken(checkout)
    if rule in taken:
        raise UsageError(f"the id {rule} is taken by {taken[rule]}; {_next_free(rule, taken)}")
    topic = _topic(rule, topic, taken)
    category = CATEGORIES[rule[-3]]
    about = _COMPATIBILITY if category == "compatibility" else ""
    files = {
        checkout / "rules" / topic / f"{rule}.yaml": _RULE.format(
            id=rule, category=category, about=about, version=VERSION
        ),
        checkout / "fixtures" / "recipes" / f"{rule.lower()}.py": _RECIPE.format(
            id=rule, topic=topic
        ),
    }
    for path in files:
        if path.exists():
            raise UsageError(f"{path} exists already")
    for path, text in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(files)


def _taken(checkout: Path) -> dict[str, str]:
    """The ids in use, and the file of each."""
    known = {rule.id: rule.file for rule in load().rules.values()}
    for path in sorted((checkout / "rules").glob("*/*.yaml")):
        if path.parent.name not in NO_TOPICS:
            known[path.stem] = path.relative_to(checkout).as_posix()
    return known


def _next_free(rule: str, taken: dict[str, str]) -> str:
    family = rule[:-2]
    free = (f"{family}{number:02}" for number in range(1, 100))
    found = next((one for one in free if one not in taken), None)
    return f"all ids {family}01 to {family}99 are" if found is None else f"{found} is free"


def _topic(rule: str, topic: str | None, taken: dict[str, str]) -> str:
    """The folder for a rule: of other rules with its letters, or the one that is named."""
    letters = rule[:-3]
    topics = {known[:-3]: Path(file).parent.name for known, file in taken.items()}
    usual = topics.get(letters)
    if topic is None:
        if usual is None:
            hint = nearest(letters, sorted(topics))
            raise UsageError(
                f"no rule begins with {letters}{hint}; name the topic of a new family with --topic"
            )
        return usual
    if not _TOPIC.fullmatch(topic) or topic in NO_TOPICS:
        raise UsageError(f"{topic!r} cannot be a topic: use lower-case letters and digits")
    if usual not in (None, topic):
        raise UsageError(f"rules that begin with {letters} belong to the topic {usual}")
    return topic
