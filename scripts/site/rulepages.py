"""A page for each rule: what its file says, and what a scan of its fixtures prints."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import groupby

from modelaudit.judge.rule import ABSENT, ANY, Rule
from scripts.documents import table
from scripts.site import examples

AGAINST = {
    ANY: "each target that it concerns",
    ABSENT: "each package that a complete set of requirements lacks",
}
ACCEPTED = (
    "Where it is right and stays: [accept it for one file](../configuration.md#suppress), or"
    " [change the rule's severity](../configuration.md#rules)."
)
FOUND = "\n## What it finds\n"
"""The heading of a scan that finds the rule."""
MARKUP = re.compile(r"([\\`*_{}\[\]<>#|])")


def index(rules: Sequence[Rule]) -> str:
    """The list of all rules, by topic."""
    text = (
        f"# Rules\n\n{len(rules)} rules. The first digit of an id tells the category: 1 security,"
        " 2 compatibility, 3 integrity, 4 portability.\n"
    )
    for topic, of_topic in groupby(sorted(rules, key=_by_topic), key=lambda rule: rule.topic):
        rows = [
            (f"[{rule.id}]({rule.id}.md)", rule.severity, escaped(rule.title)) for rule in of_topic
        ]
        text += f"\n## {topic}\n\n{table(('rule', 'severity', 'what it finds'), rows)}"
    return text


def _by_topic(rule: Rule) -> tuple[str, str]:
    return rule.topic, rule.id


def page(rule: Rule) -> str:
    """The page of one rule."""
    text = f"# {rule.id}: {escaped(rule.title)}\n\n`{rule.name}`\n\n{_about(rule)}"
    text += f"\n## Why it matters\n\n{escaped(rule.why)}\n"
    text += f"\n## How to fix it\n\n{escaped(rule.fix)}\n\n{ACCEPTED}\n"
    if rule.params:
        rows = [(f"`{name}`", f"`{json.dumps(value)}`") for name, value in rule.params.items()]
        text += f"\n## Parameters\n\n{table(('name', 'default'), rows)}"
        text += f"\n{_configured(rule)}"
    text += _examples(rule)
    lines = "".join(f"{name} = {_one_line(value)}\n" for name, value in rule.let.items())
    text += f"\n## Condition\n\n```text\n{lines}{_one_line(rule.when)}\n```\n"
    if rule.references:
        listed = "".join(f"- {_reference(one)}\n" for one in rule.references)
        text += f"\n## References\n\n{listed}"
    return text


def _about(rule: Rule) -> str:
    judged = rule.against
    rows = [
        ("severity", rule.severity),
        ("category", rule.category),
        ("effect", rule.effect or ""),
        ("confidence", rule.confidence),
        ("profile", f"only {rule.profile}" if rule.profile else ""),
        ("judged for", "the whole artifact" if rule.for_ == "artifact" else f"each `{rule.for_}`"),
        ("judged against", AGAINST.get(judged, f"each version of {judged}") if judged else ""),
        ("since", rule.since),
    ]
    names, values = zip(*(row for row in rows if row[1]), strict=True)
    return table(names, [values])


def _configured(rule: Rule) -> str:
    params = json.dumps(rule.params)
    return f"In the configuration:\n\n```yaml\nrules:\n  {rule.id}: {{params: {params}}}\n```\n"


def _examples(rule: Rule) -> str:
    text = ""
    for heading, outcome in ((FOUND, "fail"), ("\n## What passes\n", "pass")):
        shown = examples.of(rule, outcome)
        if shown is not None:
            text += f"{heading}\n```console\n{shown}```\n"
    if not text:
        return "\n## Example\n\nNo file in the repository shows it by itself.\n"
    return text


def _reference(text: str) -> str:
    return f"<{text}>" if "://" in text else escaped(text)


def escaped(text: str) -> str:
    """Prose of a rule, which is no markup, on one line."""
    return MARKUP.sub(r"\\\1", _one_line(text))


def _one_line(text: str) -> str:
    return " ".join(text.split())
