"""What artifacts need to be loaded: distributions, and the versions that their bytes ask for.

From imports, producers, formats and operators to distributions by ``tables/distributions.json``. An
artifact that was written by a release is taken to need that release; of other packages ``ranges``
says which releases it loads with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from modelaudit.core.facts import Fact, Identity, Import, Layer, Metadata, Operator, Producer
from modelaudit.core.inspection import Inspection
from modelaudit.knowledge.distributions import TABLE, distribution_of, distributions
from modelaudit.knowledge.tables import lookup
from modelaudit.targets.versions import ends, releases, version_of

PYTHON: Final = "python"
RELEASE: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9}){0,5}((a|b|rc)[0-9]+)?(\.post[0-9]+)?")
"""A version that can be installed; any other is only mentioned in the reason."""
LOCAL: Final = "__main__"
"""The module of what a program defines itself."""
NO_LOADERS: Final = frozenset({"onnx", "pmml", "tflite", "gguf", "safetensors"})
"""Formats whose producer is not what loads them."""
_FRAMING: Final = {"1.2": ">=1.2", "0.10": ">=0.10"}
"""What an array's framing in a joblib file asks of joblib."""
_PROTOCOLS: Final = {4: ">=3.4", 5: ">=3.8"}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is needed: a few words, and the artifact that says so."""

    text: str
    path: str


@dataclass(slots=True)
class Need:
    """One distribution. ``versions`` are those that wrote an artifact, ``ranges`` the ends of what
    others ask for (``>=1.2``, ``<2.0``); each with its reasons, the first found first.
    """

    name: str
    versions: dict[str, list[Reason]] = field(default_factory=dict)
    ranges: dict[str, list[Reason]] = field(default_factory=dict)
    reasons: list[Reason] = field(default_factory=list)

    def contradicts(self) -> bool:
        """Whether no single release satisfies all artifacts."""
        if self.versions:
            return len(self.versions) > 1
        return bool(releases(self.name)) and not ends(self.name, list(self.ranges))

    def specifier(self) -> str:
        """What a requirement line says; empty where artifacts contradict each other."""
        if self.contradicts():
            return ""
        if self.versions:
            return f"=={next(iter(self.versions))}"
        return ",".join(self._narrowest())

    def _narrowest(self) -> list[str]:
        """Of the lower ends of ranges the highest, and of the upper ends the lowest."""
        lower = [text for text in self.ranges if text.startswith(">=")]
        upper = [text for text in self.ranges if text.startswith("<")]
        highest = max(lower, key=lambda text: version_of(text[2:]), default="")
        lowest = min(upper, key=lambda text: version_of(text[1:]), default="")
        return [text for text in (highest, lowest) if text]

    def why(self) -> list[Reason]:
        """The most specific reasons: for versions, else for ranges, else for the package."""
        if self.versions:
            return [reason for reasons in self.versions.values() for reason in reasons]
        if self.ranges:
            return [reason for text in self._narrowest() for reason in self.ranges[text]]
        return self.reasons


@dataclass(slots=True)
class Needs:
    """Everything that some artifacts need. ``unknown`` are modules of no known distribution."""

    by_name: dict[str, Need] = field(default_factory=dict)
    unknown: dict[str, list[Reason]] = field(default_factory=dict)

    def listed(self) -> list[Need]:
        """By name, without Python, which pip does not install."""
        return [self.by_name[name] for name in sorted(self.by_name) if name != PYTHON]


def needs_of(inspections: Iterable[Inspection]) -> Needs:
    """What artifacts need in order to be loaded."""
    from modelaudit.requirements.ranges import bounds  # noqa: PLC0415  only where ranges count

    needs = Needs()
    for inspection in inspections:
        _read(needs, inspection)
        own = packages_of(inspection).by_name
        for bound in bounds(inspection, [name for name in sorted(own) if not own[name].versions]):
            ranges = _need(needs, bound.package).ranges
            _append(ranges.setdefault(bound.specifier, []), Reason(bound.why, inspection.path))
    return needs


def packages_of(inspection: Inspection) -> Needs:
    """What one artifact needs, without the ranges that take judging it."""
    needs = Needs()
    _read(needs, inspection)
    return needs


def _read(needs: Needs, inspection: Inspection) -> None:
    formats = {f.format for f in inspection.facts if isinstance(f, Identity)}
    for name in sorted({inspection.format, *formats}):
        distribution = lookup(TABLE, "formats", name)
        if isinstance(distribution, str):
            _note(needs, distribution, Reason(f"reads {name}", inspection.path))
    for fact in inspection.facts:
        if isinstance(fact, Producer) and inspection.format in NO_LOADERS:
            continue
        _add(needs, fact, inspection.path)


def _add(needs: Needs, fact: Fact, path: str) -> None:
    if isinstance(fact, Producer):
        _written(needs, fact, path)
    elif isinstance(fact, Import) and fact.module:
        _imported(needs, fact, path)
    elif isinstance(fact, Layer) and fact.via != "savedmodel":
        _rebuilt(needs, fact, path)
    elif isinstance(fact, Operator):
        distribution = lookup(TABLE, "domains", fact.domain)
        if isinstance(distribution, str):
            _note(needs, distribution, Reason(f"uses {fact.domain}::{fact.name}", path))
    elif isinstance(fact, Metadata):
        _framed(needs, fact, path)


def _written(needs: Needs, fact: Producer, path: str) -> None:
    """The release that wrote the file, if a known distribution has such a version."""
    version = fact.version.partition("+")[0]
    if fact.name in distributions() and RELEASE.fullmatch(version):
        need = _need(needs, fact.name)
        _append(need.versions.setdefault(version, []), Reason("written by", path))
    else:
        reason = Reason(f"written by {fact.name} {fact.version}", path)
        _append(needs.unknown.setdefault(fact.name, []), reason)


def _imported(needs: Needs, fact: Import, path: str) -> None:
    dotted = f"{fact.module}.{fact.name}"
    distribution = distribution_of(fact.module)
    reason = Reason(f"imports {dotted}", path)
    if distribution is None or fact.module.partition(".")[0] == LOCAL:
        _append(needs.unknown.setdefault(fact.module.partition(".")[0], []), reason)
    elif distribution:
        _note(needs, distribution, reason)


def _rebuilt(needs: Needs, fact: Layer, path: str) -> None:
    """What Keras imports for an object; Keras itself follows from who wrote the file."""
    distribution = distribution_of(fact.module)
    if distribution and distribution != "keras":
        reason = Reason(f"rebuilds {fact.module}.{fact.class_name}", path)
        _note(needs, distribution, reason)


def _framed(needs: Needs, fact: Metadata, path: str) -> None:
    """The ranges that a framing of joblib and a protocol of pickle ask for."""
    if fact.key == "joblib-framing" and fact.value in _FRAMING:
        reason = Reason(f"arrays as joblib {fact.value} writes them", path)
        _append(_need(needs, "joblib").ranges.setdefault(_FRAMING[fact.value], []), reason)
    if fact.key == "pickle-protocol" and fact.number in _PROTOCOLS:
        reason = Reason(f"pickle protocol {fact.number}", path)
        _append(_need(needs, PYTHON).ranges.setdefault(_PROTOCOLS[fact.number], []), reason)


def _need(needs: Needs, name: str) -> Need:
    return needs.by_name.setdefault(name, Need(name))


def _note(needs: Needs, name: str, reason: Reason) -> None:
    _append(_need(needs, name).reasons, reason)


def _append(reasons: list[Reason], reason: Reason) -> None:
    """One reason for each artifact is enough."""
    if all(known.path != reason.path for known in reasons):
        reasons.append(reason)
