"""What stands for rules wherever ids are taken: ids, prefixes of ids, names, categories and ALL.

Upper and lower case are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, get_args

from modelaudit.core.errors import UsageError
from modelaudit.core.findings import Category
from modelaudit.judge.rule import Rule

ALL: Final = "ALL"
CATEGORIES: Final = get_args(Category)
NOT: Final = -1
EXACT: Final = 100
LIKE: Final = 0.65
"""How like a selector has to be to what was probably meant."""


def fit(selector: str, rule: Rule) -> int:
    """How closely a selector fits a rule: NOT, 0 for ALL, more for each letter of a prefix, EXACT.

    The closest decides where two say different things.
    """
    upper = selector.upper()
    if upper == rule.id or selector.lower() == rule.name:
        return EXACT
    if upper == ALL:
        return 0
    if selector.lower() == rule.category:
        return 1
    return 1 + len(upper) if upper and rule.id.startswith(upper) else NOT


def closest(selectors: Iterable[str], rule: Rule) -> int:
    """How closely the closest of some selectors fits a rule."""
    return max((fit(selector, rule) for selector in selectors), default=NOT)


def chosen(selector: str, rules: Iterable[Rule], where: str = "") -> list[Rule]:
    """The rules that a selector stands for. Raises UsageError, which names what is like it."""
    rules = list(rules)
    fitting = [rule for rule in rules if fit(selector, rule) > NOT]
    if not fitting:
        raise UsageError(f"{where}{unknown(selector, rules)}")
    return fitting


def unknown(selector: str, rules: Iterable[Rule]) -> str:
    """The sentence that a selector fits no rule, with what was probably meant and what there is."""
    from difflib import get_close_matches  # noqa: PLC0415  only for errors

    rules = list(rules)
    families = sorted({rule.id[:-3] for rule in rules})
    text = f"no rule is called {selector!r}"
    ids, names = [rule.id for rule in rules], [rule.name for rule in rules]
    upper = selector.upper()
    swapped = [one for one in (*families, *ids) if sorted(one) == sorted(upper)]
    swapped.sort(key=lambda one: one[-3:] != upper[-3:])
    for close in (
        swapped,
        get_close_matches(upper, [*ids, *families, ALL], n=1, cutoff=LIKE),
        get_close_matches(selector.lower(), [*names, *CATEGORIES], n=1, cutoff=LIKE),
    ):
        if close:
            return f"{text}; did you mean {close[0]!r}?"
    return (
        f"{text}: give an id or a name that 'modelaudit rules' lists, the beginning of an id"
        f" ({', '.join(families)}), a category ({', '.join(CATEGORIES)}), or ALL"
    )


def by_fit(given: Mapping[str, object], rule: Rule) -> list[str]:
    """The selectors among the keys of a mapping that fit a rule, the closest last."""
    ranked = sorted((fit(selector, rule), selector) for selector in given)
    return [selector for rank, selector in ranked if rank > NOT]
