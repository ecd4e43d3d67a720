"""Judging ends in time, and says what it left."""

from __future__ import annotations

import pytest

import modelaudit
from modelaudit.core.limits import Bounds
from modelaudit.judge import conclude

NAMES = b"\x80\x04" + b"".join(b"cm%d\nn\n)R0" % number for number in range(300)) + b"N."


def test_rules_that_there_was_no_time_for_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conclude, "LEAST", -1.0)
    started = Bounds.starting_now

    def over(limits: modelaudit.Limits, size: int) -> Bounds:
        return started(modelaudit.Limits(), size)

    monkeypatch.setattr(Bounds, "starting_now", over)
    report = modelaudit.scan_bytes(NAMES, "m.pkl", limits=modelaudit.Limits(timeout=1e-9))
    assert report.gates
    assert not report.complete
    assert "not every rule was applied" in report.artifacts[0].unread[0]
    assert "GEN307" in {finding.rule for finding in report.findings}


def test_what_was_read_when_the_time_was_up_is_judged() -> None:
    report = modelaudit.scan_bytes(NAMES, "m.pkl", limits=modelaudit.Limits(timeout=1e-9))
    assert report.gates
    assert "not every rule was applied" not in "".join(report.artifacts[0].unread)
