"""The configuration as a report shows it."""

from __future__ import annotations

import msgspec

from modelaudit.config.model import Authority, Config
from modelaudit.core.report import Setting
from modelaudit.inforce import settings_of

GIVEN = msgspec.convert(
    {
        "targets": {"python": "3.11", "requirements": ["a.txt", "b.txt"]},
        "fail-on": "high",
        "ignore": ["PKL105", "ONX4"],
        "rules": {"PKL104": {"severity": "low", "params": {"allow": ["m.*"]}}},
        "suppress": [{"rule": "PKL101", "path": "m/*", "reason": "ok", "until": "2027-01-31"}],
        "limits": {"timeout": 90, "max-depth": 2},
    },
    Config,
)


def test_what_is_usual_is_left_out() -> None:
    usual = Config()
    assert settings_of(Authority(usual, usual, "")) == (
        Setting("fail-on", ("medium",)), Setting("profile", ("default",)),
    )  # fmt: skip


def test_a_configuration_that_is_named_is_shown_whole() -> None:
    found = {one.key: one for one in settings_of(Authority(GIVEN, GIVEN, ""))}
    assert {key: one.values for key, one in found.items()} == {
        "fail-on": ("high",),
        "profile": ("default",),
        "targets": ("python: 3.11", "requirements: a.txt, b.txt"),
        "ignore": ("PKL105", "ONX4"),
        "rules": ("PKL104: severity: low, params: allow: m.*",),
        "suppress": ("rule: PKL101, path: m/*, reason: ok, until: 2027-01-31",),
        "limits": ("timeout: 90.0", "max-depth: 2"),
    }
    assert not any(one.limited for one in found.values())


def test_of_one_that_was_found_it_is_said_what_is_limited() -> None:
    found = {one.key: one for one in settings_of(Authority(GIVEN, Config(), ""))}
    assert {key for key, one in found.items() if one.limited} == {
        "fail-on", "ignore", "rules", "suppress",
    }  # fmt: skip
    assert found["limits"].values == ("timeout: 90.0",)  # one that lowers a limit is not in force
