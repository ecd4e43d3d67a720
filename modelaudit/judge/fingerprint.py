"""Fingerprints: names of findings that outlive re-training, and are each given once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec.structs import replace

from modelaudit.core.findings import Finding


class Fingerprints:
    """Gives the findings about one artifact their fingerprints. ``path`` is the project's."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._given: Counter[str] = Counter()

    def given_to(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings, in their order, each with a fingerprint that no other one has."""
        return [replace(one, fingerprint=self._next(one)) for one in findings]

    def _next(self, finding: Finding) -> str:
        text = fingerprint(finding, self._path)
        self._given[text] += 1
        number = self._given[text]
        return text if number == 1 else f"{text}:{number}"


def fingerprint(finding: Finding, path: str) -> str:
    """32 hexadecimal digits of the rule, the path, the members, the subject and the target's name.

    There is no offset and no digest of the file in it, so that it survives re-training, and no
    version of the target: that an artifact does not load with scikit-learn was accepted or was not,
    and is no new finding each time that the pin is raised.
    """
    import hashlib  # noqa: PLC0415  a scan without findings does without

    members = [member.partition("@")[0] for member in finding.where.members]
    target = "" if finding.target is None else finding.target.name
    text = "\0".join((finding.rule, path, *members, finding.subject, target))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
