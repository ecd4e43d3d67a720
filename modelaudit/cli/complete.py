"""What a shell proposes for values that are known: rules, formats, and names of targets."""

from __future__ import annotations

import click


def complete_rules(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Ids, families of ids, names and categories; after a comma, for the last of a list."""
    from modelaudit.judge.catalogue import load  # noqa: PLC0415  while a shell completes
    from modelaudit.judge.selectors import CATEGORIES  # noqa: PLC0415

    done, comma, begun = incomplete.rpartition(",")
    rules = load().rules.values()
    known = {rule.id for rule in rules} | {rule.name for rule in rules}
    known |= {rule.id[:-3] for rule in rules} | {*CATEGORIES, "ALL"}
    fitting = (one for one in known if one.lower().startswith(begun.lower()))
    return sorted(f"{done}{comma}{one}" for one in fitting)


def complete_targets(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names of packages that rules are about, as the beginning of NAME==VERSION."""
    from modelaudit.knowledge.coverage import packages  # noqa: PLC0415  while a shell completes

    known = ["environment", *(f"{name}==" for name in packages())]
    return sorted(one for one in known if one.startswith(incomplete))


def complete_formats(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names of formats."""
    from modelaudit.formats.describe import describe  # noqa: PLC0415  while a shell completes

    return sorted(info.name for info in describe() if info.name.startswith(incomplete))
