"""Which rules are in force, how severe their findings are here, and which of these gate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import msgspec
from msgspec.structs import replace

from modelaudit.config.model import Authority, Config, Parameter, RuleOverride
from modelaudit.core.errors import UsageError
from modelaudit.core.facts import Unreadable
from modelaudit.core.findings import SEVERITIES, Finding, Severity, Target, at_least
from modelaudit.judge.rule import Rule
from modelaudit.judge.selectors import by_fit, chosen, closest

ALSO: Final[Severity] = "low"
"""What is wrong only with releases that a range admits beside the one that installs today."""
Place = tuple[str | int, ...]
"""Keys and indexes on the way to a value of the configuration."""
_UNCHANGED: Final = RuleOverride()
_BREAKING: Final = frozenset({"breaks-load", "breaks-use", "may-break"})


class Selection(msgspec.Struct, frozen=True):
    """The ids of the rules in force, and these with every other rule that a verdict depends on.

    Leaving a rule out hides its findings. It does not make an artifact safe, nor one that loads.
    """

    chosen: frozenset[str]
    considered: list[Rule]


def is_protected(rule: Rule) -> bool:
    """Whether only a configuration that the user named may silence findings of a rule.

    These are the severe security findings, and what could not be read: a download must not bring
    the file that hides its payload.
    """
    severe = rule.category == "security" and at_least(rule.severity, "high")
    return severe or rule.for_ == Unreadable.__name__


def config_for(authority: Authority, rule: Rule) -> Config:
    """The configuration that decides about a rule."""
    return authority.trusted if is_protected(rule) else authority.config


def in_force(authority: Authority, rules: Iterable[Rule]) -> Iterator[Rule]:
    """The rules of the profile that are selected and not ignored."""
    for rule in rules:
        if _is_of(authority, rule) and selects(config_for(authority, rule), rule):
            yield rule


def select(authority: Authority, rules: Iterable[Rule]) -> Selection:
    """What a configuration leaves of some rules."""
    rules = list(rules)
    chosen = frozenset(rule.id for rule in in_force(authority, rules))
    considered = [
        rule for rule in rules if rule.id in chosen or (_decides(rule) and _is_of(authority, rule))
    ]
    return Selection(chosen, considered)


def _decides(rule: Rule) -> bool:
    return rule.category == "security" or rule.effect in _BREAKING


def _is_of(authority: Authority, rule: Rule) -> bool:
    return rule.profile in (None, authority.config.profile)


def selects(config: Config, rule: Rule) -> bool:
    return closest(config.select, rule) > closest(config.ignore, rule)


def params(authority: Authority, rules: Iterable[Rule]) -> dict[str, dict[str, Parameter]]:
    """The parameters that the configuration gives to rules, by id."""
    if not authority.config.rules and not authority.trusted.rules:
        return {}
    given = ((rule.id, override(config_for(authority, rule), rule).params) for rule in rules)
    return {id_: values for id_, values in given if values}


def override(config: Config, rule: Rule) -> RuleOverride:
    """What a configuration changes about a rule; the closest that says something decides."""
    if not config.rules:
        return _UNCHANGED
    severity: Severity | None = None
    given: dict[str, Parameter] = {}
    for selector in by_fit(config.rules, rule):
        part = config.rules[selector]
        severity = part.severity or severity
        given |= {name: value for name, value in part.params.items() if name in rule.params}
    return RuleOverride(severity=severity, params=given)


def check(config: Config, rules: Iterable[Rule]) -> None:
    """Refuse what stands for no rule, and parameters no rule has. Raises UsageError."""
    from modelaudit.config.strict import dotted  # noqa: PLC0415  it knows YAML, which few need

    rules = list(rules)
    for path, selector in _selectors(config):
        with _placed(path, selector):
            chosen(selector, rules, f"{dotted(path)}: ")
    for selector, change in config.rules.items():
        for name, value in change.params.items():
            with _placed(("rules", selector, "params", name), None):
                where = f"rules.{selector}.params"
                _check_parameter(where, name, value, chosen(selector, rules))


def _selectors(config: Config) -> Iterator[tuple[Place, str]]:
    """What stands for rules in a configuration, and where it does."""
    yield from ((("select", number), text) for number, text in enumerate(config.select))
    yield from ((("ignore", number), text) for number, text in enumerate(config.ignore))
    yield from ((("rules", text), text) for text in config.rules)
    for number, part in enumerate(config.overrides):
        for index, text in enumerate(part.ignore):
            yield ("overrides", number, "ignore", index), text
    for number, entry in enumerate(config.suppress):
        yield ("suppress", number, "rule"), entry.rule


@contextmanager
def _placed(path: Place, text: str | None) -> Iterator[None]:
    """Say of an error which value of the configuration it is about."""
    try:
        yield
    except UsageError as error:
        raise Misfit(str(error), path, text) from None


class Misfit(UsageError):
    """A value of the configuration that fits no rule: its path there, and it where it is a text."""

    def __init__(self, message: str, path: Place, text: str | None) -> None:
        super().__init__(message)
        self.path = path
        self.text = text


def _check_parameter(where: str, name: str, value: Parameter, rules: Sequence[Rule]) -> None:
    wanted = {type(rule.params[name]).__name__ for rule in rules if name in rule.params}
    if not wanted:
        known = sorted({name for rule in rules for name in rule.params})
        raise UsageError(f"{where}: no parameter {name!r}{_nearest(name, known)}")
    if type(value).__name__ not in wanted:
        raise UsageError(f"{where}.{name}: has to be a {' or a '.join(sorted(wanted))}")


def _nearest(name: str, known: Sequence[str]) -> str:
    from modelaudit.core.spelling import nearest  # noqa: PLC0415  only for errors

    return nearest(name, list(known)) or "; these rules have none"


def fold_ends(findings: Iterable[Finding], targets: Sequence[Target]) -> list[Finding]:
    """One finding where several releases of a range give the same.

    It is about the one that installs today, if that is among them, or about the whole range. Else
    it is about a release that the range also admits, and ``rate`` makes it low; it is dropped where
    no file states the range.
    """
    ranges: dict[tuple[object, ...], list[Finding]] = {}
    for number, finding in enumerate(findings):
        target = finding.target
        about: tuple[object, ...] = (number,)
        if target is not None and target.admitted:
            where = (finding.where.members, finding.subject)
            about = (finding.rule, *where, target.name, target.source)
        ranges.setdefault(about, []).append(finding)
    folded = (_folded(found, targets) for found in ranges.values())
    return [
        one for one in folded if one.target is None or not (one.target.also and one.target.implied)
    ]


def _folded(found: list[Finding], targets: Sequence[Target]) -> Finding:
    """The one finding about a range; its target is ``also`` where other releases load."""
    first = next((one for one in found if one.target and not one.target.also), found[0])
    target = first.target
    if target is None or not target.admitted:
        return first
    others = [str(one.target) for one in found if one is not first]
    message = first.message
    if others:
        message += f"; so it is with {' and '.join(others)}"
    if not target.also:
        return replace(first, message=message)
    whole = {one for one in targets if (one.name, one.source) == (target.name, target.source)}
    if whole <= {one.target for one in found}:
        return replace(first, message=message, target=replace(target, also=False))
    return replace(first, message=f"the range also admits {target}: {message}")


def rate(
    authority: Authority, rules: Mapping[str, Rule], findings: Iterable[Finding]
) -> list[Finding]:
    """The findings with the severities that the configuration gives, the worst first."""
    rated = [rated_by(config_for(authority, rules[f.rule]), rules[f.rule], f) for f in findings]
    return sorted(rated, key=lambda f: (SEVERITIES.index(f.severity), f.rule, f.where.offset or 0))


def rated_by(config: Config, rule: Rule, finding: Finding) -> Finding:
    """A finding with the severity that one configuration gives it, and whether it gates there."""
    severity = override(config, rule).severity or finding.severity
    if finding.target is not None and finding.target.also and at_least(severity, ALSO):
        severity = ALSO
    return replace(finding, severity=severity, gates=at_least(severity, config.fail_on))


def gates(authority: Authority, rules: Mapping[str, Rule], findings: Iterable[Finding]) -> bool:
    """Whether any finding is at or above the gate that decides about its rule."""
    return any(at_least(f.severity, config_for(authority, rules[f.rule]).fail_on) for f in findings)
