"""The two answers about one artifact, out of its findings and of what the tables cover.

``loads`` is said only where a table covers the package, the release, and every name of it that the
artifact uses. Everything else that no finding decides is ``not-judged``, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec
from msgspec.structs import replace

from modelaudit.core.facts import Fact, Import
from modelaudit.core.findings import CONFIGURED, OPTION, PLATFORM, Finding, Target, at_least
from modelaudit.core.verdicts import LoadingVerdict, worst_effect
from modelaudit.knowledge.aliases import runtime
from modelaudit.knowledge.builds import imports_with
from modelaudit.knowledge.coverage import Coverage, coverage, has_name, speakers
from modelaudit.knowledge.distributions import distribution_of
from modelaudit.knowledge.installed import look_up
from modelaudit.knowledge.releases import exists

Judge = Callable[[Target], list[Finding]]
"""The findings of one artifact with one target."""


class Case(msgspec.Struct, frozen=True):
    """One artifact as far as loading it is concerned.

    ``concerned`` are the packages and runtimes that loading it takes, ``missing`` those that the
    environment lacks. ``ask`` judges it once more for another release of a target, which a release
    between two known ones needs.
    """

    facts: Sequence[Fact]
    findings: Sequence[Finding]
    complete: bool
    concerned: frozenset[str]
    missing: frozenset[str]
    ask: Judge


def loading(case: Case, targets: Iterable[Target]) -> tuple[LoadingVerdict, ...]:
    """One verdict for each target that concerns the artifact."""
    targets = tuple(dict.fromkeys(targets))
    numpy = [one.version for one in targets if one.name == "numpy" and one.version and not one.also]
    return tuple(
        _verdict(case, target, numpy)
        for target in targets
        if (target.version or not target.installed or not target.required)
        and _concerns(case, target)
    )


def _concerns(case: Case, target: Target) -> bool:
    if any(finding.target == target for finding in case.findings):
        return True
    if _imports(case, target):
        return True
    return (
        target.required
        and target.name != PLATFORM
        and bool({target.name, runtime(target.name)} & case.concerned)
    )


def _imports(case: Case, target: Target) -> list[Import]:
    """The names of an installed package that loading imports."""
    facts = (fact for fact in case.facts if isinstance(fact, Import)) if target.modules else ()
    return [fact for fact in facts if fact.module.partition(".")[0] in target.modules]


def _verdict(case: Case, target: Target, numpy: Sequence[str]) -> LoadingVerdict:
    about = [finding for finding in case.findings if _is_about(case, finding, target)]
    deciding = worst_effect(about)
    breaks = deciding is not None and deciding.effect == "breaks-load"
    if not breaks and _is_built_for_other(target, numpy):
        because = f"it does not import with NumPy {numpy[0]}"
        return LoadingVerdict(target, "breaks-load", because)
    if deciding is not None and deciding.effect is not None and deciding.effect != "advice":
        return LoadingVerdict(target, deciding.effect, f"{deciding.rule}: {deciding.message}")
    if not target.installed:
        return LoadingVerdict(target, "breaks-load", f"{target.name} is not installed")
    reason = _unjudged(case, target)
    return LoadingVerdict(target, "not-judged" if reason else "loads", reason)


def _is_built_for_other(target: Target, numpy: Sequence[str]) -> bool:
    """Whether a package imports with none of the releases of NumPy that install beside it."""
    if target.also or not target.version or not numpy:
        return False
    return all(imports_with(target.name, target.version, one) for one in numpy)


def _is_about(case: Case, finding: Finding, target: Target) -> bool:
    """What breaks an artifact wherever it is loaded counts for every target."""
    if finding.target is None and finding.subject in case.missing:
        return finding.subject == runtime(target.name)
    if finding.target is None:
        return at_least(finding.severity, "medium")
    return finding.target == target


def _unjudged(case: Case, target: Target) -> str:
    """Why nothing can be said of a target; empty where the artifact loads with it."""
    package = runtime(target.name)
    imported = [f for f in case.facts if isinstance(f, Import) and _brings(package, f)]
    names = bool(imported)
    known = coverage(package, target.version, names=names)
    files = _imports(case, target) if known.state == "no-table" and target.folders else []
    if not files:
        reason = (
            _uncovered(package, known)
            or _unpublished(target)
            or _differing(case, target, known, names=names)
        )
        if reason:
            return reason
    if not case.complete:
        return "parts of the artifact were not read"
    if files:
        return _not_shown(files, target)
    return _unknown_name(imported, package)


def _brings(package: str, fact: Import) -> bool:
    return distribution_of(fact.module) == package


def _uncovered(package: str, known: Coverage) -> str:
    match known.state:
        case "no-table":
            return f"no table of {package}"
        case "newer":
            return f"newer than the newest release that was looked into ({known.newest})"
        case "older":
            return f"older than the oldest release that was looked into ({known.oldest})"
        case _:
            return ""


def _unpublished(target: Target) -> str:
    """What is installed or inside of another package exists, whether or not the index has it."""
    named = target.source in (OPTION, CONFIGURED) and target.name == runtime(target.name)
    return "no such release is known" if named and not exists(target.name, target.version) else ""


def _differing(case: Case, target: Target, known: Coverage, *, names: bool) -> str:
    """A release between two samples is judged where both give the same findings."""
    if known.state != "between":
        return ""
    outcomes = []
    releases = speakers(target.name, target.version, names=names)
    for release in releases:
        findings = case.ask(replace(target, version=release))
        outcomes.append({(f.rule, f.subject) for f in findings if f.effect and f.target})
    same = all(outcome == outcomes[0] for outcome in outcomes)
    return "" if same else f"{' and '.join(releases)} differ, and it lies between them"


def _not_shown(imports: Iterable[Import], target: Target) -> str:
    """The first of the names that the files of an installed package do not show."""
    for fact in imports:
        module, name = fact.asked or (fact.module, fact.name)
        if look_up(target.folders, module, name) != "found":
            return f"the installed files do not show {module}.{name}"
    return ""


def _unknown_name(imported: Iterable[Import], package: str) -> str:
    """The first imported name of a package that its table does not have."""
    for fact in imported:
        module, name = fact.asked or (fact.module, fact.name)
        if not has_name(package, module, name):
            return f"the table of {package} says nothing about {module}.{name}"
    return ""
