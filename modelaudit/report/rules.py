"""Rules for people and programs: a list by topic, one rule explained, and JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, TextIO

import msgspec

from modelaudit.judge.rule import ABSENT, ANY
from modelaudit.report.escape import escape, one_line
from modelaudit.report.numbers import plural
from modelaudit.report.page import Page

if TYPE_CHECKING:
    from modelaudit.judge.rule import Rule
    from modelaudit.report import Terminal

SEVERITY = 10


def write_json(rules: Sequence[Rule], out: TextIO) -> None:
    """Write the rules with all that their files say."""
    plain = [msgspec.to_builtins(rule) for rule in rules]
    for entry in plain:
        del entry["file"]  # where it is installed here says nothing about the rule
    json.dump({"schema": "modelaudit/rules/1", "rules": plain}, out, indent=2)
    out.write("\n")


def write_list(rules: Sequence[Rule], out: TextIO, terminal: Terminal) -> None:
    """Write one line for each rule, by topic."""
    page = Page(terminal)
    for topic, of_topic in groupby(sorted(rules, key=_by_topic), key=lambda rule: rule.topic):
        page.add(("title", escape(topic)))
        for rule in of_topic:
            page.wrapped(
                ("", f"  {escape(rule.id)}  "), (rule.severity, rule.severity),
                ("", " " * (SEVERITY - len(rule.severity))), ("", one_line(rule.title)),
                indent=len(rule.id) + SEVERITY + 4,
            )  # fmt: skip
        page.add()
    page.add(("dim", f"{plural(len(rules), 'rule')}. Explain one: modelaudit rules ID"))
    page.write(out)


def _by_topic(rule: Rule) -> tuple[str, str]:
    return rule.topic, rule.id


def write_explained(rule: Rule, out: TextIO, terminal: Terminal) -> None:
    """Write what a rule finds, why that matters, how to fix it, and where to read on."""
    page = Page(terminal)
    page.add(("title", escape(f"{rule.name} ({rule.id})")))
    about = [rule.category, f"confidence {rule.confidence}", f"since {rule.since}"]
    if rule.effect:
        about.insert(1, rule.effect)
    if rule.profile:
        about.append(f"only with profile {rule.profile}")
    page.add((rule.severity, rule.severity), ("dim", escape(f" · {' · '.join(about)}")))
    _section(page, "What it finds", one_line(rule.title) + ".")
    if rule.against == ANY:
        page.add(("", "Judged against each target that it concerns."))
    elif rule.against == ABSENT:
        page.add(("", "Judged against each package that a complete set of requirements lacks."))
    elif rule.against:
        page.add(("", escape(f"Judged against each version of {rule.against} that is a target.")))
    _section(page, "Why it matters", one_line(rule.why))
    _section(page, "How to fix it", one_line(rule.fix))
    if rule.params:
        _heading(page, "Parameters")
        for name, value in rule.params.items():
            page.add(("", escape(f"- {name}: {json.dumps(value)}")))
    _heading(page, "Condition")
    for name, expression in rule.let.items():
        page.add(("", "  "), ("", one_line(f"{name} = {expression}")))
    page.add(("", "  "), ("", one_line(rule.when)))
    if rule.references:
        _heading(page, "References")
        for reference in rule.references:
            page.add(("", f"- {escape(reference)}"))
    page.write(out)


def _heading(page: Page, text: str) -> None:
    page.add()
    page.add(("title", text))


def _section(page: Page, heading: str, text: str) -> None:
    _heading(page, heading)
    page.wrapped(("", text), indent=0)
