"""Every rule over every fact that it judges; what matches becomes findings, merged by subject."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from modelaudit.config.model import Parameter
from modelaudit.core.errors import Malformed
from modelaudit.core.facts import KINDS, Anomaly, BodyOperator, Fact, Unreadable
from modelaudit.core.findings import PLACES, Finding, Target
from modelaudit.core.kinds import reasons, sentence
from modelaudit.core.limits import Bounds
from modelaudit.core.location import Location
from modelaudit.judge.catalogue import Catalogue
from modelaudit.judge.prefilter import may_hold, may_match
from modelaudit.judge.rule import ABSENT, ANY, Rule
from modelaudit.judge.scope import (
    GROUP,
    LACKED,
    MISSING,
    NAMED,
    SENTENCE,
    TARGET,
    fields_of,
)

if TYPE_CHECKING:
    from modelaudit.judge.compiled import Compiled


FACTS = "facts."
"""What names of lists of facts begin with: these are hardly the same twice."""


class Subject(msgspec.Struct, frozen=True):
    """What is judged: one artifact's facts, and the properties that rules may ask for.

    ``path`` is how it was named, ``project_path`` where it is from the project's root.
    """

    path: str
    project_path: str
    format: str
    size: int
    facts: Sequence[Fact]


class Verdict(msgspec.Struct, frozen=True):
    """The findings about one artifact. ``defects`` are rules that could not be evaluated on it."""

    findings: list[Finding]
    defects: list[Unreadable]


def judge(
    subject: Subject,
    rules: Iterable[Rule],
    catalogue: Catalogue,
    targets: Sequence[Target],
    params: Mapping[str, Mapping[str, Parameter]],
    bounds: Bounds | None = None,
) -> Verdict:
    """Every rule over the facts that it judges. Raises UsageError where an expression is wrong.

    Past the deadline of ``bounds`` the rest is left unjudged, which is a defect of the verdict.
    """
    facts = _Facts(subject)
    base = facts.base | {
        NAMED: _with_runtimes(t.name for t in targets if _is_named(t)),
        MISSING: [target.name for target in targets if not target.installed],
        LACKED: [target.name for target in targets if not target.required],
    }
    found: dict[tuple[object, ...], Finding] = {}
    defects: list[Unreadable] = []
    try:
        for rule in rules:
            against = _versions(rule, targets)
            if not against or not may_hold(rule.when, base):
                continue
            judged = [row for row in facts.rows(rule.for_) if may_match(rule.when, row.values)]
            if not judged:
                continue
            compiled = catalogue.compiled(rule)
            given = {**rule.params, **params.get(rule.id, {})}
            scope = base | {f"params.{name}": value for name, value in given.items()}
            listed = [name for name in compiled.uses if name.startswith(FACTS)]
            scope |= {name: facts.listed(name) for name in listed}
            for target in against:
                rows = _rows_for(rule, judged, target)
                for outcome in _apply(compiled, scope, _timed(rows, bounds), target):
                    if isinstance(outcome, Finding):
                        _merge(found, outcome)
                    else:
                        defects.append(outcome)
    except Malformed as late:
        defects.append(Unreadable("judging-timeout", late.fields, Location(subject.path)))
    return Verdict(list(found.values()), defects)


def _timed(rows: Sequence[_Row], bounds: Bounds | None) -> Iterator[_Row]:
    """The rows up to the deadline. Raises Malformed past it."""
    for row in rows:
        if bounds is not None:
            bounds.check()
        yield row


def _rows_for(rule: Rule, rows: Sequence[_Row], target: Target | None) -> Sequence[_Row]:
    """Those of the facts that a rule judges for a target."""
    if rule.against == ANY and target is not None:
        return [row for row in rows if _is_about(row, target)]
    if rule.against == ABSENT and target is not None:
        return [row for row in rows if _installer(row) == target.name]
    return rows


def _is_named(target: Target) -> bool:
    return not target.version and target.installed and target.required


def _with_runtimes(names: Iterable[str]) -> list[str]:
    """The names, and the runtimes that distributions among them install."""
    names = list(names)
    if not names:
        return []
    from modelaudit.knowledge.aliases import runtime  # noqa: PLC0415  only with targets

    return list(dict.fromkeys([*names, *map(runtime, names)]))


class _Row(msgspec.Struct, frozen=True):
    """One fact as rules see it, with what they let it be. Rules share a ``let`` of fact alone."""

    where: Location
    count: int
    values: dict[str, object]
    lets: dict[str, object]


class _Facts:
    """The facts of one artifact by kind, each turned into names and values once."""

    def __init__(self, subject: Subject) -> None:
        self.base: dict[str, object] = {
            "artifact.format": subject.format,
            "artifact.name": subject.path.rpartition("/")[2],
            "artifact.path": _plain(subject.project_path),
            "artifact.size": subject.size,
        }
        self._kinds: dict[str, list[Fact]] = {kind: [] for kind in KINDS}
        for fact in subject.facts:
            self._kinds[type(fact).__name__].append(fact)
        self._rows = {"artifact": [_Row(Location(subject.path), 1, {}, {})]}

    def rows(self, kind: str) -> list[_Row]:
        if kind not in self._rows:
            self._rows[kind] = [_row(fact) for fact in self._kinds.get(kind, ())]
        return self._rows[kind]

    def listed(self, name: str) -> list[dict[str, object]]:
        """The value of ``facts.Import`` and its like."""
        rows = self.rows(name.partition(".")[2])
        return [{key.partition(".")[2]: v for key, v in row.values.items()} for row in rows]


@cache
def _shown(kind: str) -> tuple[tuple[str, str], ...]:
    """The fields of a kind of fact, and how rules call them."""
    return tuple((name, f"fact.{name}") for name in fields_of(KINDS[kind]))


def _row(fact: Fact) -> _Row:
    values = {shown: _plain(getattr(fact, name)) for name, shown in _shown(type(fact).__name__)}
    if isinstance(fact, Anomaly | Unreadable):
        values[SENTENCE] = _plain(sentence(fact))
    if isinstance(fact, Unreadable):
        values[GROUP] = reasons()[fact.reason].group
    return _Row(fact.where, getattr(fact, "count", 1), values, {})


def _versions(rule: Rule, targets: Sequence[Target]) -> Sequence[Target | None]:
    if rule.against is None:
        return [None]
    if rule.against == ABSENT:
        return [target for target in targets if not target.required]
    versions = [target for target in targets if target.version]
    if rule.against == ANY or not versions:
        return versions
    from modelaudit.knowledge.aliases import runtime  # noqa: PLC0415  only with targets
    from modelaudit.knowledge.coverage import is_beyond  # noqa: PLC0415  only with targets

    about = [target for target in versions if runtime(target.name) == rule.against]
    return [target for target in about if not is_beyond(rule.against, target.version)]


def _is_about(row: _Row, target: Target) -> bool:
    """Whether a fact is about what the target is: a name in one of its modules, or its version."""
    from modelaudit.knowledge.aliases import runtime  # noqa: PLC0415  only with targets

    name = runtime(target.name)
    module = row.values.get("fact.module")
    if isinstance(module, str):
        from modelaudit.knowledge.symbols import package_of  # noqa: PLC0415  only with targets

        return package_of(module) == name or module.partition(".")[0] in target.modules
    return row.values.get("fact.name") == name


def _installer(row: _Row) -> str:
    """The distribution that installs the module that a fact names."""
    from modelaudit.knowledge.distributions import distribution  # noqa: PLC0415  as above

    return distribution(str(row.values.get("fact.module", "")))


def _plain(value: object) -> object:
    """A field as CEL takes it: its text is UTF-8 and ends at a NUL, and artifacts hold anything."""
    if isinstance(value, str):
        if value.isascii() and "\0" not in value:
            return value
        return value.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {_plain(name): _plain(item) for name, item in value.items()}
    if isinstance(value, BodyOperator):
        return {name: _plain(getattr(value, name)) for name in value.__struct_fields__}
    return value


def _apply(
    compiled: Compiled,
    scope: Mapping[str, object],
    judged: Iterable[_Row],
    target: Target | None,
) -> Iterator[Finding | Unreadable]:
    if target is not None:
        of_target = {name: _plain(getattr(target, name.partition(".")[2])) for name in TARGET}
        scope = {**scope, **of_target}
    fixed = {name: scope[name] for name in compiled.uses if name in scope}
    names = [name for name in compiled.uses if name not in scope]
    before = _key(list(fixed.items())) if not any(name.startswith(FACTS) for name in fixed) else b""
    for row in judged:
        own = {name: row.values[name] for name in names}
        values = {**fixed, **own}
        key = before and _key(list(own.values()))
        known = compiled.outcomes.get(before + key) if key else None
        if known is None:
            outcome = compiled.evaluate(values, row.lets)
            if key:
                compiled.remember(before + key, outcome, values)
        else:
            outcome, lets = known
            values |= lets
        if outcome is True:
            yield _finding(compiled, values, row.where, row.count, target)
        elif isinstance(outcome, str):
            fields = {"rule": compiled.rule.id, "problem": outcome}
            yield Unreadable("defective-rule", fields, row.where)


def _key(values: list[object]) -> bytes:
    """What tells values apart; nothing where they have no short form."""
    try:
        return msgspec.msgpack.encode(values)
    except OverflowError:  # an integer of more than 64 bits
        return b""


def _finding(
    compiled: Compiled,
    values: Mapping[str, object],
    where: Location,
    count: int,
    target: Target | None,
) -> Finding:
    rule = compiled.rule
    subject = compiled.subject.fill(values)
    return Finding(
        rule=rule.id,
        name=rule.name,
        title=rule.title.strip(),
        category=rule.category,
        severity=rule.severity,
        confidence=rule.confidence,
        effect=rule.effect,
        message=compiled.message.fill(values),
        why=rule.why.strip(),
        fix=rule.fix.strip(),
        references=tuple(rule.references),
        subject=subject,
        where=where,
        places=(where,),
        count=count,
        target=target,
        fingerprint="",
    )


def _merge(found: dict[tuple[object, ...], Finding], finding: Finding) -> None:
    """One finding per rule, member and subject; the first place stays in front."""
    key = (finding.rule, finding.where.members, finding.subject, finding.target)
    first = found.get(key)
    if first is None:
        found[key] = finding
        return
    places = first.places if len(first.places) >= PLACES else (*first.places, finding.where)
    found[key] = replace(first, count=first.count + finding.count, places=places)
