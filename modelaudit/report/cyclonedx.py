"""CycloneDX 1.6: the models of a run as a bill of materials, and findings as vulnerabilities.

https://cyclonedx.org/docs/1.6/json/ and https://cyclonedx.org/capabilities/mlbom/
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, TextIO

from modelaudit.core.errors import UsageError
from modelaudit.report.escape import escape, one_line
from modelaudit.report.json import Value, dumps
from modelaudit.report.paths import inside, project_path, uri
from modelaudit.version import VERSION

try:
    from cyclonedx.model import HashAlgorithm, HashType, Property
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.model.dependency import Dependency
    from cyclonedx.model.impact_analysis import ImpactAnalysisState
    from cyclonedx.model.vulnerability import (
        BomTarget,
        Vulnerability,
        VulnerabilityAnalysis,
        VulnerabilityRating,
        VulnerabilitySeverity,
        VulnerabilitySource,
    )
    from cyclonedx.output.json import JsonV1Dot6
    from packageurl import PackageURL
except ImportError as error:
    raise UsageError(
        f"the output cyclonedx needs {error.name}: pip install 'modelaudit-lint[sbom]'"
    ) from None

if TYPE_CHECKING:
    from modelaudit.core.findings import Finding
    from modelaudit.core.report import Artifact, Report
    from modelaudit.report import Terminal

_PINNED: Final = re.compile(r"([A-Za-z0-9._-]+)==([A-Za-z0-9._+!-]+)")
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
_CWE: Final = re.compile(r"\bcwe\.mitre\.org/data/definitions/(\d+)")


def write(report: Report, out: TextIO, terminal: Terminal) -> None:
    """Write the bill of materials as JSON."""
    plain: Value = json.loads(JsonV1Dot6(_bom(report)).output_as_string())
    out.write(dumps(plain, indent=2) + "\n")


def _bom(report: Report) -> Bom:
    bom = Bom()
    bom.metadata.tools.components.add(
        Component(name="modelaudit", version=VERSION, type=ComponentType.APPLICATION)
    )
    packages: dict[str, Component] = {}
    models = {_ref(report, artifact.path): artifact for artifact in report.artifacts}
    for artifact in models.values():
        model = _model(report, artifact)
        bom.components.add(model)
        needed = [_known(packages, _package(line)) for line in artifact.requires]
        dependencies = [Dependency(ref=package.bom_ref) for package in needed]
        bom.dependencies.add(Dependency(ref=model.bom_ref, dependencies=dependencies))
    for package in packages.values():
        bom.components.add(package)
    accepted = [entry.finding for entry in report.suppressed]
    files = {_ref(report, one.where.path): one for one in (*report.findings, *accepted)}
    for ref, finding in files.items():
        if ref not in models:
            name = escape(project_path(report, finding.where.path))
            bom.components.add(Component(name=name, type=ComponentType.FILE, bom_ref=ref))
    for finding in report.findings:
        bom.vulnerabilities.add(_vulnerability(report, finding, ""))
    for entry in report.suppressed:
        bom.vulnerabilities.add(_vulnerability(report, entry.finding, entry.reason))
    return bom


def _ref(report: Report, path: str) -> str:
    return uri(project_path(report, path))


def _model(report: Report, artifact: Artifact) -> Component:
    hashes = [HashType(alg=HashAlgorithm.SHA_256, content=artifact.sha256)]
    properties = [
        ("format", artifact.format),
        ("size", str(artifact.size)),
        ("safety", artifact.safety),
        ("complete", str(artifact.complete).lower()),
        *(("producer", producer) for producer in artifact.producers),
        *(("loading", f"{entry.target}: {entry.verdict}") for entry in artifact.loading),
    ]
    return Component(
        name=escape(project_path(report, artifact.path)),
        type=ComponentType.MACHINE_LEARNING_MODEL,
        bom_ref=_ref(report, artifact.path),
        hashes=hashes if artifact.sha256 else [],
        properties=[_property(name, value) for name, value in properties],
    )


def _known(packages: dict[str, Component], package: Component) -> Component:
    """The component of a distribution; one without a version gathers all ranges that are asked."""
    ref = str(package.bom_ref)
    known = packages.setdefault(ref, package)
    known.properties.update(package.properties)
    return known


def _package(line: str) -> Component:
    """A distribution of the package index that loading takes, by its requirement line."""
    pinned = _PINNED.fullmatch(line)
    found = _NAME.match(line)
    name = found[0] if found else ""
    version = pinned[2] if pinned else None
    asked = "" if pinned else line[len(name) :]
    return Component(
        name=name or one_line(line),
        version=version,
        type=ComponentType.LIBRARY,
        purl=PackageURL("pypi", None, name, version) if name else None,
        bom_ref=f"pypi:{name}=={version}" if pinned else f"pypi:{name or one_line(line)}",
        properties=[_property("range", asked)] if asked else [],
    )


def _vulnerability(report: Report, finding: Finding, accepted: str) -> Vulnerability:
    """A finding; ``accepted`` is the reason for which it is suppressed."""
    place = inside(finding.where)
    analysis = None
    if accepted:
        state = ImpactAnalysisState.NOT_AFFECTED
        analysis = VulnerabilityAnalysis(state=state, detail=one_line(accepted))
    return Vulnerability(
        bom_ref=f"finding:{finding.fingerprint}",
        id=finding.rule,
        source=VulnerabilitySource(name="modelaudit"),
        ratings=[VulnerabilityRating(severity=VulnerabilitySeverity(finding.severity))],
        cwes=[int(number) for number in _CWE.findall(" ".join(finding.references))],
        description=one_line(finding.message + (f", at {place}" if place else "")),
        detail=one_line(finding.why),
        recommendation=one_line(finding.fix),
        analysis=analysis,
        affects=[BomTarget(ref=_ref(report, finding.where.path))],
        properties=[_property("name", finding.name), _property("category", finding.category)],
    )


def _property(name: str, value: str) -> Property:
    return Property(name=f"modelaudit:{name}", value=one_line(value))
