"""Which rules are in force, how severe they are here, and which findings are accepted."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final

from msgspec.structs import replace

from modelaudit.config.model import Authority, Config, Parameter, Suppression
from modelaudit.core.errors import UsageError
from modelaudit.core.facts import Unreadable
from modelaudit.core.findings import SEVERITIES, Finding, Severity, Suppressed, Target, at_least
from modelaudit.judge.rule import Rule

ALL: Final = "ALL"
ALSO: Final[Severity] = "low"
"""What is wrong only with releases that a range admits beside the one that installs today."""
_BREAKING: Final = frozenset({"breaks-load", "breaks-use", "may-break"})


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
        if _is_of(authority, rule) and _selects(config_for(authority, rule), rule):
            yield rule


def considered(authority: Authority, rules: Iterable[Rule]) -> list[Rule]:
    """The rules in force, and every other rule of the profile that a verdict depends on.

    Leaving a rule out hides its findings. It does not make an artifact safe, nor one that loads.
    """
    rules = list(rules)
    chosen = {rule.id for rule in in_force(authority, rules)}
    return [
        rule for rule in rules if rule.id in chosen or (_decides(rule) and _is_of(authority, rule))
    ]


def _decides(rule: Rule) -> bool:
    return rule.category == "security" or rule.effect in _BREAKING


def _is_of(authority: Authority, rule: Rule) -> bool:
    return rule.profile in (None, authority.config.profile)


def _selects(config: Config, rule: Rule) -> bool:
    return _longest(config.select, rule.id) > _longest(config.ignore, rule.id)


def params(authority: Authority, rules: Iterable[Rule]) -> dict[str, dict[str, Parameter]]:
    """The parameters that the configuration gives to rules, by id."""
    given = ((rule.id, config_for(authority, rule).rules.get(rule.id)) for rule in rules)
    return {id_: override.params for id_, override in given if override is not None}


def _longest(prefixes: Iterable[str], rule: str) -> int:
    """The length of the longest prefix that fits; 0 for ALL, -1 where none fits."""
    fitting = [
        0 if prefix == ALL else len(prefix)
        for prefix in prefixes
        if prefix == ALL or rule.startswith(prefix)
    ]
    return max(fitting, default=-1)


def check(config: Config, rules: Iterable[Rule]) -> None:
    """Refuse ids and prefixes that fit no rule, and parameters no rule has. Raises UsageError."""
    by_id = {rule.id: rule for rule in rules}
    for where, prefixes in (("select", config.select), ("ignore", config.ignore)):
        for prefix in prefixes:
            if prefix != ALL and not any(rule.startswith(prefix) for rule in by_id):
                raise UsageError(f"{where}: no rule is called {prefix!r}{_nearest(prefix, by_id)}")
    named = [("rules", name) for name in config.rules] + [
        ("suppress", s.rule) for s in config.suppress
    ]
    for where, name in named:
        if name not in by_id:
            raise UsageError(f"{where}: no rule is called {name!r}{_nearest(name, by_id)}")
    for name, override in config.rules.items():
        for parameter in override.params:
            if parameter not in by_id[name].params:
                known = _nearest(parameter, by_id[name].params)
                raise UsageError(f"rules.{name}.params: no parameter {parameter!r}{known}")
            wanted = type(by_id[name].params[parameter]).__name__
            if type(override.params[parameter]).__name__ != wanted:
                raise UsageError(f"rules.{name}.params.{parameter}: has to be a {wanted}")


def _nearest(name: str, known: Iterable[str]) -> str:
    from modelaudit.core.spelling import nearest  # noqa: PLC0415  only for errors

    return nearest(name, list(known))


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
    rated = [_rated(config_for(authority, rules[f.rule]), f) for f in findings]
    return sorted(rated, key=lambda f: (SEVERITIES.index(f.severity), f.rule, f.where.offset or 0))


def _rated(config: Config, finding: Finding) -> Finding:
    severity = finding.severity
    override = config.rules.get(finding.rule)
    if override is not None and override.severity is not None:
        severity = override.severity
    if finding.target is not None and finding.target.also and at_least(severity, ALSO):
        severity = ALSO
    return replace(finding, severity=severity, gates=at_least(severity, config.fail_on))


class Review:
    """What suppressions are compared with: an artifact, its digest, and the day.

    ``path`` is where the artifact is from the project's root, ``real`` where it can be opened.
    """

    def __init__(self, path: str, real: str, today: datetime.date) -> None:
        self.path = path
        self.today = today
        self._real = real
        self._digest = ""

    @property
    def digest(self) -> str:
        """The SHA-256 of the artifact, computed when a suppression asks for it."""
        from modelaudit.discovery.digest import digest_of  # noqa: PLC0415  few pin a digest

        self._digest = self._digest or digest_of(self._real) or "unreadable"
        return self._digest


def suppress(
    authority: Authority, rules: Mapping[str, Rule], review: Review, findings: Iterable[Finding]
) -> tuple[list[Finding], list[Suppressed]]:
    """The findings that count, and those that the configuration accepts with a reason."""
    kept: list[Finding] = []
    accepted: list[Suppressed] = []
    for finding in findings:
        reason = _accepted(config_for(authority, rules[finding.rule]), finding, review)
        if reason is None:
            kept.append(finding)
        else:
            accepted.append(Suppressed(finding, reason))
    return kept, accepted


def _accepted(config: Config, finding: Finding, review: Review) -> str | None:
    """The reason under which a configuration accepts a finding; None where it does not."""
    for entry in config.suppress:
        if not _fits(entry, finding, review):
            continue
        if entry.sha256 is None or entry.sha256.lower() == review.digest:
            return entry.reason
    return None


def spared(
    authority: Authority, rules: Mapping[str, Rule], review: Review, findings: Iterable[Finding]
) -> int:
    """How many findings a configuration would silence if the user had named it."""
    config = authority.config
    if config is authority.trusted:
        return 0
    return sum(
        not _selects(config, rules[finding.rule])
        or _accepted(config, finding, review) is not None
        or not at_least(_rated(config, finding).severity, config.fail_on)
        for finding in findings
        if is_protected(rules[finding.rule])
        and at_least(finding.severity, authority.trusted.fail_on)
    )


def gates(authority: Authority, rules: Mapping[str, Rule], findings: Iterable[Finding]) -> bool:
    """Whether any finding is at or above the gate that decides about its rule."""
    return any(at_least(f.severity, config_for(authority, rules[f.rule]).fail_on) for f in findings)


def _fits(entry: Suppression, finding: Finding, review: Review) -> bool:
    if entry.rule != finding.rule or (entry.until is not None and entry.until < review.today):
        return False
    if entry.subject is not None and entry.subject != finding.subject:
        return False
    return fnmatchcase(review.path, entry.path)
