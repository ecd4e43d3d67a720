"""Which findings are accepted: by a suppression of the configuration, or as known by a baseline."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from modelaudit.config.model import Authority, Config, Suppression
from modelaudit.core.findings import Finding, Suppressed, at_least
from modelaudit.core.report import USES, Use
from modelaudit.judge.policy import config_for, is_protected, rated_by, selects
from modelaudit.judge.rule import Rule
from modelaudit.judge.selectors import NOT, fit

if TYPE_CHECKING:
    from modelaudit.baseline.file import Artifact, Known


class Review:
    """One artifact as suppressions and the baseline see it, on one day.

    ``path`` is where it is from the project's root, ``real`` where it can be opened. ``uses`` says
    what became of the configuration's suppressions that are about it, by their number, ``returned``
    how many findings of the baseline count again, since the artifact changed.
    """

    def __init__(
        self, authority: Authority, path: str, real: str, rules: Mapping[str, Rule]
    ) -> None:
        self.uses: dict[int, Use] = {}
        self.returned = 0
        self._authority = authority
        self._rules = rules
        self._path = path
        self._real = real
        self._digest = ""
        self._today = datetime.date.today()
        for number, entry in enumerate(authority.config.suppress):
            if fnmatchcase(path, entry.path):
                self._note(number, "idle")

    @property
    def digest(self) -> str:
        """The SHA-256 of the artifact, computed when an entry asks for it."""
        from modelaudit.discovery.digest import digest_of  # noqa: PLC0415  few pin a digest

        self._digest = self._digest or digest_of(self._real) or "unreadable"
        return self._digest

    def suppress(self, findings: Iterable[Finding]) -> tuple[list[Finding], list[Suppressed]]:
        """The findings that count, and those that the configuration accepts with a reason."""
        kept: list[Finding] = []
        accepted: list[Suppressed] = []
        for finding in findings:
            config = self._config(finding)
            reason = self._reason(config, finding)
            if reason is None:
                kept.append(finding)
                if config is not self._authority.config:
                    self._reason(self._authority.config, finding)  # notes what fits, no more
            else:
                accepted.append(Suppressed(finding, reason))
        return kept, accepted

    def known(self, findings: Iterable[Finding]) -> tuple[list[Finding], list[Suppressed]]:
        """The findings that count, and those of the baseline.

        A severe one counts again when the artifact changes: its fingerprint has no digest in it,
        and what replaced a reviewed file was not reviewed.
        """
        kept: list[Finding] = []
        accepted: list[Suppressed] = []
        for finding in findings:
            known = self._known(self._config(finding), finding)
            if known is None:
                kept.append(finding)
                continue
            artifact, entry = known
            changed = artifact.sha256 != self.digest
            if changed and is_protected(self._rules[finding.rule]):
                kept.append(finding)
                self.returned += 1
            else:
                accepted.append(Suppressed(finding, entry.reason, "baseline", changed))
        return kept, accepted

    def spared(self, findings: Iterable[Finding]) -> int:
        """How many findings the configuration would silence if the user had named it."""
        config = self._authority.config
        if config is self._authority.trusted:
            return 0
        gate = self._authority.trusted.fail_on
        return sum(
            not selects(config, self._rules[finding.rule])
            or self._reason(config, finding) is not None
            or self._known(config, finding) is not None
            or not at_least(
                rated_by(config, self._rules[finding.rule], finding).severity, config.fail_on
            )
            for finding in findings
            if is_protected(self._rules[finding.rule]) and at_least(finding.severity, gate)
        )

    def _config(self, finding: Finding) -> Config:
        return config_for(self._authority, self._rules[finding.rule])

    def _known(self, config: Config, finding: Finding) -> tuple[Artifact, Known] | None:
        if config.baseline is None:
            return None
        from modelaudit.baseline.file import load  # noqa: PLC0415  only where there is one

        artifact = load(config.baseline).get(self._path)
        entry = None if artifact is None else artifact.finding(finding.fingerprint)
        return None if artifact is None or entry is None else (artifact, entry)

    def _reason(self, config: Config, finding: Finding) -> str | None:
        """The reason under which a configuration accepts a finding; None where it does not."""
        for number, entry in enumerate(config.suppress):
            if not self._fits(entry, finding):
                continue
            if entry.until is not None and entry.until < self._today:
                self._note(number, "expired")
            elif entry.sha256 is not None and entry.sha256.lower() != self.digest:
                self._note(number, "changed")
            else:
                self._note(number, "used")
                return entry.reason
        return None

    def _note(self, number: int, use: Use) -> None:
        before = self.uses.get(number, use)
        self.uses[number] = min(before, use, key=USES.index)

    def _fits(self, entry: Suppression, finding: Finding) -> bool:
        if fit(entry.rule, self._rules[finding.rule]) == NOT:
            return False
        if entry.subject is not None and entry.subject != finding.subject:
            return False
        return fnmatchcase(self._path, entry.path)
