"""Which rules are in force, how severe they are here, and which findings are accepted."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePath
from typing import Final

from msgspec.structs import replace

from modelaudit.config.model import Config, Suppression
from modelaudit.core.errors import UsageError
from modelaudit.core.findings import SEVERITIES, Finding, Suppressed
from modelaudit.judge.rule import Rule

ALL: Final = "ALL"


def in_force(config: Config, rules: Iterable[Rule]) -> Iterator[Rule]:
    """The rules that the configuration selects and does not ignore, of its profile."""
    for rule in rules:
        if rule.profile not in (None, config.profile):
            continue
        if _longest(config.select, rule.id) > _longest(config.ignore, rule.id):
            yield rule


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


def fold_ends(findings: Iterable[Finding]) -> list[Finding]:
    """One finding where both ends of a range give the same: it names the lower and the higher."""
    kept: list[Finding] = []
    ranges: dict[tuple[object, ...], int] = {}
    for finding in findings:
        target = finding.target
        if target is None or not target.admitted:
            kept.append(finding)
            continue
        about = (finding.rule, finding.where.members, finding.subject, target.name, target.source)
        if about not in ranges:
            ranges[about] = len(kept)
            kept.append(finding)
            continue
        first = kept[ranges[about]]
        message = f"{first.message}; so it is with {target}"
        kept[ranges[about]] = replace(first, message=message)
    return kept


def rate(config: Config, findings: Iterable[Finding]) -> list[Finding]:
    """The findings with the severities that the configuration gives, the worst first."""
    rated = [_with_severity(config, finding) for finding in findings]
    return sorted(rated, key=lambda f: (SEVERITIES.index(f.severity), f.rule, f.where.offset or 0))


def _with_severity(config: Config, finding: Finding) -> Finding:
    override = config.rules.get(finding.rule)
    if override is None or override.severity is None:
        return finding
    return replace(finding, severity=override.severity)


def suppress(
    config: Config, path: str, findings: Iterable[Finding], today: datetime.date
) -> tuple[list[Finding], list[Suppressed]]:
    """The findings that count, and those that the configuration accepts with a reason."""
    kept: list[Finding] = []
    accepted: list[Suppressed] = []
    digest = ""
    for finding in findings:
        reason = None
        for entry in config.suppress:
            if not _fits(entry, finding, path, today):
                continue
            if entry.sha256 is not None:
                digest = digest or _digest(path)
                if digest != entry.sha256.lower():
                    continue
            reason = entry.reason
            break
        if reason is None:
            kept.append(finding)
        else:
            accepted.append(Suppressed(finding, reason))
    return kept, accepted


def _fits(entry: Suppression, finding: Finding, path: str, today: datetime.date) -> bool:
    if entry.rule != finding.rule or (entry.until is not None and entry.until < today):
        return False
    if entry.subject is not None and entry.subject != finding.subject:
        return False
    return fnmatchcase(PurePath(path).as_posix().removeprefix("./"), entry.path)


def _digest(path: str) -> str:
    import hashlib  # noqa: PLC0415  few configurations pin a digest

    if not Path(path).is_file():
        return "-"
    with Path(path).open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
